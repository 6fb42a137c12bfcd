internal import Catalogue
package import Vectors

/// Reads the families below a folder of vectors.
package enum VectorFolder {
    /// Files that hold no family.
    private static func isFamily(_ path: String) -> Bool {
        !path.hasPrefix("schema/") && path != "manifest.json" && path != "ids.json" && !path.hasSuffix(".lock.json")
    }

    package static func load(_ folder: String) throws -> [VectorFamily] {
        var families: [VectorFamily] = []
        for path in try Files.list(folder, ending: ".json") where isFamily(path) {
            families.append(try VectorFamily.read("\(folder)/\(path)"))
        }
        return families
    }
}
