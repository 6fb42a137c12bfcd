package import Catalogue
package import Rules

/// A user's copy of a text, with what the catalogue knows of each of its lines.
package struct AnnotatedText: Sendable {
    /// What stands behind a line.
    package enum Standing: Hashable, Sendable {
        /// Requirements rest on it.
        case claimed([RequirementID])
        /// None does, and the catalogue says why.
        case unclaimed(String)
        /// It is of another revision than the one that was read, or nobody looked at it.
        case unknown
        /// It is in a section that no document answers for.
        case outOfScope
    }

    package struct Annotation: Hashable, Sendable {
        package let span: LineSpan
        package let section: String
        /// `MUST`, `SHOULD`, … ; `nil` for a line without a key word.
        package let keyWord: String?
        package let standing: Standing
    }

    /// The text's own lines.
    package let lines: [String]
    /// In the order of the text; no two share a line.
    package let annotations: [Annotation]
    /// The texts that it was taken for a copy of.
    package let sources: [SpecSource]

    /// - Parameter sources: what the text is a copy of, each with the document that it belongs to.
    package init(_ text: String, of sources: [(document: SpecDocument, source: SpecSource)]) {
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        self.sources = sources.map(\.source)
        var found: [LineSpan: Annotation] = [:]
        for (document, source) in sources {
            for (digest, line) in document.lines(of: text, for: source) {
                let standing = Self.standing(digest, source, document)
                let annotation = Annotation(line, found[line.span]?.standing.joined(with: standing) ?? standing)
                found[line.span] = annotation
            }
        }
        for line in LineExtraction.lines(of: text, in: SourceScope(sections: ["*"]))
        where line.kind == .normative && found[line.span] == nil {
            found[line.span] = Annotation(line, .outOfScope)
        }
        annotations = Self.withoutOverlaps(found.values.sorted { $0.span.first < $1.span.first })
    }

    private static func standing(_ digest: String, _ source: SpecSource, _ document: SpecDocument) -> Standing {
        let ids = document.requirements(restingOn: digest, of: source.key)
        if !ids.isEmpty { return .claimed(ids) }
        let entry = document.unclaimed.first { entry in
            entry.source == source.key && entry.lines.contains { $0.hasPrefix(digest) }
        }
        return entry.map { .unclaimed($0.reason) } ?? .unknown
    }

    /// A line that takes in the lines below it ends where the next annotation begins.
    private static func withoutOverlaps(_ annotations: [Annotation]) -> [Annotation] {
        var result: [Annotation] = []
        for annotation in annotations {
            if let last = result.last, last.span.last >= annotation.span.first {
                guard last.span.first < annotation.span.first else { continue }
                result[result.count - 1] = last.ending(at: annotation.span.first - 1)
            }
            result.append(annotation)
        }
        return result
    }

    /// How many lines with a key word stand so.
    package func count(_ isWanted: (Standing) -> Bool) -> Int {
        annotations.count { $0.keyWord != nil && isWanted($0.standing) }
    }
}

extension AnnotatedText.Annotation {
    fileprivate init(_ line: SourceLine, _ standing: AnnotatedText.Standing) {
        self.init(span: line.span, section: line.section, keyWord: line.keyWord, standing: standing)
    }

    fileprivate func ending(at line: Int) -> AnnotatedText.Annotation {
        let span = LineSpan("\(self.span.first)-\(line)") ?? LineSpan(self.span.first)
        return AnnotatedText.Annotation(span: span, section: section, keyWord: keyWord, standing: standing)
    }
}

extension AnnotatedText.Standing {
    /// What two texts know of one line: a BOLT, and a proposal that changes it.
    fileprivate func joined(with other: Self) -> Self {
        switch (self, other) {
        case (.claimed(let ids), .claimed(let more)): .claimed(ids + more.filter { !ids.contains($0) })
        case (.claimed, _), (.unclaimed, .unknown), (.unclaimed, .unclaimed): self
        default: other
        }
    }
}

extension RequirementCatalogue {
    /// The sources that a file may be a copy of: by its name, or by the key that is given.
    package func sources(of file: String, key: String?) -> [(document: SpecDocument, source: SpecSource)] {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return documents.flatMap { document in
            document.sources.filter { $0.file != nil && (key == nil ? $0.file == name : $0.key == key) }
                .map { (document, $0) }
        }
    }
}
