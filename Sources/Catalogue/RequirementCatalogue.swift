package import Rules
internal import StrictJSON

/// All requirements of `Spec/`.
package struct RequirementCatalogue: Sendable {
    /// A text that requirements come from, as a list of texts names it.
    package struct Source: Hashable, Sendable {
        package let key: String
        package let title: String
        package let revision: String

        package init(key: String, title: String, revision: String) {
            self.key = key
            self.title = title
            self.revision = revision
        }
    }

    /// The documents, each one file of `Spec/`.
    package static let documents = [
        "blip-0066", "salt-secret", "bolt12-static-invoice", "bolt04-onion-messages", "bolt01-tlv", "async-payments",
    ]

    /// The documents that were read, in the order of `documents`.
    package private(set) var documents: [SpecDocument] = []
    package private(set) var requirements: [RequirementID: Requirement] = [:]
    package private(set) var sources: [String: Source] = [:]

    package init(specFolder: String) throws(FileError) {
        for name in Self.documents {
            let path = "\(specFolder)/\(name).json"
            let json = try Files.readJSON(path)
            do {
                try add(JSONReader(json, path: name), name)
            } catch {
                throw FileError(path: path, "\(error)")
            }
        }
    }

    package subscript(id: RequirementID) -> Requirement? { requirements[id] }

    package subscript(document name: String) -> SpecDocument? { documents.first { $0.name == name } }

    package var ids: [RequirementID] { requirements.keys.sorted() }

    /// Adds a document, whose ids and source keys must be new.
    private mutating func add(_ reader: JSONReader, _ name: String) throws(JSONShapeError) {
        let document = try SpecDocument(reader, name: name)
        for (source, entry) in zip(document.sources, try reader.member("sources").members()) {
            let known = Source(key: source.key, title: source.title, revision: source.revision)
            guard sources.updateValue(known, forKey: source.key) == nil else {
                throw entry.reader.fail("another document has a source of that name")
            }
        }
        for (requirement, entry) in zip(document.requirements, try reader.member("requirements").elements()) {
            guard requirements.updateValue(requirement, forKey: requirement.id) == nil else {
                throw entry.fail("the id \(requirement.id) stands twice")
            }
        }
        documents.append(document)
    }
}

/// One of the names of an enumeration.
func choice<Choice>(_ reader: JSONReader) throws(JSONShapeError) -> Choice
where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
    let name = try reader.string()
    guard let choice = Choice(rawValue: name) else {
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw reader.fail("one of \(names) is needed, this is \"\(name)\"")
    }
    return choice
}
