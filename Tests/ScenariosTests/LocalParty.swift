import Catalogue
import Reference
import Rules
import Scenarios
import StrictJSON
import TestSupport

/// The reference as the party under test in this process, with all lines that went to and fro.
actor LocalParty: PartyPort {
    private let registry: PartyRegistry
    private let profile: Profile
    private var session: PartySession
    /// All requests that were accepted, with their answers.
    private(set) var lines: [(operation: String, input: JSON, out: JSONObject)] = []

    init(_ registry: PartyRegistry, _ profile: Profile) {
        self.registry = registry
        self.profile = profile
        session = PartySession(registry)
    }

    func ask(_ operation: String, _ input: JSON) -> Answer {
        switch session.perform(operation, profile, input) {
        case .accept(let out):
            lines.append((operation, input, out))
            return .accept(out)
        case .reject(let finding): return .reject(reason: finding.reason.rawValue, detail: finding.detail)
        case .skip(let detail): return .skip(detail)
        case .error(let detail): return .error(detail)
        }
    }

    func kill() { session = PartySession(registry) }

    /// Plays a scenario at packet depth under the draft.
    static func play(_ scenario: Scenario, role: String) async throws -> (outcome: ScenarioOutcome, party: LocalParty) {
        let registry = PartyRegistry.reference
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        let profile = try store.profile("blip66-draft")
        let party = LocalParty(registry, profile)
        var play = ScenarioPlay(
            scenario,
            role: role,
            depth: .packet,
            profile: profile,
            declared: Declared(capabilities: PartySession(registry).capabilities),
            port: party
        )
        return (await play.run(), party)
    }
}
