import ArgumentParser
internal import Catalogue
internal import StrictJSON
internal import VectorValidation

/// `blip66 spec where`: from a line of a text, or from a case, to requirements.
struct SpecWhere: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "where",
        abstract: "Go from a line of a text, a phrase, a record's name or a case to requirements and their sentences.",
        discussion: """
            A line is named by text and number, at the revision that the catalogue was written for. A phrase is \
            looked up in the texts of --texts, and without them in the statements of the catalogue; so is the name of a \
            record or a message. The id of a vector, a scenario or a family leads to its requirements and their \
            sentences, and the id of a requirement to its own; blip66 spec show ID tells all that is known of one.

              blip66 spec where BOLT4:1697 bLIP66:97
              blip66 spec where --texts ~/bolts 'MUST ignore the message'
              blip66 spec where bolt01/bigsize/three-bytes-for-one
              blip66 spec where paths_absolute_expiry B66-OPR-R1

            Exit status: 0 everything was found, 1 something was not found, 2 something cannot be read.
            """
    )

    @Argument(help: "Lines (TEXT:NUMBER), phrases, names of records, or ids of cases and requirements.")
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
                // To standard error, so that JSON stays JSON.
                Output.complain(error.description)
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
}
