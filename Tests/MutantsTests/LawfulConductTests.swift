internal import Catalogue
internal import Mutants
internal import Scenarios
internal import TestSupport
internal import Testing
internal import VectorFormat

/// The lawful variants against the scenarios that name their alternatives. That they break nothing is for `blip66 prove`.
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
}
