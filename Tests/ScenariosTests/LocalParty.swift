import Catalogue
import Reference
import Rules
import Scenarios
import StrictJSON
import TestSupport

/// The reference, or a wrong variant of it, as the party under test in this process.
actor LocalParty: PartyPort {
    private let registry: PartyRegistry
    private let profile: Profile
    private var session: PartySession

    init(_ registry: PartyRegistry, _ profile: Profile) {
        self.registry = registry
        self.profile = profile
        session = PartySession(registry)
    }

    func ask(_ operation: String, _ input: JSON) -> Answer {
        switch session.perform(operation, profile, input) {
        case .accept(let out): .accept(out)
        case .reject(let finding): .reject(reason: finding.reason.rawValue, detail: finding.detail)
        case .skip(let detail): .skip(detail)
        case .error(let detail): .error(detail)
        }
    }

    func kill() { session = PartySession(registry) }

    /// Plays a scenario at packet depth under the draft.
    static func play(_ scenario: Scenario, role: String, _ registry: PartyRegistry) async throws -> ScenarioOutcome {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        let profile = try store.profile("blip66-draft")
        var play = ScenarioPlay(
            scenario,
            role: role,
            depth: .packet,
            profile: profile,
            declared: Declared(capabilities: PartySession(registry).capabilities),
            port: LocalParty(registry, profile)
        )
        return await play.run()
    }
}
