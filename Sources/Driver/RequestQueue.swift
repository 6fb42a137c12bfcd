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

/// Puts requests one after the other, or several at once, and finds out who is to blame for a fault.
actor RequestQueue {
    private let connection: AdapterConnection
    private let limits: Limits
    private var records: [String: Record] = [:]
    /// The requests that were answered last by the process that lives on: one may yet turn out to have answered twice.
    private var unsettled: [QueuedRequest] = []
    /// The requests whose record is new, in order.
    private var changed: [String] = []
    private(set) var incidents: [Incident] = []
    /// Whether answers to several requests at once were too long to be held.
    private(set) var isNarrow = false
    /// Incidents, and further cases that one of them was reproduced by.
    private var faultCount = 0

    init(_ connection: AdapterConnection, limits: Limits) {
        self.connection = connection
        self.limits = limits
    }

    subscript(id: String) -> Record? { records[id] }

    var unsettledIDs: Set<String> { Set(unsettled.map(\.id)) }

    func note(_ id: String, notExercised reason: CaseVerdict.NotExercised) {
        set(id, Record(outcome: .notExercised(reason)))
    }

    /// The requests whose record is new since this was asked last.
    func takeChanged() -> [String] {
        defer { changed = [] }
        return changed
    }

    /// Forgets what an adapter said beyond its outcome: a record is kept to the end of the run, and an answer may be long.
    func trim(_ id: String) {
        guard let record = records[id] else { return }
        records[id] = record.trimmed
    }

    /// Puts requests, unless they were put before: at once where there are several.
    func send(_ requests: [QueuedRequest]) async throws(RunStop) {
        let new = requests.filter { records[$0.id] == nil }
        guard new.count > 1 else {
            if let request = new.first { try await send(request) }
            return
        }
        let window = try await connection.ask(all: new)
        for (request, attempt) in zip(new, window.attempts) {
            if let attempt { set(request.id, Record(attempt)) }
        }
        let previous = unsettled
        unsettled = window.fault == nil && !window.isTooLarge ? new : []
        if let fault = window.fault { try await investigate(fault, new, previous) }
        guard window.isTooLarge else { return }
        isNarrow = true
        for request in new { try await send(request) }
    }

    /// Puts requests that were put before, once more. Of a fault nobody is to blame: alone, they were answered.
    func sendAgain(_ requests: [QueuedRequest]) async throws(RunStop) -> [Answer?] {
        unsettled = []
        let window = try await connection.ask(all: requests)
        if let fault = window.fault, let first = requests.first {
            faultCount += 1
            guard faultCount <= limits.faults else {
                throw RunStop(detail: "the adapter had more than \(limits.faults) faults")
            }
            let conclusion: Incident.Conclusion = fault.kind == .timeout ? .flaky : .notReproduced
            incidents.append(Incident(fault: fault, caseID: first.id, previousCaseID: nil, conclusion: conclusion))
        }
        return window.attempts.map { attempt in
            guard case .success(let answer)? = attempt?.outcome else { return nil }
            return answer
        }
    }

    /// Puts a request, unless it was put before.
    func send(_ request: QueuedRequest) async throws(RunStop) {
        guard records[request.id] == nil else { return }
        let attempt = try await connection.ask(request.operation, profile: request.profile, request.input)
        set(request.id, Record(attempt))
        let previous = unsettled
        switch attempt.outcome {
        case .success:
            unsettled = [request]
        case .failure(let fault):
            unsettled = []
            try await investigate(fault, [request], previous)
        }
    }

    /// Ends the adapter, and looks at what its last process said after its last answer.
    /// - Returns: notes on how its processes ended.
    func close() async throws(RunStop) -> [String] {
        let closing = await connection.close()
        if let fault = closing.fault, !unsettled.isEmpty {
            let suspects = unsettled
            unsettled = []
            try await investigate(fault, suspects, [])
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

    private func set(_ id: String, _ record: Record) {
        records[id] = record
        // Graded once, by its last record: afterwards the answer is no longer there.
        if !changed.contains(id) { changed.append(id) }
    }

    // MARK: Suspects

    /// Runs the suspects again, each alone in a new process, before anyone is blamed. They are the requests that got no answer;
    /// where the line at fault may have been a second answer, all others, and those before, too.
    private func investigate(
        _ fault: Fault,
        _ requests: [QueuedRequest],
        _ previous: [QueuedRequest]
    ) async throws(RunStop) {
        guard faultCount < limits.faults else {
            throw RunStop(detail: "the adapter had more than \(limits.faults) faults")
        }
        var suspects = requests.filter { !hasAnswer($0) }
        if fault.mayComeFromBefore { suspects += requests.filter(hasAnswer) + previous }
        var reproduced: [String] = []
        for suspect in suspects {
            if try await isAtFaultAlone(suspect, after: fault) { reproduced.append(suspect.id) }
        }
        let isFlaky = reproduced.isEmpty && fault.kind == .timeout
        let named = suspects.first ?? requests[0]
        if isFlaky { records[named.id]?.notes.append("\(Misbehaviour.timeoutNotReproduced.note): \(fault.detail)") }
        faultCount += max(1, reproduced.count)
        incidents.append(
            Incident(
                fault: fault,
                caseID: named.id,
                previousCaseID: previous.last?.id,
                conclusion: reproduced.isEmpty ? (isFlaky ? .flaky : .notReproduced) : .reproduced(reproduced)
            )
        )
    }

    private func hasAnswer(_ request: QueuedRequest) -> Bool {
        if case .answered? = records[request.id]?.outcome { return true }
        return false
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
        set(request.id, record)
        return isReproduced
    }
}

extension Fault {
    /// Whether the line at fault may have been written for a request before, after its answer.
    fileprivate var mayComeFromBefore: Bool { kind == .desync || kind == .protocolError }
}

extension Record {
    fileprivate init(_ attempt: Attempt) {
        switch attempt.outcome {
        case .success(let answer): self.init(outcome: .answered(answer), attempts: [attempt])
        case .failure(let fault): self.init(outcome: .faulty(fault), attempts: [attempt])
        }
    }

    fileprivate var trimmed: Record {
        var record = self
        if case .answered(let answer) = outcome { record.outcome = .answered(answer.trimmed) }
        record.attempts = attempts.map(\.trimmed)
        return record
    }
}
