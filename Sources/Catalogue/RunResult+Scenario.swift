package import Rules

/// What a scenario adds to its case: which requirements were broken where, and what happened.
package struct ScenarioResult: Hashable, Sendable {
    package struct Violation: Hashable, Sendable {
        package let requirements: [RequirementID]
        /// From 1.
        package let step: Int
        package let detail: String
        package let severity: CaseVerdict.Severity
        /// A SHOULD that is looked at in everything the party sends, whatever the scenario is about. It is reported once a run,
        /// and leaves the scenario's verdict alone.
        package let isGeneral: Bool

        package init(
            requirements: [RequirementID],
            step: Int,
            detail: String,
            severity: CaseVerdict.Severity,
            isGeneral: Bool = false
        ) {
            self.requirements = requirements
            self.step = step
            self.detail = detail
            self.severity = severity
            self.isGeneral = isGeneral
        }
    }

    /// `packet` or `payload`.
    package let depth: String
    package let violations: [Violation]
    /// All steps were gone through; otherwise requirements without a violation have not been shown.
    package let isFinished: Bool
    /// The alternatives of readings that the party's conduct showed.
    package let readings: [ReadingAlternative]
    package let transcript: Transcript

    package init(
        depth: String,
        violations: [Violation],
        isFinished: Bool,
        readings: [ReadingAlternative] = [],
        transcript: Transcript
    ) {
        self.depth = depth
        self.violations = violations
        self.isFinished = isFinished
        self.readings = readings
        self.transcript = transcript
    }
}
