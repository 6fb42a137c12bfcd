internal import Catalogue
internal import Scenarios
internal import VectorValidation
internal import VectorFormat

/// The catalogue and what exercises it, as `blip66 spec` reads them.
struct SpecData {
    let catalogue: RequirementCatalogue
    let coverage: Coverage
    let ambiguities: Ambiguities

    /// - Parameter vectors: a folder of vectors other than the project's.
    init(vectors: String? = nil) throws {
        let project = try ProjectFiles.locate()
        catalogue = try RequirementCatalogue(specFolder: project.spec)
        let folder = vectors ?? project.vectors
        coverage = Coverage(
            catalogue,
            try VectorStore.load(folder: folder),
            scenarios: try ScenarioStore.load(folder: folder).flatMap(\.coverage),
            planned: try PlannedFamilies(specFolder: project.spec)
        )
        ambiguities = try Ambiguities(specFolder: project.spec)
    }
}
