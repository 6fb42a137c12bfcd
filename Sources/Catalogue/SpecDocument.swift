package import Rules

/// One file of `Spec/`: the requirements of a subject, and what is known of the texts that they come from.
package struct SpecDocument: Hashable, Sendable {
    /// Lines that no requirement rests on, and why.
    package struct Unclaimed: Hashable, Sendable {
        package let source: String
        package let reason: String
        package let lines: [String]

        package init(source: String, reason: String, lines: [String]) {
            self.source = source
            self.reason = reason
            self.lines = lines
        }
    }

    /// The name of the file without its ending.
    package let name: String
    package let title: String
    package let sources: [SpecSource]
    package let requirements: [Requirement]
    package let unclaimed: [Unclaimed]

    package init(
        name: String,
        title: String,
        sources: [SpecSource],
        requirements: [Requirement],
        unclaimed: [Unclaimed]
    ) {
        self.name = name
        self.title = title
        self.sources = sources
        self.requirements = requirements
        self.unclaimed = unclaimed
    }

    package subscript(source key: String) -> SpecSource? { sources.first { $0.key == key } }

    /// The requirements that rest on a line.
    /// - `line`: its digest, or the start of it that stands in outlines.
    package func requirements(restingOn line: String, of source: String) -> [RequirementID] {
        requirements.filter { requirement in
            requirement.bases.contains { basis in
                basis.source == source && basis.lines.contains { $0.hasPrefix(line) }
            }
        }.map(\.id)
    }

    /// All digests of lines of a source that a requirement rests on, or that are listed as unclaimed.
    package func accountedLines(of source: String) -> Set<String> {
        let claimed = requirements.flatMap(\.bases).filter { $0.source == source }.flatMap(\.lines)
        return Set(claimed).union(unclaimed.filter { $0.source == source }.flatMap(\.lines))
    }
}

/// A text that requirements come from, at the revision that was read.
package struct SpecSource: Hashable, Sendable {
    /// A line by the start of its digest, and where it stands at the revision that was read.
    package struct OutlineLine: Hashable, Sendable {
        package let digest: String
        package let span: LineSpan

        package init(digest: String, span: LineSpan) {
            self.digest = digest
            self.span = span
        }
    }

    /// The lines of a section in the order of the text.
    package struct OutlineSection: Hashable, Sendable {
        package let name: String
        package let lines: [OutlineLine]

        package init(name: String, lines: [OutlineLine]) {
            self.name = name
            self.lines = lines
        }
    }

    /// How many characters of a digest stand in an outline.
    package static let outlineDigits = 16

    package let key: String
    package let title: String
    package let revision: String
    /// The name of the text's file; `nil` for a source that is no text with lines, such as a program.
    package let file: String?
    /// The address of that revision of the text; `nil` where there is none with numbered lines.
    package let url: String?
    /// Which of the text's lines the document answers for.
    package let scope: SourceScope
    /// Another source of the document, whose lines this text may have too: a proposal to change it.
    package let basedOn: String?
    /// All the lines that the document answers for.
    package let outline: [OutlineSection]

    package init(
        key: String,
        title: String,
        revision: String,
        file: String?,
        url: String? = nil,
        scope: SourceScope,
        basedOn: String?,
        outline: [OutlineSection]
    ) {
        self.key = key
        self.title = title
        self.revision = revision
        self.file = file
        self.url = url
        self.scope = scope
        self.basedOn = basedOn
        self.outline = outline
    }

    /// The section of a line, by its digest.
    package func section(of line: String) -> String? {
        let digest = line.prefix(Self.outlineDigits)
        return outline.first { $0.lines.contains { $0.digest == digest } }?.name
    }

    /// Where a line stands at the revision that was read, by its digest.
    package func span(of line: String) -> LineSpan? {
        let digest = line.prefix(Self.outlineDigits)
        return outline.lazy.flatMap(\.lines).first { $0.digest == digest }?.span
    }

    /// The address of lines, as far as the text has one.
    package func link(to span: LineSpan) -> String? { url.map { "\($0)#\(span.fragment)" } }

    /// Whether the text is meant by a name such as `BOLT4`, `bolt04`, `bLIP-66` or that of its file.
    ///
    /// A proposal to change a text is meant by its own key alone, not by the name of the text that it changes.
    package func isMeant(by name: String) -> Bool {
        let wanted = Self.plainName(name)
        return [key, file ?? ""].contains { !$0.isEmpty && Self.plainName($0) == wanted }
    }

    /// Letters and numbers alone, in lower case and without leading zeros: `BOLT #04` and `bolt4` are one name.
    private static func plainName(_ name: String) -> String {
        let words = name.lowercased().split { !($0.isLetter || $0.isNumber) }.joined()
        return words.replacing(/([^0-9]|^)0+([0-9])/) { "\($0.output.1)\($0.output.2)" }
    }
}
