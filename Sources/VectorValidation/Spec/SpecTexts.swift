package import Catalogue

/// The texts themselves, in a folder of the user's: a checkout of lightning/bolts or lightning/blips, or copies of files. Only
/// digests of their lines are kept here; a sentence is shown where its digest is found.
package struct SpecTexts {
    package struct Sentence: Hashable, Sendable {
        /// Where the text was found.
        package let path: String
        package let line: SourceLine
        /// Whether it stands where it stood at the revision that was read.
        package let isInPlace: Bool
    }

    private struct Copy {
        let path: String
        let lines: [String: SourceLine]
    }

    package let folder: String
    /// By the keys of sources.
    private var copies: [String: [Copy]] = [:]

    /// Finds the files of a catalogue's sources by their names, however deep in the folder. Two sources may have files of one
    /// name, such as a BOLT and a proposal to change it: of each, the copy counts that has the line.
    package init(folder: String, _ catalogue: RequirementCatalogue) throws(FileError) {
        self.folder = folder
        var paths: [String] = []
        for ending in [".md", ".txt"] { paths += try Files.list(folder, ending: ending) }
        var found = false
        for source in catalogue.documents.flatMap(\.sources) {
            guard let file = source.file else { continue }
            for path in paths where path == file || path.hasSuffix("/\(file)") {
                found = true
                let text = String(decoding: try Files.read("\(folder)/\(path)"), as: UTF8.self)
                let lines = LineExtraction.lines(of: text, in: source.scope).map { ($0.digest, $0) }
                copies[source.key, default: []].append(
                    Copy(path: "\(folder)/\(path)", lines: Dictionary(lines) { first, _ in first })
                )
            }
        }
        if !found {
            let files = Set(catalogue.documents.flatMap(\.sources).compactMap(\.file)).sorted()
            throw FileError(path: folder, "has none of the texts: \(files.joined(separator: ", "))")
        }
    }

    /// Whether there is any copy of a source's text.
    package func hasCopy(of source: SpecSource) -> Bool { copies[source.key] != nil }

    /// The line with a digest: best where it stood, else where it stands in another revision; `nil` when no copy has it.
    package func sentence(_ digest: String, of source: SpecSource) -> Sentence? {
        let known = source.span(of: digest)
        let sentences = (copies[source.key] ?? []).compactMap { copy in
            copy.lines[digest].map { Sentence(path: copy.path, line: $0, isInPlace: $0.span == known) }
        }
        return sentences.first(where: \.isInPlace) ?? sentences.first
    }

    /// Lines that have a phrase in them or in what they hang from, whatever their layout.
    package func lines(with phrase: String, in source: SpecSource) -> [(digest: String, line: SourceLine)] {
        let wanted = PlainText.of(phrase).lowercased()
        let found = (copies[source.key] ?? []).flatMap(\.lines).filter { $0.value.joined.contains(wanted) }
        return Dictionary(found.map { ($0.key, $0.value) }) { first, _ in first }
            .map { ($0.key, $0.value) }.sorted { $0.1.span.first < $1.1.span.first }
    }
}

extension SourceLine {
    fileprivate var joined: String { normalised.split(separator: "\n").joined(separator: " ").lowercased() }
}
