import ArgumentParser
internal import Foundation
internal import Catalogue
internal import StrictJSON
internal import VectorValidation

/// `blip66 spec where`: from a line of a text, or from a case, to requirements.
struct SpecWhere: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "where",
        abstract: "Go from a line of a text, a phrase or a case to the requirements that rest on it.",
        discussion: """
            A line is named by text and number, at the revision that the catalogue was written for. A phrase is \
            looked up in the texts of --texts, and without them in the statements of the catalogue. The id of a \
            vector or a scenario leads to its requirements and their sentences.

              blip66 spec where BOLT4:1697 bLIP66:97
              blip66 spec where --texts ~/bolts 'MUST ignore the message'
              blip66 spec where bolt01/bigsize/three-bytes-for-one

            Exit status: 0 everything was found, 1 something was not found, 2 something cannot be read.
            """
    )

    @Argument(help: "Lines (TEXT:NUMBER), phrases, or ids of cases.")
    var words: [String]

    @OptionGroup var traced: TraceOptions

    func run() throws {
        let tracer = try traced.tracer()
        var found: [(String, [RequirementTracer.Found])] = []
        var isMissing = false
        for words in words {
            do {
                found.append((words, try tracer.find(words)))
            } catch {
                isMissing = true
                found.append((words, []))
                complain(error.description)
            }
        }
        switch traced.format {
        case .text: print(found.flatMap(\.1).map { $0.text(tracer).joined(separator: "\n") }.joined(separator: "\n\n"))
        case .json:
            let entries = found.map { words, found -> JSON in
                ["words": .string(words), "found": .array(found.map { $0.json(tracer) })]
            }
            print(JSON.array(entries).pretty, terminator: "")
        }
        if isMissing { throw ExitCode(1) }
    }

    /// To standard error, so that JSON stays JSON.
    private func complain(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
