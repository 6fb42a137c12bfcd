import ArgumentParser
internal import Catalogue
internal import HTMLReport
internal import VectorValidation

/// `blip66 spec annotate`: a text as a page, with what the suite knows of its lines.
struct SpecAnnotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "annotate",
        abstract: "Make a page of your copy of a text, with requirements, cases and verdicts beside its lines.",
        discussion: """
            Each line that requirements rest on has their ids, what exercises them and, with --report, how runs do by \
            them. Each line with a key word that has no requirement says why. The page holds the text that you give, which \
            is not part of this project.

              blip66 spec annotate blip-0066.md -o blip-0066.html
              blip66 spec annotate 12-offer-encoding.md -o bolt12.html \\
                --report ours.json --report ldk.json

            The file's name says which text it is; --source names another. Exit status: 0, or 2 for what cannot be read.
            """
    )

    @Option(name: .shortAndLong, help: "Write it to this file. Default: standard output.")
    var output: String?

    @Option(help: "A file of check --report json=FILE, whose verdicts are shown (repeatable).")
    var report: [String] = []

    @Option(help: "The source that the file is a copy of, such as bolt12 or pr1149. Default: those with its name.")
    var source: String?

    @Option(help: "The folder of vectors. Default: the project's.")
    var vectors: String?

    @Argument(help: "The text.")
    var file: String

    func run() throws {
        let target = try output.map { try OutputFile($0) }
        let data = try SpecData(vectors: vectors, withChecks: false)
        let sources = data.catalogue.sources(of: file, key: source)
        guard !sources.isEmpty else {
            let all = data.catalogue.documents.flatMap(\.sources).filter { $0.file != nil }
            let names = all.map { "\($0.key) (\($0.file ?? ""))" }.joined(separator: ", ")
            throw ValidationError(
                source == nil
                    ? "\(file) has the name of no text of the catalogue; --source says which it is: \(names)"
                    : "there is no text \"\(source ?? "")\"; texts are \(names)"
            )
        }
        guard let text = String(validating: try Files.read(file), as: UTF8.self) else {
            throw FileError(path: file, "is not UTF-8 text")
        }
        let runs = NamedRun.named(try report.map { ($0, try RunResult.read($0)) })
        let tracer = try data.tracer(texts: nil)
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let page = try AnnotationPage.html(AnnotatedText(text, of: sources), file: name, runs) { tracer.trace($0) }
        if let target { try target.write(page) } else { Output.write(page) }
    }
}
