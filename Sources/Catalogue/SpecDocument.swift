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
    /// - Parameter line: its digest, or the start of it that stands in outlines.
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
    /// The lines of a section in the order of the text, each by the start of its digest.
    package struct OutlineSection: Hashable, Sendable {
        package let name: String
        package let lines: [String]

        package init(name: String, lines: [String]) {
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
        scope: SourceScope,
        basedOn: String?,
        outline: [OutlineSection]
    ) {
        self.key = key
        self.title = title
        self.revision = revision
        self.file = file
        self.scope = scope
        self.basedOn = basedOn
        self.outline = outline
    }

    /// The section of a line, by its digest.
    package func section(of line: String) -> String? {
        outline.first { $0.lines.contains(String(line.prefix(Self.outlineDigits))) }?.name
    }
}
