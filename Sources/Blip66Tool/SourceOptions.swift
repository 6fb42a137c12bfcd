import ArgumentParser
internal import Catalogue
internal import VectorValidation

/// What a listing is printed as.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// A text, and the source of a document that it is a copy of.
struct SourceOptions: ParsableArguments {
    @Option(help: "The document: \(RequirementCatalogue.documents.joined(separator: ", ")).")
    var document: String?

    @Option(help: "The document's source that the file is a copy of; needed where there are several.")
    var source: String?

    @Argument(help: "The text.")
    var file: String

    func text() throws -> String {
        guard let text = String(validating: try Files.read(file), as: UTF8.self) else {
            throw FileError(path: file, "is not UTF-8 text")
        }
        return text
    }

    func optionalDocument() throws -> SpecDocument? {
        guard let document else { return nil }
        let catalogue = try RequirementCatalogue(specFolder: ProjectFiles.locate().spec)
        guard let found = catalogue[document: document] else {
            let names = catalogue.documents.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no document \"\(document)\"; documents are \(names)")
        }
        return found
    }

    /// The source asked for; without `--source` the document's only one that is a text.
    func source(of document: SpecDocument) throws -> SpecSource {
        let texts = document.sources.filter { $0.file != nil }
        let names = texts.map { "\($0.key) (\($0.file ?? ""))" }.joined(separator: ", ")
        if let source {
            guard let found = texts.first(where: { $0.key == source }) else {
                throw ValidationError("\(document.name) has no text \"\(source)\"; its texts are \(names)")
            }
            return found
        }
        guard texts.count == 1, let only = texts.first else {
            throw ValidationError("\(document.name) rests on several texts; say with --source which: \(names)")
        }
        return only
    }
}

/// What is looked at to trace a requirement, and how it is printed.
struct TraceOptions: ParsableArguments {
    @Option(help: "A folder with the texts, such as a checkout of lightning/bolts: their sentences are printed, too.")
    var texts: String?

    @Option(help: "text or json.")
    var format: OutputFormat = .text

    @Option(help: "The folder of vectors. Default: the project's.")
    var vectors: String?

    func tracer() throws -> RequirementTracer { try SpecData(vectors: vectors).tracer(texts: texts) }
}
