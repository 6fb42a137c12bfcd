internal import Catalogue
internal import Rules
internal import Scenarios

/// Makes a case's result of what became of a scenario.
struct ScenarioGrading: Sendable {
    private let grader: Grader
    /// Who does not come to the end fails, be what stopped it a SHOULD.
    private let mustFinish: Bool

    init(_ grader: Grader, mustFinish: Bool = false) {
        self.grader = grader
        self.mustFinish = mustFinish
    }

    func graded(_ scenarioRun: ScenarioRun, _ outcome: ScenarioOutcome, _ attempt: Attempt?) -> CaseResult {
        let others = outcome.readings.filter { !$0.isTaken }
        let strict = others.filter { grader.strictness.readings && grader.declared[$0.alternative.reading] == nil }
        let violations = outcome.violations.map(graded) + strict.map(asViolation)
        let scenario = ScenarioResult(
            depth: scenarioRun.depth.rawValue,
            violations: violations,
            isFinished: outcome.end == .finished,
            readings: outcome.readings.map(\.alternative),
            transcript: outcome.transcript
        )
        return CaseResult(
            scenarioRun,
            verdict(outcome, violations),
            scenario,
            attempt,
            notes: outcome.notes + others.map(note)
        )
    }

    private func graded(_ violation: Violation) -> ScenarioResult.Violation {
        ScenarioResult.Violation(
            requirements: violation.requirements,
            step: violation.step,
            detail: violation.detail,
            severity: grader.severity(of: violation.requirements),
            isGeneral: violation.isGeneral
        )
    }

    /// With `--strict-readings` there is one right alternative.
    private func asViolation(_ reading: ShownReading) -> ScenarioResult.Violation {
        ScenarioResult.Violation(
            requirements: reading.requirements,
            step: reading.step,
            detail: "another reading (\(reading.alternative)), which --strict-readings does not allow",
            severity: .failure
        )
    }

    private func note(_ reading: ShownReading) -> String {
        "step \(reading.step): another reading (\(reading.alternative))"
    }

    private func verdict(_ outcome: ScenarioOutcome, _ violations: [ScenarioResult.Violation]) -> CaseVerdict {
        switch outcome.end {
        case .notExercised(let reason) where violations.allSatisfy(\.isGeneral):
            return .notExercised(.lacking(reason))
        case .skipped(let reason) where violations.allSatisfy(\.isGeneral):
            return .notExercised(.skipped(reason))
        case .finished, .broken, .notExercised, .skipped:
            // What is advised for everything a party sends says nothing about this scenario.
            guard let worst = violations.filter({ !$0.isGeneral }).max(by: { $0.severity < $1.severity }) else {
                return .passed
            }
            let detail = "step \(worst.step): \(worst.detail)"
            let isStuck = mustFinish && outcome.end == .broken
            let severity = isStuck ? .failure : worst.severity
            return .failed(.init(kind: .wrongAnswer, severity: severity, detail: detail))
        case .stopped(let reason):
            return .notExercised(.lacking(reason))
        case .adapterError(let step, let detail):
            return .failed(.init(kind: .adapterError, severity: .failure, detail: "step \(step): \(detail)"))
        case .scenarioError(let step, let detail):
            return .notExercised(.lacking("step \(step) cannot be executed: \(detail)"))
        case .fault(let step, let fault):
            return .failed(.init(kind: .fault(fault.kind), severity: .failure, detail: "step \(step): \(fault.detail)"))
        }
    }
}
