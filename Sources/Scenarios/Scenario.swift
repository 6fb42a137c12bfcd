package import Catalogue
package import Rules
package import StrictJSON

/// A scenario (`Vectors/scenario/README.md`): steps that drive one party through a protocol.
package struct Scenario: Hashable, Sendable {
    /// What an adapter must offer, lest the scenario be not exercised.
    package struct Needs: Hashable, Sendable {
        /// `nil` when either depth will do.
        package var depth: Depth?
        /// Capabilities that must be true.
        package var capabilities: [String] = []

        /// Why an adapter with these capabilities cannot run the scenario; `nil` where it can.
        package func reasonUnmet(by declared: DeclaredCapabilities) -> String? {
            capabilities.first { !declared.has($0) }.map { "capability not declared: \($0)" }
        }
    }

    /// Its address, without a profile.
    package let id: String
    package let requirements: [RequirementID]
    package let comment: String
    /// The positive scenario of which this one is the variation; `nil` for positive ones.
    package let twin: String?
    package let needs: Needs
    /// Only under these; `nil` for all of its family.
    package let profiles: [String]?
    /// For `init`.
    package let limits: JSONObject
    /// Mutants of the reference that it finds out, `REQUIREMENT/what-is-wrong`.
    package let kills: [String]
    /// Actors that are no peers of the party.
    package let far: [String]
    /// Peers that no step names: nodes of the network, and no more.
    package let bystanders: [String]
    package let chain: ScenarioChain
    /// The counterparty under test has a secret of its own, which the runner does not know.
    package let own_secret: Bool
    package let steps: [Step]
    /// What follows when the party is killed in the course of the steps: then the scenario is run once for each point at which it
    /// could be.
    package let after_a_kill: [Step]

    /// Those after a kill too.
    package var allSteps: [Step] { steps + after_a_kill }

    package var isNegative: Bool { twin != nil }

    /// The readings that rows of its steps name, each once.
    package var namedReadings: [String] {
        allSteps.flatMap(\.rows).joined().compactMap { $0.reading?.reading }
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// The chain of all parties, by its name in BOLT 0.
package enum ScenarioChain: String, Hashable, Sendable, CaseIterable {
    case bitcoin, testnet, regtest
}

/// How much of an onion message the implementation under test is given.
package enum Depth: String, Hashable, Sendable, CaseIterable {
    case packet, payload
}

/// The scenarios for one role: a file.
package struct ScenarioFamily: Hashable, Sendable {
    package static let format = 2

    package let name: String
    package let title: String
    /// The role of the implementation under test.
    package let role: String
    /// What a conclusion is drawn on: the role, or a course that several implementations play together.
    package let subject: Subject
    package let profiles: [String]
    /// Those that nodes of a profile must know, lest the family say nothing about them: names as in a profile's `known`.
    package var messages: [String] = []
    package let scenarios: [Scenario]
}

/// One step, as it stands in the file.
package struct Step: Hashable, Sendable {
    package let action: Action
    /// What is broken when the step's expectation is not met; empty for the scenario's own requirements.
    package let requirements: [RequirementID]
    /// The step as JSON, for transcripts.
    package let source: JSONObject
}

/// One of the ways that a step `expect_any` allows.
package struct ScenarioRow: Hashable, Sendable {
    package let steps: [Step]
    /// The alternative of a reading that the row's conduct belongs to; `nil` for the alternative that the suite takes, where
    /// other rows name one.
    package let reading: ReadingAlternative?
    /// What comes later does not hold for this conduct: the scenario has been gone through.
    package let endsScenario: Bool
    /// Names that must be there, and names that must not, for the row to be one.
    package let present: [String]
    package let missing: [String]

    func isOpen(_ isThere: (String) -> Bool) -> Bool {
        present.allSatisfy(isThere) && !missing.contains(where: isThere)
    }

    /// Whether a party that does nothing at all could take it.
    package var allowsSilence: Bool {
        steps.allSatisfy { step in
            switch step.action {
            case .silence: true
            case .get_offer(let offer): offer.isNone
            default: false
            }
        }
    }

    /// Something must not come.
    var asksForSilence: Bool {
        steps.contains { if case .silence = $0.action { true } else { false } }
    }
}

extension Step {
    /// The rows of `expect_any`, and of those in `repeat`.
    package var rows: [[ScenarioRow]] {
        switch action {
        case .repeat(_, let steps): steps.flatMap(\.rows)
        case .expect_any(let rows): [rows]
        default: []
        }
    }

    /// Its own, and those of the steps in it.
    package var allRequirements: [RequirementID] {
        switch action {
        case .repeat(_, let steps): requirements + steps.flatMap(\.allRequirements)
        case .expect_any(let rows): requirements + rows.flatMap(\.steps).flatMap(\.allRequirements)
        default: requirements
        }
    }
}
