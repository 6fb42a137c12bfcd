internal import Catalogue
internal import Mutants
internal import Reference
internal import Rules
internal import Scenarios
internal import TestSupport
internal import Testing

/// Who never does what its role is there for is blamed for that, and not for the rule that a scenario is about.
@Suite struct OrdinaryRequirementTests {
    /// Scenarios about something else, each with a mutant that does nothing of the kind that they wait for.
    @Test(arguments: [
        ("server", "forwards-over-the-new-path", "B66-SRV-2a/not-forwarded"),
        ("server", "strangers-far-away", "B66-OPR-R2/mute"),
        ("recipient", "strangers-far-away", "B66-OP-R3/mute"),
        ("recipient", "ready-after-a-restart", "B66-SIP-R2/never-ready"),
        ("recipient", "releases-until-the-invoice-ends", "ASY-S1/mute"),
    ])
    func aMuteRoleBreaksOneRequirement(role: String, scenario: String, mutant: String) async throws {
        let mutant = try #require(MutantRegistry.mutant(mutant))
        let outcome = try await Self.outcome(role, scenario, mutant.registry, seen: [])
        #expect(outcome.violations.map(\.requirements) == [[mutant.requirement]])
    }

    /// A recipient that hands over to its peers alone has handed over: it is the way that it does not find.
    @Test func whoHasShownTheKindIsBlamedForTheRule() async throws {
        let mutant = try #require(MutantRegistry.mutant("RB-U1/recipient-sends-to-peers-only"))
        let shown = OrdinaryRequirement.kinds("recipient")
        let outcome = try await Self.outcome("recipient", "strangers-far-away", mutant.registry, seen: shown)
        #expect(outcome.violations.map(\.requirements) == [["RB-U1"]])
        let alone = try await Self.outcome("recipient", "strangers-far-away", mutant.registry, seen: [])
        #expect(alone.violations.map(\.requirements) == [["B66-OP-R3"]])
    }

    private static func outcome(
        _ role: String,
        _ name: String,
        _ registry: PartyRegistry,
        seen: Set<String>
    ) async throws -> ScenarioOutcome {
        let family = try ScenarioFamily.read("\(Project.root)/Vectors/scenario/\(role).json")
        let scenario = try #require(family.scenarios.first { $0.id == "scenario/\(role)/\(name)" })
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        let profile = try store.profile("blip66-draft")
        var executor = try ScenarioExecutor(
            scenario,
            role: role,
            depth: .payload,
            profile: profile,
            declared: DeclaredCapabilities(capabilities: PartySession(registry).capabilities),
            spec: ScenarioSpec(specFolder: "\(Project.root)/Spec"),
            port: InProcessPort(registry, profile)
        )
        executor.seenKinds = seen
        return await executor.run()
    }
}
