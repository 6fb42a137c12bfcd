/// A line of a specification that says what somebody has to do or what something looks like: a list item with a key word
/// or without items below it, the definition of a field or a record, a row of a table, or a paragraph with a key word.
package struct SourceLine: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// It has one of the key words MUST, SHOULD, MAY and their like.
        case normative
        /// It defines a message, a stream, a record or a subtype.
        case definition
        /// A step, a condition under a normative line, a row of a table.
        case plain
    }

    package let kind: Kind
    /// The headings above it, outermost first, joined by ` > `.
    package let section: String
    /// What it hangs from: the words before its list, then the items around it, outermost first.
    package let context: [String]
    package let text: String
    /// Where it stands, without what it hangs from.
    package let span: LineSpan

    package init(kind: Kind, section: String, context: [String], text: String, span: LineSpan) {
        self.kind = kind
        self.section = section
        self.context = context
        self.text = text
        self.span = span
    }

    /// Context and text without marks of layout, one a line. Its SHA-256 is the line's digest: a condition that changes
    /// changes every line that hangs from it.
    package var normalised: String {
        (context + [text]).map(PlainText.of).joined(separator: "\n")
    }

    /// The first key word in the text.
    package var keyWord: String? { KeyWords.first(in: text) }
}

/// The key words of requirement levels.
package enum KeyWords {
    private static let verbs: Set<Substring> = ["MUST", "SHOULD", "MAY", "SHALL"]
    private static let adjectives: Set<Substring> = ["REQUIRED", "RECOMMENDED", "OPTIONAL"]

    /// The first key word, with a `NOT` that follows it.
    package static func first(in text: String) -> String? {
        let words = text.split { !$0.isLetter }
        guard let index = words.firstIndex(where: { verbs.contains($0) || adjectives.contains($0) }) else { return nil }
        let next = words.index(after: index)
        let isNegated = next < words.endIndex && verbs.contains(words[index]) && words[next].uppercased() == "NOT"
        return isNegated ? "\(words[index]) NOT" : String(words[index])
    }
}

/// Text without the marks of its layout.
package enum PlainText {
    /// White space is single blanks; backticks, emphasis and the targets of links are gone. Between backticks asterisks and
    /// underscores stay: there they are part of a type or a name.
    package static func of(_ markdown: String) -> String {
        let spans = withoutLinkTargets(markdown).split(separator: "`", omittingEmptySubsequences: false)
        let plain = spans.enumerated().map { index, span in
            index.isMultiple(of: 2) ? withoutEmphasis(span) : String(span)
        }
        return plain.joined().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// `[text](target)` becomes `text`.
    private static func withoutLinkTargets(_ text: String) -> String {
        text.replacing(/\[([^\[\]]*)\]\([^()]*\)/) { $0.output.1 }
    }

    /// Asterisks go, and underscores at either end of a word.
    private static func withoutEmphasis(_ text: Substring) -> String {
        let characters = text.filter { $0 != "*" }.map { $0 }
        func isWord(_ index: Int) -> Bool {
            characters.indices.contains(index) && (characters[index].isLetter || characters[index].isNumber)
        }
        let kept = characters.indices.filter {
            characters[$0] != "_" || isWord($0 - 1) && isWord($0 + 1)
        }
        return String(kept.map { characters[$0] })
    }
}
