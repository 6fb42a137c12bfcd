package import Catalogue
package import Rules
internal import StrictJSON

/// `Spec/planned-families.json`: families and scenarios that are to come, with the requirements that they will exercise. As
/// long as one is not there, its requirements are pending and not a failure. The list is there to be emptied.
package struct PlannedFamilies: Hashable, Sendable {
    package static let file = "planned-families.json"

    package struct Entry: Hashable, Sendable {
        package let family: String
        package let requirements: [RequirementID]

        package init(family: String, requirements: [RequirementID]) {
            self.family = family
            self.requirements = requirements
        }
    }

    package let entries: [Entry]

    package init(_ entries: [Entry] = []) { self.entries = entries }

    /// Reads the list out of the folder of the catalogue; an empty one where there is no such file any more.
    package init(specFolder: String) throws(FileError) {
        let path = "\(specFolder)/\(Self.file)"
        guard Files.exists(path) else {
            self.init()
            return
        }
        let json = try Files.readJSON(path)
        do {
            try self.init(JSONReader(json, path: "planned"))
        } catch {
            throw FileError(path: path, "\(error)")
        }
    }

    private init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers(["families"])
        var entries: [Entry] = []
        for element in try reader.member("families").elements() {
            try element.onlyMembers(["family", "requirements"])
            var requirements: [RequirementID] = []
            for id in try element.member("requirements").elements() {
                requirements.append(RequirementID(try id.string()))
            }
            entries.append(Entry(family: try element.member("family").string(), requirements: requirements))
        }
        self.init(entries)
    }

    /// The families that are to exercise a requirement and are not there yet.
    func families(for id: RequirementID, notIn present: Set<String>) -> [String] {
        entries.filter { $0.requirements.contains(id) && !present.contains($0.family) }.map(\.family)
    }
}
