/// Text from outside, made harmless for a terminal and for the lines of a report.
///
/// What an adapter writes may hold escape sequences, line ends and marks that turn the direction of writing, and could forge
/// lines of a report with them. They are spelled out, as `\u{1B}`.
package enum PrintableText {
    /// One line: line ends are spelled out too. What is longer than `limit` characters is cut, and its length told.
    package static func line(_ text: String, limit: Int = .max) -> String {
        filtered(cut(text, limit), keepsLines: false)
    }

    /// Several lines, if the text has them; `\r\n` is one line end.
    package static func block(_ text: String, limit: Int = .max) -> String {
        filtered(cut(text, limit), keepsLines: true)
    }

    /// The text without what is beyond `limit` characters.
    package static func cut(_ text: String, _ limit: Int) -> String {
        // Most texts are short; counting bytes is quick.
        if text.utf8.count <= limit { return text }
        let beginning = text.unicodeScalars.prefix(limit)
        let rest = text.unicodeScalars.count - beginning.count
        return rest == 0 ? text : "\(String(String.UnicodeScalarView(beginning)))… (\(rest) more characters cut)"
    }

    private static func filtered(_ text: String, keepsLines: Bool) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 > 0x7e }) else { return text }
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if keepsLines, scalar == "\n" {
                if previous == "\r" { result.removeLast("\\u{D}".unicodeScalars.count) }
                result.append(scalar)
            } else if isHarmless(scalar) {
                result.append(scalar)
            } else {
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
            }
            previous = scalar
        }
        return String(result)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Format has the marks of direction and what is invisible; the separators are line ends to some terminals.
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

extension StringProtocol {
    /// Without white space at either end.
    package var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
