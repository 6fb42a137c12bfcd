package import Catalogue
package import Rules

/// Something in a scenario that breaks requirements.
package struct Violation: Hashable, Sendable {
    package let requirements: [RequirementID]
    /// From 1.
    package let step: Int
    /// A sentence that says what is wrong.
    package let detail: String
    /// The ambiguity on whose recommended reading this rests, if any.
    package let reading: String?

    package init(_ requirements: [RequirementID], step: Int, _ detail: String, reading: String? = nil) {
        self.requirements = requirements
        self.step = step
        self.detail = detail
        self.reading = reading
    }
}

/// What became of a scenario.
package struct ScenarioOutcome: Sendable {
    package enum End: Hashable, Sendable {
        /// All steps were gone through.
        case finished
        /// An expectation was not met (the last violation), and the later steps were not tried.
        case broken
        /// The party lacks something; why.
        case notExercised(String)
        /// The adapter rejected a request, failed, or answered outside the protocol.
        case adapterError(step: Int, String)
        case fault(step: Int, Fault)
        /// The run cannot go on.
        case stopped(String)
        /// The scenario itself is wrong.
        case scenarioError(step: Int, String)
    }

    package var end: End
    package var violations: [Violation] = []
    package var transcript = Transcript()
    /// What is worth knowing and breaks nothing.
    package var notes: [String] = []

    package init(end: End = .finished) { self.end = end }
}
