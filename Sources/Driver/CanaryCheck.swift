internal import Catalogue
internal import StrictJSON

/// Puts the canaries of an operation before its first case, and says whether the operation can be graded.
actor CanaryCheck {
    private let plan: RunPlan
    private let options: RunOptions
    private let requestQueue: RequestQueue
    /// The canaries of each operation that was looked at, in order.
    private var order: [String] = []
    private var requests: [String: CanaryRequests] = [:]

    private struct CanaryRequests: Sendable {
        let first: QueuedRequest
        let second: QueuedRequest
        /// The first must be accepted. The second must be rejected, or give another output.
        let secondIsRejected: Bool
    }

    init(_ plan: RunPlan, _ options: RunOptions, _ requestQueue: RequestQueue) {
        self.plan = plan
        self.options = options
        self.requestQueue = requestQueue
    }

    /// Whether the canaries of the question's operation were answered rightly. An operation for which no pair can be
    /// made is graded without.
    func isSound(_ plannedCase: PlannedCase, _ profile: String?) async throws(RunStop) -> Bool {
        let operation = plannedCase.vector.operation
        if !order.contains(operation) {
            order.append(operation)
            requests[operation] = make(plannedCase, profile)
            if let pair = requests[operation] {
                try await requestQueue.send(pair.first)
                if await requestQueue[pair.first.id]?.isAccepted == true { try await requestQueue.send(pair.second) }
            }
        }
        return await failure(operation) == nil
    }

    var results: [CanaryResult] {
        get async {
            var results: [CanaryResult] = []
            for operation in order {
                guard let pair = requests[operation] else { continue }
                let records = [await requestQueue.finished(pair.first.id), await requestQueue.finished(pair.second.id)]
                results.append(
                    CanaryResult(
                        operation: operation,
                        failure: await failure(operation),
                        attempts: records.flatMap { $0?.attempts ?? [] }
                    )
                )
            }
            return results
        }
    }

    // MARK: Making

    private func make(_ plannedCase: PlannedCase, _ profile: String?) -> CanaryRequests? {
        let operation = plannedCase.vector.operation
        let table = options.profileTables[profile ?? options.profile]
        let type = table?["static_invoice"]?["message_paths_type"]?.string
        let pair = Canaries.pair(operation, messagePathsType: type) ?? pairOfCases(plannedCase)
        func request(_ name: String, _ input: JSON) -> QueuedRequest {
            QueuedRequest(id: "canary/\(operation)/\(name)", operation: operation, profile: profile, input: input)
        }
        switch pair {
        case .acceptAndReject(let valid, let invalid)?:
            return CanaryRequests(
                first: request("accept", valid),
                second: request("reject", invalid),
                secondIsRejected: true
            )
        case .twoAccepts(let first, let second)?:
            return CanaryRequests(
                first: request("accept", first),
                second: request("accept-another", second),
                secondIsRejected: false
            )
        case nil:
            return nil
        }
    }

    /// For an operation without canaries of its own: the plainest valid case under the profile, and the same with its bytes
    /// cut short; the first invalid case where there are no bytes to cut; two valid cases with different outputs where nothing
    /// is invalid.
    private func pairOfCases(_ plannedCase: PlannedCase) -> CanaryPair? {
        let vectors = plan.plannedCases(plannedCase.vector.operation, profile: plannedCase.family.profile).map(\.vector)
        let plain = vectors.first { !$0.isNegative && $0.id.hasSuffix("/plain") }
        guard let valid = plain ?? vectors.first(where: { !$0.isNegative }) else { return nil }
        if let cut = Self.cut(valid.input) { return .acceptAndReject(valid.input, cut) }
        if let invalid = vectors.first(where: \.isNegative) { return .acceptAndReject(valid.input, invalid.input) }
        guard let other = vectors.first(where: { $0.expectation != valid.expectation }) else { return nil }
        return .twoAccepts(valid.input, other.input)
    }

    /// A stream that lacks its last byte ends inside a record: nobody can take it.
    private static func cut(_ input: JSON) -> JSON? {
        for member in ["bytes", "payload"] {
            guard var object = input.object, let bytes = object[member]?.string, bytes.utf8.count > 2 else { continue }
            object[member] = .string(String(bytes.dropLast(2)))
            return .object(object)
        }
        return nil
    }

    // MARK: Judging

    /// What is wrong with the answers; `nil` when they are right.
    private func failure(_ operation: String) async -> String? {
        guard let pair = requests[operation] else { return nil }
        let (first, second) = (await requestQueue[pair.first.id], await requestQueue[pair.second.id])
        guard case .accept(let out)? = first?.answer else { return wrong(pair.first, "accepted", first) }
        switch (second?.answer, pair.secondIsRejected) {
        case (.reject?, true): return nil
        case (_, true): return wrong(pair.second, "refused", second)
        case (.accept(let other)?, false):
            return out == other
                ? "two inputs with different outputs got the same output: \(JSON.object(out).line)" : nil
        case (_, false): return wrong(pair.second, "accepted", second)
        }
    }

    private func wrong(_ request: QueuedRequest, _ needed: String, _ record: Record?) -> String {
        let input = AnswerLine.excerpt(Array(request.input.line.utf8))
        return "\(input) must be \(needed), \(record?.summary ?? "but was not sent")"
    }
}

extension Record {
    fileprivate var isAccepted: Bool {
        if case .accept? = answer { return true }
        return false
    }

    fileprivate var answer: Answer? {
        if case .answered(let answer) = outcome { return answer }
        return nil
    }

    /// As the end of a sentence.
    fileprivate var summary: String {
        switch outcome {
        case .answered(.accept): "and was accepted"
        case .answered(.reject(let reason, let detail)): "and was rejected (\(reason)) \(detail)"
        case .answered(.skip(let detail)): "and was skipped although hello lists the operation: \(detail)"
        case .answered(.error(let detail)): "and the adapter failed: \(detail)"
        case .faulty(let fault): "and there was a \(fault.kind.rawValue): \(fault.detail)"
        case .notExercised(let reason): reason.reason
        }
    }
}
