/// Long values, cut down to where they matter.
enum Excerpt {
    /// Two texts around the first place where they differ. Texts of hexadecimal digits count in bytes, others in
    /// characters.
    static func pair(
        expected: String,
        got: String,
        width: Int = 64
    ) -> (expected: String, got: String, place: String?) {
        guard max(expected.count, got.count) > width else { return (expected, got, nil) }
        let unit = isHex(expected) && isHex(got) ? 2 : 1
        let common = zip(expected, got).prefix { $0 == $1 }.count / unit * unit
        let start = max(0, common - width / 4 / unit * unit)
        let name = unit == 2 ? "byte" : "character"
        let place = "first difference at \(name) \(common / unit) of \(expected.count / unit) and \(got.count / unit)"
        return (cut(expected, from: start, width), cut(got, from: start, width), place)
    }

    /// The beginning of a text, with its length where it is cut.
    static func beginning(_ text: String, width: Int) -> String {
        text.count > width ? "\(text.prefix(width))… (\(text.count) characters)" : text
    }

    private static func cut(_ text: String, from start: Int, _ width: Int) -> String {
        let rest = text.dropFirst(start)
        let before = start > 0 && !text.isEmpty ? "…" : ""
        return "\(before)\(rest.prefix(width))\(rest.count > width ? "…" : "")"
    }

    private static func isHex(_ text: String) -> Bool {
        text.utf8.count % 2 == 0 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
