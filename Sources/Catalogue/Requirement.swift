package import Rules
internal import StrictJSON

/// What a specification asks for, in our words, and how seriously a breach is taken.
package struct Requirement: Hashable, Sendable {
    /// What the text says.
    package enum Level: String, Hashable, Sendable, CaseIterable {
        case must = "MUST"
        case mustNot = "MUST NOT"
        case should = "SHOULD"
        case may = "MAY"
        /// A definition of an encoding.
        case structural
        /// Follows from the text without one of its key words.
        case inEffect = "in-effect"
    }

    /// What a breach does to a run.
    package enum Enforcement: String, Hashable, Sendable, CaseIterable {
        case fail, warn, info
    }

    package let id: RequirementID
    package let level: Level
    package let enforcement: Enforcement
    /// Whom it binds: `any`, `server`, `recipient`, `payer`, `forwarder`, `holder`, `writer`, `reader`, …
    package let role: String
    package let statement: String
    /// The name of its source, a key of the document's `sources`.
    package let source: String
    package let section: String
    /// Which document of `Spec/` it stands in.
    package let document: String
}

/// All requirements of `Spec/`.
package struct RequirementCatalogue: Sendable {
    /// A text that requirements come from, at the revision that was read.
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

    package private(set) var requirements: [RequirementID: Requirement] = [:]
    package private(set) var sources: [String: Source] = [:]

    /// The documents, each one file of `Spec/`.
    package static let documents = ["bolt01-tlv", "bolt04-onion-messages", "bolt12-static-invoice"]

    package init(specFolder: String) throws(FileError) {
        for document in Self.documents {
            let path = "\(specFolder)/\(document).json"
            do {
                try load(JSONReader(try Files.readJSON(path), path: document), document)
            } catch let error as JSONShapeError {
                throw FileError(path: path, "\(error)")
            } catch let error as FileError {
                throw error
            } catch {
                throw FileError(path: path, "\(error)")
            }
        }
    }

    package subscript(id: RequirementID) -> Requirement? { requirements[id] }

    package var ids: [RequirementID] { requirements.keys.sorted() }

    private mutating func load(_ reader: JSONReader, _ document: String) throws(JSONShapeError) {
        try reader.onlyMembers(["title", "sources", "requirements"])
        for (key, source) in try reader.member("sources").members() {
            try source.onlyMembers(["title", "revision"])
            sources[key] = Source(
                key: key,
                title: try source.member("title").string(),
                revision: try source.member("revision").string()
            )
        }
        for entry in try reader.member("requirements").elements() {
            let requirement = try decode(entry, document)
            guard requirements.updateValue(requirement, forKey: requirement.id) == nil else {
                throw entry.fail("the id \(requirement.id) stands twice")
            }
        }
    }

    private func decode(_ reader: JSONReader, _ document: String) throws(JSONShapeError) -> Requirement {
        try reader.onlyMembers(["id", "level", "enforcement", "role", "statement", "source", "section"])
        let source = try reader.member("source")
        guard sources[try source.string()] != nil else { throw source.fail("there is no such source in the document") }
        return Requirement(
            id: RequirementID(try reader.member("id").string()),
            level: try choice(reader.member("level")),
            enforcement: try choice(reader.member("enforcement")),
            role: try reader.member("role").string(),
            statement: try reader.member("statement").string(),
            source: try source.string(),
            section: try reader.member("section").string(),
            document: document
        )
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
