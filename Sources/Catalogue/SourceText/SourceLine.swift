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

    package init(kind: Kind, section: String, context: [String], text: String) {
        self.kind = kind
        self.section = section
        self.context = context
        self.text = text
    }

    /// Context and text without marks of layout, one a line. Its SHA-256 is the line's digest: a condition that changes
    /// changes every line that hangs from it.
    package var normalised: String {
        (context + [text]).map { PlainText.of($0, keepingAsterisks: kind == .definition) }.joined(separator: "\n")
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
    /// White space is single blanks; backticks, emphasis and the targets of links are gone.
    /// - Parameter keepingAsterisks: in definitions an asterisk is part of a type, as in `32*byte`.
    package static func of(_ markdown: String, keepingAsterisks: Bool = false) -> String {
        var text = withoutLinkTargets(markdown).filter { $0 != "`" }
        if !keepingAsterisks { text = text.filter { $0 != "*" } }
        return text.split(whereSeparator: \.isWhitespace).map(withoutUnderscores).filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    /// `[text](target)` becomes `text`.
    private static func withoutLinkTargets(_ text: String) -> String {
        text.replacing(/\[([^\[\]]*)\]\([^()]*\)/) { $0.output.1 }
    }

    /// `_word_`, `_word` and `word_` become `word`; underscores inside a name stay.
    private static func withoutUnderscores(_ word: Substring) -> String {
        var rest = word
        while rest.first == "_" { rest = rest.dropFirst() }
        while rest.last == "_" { rest = rest.dropLast() }
        return String(rest)
    }
}
