package import Catalogue

/// The families of scenarios in a folder of vectors.
package enum ScenarioStore {
    /// A family with its file.
    package struct Entry: Sendable {
        /// Relative to the folder of vectors.
        package let file: String
        package let bytes: [UInt8]
        package let family: ScenarioFamily
    }

    /// The files, relative to the folder and sorted.
    package static func files(in folder: String) throws(FileError) -> [String] {
        let scenarios = "\(folder)/scenario"
        guard Files.isFolder(scenarios) else { return [] }
        return try Files.list(scenarios, ending: ".json").map { "scenario/\($0)" }
    }

    package static func entries(folder: String) throws(FileError) -> [Entry] {
        var entries: [Entry] = []
        for file in try files(in: folder) {
            let path = "\(folder)/\(file)"
            entries.append(Entry(file: file, bytes: try Files.read(path), family: try ScenarioFamily.read(path)))
        }
        return entries
    }

    package static func load(folder: String) throws(FileError) -> [ScenarioFamily] {
        var families: [ScenarioFamily] = []
        for file in try files(in: folder) { families.append(try ScenarioFamily.read("\(folder)/\(file)")) }
        return families
    }
}
