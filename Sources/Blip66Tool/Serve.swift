import ArgumentParser
internal import Catalogue
internal import Foundation
internal import Mutants
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorGeneration

/// `blip66 serve`: the reference implementation as an adapter.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the reference implementation as an adapter on standard input and output.",
        discussion: """
            Reads one JSON request a line and answers each with one JSON line (Spec/adapter-protocol.md). For \
            example:

              echo '{"id":1,"op":"bigsize.decode","in":{"bytes":"fd00fd"}}' | blip66 serve

            It runs until its input ends. It answers a line that is not JSON with "outcome":"error".
            """
    )

    @Option(help: "The profile of requests that name none: its name, or a file with its table.")
    var profile = ProfileStore.defaultName

    @Option(
        help: ArgumentHelp(
            "Run a mutant: the reference with one deliberate bug, to see what a failure looks like.",
            discussion: """
                Such as B66-OPR-R2/mute, B12-SIG-3/greater-first@bolt12.verify, or the name of a lazy reader, as \
                lazy-repeated@offer (blip66 spec grid lists those; --list-mutants all others).
                """,
            valueName: "name"
        )
    )
    var mutant: String?

    @Option(
        help: ArgumentHelp(
            "Run a lawful variant: the reference by another alternative of a reading, such as C-30-b.",
            discussion: "It breaks nothing: check calls its answers another reading. --list names all.",
            valueName: "name"
        )
    )
    var variant: String?

    @Flag(help: "List the lawful variants and what each does, one a line, and end.")
    var list = false

    @Flag(help: "List the mutants, one a line, and end.")
    var listMutants = false

    func validate() throws {
        if mutant != nil, variant != nil { throw ValidationError("--mutant and --variant exclude each other") }
        if let variant, ServedVariant.lawful(variant) == nil {
            throw ValidationError("there is no lawful variant \(variant); blip66 serve --list names all")
        }
        if let mutant, ServedVariant.mutant(mutant) == nil {
            throw ValidationError(
                "there is no mutant \(mutant); blip66 serve --list-mutants lists names, and blip66 spec grid those of lazy readers"
            )
        }
    }

    func run() throws {
        if list || listMutants {
            for variant in ServedVariant.all where (variant.kind == .lawful) ? list : listMutants {
                print(variant.does.isEmpty ? variant.name : "\(variant.name)  \(variant.does)")
            }
            return
        }
        var store = try ProfileStore(folder: ProjectFiles.locate().profiles)
        let chosen = try store.profile(profile)
        var session = session(store, defaultProfile: chosen.name)
        let isWritten = LineLoop.run(
            input: 0,
            output: 1,
            limit: ServeSession.lineLimit,
            answerToLongLine: ServeSession.answerToLongLine
        ) { line in
            let answer = session.answer(line)
            // A party rejects by silence; why it did so is for the log.
            for note in session.takeNotes() { log("ignored: \(note.detail) (\(note.requirement))") }
            return answer
        }
        if !isWritten { Output.leave(errno) }
    }

    /// The reference, a mutant or a lawful variant.
    private func session(_ store: ProfileStore, defaultProfile: String) -> ServeSession {
        let served = mutant.flatMap { ServedVariant.mutant($0) } ?? variant.flatMap { ServedVariant.lawful($0) }
        let adjusted = { @Sendable (profile: Profile) in served?.adjusted(profile) ?? profile }
        return ServeSession(
            table: served?.table ?? .reference,
            parties: served?.registry ?? .reference,
            version: Generation.version,
            profiles: store.profiles.mapValues(adjusted),
            defaultProfile: defaultProfile,
            decodeProfile: { json, path throws(JSONShapeError) in adjusted(try store.decodeReceived(json, path: path)) }
        )
    }

    private func log(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
