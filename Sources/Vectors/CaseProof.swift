package import Reference
package import Rules
package import StrictJSON

/// Recomputes a case with the reference implementation and says what does not hold.
///
/// An accepted case must break no rule at all and give what `out` lists. A refused one must break exactly the rules that
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
        let (outcome, examination) = table.examine(testCase.operation, profile, testCase.input)
        switch testCase.expectation {
        case .accept(let out):
            return problems(outcome, examination, accepting: out)
        case .reject(let reasons, let violates, _):
            let strict = table.perform(testCase.operation, profile, testCase.input)
            return problems(strict, examination.findings, refusingFor: reasons, violates)
        }
    }

    private func problems(_ outcome: Outcome, _ examination: Examination, accepting out: JSONObject) -> [String] {
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
        refusingFor reasons: [ReasonClass],
        _ violates: [RequirementID]
    ) -> [String] {
        guard case .reject(let first) = outcome else {
            return ["the reference does not refuse it: \(describe(outcome))"]
        }
        var problems: [String] = []
        if !reasons.contains(first.reason) {
            problems.append("the reference refuses with \(first.reason), which is not among its reasons")
        }
        let broken = Set(findings.map(\.requirement))
        for id in broken.subtracting(violates).sorted() {
            let details = findings.filter { $0.requirement == id }.map(\.detail)
            problems.append("it breaks \(id) too: \(details.joined(separator: "; "))")
        }
        for id in Set(violates).subtracting(broken).sorted() {
            problems.append("it does not break \(id)")
        }
        return problems
    }

    private func problems(of testCase: VectorCase, sample: JSONObject) -> [String] {
        guard let judge = WriterJudge.of(testCase.operation) else {
            return ["there are no checks for the answers of \(testCase.operation)"]
        }
        let findings = judge.findings(profile, testCase.input, .object(sample))
        guard case .reject(let reasons, let violates, _) = testCase.expectation else {
            return findings.map { "the checks refuse the sample: \($0.detail) (\($0.requirement))" }
        }
        guard let first = findings.first else { return ["the checks do not refuse the sample"] }
        return problems(.reject(first), findings, refusingFor: reasons, violates)
    }

    private func describe(_ outcome: Outcome) -> String {
        switch outcome {
        case .accept(let out): "it accepts with \(JSON.object(out).line)"
        case .reject(let finding): "it refuses with \(finding.reason), \(finding.detail) (\(finding.requirement))"
        case .skip(let detail): "it skips, \(detail)"
        case .error(let detail): "it takes the request itself for wrong, \(detail)"
        }
    }
}

/// Judges the answers of operations that write: the checks of the writer's rules, over request and answer.
package struct WriterJudge: Sendable {
    package typealias Body = @Sendable (Profile, JSONReader, JSONReader, inout Examination) throws -> Void

    private let body: Body

    package init(_ body: @escaping Body) { self.body = body }

    /// All that is wrong with the answer `out` to the request `input`.
    package func findings(_ profile: Profile, _ input: JSON, _ out: JSON) -> [Finding] {
        var examination = Examination(.complete)
        do {
            try body(profile, JSONReader(input, path: "in"), JSONReader(out, path: "out"), &examination)
        } catch let finding as Finding {
            examination.note(finding)
        } catch {
            examination.note(Finding("answer", "policy", "\(error)"))
        }
        return examination.findings
    }

    private static let judges: [String: WriterJudge] = [:]

    package static func of(_ operation: String) -> WriterJudge? { judges[operation] }
}
