package import Catalogue
package import Rules

/// Something in a scenario that breaks requirements.
package struct Violation: Hashable, Sendable {
    package let requirements: [RequirementID]
    /// From 1.
    package let step: Int
    /// A sentence that says what is wrong.
    package let detail: String
    /// A SHOULD that the scenario does not name and that is looked at in everything the party sends. It says nothing about the
    /// scenario.
    package fileprivate(set) var isGeneral: Bool

    package init(_ requirements: [RequirementID], step: Int, _ detail: String, isGeneral: Bool = false) {
        self.requirements = requirements
        self.step = step
        self.detail = detail
        self.isGeneral = isGeneral
    }
}

/// An alternative of a reading that the party's conduct has shown.
package struct ShownReading: Hashable, Sendable {
    package let alternative: ReadingAlternative
    /// Whether it is the one that the suite takes.
    package let isTaken: Bool
    /// What would be broken if the suite's were the only one.
    package let requirements: [RequirementID]
    /// From 1.
    package let step: Int
}

/// What judging a scenario run depends on beside the scenario: the weight of requirements, and which alternatives are taken.
package struct ScenarioSpec: Sendable {
    package let requirements: [RequirementID: Requirement]
    package let readings: Readings

    package init(requirements: [RequirementID: Requirement] = [:], readings: Readings = Readings(sections: [])) {
        self.requirements = requirements
        self.readings = readings
    }

    package init(specFolder: String) throws(FileError) {
        self.init(
            requirements: try RequirementCatalogue(specFolder: specFolder).requirements,
            readings: try Readings(specFolder: specFolder)
        )
    }

    /// Whether the text only advises it, and a run does not fail by it.
    func isAdvice(_ id: RequirementID) -> Bool {
        guard let requirement = requirements[id] else { return false }
        return [.should, .may].contains(requirement.level) && requirement.enforcement != .fail
    }

    /// The alternative of a reading that the suite takes.
    func taken(_ reading: String) -> ReadingAlternative? {
        readings[reading].map { ReadingAlternative(reading: reading, id: $0.taken) }
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
        /// The party's adapter answered `skip` to a request.
        case skipped(String)
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
    /// Each alternative once, at the step that showed it first.
    package var readings: [ShownReading] = []
    package var transcript = Transcript()
    /// What is worth knowing and breaks nothing.
    package var notes: [String] = []

    package init(end: End = .finished) { self.end = end }

    /// The step at which the party could be led no further: what it broke there says much about the scenario, be it advice.
    mutating func end(atStep step: Int) {
        let own = violations.indices.filter { violations[$0].step == step }
        guard own.allSatisfy({ violations[$0].isGeneral }) else { return }
        for index in own { violations[index].isGeneral = false }
    }
}
