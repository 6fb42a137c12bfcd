import ArgumentParser
internal import Catalogue
internal import Rules
internal import Scenarios
internal import Vectors

/// `blip66 generate`: writes the vectors, or compares them.
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make all vectors anew, byte for byte the same on every machine.",
        discussion: """
            Each case is proved as it is made: an accepted one breaks no rule, a refused one breaks exactly the rules that
            it names. The first case that does not hold stops the run.

            With --check nothing is written; the files are compared with what would be, and the exit status is 1 when one
            differs. With --profile, families that depend on a profile are made for that profile too: for an
            implementation with numbers of its own.
            """
    )

    @Option(help: "The folder to write to, or to compare with. Default: the project's Vectors.")
    var out: String?

    @Flag(help: "Compare only, and name the first file and case that differ.")
    var check = false

    @Option(help: "A further profile: a file with its table.")
    var profile: String?

    func run() throws {
        let project = try ProjectFiles.locate()
        let folder = out ?? project.vectors
        var store = try ProfileStore(folder: project.profiles)
        let further = try profile.map { try store.profile($0) }
        let catalogue = try RequirementCatalogue(specFolder: project.spec)
        let context = try GenerationContext(store: store, further: further)
        let generation = try Generation(
            AllFamilies.generate(context),
            scenarios: ScenarioStore.entries(folder: project.vectors),
            lock: IDLock.read(folder: folder),
            sources: catalogue.sources.values.sorted { $0.key < $1.key }
        )
        if check { try compare(generation, folder) } else { try write(generation, folder) }
    }

    private func write(_ generation: Generation, _ folder: String) throws {
        let current = Set(generation.files.map(\.path))
        // Only what an earlier run wrote is its own to remove.
        let written =
            try Files.exists("\(folder)/\(Manifest.file)") ? Manifest.read(folder: folder).entries.map(\.file) : []
        for file in generation.files { try Files.write(file.bytes, to: "\(folder)/\(file.path)") }
        for stale in try VectorStore.familyFiles(in: folder) where written.contains(stale) && !current.contains(stale) {
            try Files.remove("\(folder)/\(stale)")
            print("removed \(stale): it is no longer generated")
        }
        print("wrote \(summary(generation)) to \(folder)")
    }

    private func compare(_ generation: Generation, _ folder: String) throws {
        var differences: [String] = []
        for file in generation.files {
            let path = "\(folder)/\(file.path)"
            guard Files.exists(path) else {
                differences.append("\(file.path) is missing")
                continue
            }
            if try Files.read(path) != file.bytes { differences.append(describe(file.path, path, generation)) }
        }
        let current = Set(generation.files.map(\.path))
        for stale in try VectorStore.familyFiles(in: folder) where !current.contains(stale) {
            differences.append("\(stale) is no longer generated")
        }
        guard differences.isEmpty else {
            for difference in differences { print(difference) }
            print("\(differences.count) file(s) differ from what is generated; `blip66 generate` writes them anew")
            throw ExitCode(1)
        }
        print("\(summary(generation)): all files are as generated")
    }

    private func describe(_ name: String, _ path: String, _ generation: Generation) -> String {
        guard let wanted = generation.families.first(where: { $0.file == name }) else { return "\(name) differs" }
        guard let found = try? VectorFamily.read(path) else { return "\(name) differs: it is no family's file" }
        let position =
            Array(zip(wanted.cases, found.cases)).firstIndex { $0 != $1 } ?? min(wanted.cases.count, found.cases.count)
        if position < wanted.cases.count { return "\(name) differs, first at \(wanted.cases[position].id)" }
        if position < found.cases.count {
            return "\(name) has a case that is not generated, \(found.cases[position].id)"
        }
        return "\(name) differs in its head or its layout"
    }

    private func summary(_ generation: Generation) -> String {
        let cases = generation.families.flatMap(\.cases)
        let refused = cases.filter(\.isNegative).count
        return
            "\(generation.families.count) families, \(cases.count) cases (\(cases.count - refused) accepted, \(refused) refused)"
    }
}
