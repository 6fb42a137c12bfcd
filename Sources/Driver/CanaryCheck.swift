internal import Catalogue
internal import Rules
internal import StrictJSON
internal import VectorFormat

/// Sends the canaries of an operation, message, schema or kind before its first case, and says whether it can be graded.
actor CanaryCheck {
    private let plan: RunPlan
    private let options: RunOptions
    private let requestQueue: RequestQueue
    /// The names that were looked at, in order.
    private var order: [String] = []
    private var found: [String: Finding] = [:]

    private struct Finding {
        let verdict: CanaryResult.Verdict
        let requests: [String]
    }

    init(_ plan: RunPlan, _ options: RunOptions, _ requestQueue: RequestQueue) {
        self.plan = plan
        self.options = options
        self.requestQueue = requestQueue
    }

    /// Why the case is not sent; `nil` when its canaries were answered rightly. What has no canaries is graded without.
    func reasonNotToSend(
        _ plannedCase: PlannedCase,
        _ profile: String?
    ) async throws(RunStop) -> CaseVerdict.NotExercised? {
        let name = Canaries.name(plannedCase.vector.operation, plannedCase.vector.input)
        if !order.contains(name) {
            order.append(name)
            found[name] = try await look(name, plannedCase, profile)
            for id in found[name]?.requests ?? [] { await requestQueue.trim(id) }
        }
        switch found[name]?.verdict {
        case .failed?: return .canaryFailed(name)
        case .skipped?: return .canarySkipped(name)
        case .passed?, nil: return nil
        }
    }

    var results: [CanaryResult] {
        get async {
            var results: [CanaryResult] = []
            for name in order {
                guard let finding = found[name] else { continue }
                var attempts: [Attempt] = []
                for id in finding.requests { attempts += await requestQueue.finished(id)?.attempts ?? [] }
                results.append(
                    CanaryResult(name: name, verdict: finding.verdict, attempts: attempts.map(\.withLogTail))
                )
            }
            return results
        }
    }

    // MARK: Sending

    /// One form that is answered rightly will do; otherwise a wrong answer counts more than a skip.
    private func look(
        _ name: String,
        _ plannedCase: PlannedCase,
        _ profile: String?
    ) async throws(RunStop) -> Finding? {
        let forms = plan.canaryForms(plannedCase, options.profileTables[profile ?? options.profile])
        guard !forms.isEmpty else { return nil }
        var verdict = CanaryResult.Verdict.skipped
        var requests: [String] = []
        for (index, form) in forms.enumerated() {
            let sent = form.requests("\(CanaryID(name))/\(index + 1)", plannedCase.vector.operation, profile)
            requests += [sent.first.id, sent.second.id]
            switch try await look(form, sent) {
            case .passed: return Finding(verdict: .passed, requests: requests)
            case .failed(let detail, let requirement):
                if case .skipped = verdict { verdict = .failed(detail, requirement) }
            case .skipped: break
            }
        }
        return Finding(verdict: verdict, requests: requests)
    }

    private func look(
        _ canary: Canary,
        _ sent: (first: QueuedRequest, second: QueuedRequest)
    ) async throws(RunStop) -> CanaryResult.Verdict {
        try await requestQueue.send(sent.first)
        let first = await requestQueue[sent.first.id]?.answer
        if case .skip? = first { return .skipped }
        guard case .accept(let out)? = first else { return await wrong(sent.first, "accepted", canary.first) }
        try await requestQueue.send(sent.second)
        switch (canary.pair, await requestQueue[sent.second.id]?.answer) {
        case (_, .skip?): return .skipped
        case (.acceptAndReject, .reject?): return .passed
        case (.acceptAndReject, _): return await wrong(sent.second, "rejected", canary.second)
        case (.twoAccepts, .accept(let other)?) where out != other: return .passed
        case (.twoAccepts, .accept?):
            let output = AnswerLine.excerpt(Array(JSON.object(out).line.utf8))
            return .failed("two inputs with different outputs got the same output: \(output)", canary.second)
        case (.twoAccepts, _): return await wrong(sent.second, "accepted", canary.second)
        }
    }

    private func wrong(
        _ request: QueuedRequest,
        _ needed: String,
        _ requirement: RequirementID
    ) async -> CanaryResult.Verdict {
        let input = AnswerLine.excerpt(Array(request.input.line.utf8))
        let record = await requestQueue[request.id]
        let detail = "\(input) must be \(needed), \(record?.summary ?? "but was not sent")"
        // Who crashed or hung broke no rule by that.
        if case .faulty? = record?.outcome { return .failed(detail, nil) }
        return .failed(detail, requirement)
    }
}

extension Canary {
    fileprivate func requests(
        _ id: String,
        _ operation: String,
        _ profile: String?
    ) -> (first: QueuedRequest, second: QueuedRequest) {
        let (one, two, secondName) =
            switch pair {
            case .acceptAndReject(let valid, let invalid): (valid, invalid, "reject")
            case .twoAccepts(let first, let second): (first, second, "accept-another")
            }
        return (
            QueuedRequest(id: "\(id)/accept", operation: operation, profile: profile, input: one),
            QueuedRequest(id: "\(id)/\(secondName)", operation: operation, profile: profile, input: two)
        )
    }
}

extension Record {
    fileprivate var answer: Answer? {
        if case .answered(let answer) = outcome { return answer }
        return nil
    }

    /// As the end of a sentence.
    fileprivate var summary: String {
        switch outcome {
        case .answered(.accept): "and was accepted"
        case .answered(.reject(let reason, let detail)): "and was rejected (\(reason)) \(detail)"
        case .answered(.skip(let detail)): "and was skipped: \(detail)"
        case .answered(.error(let detail)): "and the adapter failed: \(detail)"
        case .faulty(let fault): "and there was a \(fault.kind.rawValue): \(fault.detail)"
        case .notExercised(let reason): reason.reason
        }
    }
}
