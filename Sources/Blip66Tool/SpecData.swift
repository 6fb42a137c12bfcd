internal import Catalogue
internal import GridFamilies
internal import Scenarios
internal import VectorValidation
internal import VectorFormat
internal import VectorKit

/// The catalogue and what exercises it, as `blip66 spec` reads them.
struct SpecData {
    let catalogue: RequirementCatalogue
    let coverage: Coverage
    let grid: GridTable
    let readings: Readings
    let checks: CheckIndex
    let families: [VectorFamily]
    let scenarios: [ScenarioFamily]

    /// - Parameters:
    ///   - vectors: a folder of vectors other than the project's.
    ///   - withChecks: whether it matters where requirements are checked; that takes a checkout's sources.
    init(vectors: String? = nil, withChecks: Bool = true) throws {
        let project = try ProjectFiles.locate()
        catalogue = try RequirementCatalogue(specFolder: project.spec)
        let folder = vectors ?? project.vectors
        families = try VectorStore.load(folder: folder)
        scenarios = try ScenarioStore.load(folder: folder)
        checks = withChecks ? try CheckIndex(root: project.root) : CheckIndex([], [])
        grid = GridTable(try GenerationContext(store: try ProfileStore(folder: project.profiles)))
        coverage = Coverage(
            catalogue,
            families,
            scenarios: scenarios.flatMap(\.coverage),
            planned: try PlannedFamilies(specFolder: project.spec),
            checks: withChecks ? checks : nil,
            grid: grid
        )
        readings = try Readings(specFolder: project.spec)
    }

    /// - Parameter texts: a folder with the texts.
    func tracer(texts: String?) throws -> RequirementTracer {
        RequirementTracer(
            catalogue,
            coverage,
            checks,
            families: families,
            scenarios: scenarios,
            texts: try texts.map { try SpecTexts(folder: $0, catalogue) },
            proof: ProofPage(specFolder: try ProjectFiles.locate().spec)
        )
    }
}
