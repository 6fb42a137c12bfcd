package import Catalogue
package import StrictJSON

/// `manifest.json`: the files with their digests, and the texts that they follow.
package struct Manifest: Hashable, Sendable {
    package static let file = "manifest.json"

    package struct Entry: Hashable, Sendable {
        package let file: String
        package let family: String
        package let profile: String
        package let accepted: Int
        package let rejected: Int
        package let sha256: String

        package init(file: String, family: String, profile: String, accepted: Int, rejected: Int, sha256: String) {
            self.file = file
            self.family = family
            self.profile = profile
            self.accepted = accepted
            self.rejected = rejected
            self.sha256 = sha256
        }
    }

    package let generator: String
    package let sources: [RequirementCatalogue.Source]
    package let entries: [Entry]

    package init(generator: String, sources: [RequirementCatalogue.Source], entries: [Entry]) {
        self.generator = generator
        self.sources = sources
        self.entries = entries
    }

    package var json: JSON {
        [
            "format": .integer(VectorFamily.format),
            "generator": .string(generator),
            "sources": .object(
                JSONObject(sources.map { ($0.key, ["title": .string($0.title), "revision": .string($0.revision)]) })
            ),
            "files": .array(
                entries.map {
                    [
                        "file": .string($0.file),
                        "family": .string($0.family),
                        "profile": .string($0.profile),
                        "accepted": .integer(Int64($0.accepted)),
                        "refused": .integer(Int64($0.rejected)),
                        "sha256": .string($0.sha256),
                    ]
                }
            ),
        ]
    }

    package static func read(folder: String) throws(FileError) -> Manifest {
        let path = "\(folder)/\(file)"
        let reader = JSONReader(try Files.readJSON(path), path: "manifest")
        do {
            return try Manifest(reader)
        } catch {
            throw FileError(path: path, "\(error)")
        }
    }

    private init(_ reader: JSONReader) throws(JSONShapeError) {
        generator = try reader.member("generator").string()
        var sources: [RequirementCatalogue.Source] = []
        for (key, source) in try reader.member("sources").members() {
            let title = try source.member("title").string()
            let revision = try source.member("revision").string()
            sources.append(RequirementCatalogue.Source(key: key, title: title, revision: revision))
        }
        self.sources = sources
        var entries: [Entry] = []
        for element in try reader.member("files").elements() {
            let entry = Entry(
                file: try element.member("file").string(),
                family: try element.member("family").string(),
                profile: try element.member("profile").string(),
                accepted: Int(try element.member("accepted").number(atMost: 1 << 32)),
                rejected: Int(try element.member("refused").number(atMost: 1 << 32)),
                sha256: try element.member("sha256").string()
            )
            entries.append(entry)
        }
        self.entries = entries
    }
}
