package import Rules

/// What a scenario adds to its case: which requirements were broken where, and what happened.
package struct ScenarioResult: Hashable, Sendable {
    package struct Violation: Hashable, Sendable {
        package let requirements: [RequirementID]
        /// From 1.
        package let step: Int
        package let detail: String
        package let severity: CaseVerdict.Severity

        package init(requirements: [RequirementID], step: Int, detail: String, severity: CaseVerdict.Severity) {
            self.requirements = requirements
            self.step = step
            self.detail = detail
            self.severity = severity
        }
    }

    /// `packet` or `payload`.
    package let depth: String
    package let violations: [Violation]
    /// All steps were gone through; otherwise requirements without a violation have not been shown.
    package let isFinished: Bool
    package let transcript: Transcript

    package init(depth: String, violations: [Violation], isFinished: Bool, transcript: Transcript) {
        self.depth = depth
        self.violations = violations
        self.isFinished = isFinished
        self.transcript = transcript
    }
}
