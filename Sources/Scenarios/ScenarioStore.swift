package import Catalogue

/// The families of scenarios in a folder of vectors.
package enum ScenarioStore {
    /// The files, relative to the folder and sorted.
    package static func files(in folder: String) throws(FileError) -> [String] {
        let scenarios = "\(folder)/scenario"
        guard Files.isFolder(scenarios) else { return [] }
        return try Files.list(scenarios, ending: ".json").map { "scenario/\($0)" }
    }

    package static func load(folder: String) throws(FileError) -> [ScenarioFamily] {
        var families: [ScenarioFamily] = []
        for file in try files(in: folder) { families.append(try ScenarioFamily.read("\(folder)/\(file)")) }
        return families
    }
}
