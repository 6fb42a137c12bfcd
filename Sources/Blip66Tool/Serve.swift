import ArgumentParser
internal import Catalogue
internal import Foundation
internal import Mutants
internal import Reference
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
            discussion: "Its name is one of those in the kills of a scenario, such as B66-OPR-R2/mute.",
            valueName: "name"
        )
    )
    var mutant: String?

    func validate() throws {
        if let mutant, MutantRegistry.mutant(mutant) == nil {
            throw ValidationError("there is no mutant \(mutant); the kills of the scenarios list all names")
        }
    }

    func run() throws {
        var store = try ProfileStore(folder: ProjectFiles.locate().profiles)
        let chosen = try store.profile(profile)
        let profiles = store
        var session = ServeSession(
            table: .reference,
            parties: mutant.flatMap { MutantRegistry.mutant($0)?.registry } ?? .reference,
            version: Generation.version,
            profiles: profiles.profiles,
            defaultProfile: chosen.name,
            decodeProfile: profiles.decodeReceived
        )
        LineLoop.run(
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
    }

    private func log(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
