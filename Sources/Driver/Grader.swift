package import Catalogue
internal import Reference
package import Rules
internal import StrictJSON
package import VectorFormat

/// What is a failure, beyond what always is one.
package struct Strictness: Hashable, Sendable {
    /// Another reason class than the listed ones fails.
    package var reasons = false
    /// A broken SHOULD fails.
    package var should = false
    /// Another reading than the recommended one fails.
    package var readings = false

    package init() {}
}

/// Judges answers.
package struct Grader: Sendable {
    package let requirements: [RequirementID: Requirement]
    package let strictness: Strictness

    package init(requirements: [RequirementID: Requirement], strictness: Strictness) {
        self.requirements = requirements
        self.strictness = strictness
    }

    /// The verdict on an answer, and what else there is to say about it.
    ///
    /// - `profile`: the one that the case was put under. Answers of operations that write are judged by the rules for
    ///   writers as it has them.
    /// - `neighbourPassed`: whether the valid neighbour of a negative case passed.
    package func grade(
        _ vector: VectorCase,
        _ answer: Answer,
        profile: Profile?,
        neighbourPassed: Bool
    ) -> (verdict: CaseVerdict, notes: [String]) {
        switch (vector.expectation, answer) {
        case (_, .skip(let detail)):
            (.notExercised(.skipped(detail)), [])
        case (.reject, _) where !neighbourPassed:
            (.notCounted(neighbourMissing(vector, answer)), [])
        case (_, .error(let detail)):
            (.failed(.init(kind: .adapterError, severity: .failure, detail: "the adapter failed: \(detail)")), [])
        case (.accept(let out), .accept(let got)):
            (
                compare(vector, Differences.of(expected: out, got: got, path: "out")) ?? evaluate(vector, got, profile),
                []
            )
        case (.accept, .reject(let reason, let detail)):
            (wrong(vector, "rejected a valid input (reason: \(reason)): \(detail)"), notes(on: reason))
        case (.reject, .accept):
            (wrong(vector, "accepted an invalid input; it has to be rejected"), [])
        case (.reject(let reasons, _, _), .reject(let reason, _)):
            rejected(vector, reason, reasons)
        }
    }

    /// The verdict on a fault. The weight of the requirement does not matter: no text allows a crash.
    package func grade(_ fault: Fault) -> CaseVerdict {
        .failed(.init(kind: .fault(fault.kind), severity: .failure, detail: fault.detail))
    }

    // MARK: Parts

    private func compare(_ vector: VectorCase, _ differences: [Difference]) -> CaseVerdict? {
        if differences.isEmpty { return nil }
        let members = differences.count == 1 ? "a member differs" : "\(differences.count) members differ"
        return wrong(vector, members, differences)
    }

    /// What was written may take a writer's freedoms, and must keep the writer's rules.
    private func evaluate(_ vector: VectorCase, _ got: JSONObject, _ profile: Profile?) -> CaseVerdict {
        guard let profile, let validator = WriterOutputValidator.of(vector.operation) else { return .passed }
        let findings = validator.findings(profile, vector.input, .object(got))
        if findings.isEmpty { return .passed }
        let broken = findings.map { "\($0.requirement): \($0.detail)" }.joined(separator: "; ")
        let severity = severity(vector, of: findings.map(\.requirement))
        return .failed(.init(kind: .wrongAnswer, severity: severity, detail: "the output violates \(broken)"))
    }

    private func rejected(
        _ vector: VectorCase,
        _ reason: String,
        _ reasons: [ReasonClass]
    ) -> (verdict: CaseVerdict, notes: [String]) {
        guard !reasons.contains(ReasonClass(rawValue: reason)) else { return (.passed, []) }
        let expected = reasons.map(\.rawValue).joined(separator: " or ")
        let detail = "rejected with the reason \(reason), expected \(expected)"
        if strictness.reasons { return (wrong(vector, detail), notes(on: reason)) }
        return (.passed, [detail] + notes(on: reason))
    }

    private func notes(on reason: String) -> [String] {
        ReasonClass(rawValue: reason).isKnown ? [] : ["the reason class \"\(reason)\" is unknown"]
    }

    private func wrong(_ vector: VectorCase, _ detail: String, _ differences: [Difference] = []) -> CaseVerdict {
        .failed(.init(kind: .wrongAnswer, severity: severity(vector), detail: detail, differences: differences))
    }

    private func neighbourMissing(_ vector: VectorCase, _ answer: Answer) -> String {
        "answered \(answer.outcome), but the neighbour \(vector.neighbour ?? "") did not pass"
    }

    // MARK: Weight

    /// How bad a wrong answer is.
    package func severity(_ vector: VectorCase) -> CaseVerdict.Severity {
        var ids = vector.requirements
        if case .reject(_, let violates, _) = vector.expectation, !violates.isEmpty { ids = violates }
        return severity(vector, of: ids)
    }

    private func severity(_ vector: VectorCase, of ids: [RequirementID]) -> CaseVerdict.Severity {
        severity(of: ids, restsOnReading: false)
    }

    /// How bad it is that these requirements are broken.
    func severity(of ids: [RequirementID], restsOnReading: Bool) -> CaseVerdict.Severity {
        if restsOnReading, !strictness.readings { return .reading }
        switch enforcement(ids) {
        case .fail: return .failure
        case .warn: return strictness.should ? .failure : .warning
        case .info: return .info
        }
    }

    /// The strongest enforcement among the requirements that a wrong answer breaks. What is not in the catalogue fails.
    private func enforcement(_ ids: [RequirementID]) -> Requirement.Enforcement {
        let found = ids.map { requirements[$0]?.enforcement ?? .fail }
        if found.isEmpty || found.contains(.fail) { return .fail }
        return found.contains(.warn) ? .warn : .info
    }
}
