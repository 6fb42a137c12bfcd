package import Catalogue
package import Scenarios
package import VectorFormat

/// The project's own data. Each is read once: many tests look at all of it.
package enum ProjectData {
    package static func profiles() throws -> ProfileStore { try loadedProfiles.get() }

    package static func readings() throws -> Readings { try loadedReadings.get() }

    package static func requirements() throws -> RequirementCatalogue { try loadedRequirements.get() }

    package static func families() throws -> [VectorFamily] { try loadedFamilies.get() }

    package static func scenarios() throws -> [ScenarioFamily] { try loadedScenarios.get() }

    private static let files = ProjectFiles(root: Project.root)
    private static let loadedProfiles = Result { try ProfileStore(folder: files.profiles) }
    private static let loadedReadings = Result { try Readings(specFolder: files.spec) }
    private static let loadedRequirements = Result { try RequirementCatalogue(specFolder: files.spec) }
    private static let loadedFamilies = Result { try VectorStore.load(folder: files.vectors) }
    private static let loadedScenarios = Result { try ScenarioStore.load(folder: files.vectors) }
}
