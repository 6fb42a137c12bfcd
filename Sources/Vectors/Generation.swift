package import Catalogue
internal import Primitives
package import Scenarios
internal import StrictJSON

/// The generator's own version, and the files that it writes: families, manifest and lock of ids.
package struct Generation: Sendable {
    package static let version = "0.1.0"

    /// A file by its path below the folder of vectors.
    package struct File: Hashable, Sendable {
        package let path: String
        package let bytes: [UInt8]
    }

    package let families: [VectorFamily]
    package let files: [File]

    /// - Parameters:
    ///   - scenarios: written by hand; the manifest and the lock know of them too.
    ///   - lock: the ids that are locked so far; permanent ones stay, whatever is generated.
    ///   - sources: the texts that the vectors follow, for the manifest.
    package init(
        _ families: [VectorFamily],
        scenarios: [ScenarioStore.Entry] = [],
        lock: IDLock,
        sources: [RequirementCatalogue.Source]
    ) throws(GenerationError) {
        self.families = families
        let familyFiles = families.map { File(path: $0.file, bytes: Array($0.json.pretty.utf8)) }
        let manifest = Manifest(families: families, files: familyFiles, scenarios: scenarios, sources: sources)
        let ids = families.flatMap(\.cases).map(\.id) + scenarios.flatMap(\.family.scenarios).map(\.id)
        files =
            familyFiles + [
                File(path: Manifest.file, bytes: Array(manifest.json.pretty.utf8)),
                File(path: IDLock.file, bytes: Array(try lock.updated(with: Set(ids)).json.pretty.utf8)),
            ]
    }

    static func digest(_ bytes: [UInt8]) -> String { Hash.sha256(bytes).hex }
}

/// `manifest.json`: what there is, with digests, and what it was made from.
package struct Manifest: Hashable, Sendable {
    package static let file = "manifest.json"

    package struct Entry: Hashable, Sendable {
        package let file: String
        package let family: String
        package let profile: String
        package let accepted: Int
        package let refused: Int
        package let sha256: String
    }

    package let generator: String
    package let sources: [RequirementCatalogue.Source]
    package let entries: [Entry]

    init(
        families: [VectorFamily],
        files: [Generation.File],
        scenarios: [ScenarioStore.Entry],
        sources: [RequirementCatalogue.Source]
    ) {
        generator = Generation.version
        self.sources = sources
        let generated = zip(families, files).map { family, file in
            Entry(
                file: file.path,
                family: family.name,
                profile: family.profile,
                accepted: family.cases.filter { !$0.isNegative }.count,
                refused: family.cases.filter(\.isNegative).count,
                sha256: Generation.digest(file.bytes)
            )
        }
        entries = generated + scenarios.map { Entry($0) }
    }

    var json: JSON {
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
                        "refused": .integer(Int64($0.refused)),
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
                refused: Int(try element.member("refused").number(atMost: 1 << 32)),
                sha256: try element.member("sha256").string()
            )
            entries.append(entry)
        }
        self.entries = entries
    }
}

extension Manifest.Entry {
    /// A file of scenarios. What is positive counts as accepted, what is negative as refused.
    fileprivate init(_ entry: ScenarioStore.Entry) {
        self.init(
            file: entry.file,
            family: entry.family.name,
            profile: entry.family.profiles.joined(separator: " "),
            accepted: entry.family.scenarios.count { !$0.isNegative },
            refused: entry.family.scenarios.count { $0.isNegative },
            sha256: Generation.digest(entry.bytes)
        )
    }
}
