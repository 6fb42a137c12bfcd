package import Reference
package import Rules
internal import StrictJSON
package import VectorFormat

/// Recomputes a case with the reference implementation and says what does not hold.
///
/// An accepted case must violate no rule and give what `out` lists. A rejected one must violate exactly the rules that
/// it lists in `violates`, no more and no fewer, and its class must be among `reasons`.
package struct CaseProof: Sendable {
    private let table: OperationTable
    private let profile: Profile

    package init(table: OperationTable, profile: Profile) {
        self.table = table
        self.profile = profile
    }

    /// What is wrong with the case; empty when it holds.
    package func problems(of testCase: VectorCase) -> [String] {
        if let sample = testCase.sample { return problems(of: testCase, sample: sample) }
        let (outcome, validation) = table.validate(testCase.operation, profile, testCase.input)
        switch testCase.expectation {
        case .accept(let out):
            return problems(outcome, accepting: out) + judged(outcome, testCase)
        case .reject(let reasons, let violates, _):
            let strict = table.perform(testCase.operation, profile, testCase.input)
            return problems(strict, validation.findings, rejectingFor: reasons, violates)
        }
    }

    /// Where the operation writes, its answer must follow the writer's rules too.
    private func judged(_ outcome: Outcome, _ testCase: VectorCase) -> [String] {
        guard case .accept(let got) = outcome, let validator = WriterOutputValidator.of(testCase.operation) else {
            return []
        }
        return validator.findings(profile, testCase.input, .object(got)).map {
            "its answer violates \($0.requirement): \($0.detail)"
        }
    }

    private func problems(_ outcome: Outcome, accepting out: JSONObject) -> [String] {
        guard case .accept(let got) = outcome else {
            return ["the reference does not accept it: \(describe(outcome))"]
        }
        return out.members.compactMap { member in
            if got[member.key] == member.value { return nil }
            return "out.\(member.key) is \(got[member.key]?.line ?? "absent"), \(member.value.line) is expected"
        }
    }

    private func problems(
        _ outcome: Outcome,
        _ findings: [Finding],
        rejectingFor reasons: [ReasonClass],
        _ violates: [RequirementID]
    ) -> [String] {
        guard case .reject(let first) = outcome else {
            return ["the reference does not reject it: \(describe(outcome))"]
        }
        var problems: [String] = []
        if !reasons.contains(first.reason) {
            problems.append("the reference rejects it with \(first.reason), which is not among its reasons")
        }
        let broken = Set(findings.map(\.requirement))
        for id in broken.subtracting(violates).sorted() {
            let details = findings.filter { $0.requirement == id }.map(\.detail)
            problems.append("it also violates \(id): \(details.joined(separator: "; "))")
        }
        for id in Set(violates).subtracting(broken).sorted() {
            problems.append("it does not violate \(id)")
        }
        return problems
    }

    private func problems(of testCase: VectorCase, sample: JSONObject) -> [String] {
        guard let validator = WriterOutputValidator.of(testCase.operation) else {
            return ["there are no checks for the answers of \(testCase.operation)"]
        }
        let findings = validator.findings(profile, testCase.input, .object(sample))
        guard case .reject(let reasons, let violates, _) = testCase.expectation else {
            return findings.map { "the checks reject the sample: \($0.detail) (\($0.requirement))" }
        }
        guard let first = findings.first else { return ["the checks do not reject the sample"] }
        return problems(.reject(first), findings, rejectingFor: reasons, violates)
    }

    private func describe(_ outcome: Outcome) -> String {
        switch outcome {
        case .accept(let out): "it accepts with \(JSON.object(out).line)"
        case .reject(let finding): "it rejects with \(finding.reason), \(finding.detail) (\(finding.requirement))"
        case .skip(let detail): "it skips, \(detail)"
        case .error(let detail): "it calls the request malformed: \(detail)"
        }
    }
}
