internal import Catalogue
internal import Mutants
internal import Reference
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat
internal import VectorValidation

/// The lawful variants that play roles, held against the scenarios.
@Suite struct LawfulConductTests {
    /// The alternatives that rows of scenarios are for.
    private static let named: Set<ReadingAlternative> = {
        let names = ["recipient", "salt-counterparty", "salt-payer", "salt-receiver", "server"]
        let texts = names.compactMap { try? Files.readJSON("\(Project.root)/Vectors/scenario/\($0).json").line }
        let rows = texts.flatMap { $0.matches(of: /"reading":"(C-[0-9]+ [a-z])"/).map { String($0.1) } }
        return Set(rows.compactMap { ReadingAlternative($0) })
    }()

    /// What the runner sees by itself, whatever the scenario.
    private static let seenInAll: Set<ReadingAlternative> = [ReadingAlternative(reading: "C-11", id: "b")]

    @Test func everyAlternativeOfAScenarioHasAVariantThatPlaysARole() {
        let missing = Self.named.filter { LawfulVariantRegistry.variant($0)?.roles.isEmpty != false }
        #expect(missing == [])
    }

    /// A variant that neither case nor scenario names would prove nothing.
    @Test func everyVariantIsNamedByACaseOrAScenario() throws {
        let families = try VectorStore.load(folder: "\(Project.root)/Vectors")
        let inCases = families.flatMap(\.cases).filter { $0.sample == nil }.flatMap(\.under).map(\.when)
        // Cases and scenarios say their alternatives together, or not yet.
        guard !inCases.isEmpty, !Self.named.isEmpty else { return }
        let known = Self.named.union(Self.seenInAll).union(inCases)
        #expect(LawfulVariantRegistry.all.map(\.alternative).filter { !known.contains($0) } == [])
    }

    @Test(arguments: LawfulVariantRegistry.all.filter { named.contains($0.alternative) }.map(\.name))
    func aVariantBreaksNothing(name: String) async throws {
        let variant = try #require(LawfulVariantRegistry.variant(name))
        let profiles = try ProfileStore(folder: "\(Project.root)/Spec/profiles").profiles
        let families = try ScenarioStore.load(folder: "\(Project.root)/Vectors").filter {
            variant.roles.contains($0.role)
        }
        var problems: [String] = []
        var finished = 0
        for scenarioRun in families.flatMap({ ScenarioRun.all($0, profile: "blip66-draft") }).joined() {
            let outcome = await ScenarioProof.outcome(of: scenarioRun, variant.registry, profiles)
            if outcome.end == .finished { finished += 1 }
            problems += outcome.violations.map { "\(scenarioRun.id) step \($0.step): \($0.detail)" }
        }
        #expect(problems == [])
        #expect(finished > 0)
    }
}
