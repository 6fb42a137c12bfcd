internal import Catalogue
internal import Vectors

/// The catalogue and what exercises it, as `blip66 spec` reads them.
struct SpecData {
    let catalogue: RequirementCatalogue
    let coverage: Coverage
    let ambiguities: Ambiguities

    /// - Parameter vectors: a folder of vectors other than the project's.
    init(vectors: String? = nil) throws {
        let project = try ProjectFiles.locate()
        catalogue = try RequirementCatalogue(specFolder: project.spec)
        coverage = Coverage(
            catalogue,
            try VectorStore.load(folder: vectors ?? project.vectors),
            planned: try PlannedFamilies(specFolder: project.spec)
        )
        ambiguities = try Ambiguities(specFolder: project.spec)
    }
}
