import ArgumentParser
internal import Catalogue
internal import StrictJSON

/// `blip66 spec lines`: the lines of a text with their digests, for whoever adds a requirement.
struct SpecLines: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lines",
        abstract:
            "List the normative lines of a source text, with their digests and the requirements that rest on them.",
        discussion: """
            Use it to write a document of the catalogue. With --section, it reads the sections that you name instead \
            of those that the document's source lists: for a document that does not exist yet.

              blip66 spec lines --document blip-0066 blip-0066.md
              blip66 spec lines --section 'The onion_message Message > Requirements' \\
                04-onion-routing.md

            With --outline, it prints the `outline` of the document's source as it stands in Spec/: section by \
            section, the digest of each line with its number. Use it to take the line numbers of a new revision.
            """
    )

    @OptionGroup var place: SourceOptions

    @Option(help: "Read this section instead (repeatable; * for all).")
    var section: [String] = []

    @Option(help: "With --section: paragraphs of this section count too (repeatable).")
    var prose: [String] = []

    @Option(help: "With --section: only lines with this word in them or in their conditions count (repeatable).")
    var only: [String] = []

    @Flag(help: "Print the outline of the document's source for this text.")
    var outline = false

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    func run() throws {
        let text = try place.text()
        let document = try place.optionalDocument()
        let source = try document.map { try place.source(of: $0) }
        if outline {
            guard let document, let source, section.isEmpty else {
                throw ValidationError("--outline is of a --document's source, and without --section")
            }
            return print(document.outline(of: text, for: source).pretty, terminator: "")
        }
        let given = section.isEmpty ? nil : SourceScope(sections: section, prose: prose, only: only)
        guard let scope = given ?? source?.scope else {
            throw ValidationError("--document or --section is needed, to know which sections count")
        }
        let lines = LineExtraction.lines(of: text, in: scope)
        switch format {
        case .text: lines.forEach { show($0, document, source) }
        case .json: print(JSON.array(lines.map(json)).pretty, terminator: "")
        }
    }

    private func show(_ line: SourceLine, _ document: SpecDocument?, _ source: SpecSource?) {
        let ids = source.flatMap { document?.requirements(restingOn: line.digest, of: $0.key) } ?? []
        print("\(line.digest)  \(line.section):\(line.span)  \(ids.map(\.rawValue).joined(separator: " "))")
        for (depth, context) in line.context.enumerated() {
            print("\(String(repeating: "  ", count: depth + 1))\(PlainText.of(context))")
        }
        print("\(String(repeating: "  ", count: line.context.count + 1))\(PlainText.of(line.text))")
    }

    private func json(_ line: SourceLine) -> JSON {
        [
            "digest": .string(line.digest),
            "section": .string(line.section),
            "lines": .string(line.span.description),
            "kind": .string(line.kind.rawValue),
            "key_word": line.keyWord.map { .string($0) } ?? "",
            "context": .array(line.context.map { .string(PlainText.of($0)) }),
            "text": .string(PlainText.of(line.text)),
        ]
    }
}
