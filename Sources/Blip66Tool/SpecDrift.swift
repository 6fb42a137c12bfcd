import ArgumentParser
internal import Catalogue
internal import StrictJSON
internal import VectorValidation

/// `blip66 spec drift`: whether a text still says what the catalogue rests on.
struct SpecDrift: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Compare a source text with the catalogue: new, changed and removed lines, and what depends on them.",
        discussion: """
            The catalogue keeps digests of the lines, never their words. This command reads the normative lines out \
            of a text and compares their digests. If a document rests on several texts, --source is needed.

              blip66 spec drift --document blip-0066 blip-0066.md
              blip66 spec drift --document bolt12-static-invoice --source bolt12 \\
                12-offer-encoding.md

            Exit status: 0 no drift, 1 drift, 2 something cannot be read.
            """
    )

    @OptionGroup var place: SourceOptions

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    func run() throws {
        let text = try place.text()
        guard let document = try place.optionalDocument() else {
            throw ValidationError("--document is needed: \(RequirementCatalogue.documents.joined(separator: ", "))")
        }
        let source = try place.source(of: document)
        let drift = Drift(text, against: source, in: document)
        guard drift.lineCount > 0 else {
            let sections = source.scope.sections.joined(separator: ", ")
            throw FileError(
                path: place.file,
                "has no line in the sections of \(source.file ?? source.key): \(sections)"
            )
        }
        let coverage = try SpecData(withChecks: false).coverage
        switch format {
        case .text: print(drift.text(coverage))
        case .json: print(drift.json(coverage).pretty, terminator: "")
        }
        if !drift.findings.isEmpty { throw ExitCode(1) }
    }
}
