internal import Catalogue
internal import Mutants
internal import Reference
internal import Rules
internal import Scenarios
internal import TestSupport
internal import Testing
internal import VectorValidation

/// What all scenarios of a role together make of a party that is wrong throughout.
@Suite struct HigherOrderMutantTests {
    @Test func whoBelievesEverythingFailsEveryAuthentication() async throws {
        let server = try await broken(by: HigherOrderMutants.serverAuthenticatesNothing)
        #expect(server.isSuperset(of: ["B66-OPR-R1", "B66-SSI-R1", "B12-IRQ-8"]))
        let recipient = try await broken(by: HigherOrderMutants.recipientAuthenticatesNothing)
        #expect(recipient.isSuperset(of: ["B66-OP-R1", "B66-SIP-R1", "ASY-S1"]))
    }

    @Test func aServerThatForgetsAtAKillFailsThePersistenceLinesAlone() async throws {
        let broken = try await broken(by: HigherOrderMutants.serverForgetsAtAKill)
        // What was acknowledged is to be there after a start (SSI-R4), to be found again by the path (OP-S2), and to stay when
        // another offer's invoice is updated (OP-S4).
        #expect(broken == ["B66-SSI-R4", "B66-OP-S2", "B66-OP-S4"])
    }

    /// The requirements that some scenario shows to be broken. At packet depth those scenarios alone are run that need it: such a
    /// party is wrong in what it believes, whatever a message is wrapped in.
    private func broken(by mutant: Mutant) async throws -> Set<RequirementID> {
        let profiles = try ProfileStore(folder: "\(Project.root)/Spec/profiles").profiles
        let spec = try ScenarioSpec(specFolder: "\(Project.root)/Spec")
        let families = try ProjectData.scenarios().filter { $0.role == mutant.role }
        var broken: Set<RequirementID> = []
        let scenarioRuns = families.flatMap { ScenarioRun.all($0, profile: "blip66-draft") }.joined()
            .filter { $0.depth == .payload || $0.scenario.needs.depth == .packet }
        for scenarioRun in scenarioRuns {
            let outcome = await ScenarioProof.outcome(of: scenarioRun, mutant.registry, profiles, spec)
            broken.formUnion(outcome.violations.flatMap(\.requirements))
        }
        return broken
    }
}
