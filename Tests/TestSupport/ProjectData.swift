package import Catalogue
package import VectorFormat

/// The project's own data, loaded for the tests.
package enum ProjectData {
    package static func profiles() throws -> ProfileStore { try ProfileStore(folder: "\(Project.root)/Spec/profiles") }

    package static func requirements() throws -> RequirementCatalogue {
        try RequirementCatalogue(specFolder: "\(Project.root)/Spec")
    }

    package static func families() throws -> [VectorFamily] {
        try VectorStore.load(folder: "\(Project.root)/Vectors")
    }
}
