internal import Catalogue
internal import StrictJSON

/// Something that is put to the adapter: a case or a canary.
struct QueuedRequest: Sendable {
    /// The case's id, or a name for the canary.
    let id: String
    let operation: String
    let profile: String?
    let input: JSON
}

/// What became of a request.
struct Record: Sendable {
    enum Outcome: Sendable {
        case answered(Answer)
        case faulty(Fault)
        case notExercised(CaseVerdict.NotExercised)
    }

    var outcome: Outcome
    var attempts: [Attempt] = []
    var notes: [String] = []
}

/// Puts requests one after the other, and finds out who is to blame for a fault.
actor RequestQueue {
    private let connection: AdapterConnection
    private let limits: Limits
    private var records: [String: Record] = [:]
    /// The request that was answered last by the process that lives on: it may yet turn out to have answered twice.
    private(set) var unsettled: QueuedRequest?
    private(set) var incidents: [Incident] = []

    init(_ connection: AdapterConnection, limits: Limits) {
        self.connection = connection
        self.limits = limits
    }

    subscript(id: String) -> Record? { records[id] }

    func note(_ id: String, notExercised reason: CaseVerdict.NotExercised) {
        records[id] = Record(outcome: .notExercised(reason))
    }

    /// Puts a request, unless it was put before.
    func send(_ request: QueuedRequest) async throws(RunStop) {
        guard records[request.id] == nil else { return }
        let attempt = try await connection.ask(request.operation, profile: request.profile, request.input)
        records[request.id] = Record(attempt)
        switch attempt.outcome {
        case .success:
            unsettled = request
        case .failure(let fault):
            let previous = unsettled
            unsettled = nil
            try await investigate(fault, request, previous)
        }
    }

    /// Ends the adapter, and looks at what its last process said after its last answer.
    /// - Returns: notes on how its processes ended.
    func close() async throws(RunStop) -> [String] {
        let closing = await connection.close()
        if let fault = closing.fault, let last = unsettled {
            unsettled = nil
            let isReproduced = try await isAtFaultAlone(last, after: fault)
            add(fault, last, nil, isReproduced ? .reproduced([last.id]) : .notReproduced)
        }
        return await connection.notes
    }

    /// The record with what came on standard error.
    func finished(_ id: String) async -> Record? {
        guard var record = records[id] else { return nil }
        for index in record.attempts.indices {
            let attempt = await connection.withStandardError(record.attempts[index])
            record.attempts[index] = attempt
            guard attempt.standardErrorCount > limits.standardError else { continue }
            let count = "\(attempt.standardErrorCount) bytes"
            record.notes.append("\(Misbehaviour.floodsStandardError.note) (\(count))")
        }
        return record
    }

    // MARK: Suspects

    /// Runs the suspects again, each alone in a new process, before anyone is blamed.
    private func investigate(_ fault: Fault, _ request: QueuedRequest, _ previous: QueuedRequest?) async throws(RunStop)
    {
        guard incidents.count < limits.faults else {
            throw RunStop(detail: "the adapter had more than \(limits.faults) faults")
        }
        var reproduced: [String] = []
        if try await isAtFaultAlone(request, after: fault) { reproduced.append(request.id) }
        if fault.mayComeFromBefore, let previous, try await isAtFaultAlone(previous, after: fault) {
            reproduced.append(previous.id)
        }
        let isFlaky = reproduced.isEmpty && fault.kind == .timeout
        if isFlaky {
            records[request.id]?.notes.append("\(Misbehaviour.timeoutNotReproduced.note): \(fault.detail)")
        }
        add(
            fault,
            request,
            previous,
            reproduced.isEmpty ? (isFlaky ? .flaky : .notReproduced) : .reproduced(reproduced)
        )
    }

    /// Alone, the adapter's input is closed after the request, so that one that hangs ends there without an answer. That is no
    /// crash: a hang is told as a hang.
    private func isAtFaultAlone(_ request: QueuedRequest, after fault: Fault) async throws(RunStop) -> Bool {
        let attempt = try await connection.askAlone(request.operation, profile: request.profile, request.input)
        var record = Record(attempt)
        let before = records[request.id]
        record.attempts = (before?.attempts ?? []) + record.attempts
        record.notes = before?.notes ?? []
        var isReproduced = false
        if case .failure = attempt.outcome {
            isReproduced = true
            if fault.kind == .timeout { record.outcome = .faulty(fault) }
        }
        records[request.id] = record
        return isReproduced
    }

    private func add(
        _ fault: Fault,
        _ request: QueuedRequest,
        _ previous: QueuedRequest?,
        _ conclusion: Incident.Conclusion
    ) {
        incidents.append(
            Incident(fault: fault, caseID: request.id, previousCaseID: previous?.id, conclusion: conclusion)
        )
    }
}

extension Fault {
    /// Whether the line at fault may have been written for the request before, after its answer.
    fileprivate var mayComeFromBefore: Bool { kind == .desync || kind == .protocolError }
}

extension Record {
    fileprivate init(_ attempt: Attempt) {
        switch attempt.outcome {
        case .success(let answer): self.init(outcome: .answered(answer), attempts: [attempt])
        case .failure(let fault): self.init(outcome: .faulty(fault), attempts: [attempt])
        }
    }
}
