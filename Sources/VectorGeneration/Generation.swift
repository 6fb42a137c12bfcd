package import Catalogue
internal import Primitives
package import Rules
package import Scenarios
internal import StrictJSON
package import VectorFormat
internal import VectorKit

/// The files that a run of the generator writes: families, manifest and lock of ids.
package struct Generation: Sendable {
    package static let version = "0.1.0"

    /// A file by its path below the folder of vectors.
    package struct File: Hashable, Sendable {
        package let path: String
        package let bytes: [UInt8]
    }

    /// The families that were made now.
    package let families: [VectorFamily]
    /// Their files, then manifest, index and lock.
    package let files: [File]

    /// - Parameters:
    ///   - families: in the order of the manifest: made now, or as the folder has them.
    ///   - scenarios: written by hand; the manifest and the lock know of them too.
    ///   - lock: the ids that are locked so far; permanent ones stay, whatever is generated.
    ///   - levels: of the requirements, for the index.
    ///   - sources: the texts that the vectors follow, for the manifest.
    package init(
        _ families: [FamilyFile],
        scenarios: [ScenarioStore.Entry] = [],
        lock: IDLock,
        levels: [RequirementID: String] = [:],
        sources: [RequirementCatalogue.Source]
    ) throws(IDLock.Conflict) {
        let new = families.filter(\.isNew)
        self.families = new.map(\.family)
        let manifest = Manifest(
            generator: Self.version,
            sources: sources,
            entries: families.map(\.entry) + scenarios.map { Manifest.Entry($0) }
        )
        let ids = families.flatMap(\.family.cases).map(\.id) + scenarios.flatMap(\.family.scenarios).map(\.id)
        files =
            new.map { File(path: $0.family.file, bytes: $0.bytes) } + [
                File(path: Manifest.file, bytes: Array(manifest.json.pretty.utf8)),
                File(
                    path: VectorIndex.file,
                    bytes: Array(VectorIndex.json(families.map(\.family), levels: levels).pretty.utf8)
                ),
                File(path: IDLock.file, bytes: Array(try lock.updated(with: Set(ids)).json.pretty.utf8)),
            ]
    }
}

/// A family with the bytes of its file.
package struct FamilyFile: Sendable {
    package let family: VectorFamily
    package let bytes: [UInt8]
    /// Made in this run; otherwise it stands in the folder and is not written again.
    package let isNew: Bool

    /// A family that was made now.
    package init(new family: VectorFamily) {
        self.family = family
        bytes = Array(family.json.pretty.utf8)
        isNew = true
    }

    /// A family as the folder has it.
    /// - Throws: where the file is missing or is no family's.
    package init(_ name: String, in folder: String) throws(FileError) {
        let path = "\(folder)/\(name).json"
        guard Files.exists(path) else {
            throw FileError(path: path, "is not there; run `blip66 generate` without --filter first")
        }
        family = try VectorFamily.read(path)
        bytes = try Files.read(path)
        isNew = false
    }

    fileprivate var entry: Manifest.Entry {
        Manifest.Entry(
            file: family.file,
            family: family.name,
            profile: family.profile,
            accepted: family.cases.count { !$0.isNegative },
            rejected: family.cases.count(where: \.isNegative),
            sha256: Hash.sha256(bytes).hex
        )
    }
}

extension Manifest.Entry {
    /// A file of scenarios. What is positive counts as accepted, what is negative as rejected.
    fileprivate init(_ entry: ScenarioStore.Entry) {
        self.init(
            file: entry.file,
            family: entry.family.name,
            profile: entry.family.profiles.joined(separator: " "),
            accepted: entry.family.scenarios.count { !$0.isNegative },
            rejected: entry.family.scenarios.count(where: \.isNegative),
            sha256: Hash.sha256(entry.bytes).hex
        )
    }
}
