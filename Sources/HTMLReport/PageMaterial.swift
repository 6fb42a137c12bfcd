package import Catalogue
package import Scenarios
package import VectorFormat

/// What a page tells beside its runs: the catalogue, and the cases as the folder of vectors holds them.
package struct PageMaterial: Sendable {
    let catalogue: RequirementCatalogue
    let profiles: ProfileStore
    /// By the case's id.
    private let vectors: [String: Vector]
    /// By the run's id.
    private let scenarios: [String: ScenarioRun]
    /// By the id of a case, or of a scenario's run: the mutants that it is known to find out.
    private let kills: [String: [String]]

    struct Vector: Sendable {
        let testCase: VectorCase
        /// The family's profile.
        let profile: String
    }

    package init(
        _ catalogue: RequirementCatalogue,
        _ profiles: ProfileStore,
        _ families: [VectorFamily],
        _ scenarios: [ScenarioFamily],
        kills: [String: [String]] = [:]
    ) {
        self.kills = kills
        self.catalogue = catalogue
        self.profiles = profiles
        let vectors = families.flatMap { family in
            family.cases.map { ($0.id, Vector(testCase: $0, profile: family.profile)) }
        }
        self.vectors = Dictionary(vectors) { first, _ in first }
        let runs = scenarios.flatMap { ScenarioRun.all($0).joined() }.map { ($0.id, $0) }
        self.scenarios = Dictionary(runs) { first, _ in first }
    }

    /// - Returns: `nil` for a case of another set of vectors.
    func vector(_ id: String) -> Vector? { vectors[id] }
    func scenario(_ id: String) -> ScenarioRun? { scenarios[id] }

    /// The mutants that a case finds out: those that a scenario claims, and those of the last proof.
    func kills(_ id: String) -> [String] {
        let claimed = scenarios[id]?.scenario.kills ?? []
        return claimed + (kills[id] ?? []).filter { !claimed.contains($0) }
    }
}
