package import Catalogue

/// The families in a folder of vectors, as files hold them.
package enum VectorStore {
    /// The files of families in a folder, relative to it and sorted: all JSON but manifest, lock, schemas and scenarios.
    package static func familyFiles(in folder: String) throws(FileError) -> [String] {
        try Files.list(folder, ending: ".json").filter {
            $0 != Manifest.file && $0 != IDLock.file && $0 != VectorIndex.file && !$0.hasPrefix("schema/")
                && !$0.hasPrefix("scenario/")
        }
    }

    package static func load(folder: String) throws(FileError) -> [VectorFamily] {
        var families: [VectorFamily] = []
        for file in try familyFiles(in: folder) { families.append(try VectorFamily.read("\(folder)/\(file)")) }
        return families
    }
}
