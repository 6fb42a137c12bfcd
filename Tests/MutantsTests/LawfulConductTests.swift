internal import Catalogue
internal import Mutants
internal import Reference
internal import Rules
internal import Scenarios
internal import TestSupport
internal import Testing
internal import VectorFormat
internal import VectorValidation

/// The lawful variants that play roles, held against the scenarios.
@Suite struct LawfulConductTests {
    private static let families = (try? ProjectData.scenarios()) ?? []

    /// The alternatives that rows of scenarios are for.
    private static let named = Set(
        families.flatMap(\.scenarios).flatMap(\.steps).flatMap(\.rows).joined().compactMap(\.reading)
    )

    /// What the runner sees by itself, whatever the scenario.
    private static let seenInAll: Set<ReadingAlternative> = [
        ReadingAlternative(reading: "C-11", id: "b"), ReadingAlternative(reading: "C-16", id: "b"),
    ]

    /// All of them takes minutes: that is for `tools/test --full`. Otherwise each takes another fourth.
    private static let share = Project.isFull ? 1 : 4

    /// Scenarios under the draft, at packet depth those alone in which onions and ways matter: conduct is the same at both depths.
    ///
    /// - Parameter number: of who is tried; it says which share of the scenarios is taken.
    private static func selection(_ family: ScenarioFamily, _ number: Int) -> [ScenarioRun] {
        ScenarioRun.all(family, profile: "blip66-draft").joined()
            .filter { $0.depth == .payload || $0.scenario.needs.depth == .packet || !$0.scenario.far.isEmpty }
            .enumerated().filter { ($0.offset + number) % share == 0 }.map(\.element)
    }

    /// Those in which the alternative shows, and of the others as much as of any.
    private static func selection(_ family: ScenarioFamily, _ variant: LawfulVariant, _ number: Int) -> [ScenarioRun] {
        let sample = selection(family, number)
        let sampled = Set(sample.map(\.id))
        let own = ScenarioRun.all(family, profile: "blip66-draft").joined().filter { scenarioRun in
            !sampled.contains(scenarioRun.id)
                && scenarioRun.scenario.steps.flatMap(\.rows).joined()
                    .contains { $0.reading == variant.alternative }
        }
        return sample + own
    }

    @Test func everyAlternativeOfAScenarioHasAVariantThatPlaysARole() {
        #expect(!Self.named.isEmpty)
        let missing = Self.named.filter { LawfulVariantRegistry.variant($0)?.roles.isEmpty != false }
        #expect(missing == [])
    }

    /// A variant that neither case nor scenario names would prove nothing.
    @Test func everyVariantIsNamedByACaseOrAScenario() throws {
        let families = try ProjectData.families()
        let inCases = families.flatMap(\.cases).filter { $0.sample == nil }.flatMap(\.under).map(\.when)
        let known = Self.named.union(Self.seenInAll).union(inCases)
        #expect(LawfulVariantRegistry.all.map(\.alternative).filter { !known.contains($0) } == [])
    }

    /// It goes through all scenarios of its role, and what it shows beside the suite's alternatives is its own.
    @Test(arguments: LawfulVariantRegistry.all.filter { !$0.roles.isEmpty }.map(\.name))
    func aVariantBreaksNothing(name: String) async throws {
        let variant = try #require(LawfulVariantRegistry.variant(name))
        let number = try #require(LawfulVariantRegistry.all.firstIndex { $0.name == name })
        let profiles = try ProfileStore(folder: "\(Project.root)/Spec/profiles").profiles
        let spec = try ScenarioSpec(specFolder: "\(Project.root)/Spec")
        var problems: [String] = []
        var shown: Set<ReadingAlternative> = []
        for family in Self.families where variant.roles.contains(family.role) {
            for scenarioRun in Self.selection(family, variant, number) {
                let outcome = await ScenarioProof.outcome(of: scenarioRun, variant.registry, profiles, spec)
                problems += outcome.violations.map { "\(scenarioRun.id) step \($0.step): \($0.detail)" }
                shown.formUnion(outcome.readings.filter { !$0.isTaken }.map(\.alternative))
            }
        }
        #expect(problems == [])
        #expect(shown == [variant.alternative])
    }

    /// Where no reading names alternatives the texts leave more open: nothing is broken, at either depth.
    @Test(arguments: LawfulConduct.all.map(\.name))
    func lawfulConductBreaksNothing(name: String) async throws {
        let conduct = try #require(LawfulConduct.named(name))
        let number = try #require(LawfulConduct.all.firstIndex { $0.name == name })
        let profiles = try ProfileStore(folder: "\(Project.root)/Spec/profiles").profiles
        let spec = try ScenarioSpec(specFolder: "\(Project.root)/Spec")
        var problems: [String] = []
        var finished = 0
        var runs = 0
        for family in Self.families where conduct.role == family.role {
            for scenarioRun in Self.selection(family, number) {
                runs += 1
                let outcome = await ScenarioProof.outcome(of: scenarioRun, conduct.registry, profiles, spec)
                // What is told as an info accuses nobody.
                let accusations = outcome.violations.filter { violation in
                    violation.requirements.contains { spec.requirements[$0]?.enforcement != .info }
                }
                problems += accusations.map { "\(scenarioRun.id) step \($0.step): \($0.detail)" }
                if outcome.end == .finished { finished += 1 }
            }
        }
        #expect(problems == [])
        // Most are gone through, however many the role has.
        #expect(finished * 2 > runs)
    }
}
