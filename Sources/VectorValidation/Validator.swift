package import Catalogue
package import Reference
internal import Primitives
internal import Rules
internal import Scenarios
internal import StrictJSON
package import VectorFormat
internal import VectorKit

/// Checks files of vectors: their form, their digests, their ids, and every case by recomputation.
package struct Validator: Sendable {
    /// The result for one file.
    package struct Report: Hashable, Sendable {
        package let file: String
        package let cases: Int
        /// Sentences, each with the case's id or the JSON path. Empty when the file is right.
        package let problems: [String]
    }

    private let table: OperationTable
    private let profiles: [String: Profile]
    private let draft: String
    private let requirements: RequirementCatalogue
    private let schema: JSONSchema

    package init(
        table: OperationTable = .reference,
        profiles: ProfileStore,
        requirements: RequirementCatalogue,
        schemaFile: String
    ) throws(FileError) {
        self.table = table
        self.profiles = profiles.profiles
        draft = ProfileStore.defaultName
        self.requirements = requirements
        let json = try Files.readJSON(schemaFile)
        do {
            schema = try JSONSchema(json)
        } catch {
            throw FileError(path: schemaFile, "\(error)")
        }
    }

    /// Checks one family's file by itself.
    package func validate(_ path: String) -> Report {
        do {
            let json = try Files.readJSON(path)
            let formal = schema.problems(of: json, path: "family")
            guard formal.isEmpty else { return Report(file: path, cases: 0, problems: formal) }
            let family = try VectorFamily(JSONReader(json, path: "family"))
            return Report(file: path, cases: family.cases.count, problems: problems(of: family))
        } catch {
            return Report(file: path, cases: 0, problems: ["\(error)"])
        }
    }

    /// What a family says against its own rules, the catalogue, and the reference.
    package func problems(of family: VectorFamily) -> [String] {
        var problems = family.structuralProblems.map(\.description)
        guard let profile = profiles[family.profile == VectorFamily.anyProfile ? draft : family.profile] else {
            return problems + ["\(family.name): the profile \(family.profile) is not known"]
        }
        let proof = CaseProof(table: table, profile: profile)
        for testCase in family.cases {
            for id in testCase.requirements where requirements[id] == nil {
                problems.append("\(testCase.id): the requirement \(id) is not in the catalogue")
            }
            problems += proof.problems(of: testCase).map { "\(testCase.id): \($0)" }
        }
        return problems
    }

    /// Checks what holds a folder together: the manifest names every file with its digest, the lock every id.
    package func validateFolder(_ folder: String) -> Report {
        do {
            let manifest = try Manifest.read(folder: folder)
            let lock = try IDLock.read(folder: folder)
            let files = try VectorStore.familyFiles(in: folder) + ScenarioStore.files(in: folder)
            var problems = try manifestProblems(manifest, files, folder)
            let cases = try VectorStore.load(folder: folder).flatMap(\.cases).map(\.id)
            let scenarios = try ScenarioStore.load(folder: folder).flatMap(\.scenarios).map(\.id)
            problems += lockProblems(lock, Set(cases + scenarios))
            return Report(file: "\(folder)/\(Manifest.file)", cases: 0, problems: problems)
        } catch {
            return Report(file: "\(folder)/\(Manifest.file)", cases: 0, problems: ["\(error)"])
        }
    }

    private func manifestProblems(_ manifest: Manifest, _ files: [String], _ folder: String) throws -> [String] {
        var problems: [String] = []
        let listed = Set(manifest.entries.map(\.file))
        for file in files where !listed.contains(file) { problems.append("\(file) is not in the manifest") }
        for entry in manifest.entries {
            guard files.contains(entry.file) else {
                problems.append("\(entry.file) is in the manifest and not in the folder")
                continue
            }
            if Hash.sha256(try Files.read("\(folder)/\(entry.file)")).hex != entry.sha256 {
                problems.append("\(entry.file) does not have the digest that the manifest gives")
            }
        }
        return problems
    }

    private func lockProblems(_ lock: IDLock, _ present: Set<String>) -> [String] {
        var problems: [String] = []
        for id in present.sorted() where lock.states[id] == nil { problems.append("\(id) is not in the lock of ids") }
        for (id, state) in lock.states.sorted(by: { $0.key < $1.key }) {
            switch state {
            case .withdrawn where present.contains(id): problems.append("\(id) was withdrawn and is back")
            case .draft where !present.contains(id), .permanent where !present.contains(id):
                problems.append("\(id) is in the lock of ids and in no family")
            default: break
            }
        }
        return problems
    }
}
