import ArgumentParser
internal import Catalogue
internal import Rules
internal import Scenarios
internal import VectorFormat
internal import VectorGeneration
internal import VectorKit

/// `blip66 generate`: writes the vectors, or compares them.
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Regenerate all vectors, byte for byte the same on every machine.",
        discussion: """
            The generator proves each case as it makes it: an accepted case violates no rule, a rejected one \
            violates exactly the rules that it names. If a case does not hold, nothing is written. Every mistake is \
            printed with the source line that makes the case, and the exit status is 1.

              blip66 generate --filter 'bolt12/*'
              blip66 validate --filter 'bolt12/*'

            With --filter, only the matching families are generated; manifest and lock of ids are always written. \
            With --check, nothing is written: the files are compared with what would be, and the exit status is 1 if \
            one differs. With --profile, the families that depend on a profile are generated for that profile too, \
            such as one with your own numbers.
            """
    )

    @Option(help: "The folder to write to, or to compare with. Default: the project's Vectors.")
    var out: String?

    @Flag(help: "Write nothing; print the files that differ, each with its first case that differs.")
    var check = false

    @Option(help: "A further profile: a file with its table.")
    var profile: String?

    @Option(help: "Only the families whose name matches; * stands for any characters. Repeatable.")
    var filter: [String] = []

    func run() throws {
        let project = try ProjectFiles.locate()
        let folder = out ?? project.vectors
        var store = try ProfileStore(folder: project.profiles)
        let further = try profile.map { try store.profile($0) }
        let catalogue = try RequirementCatalogue(specFolder: project.spec)
        let context = try GenerationContext(store: store, further: further)
        let entries = AllFamilies.entries(context)
        let wanted = try FamilyFilter(filter).select(from: entries.map(\.name))
        let made = AllFamilies.generate(entries.filter { wanted.contains($0.name) }, context)
        guard made.mistakes.isEmpty else { throw stop(made.mistakes) }
        let new = Dictionary(uniqueKeysWithValues: made.families.map { ($0.name, $0) })
        let generation = try Generation(
            entries.map { entry in
                try new[entry.name].map { FamilyFile(new: $0) } ?? FamilyFile(entry.name, in: folder)
            },
            scenarios: ScenarioStore.entries(folder: project.vectors),
            lock: IDLock.read(folder: folder),
            levels: catalogue.requirements.mapValues(\.level.rawValue),
            sources: catalogue.sources.values.sorted { $0.key < $1.key }
        )
        if check { try compare(generation, folder) } else { try write(generation, folder) }
    }

    private func stop(_ mistakes: [GenerationError]) -> ExitCode {
        for mistake in mistakes { print(mistake) }
        print("\(mistakes.count) mistake(s); nothing was written")
        return ExitCode(1)
    }

    private func write(_ generation: Generation, _ folder: String) throws {
        // Only what an earlier run wrote is its own to remove.
        let written =
            try Files.exists("\(folder)/\(Manifest.file)") ? Manifest.read(folder: folder).entries.map(\.file) : []
        for file in generation.files { try Files.write(file.bytes, to: "\(folder)/\(file.path)") }
        for stale in try stale(in: folder, generation) where written.contains(stale) {
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
        for stale in try stale(in: folder, generation) { differences.append("\(stale) is no longer generated") }
        guard differences.isEmpty else {
            for difference in differences { print(difference) }
            print("\(differences.count) file(s) differ from the generated ones; run `blip66 generate` to rewrite them")
            throw ExitCode(1)
        }
        print("\(summary(generation)): all files are as generated")
    }

    /// Files of families that are no longer generated; with --filter nobody can say.
    private func stale(in folder: String, _ generation: Generation) throws -> [String] {
        guard filter.isEmpty else { return [] }
        let current = Set(generation.files.map(\.path))
        return try VectorStore.familyFiles(in: folder).filter { !current.contains($0) }
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
        let rejected = cases.filter(\.isNegative).count
        return
            "\(generation.families.count) families, \(cases.count) cases (\(cases.count - rejected) accepted, \(rejected) rejected)"
    }
}
