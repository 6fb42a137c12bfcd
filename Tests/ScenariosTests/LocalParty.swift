import Catalogue
import Reference
import Rules
import Scenarios
import StrictJSON
import TestSupport

/// The reference as the implementation under test in this process, with all lines that went to and fro.
actor LocalParty: PartyPort {
    private let port: InProcessPort
    /// All requests that were accepted, with their answers.
    private(set) var lines: [(operation: String, input: JSON, out: JSONObject)] = []

    init(_ registry: PartyRegistry, _ profile: Profile) {
        port = InProcessPort(registry, profile)
    }

    func ask(_ operation: String, _ input: JSON) async -> Answer {
        let answer = await port.ask(operation, input)
        if case .accept(let out) = answer { lines.append((operation, input, out)) }
        return answer
    }

    func kill() async { await port.kill() }

    /// Runs a scenario at packet depth under the draft.
    static func execute(_ scenario: Scenario, role: String) async throws -> (
        outcome: ScenarioOutcome, party: LocalParty
    ) {
        let registry = PartyRegistry.reference
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        let profile = try store.profile("blip66-draft")
        let party = LocalParty(registry, profile)
        var executor = try ScenarioExecutor(
            scenario,
            role: role,
            depth: .packet,
            profile: profile,
            declared: DeclaredCapabilities(capabilities: PartySession(registry).capabilities),
            spec: ScenarioSpec(specFolder: "\(Project.root)/Spec"),
            port: party
        )
        return (await executor.run(), party)
    }
}
