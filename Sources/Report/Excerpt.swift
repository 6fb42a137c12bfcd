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
        // A run keeps the beginning of what an adapter said, and says how much it cut.
        let (kept, left) = withoutRemark(got)
        let unit = isHex(expected) && isHex(kept) ? 2 : 1
        let common = zip(expected, kept).prefix { $0 == $1 }.count / unit * unit
        let start = max(0, common - width / 4 / unit * unit)
        let name = unit == 2 ? "byte" : "character"
        let length = (kept.count + left) / unit
        let place = "first difference at \(name) \(common / unit) of \(expected.count / unit) and \(length)"
        return (cut(expected, from: start, width), cut(kept, from: start, width), place)
    }

    /// A text without the remark on what was cut off it (`PrintableText.cut`), and how many characters that was.
    private static func withoutRemark(_ text: String) -> (text: String, left: Int) {
        let remark = text.suffix(60).firstMatch(of: /… \(([0-9]+) more characters cut\)$/)
        guard let remark else { return (text, 0) }
        return (String(text[..<remark.range.lowerBound]), Int(remark.output.1) ?? 0)
    }

    /// The beginning of a text, with its length where it is cut.
    static func beginning(_ text: String, width: Int) -> String {
        text.count > width ? "\(text.prefix(width))… (\(text.count) characters)" : text
    }

    /// A text without its middle where it is long.
    static func withoutMiddle(_ text: String, width: Int) -> String {
        guard text.count > width else { return text }
        let (start, end) = (width * 2 / 3, width / 3)
        return "\(text.prefix(start))…(\(text.count - start - end) characters left out)…\(text.suffix(end))"
    }

    /// A line of JSON, or what should be one, in which long strings lack their middle.
    static func line(_ line: String, width: Int = 160) -> String {
        guard line.count > width else { return line }
        var result = ""
        var string = ""
        var (isInString, isEscaped) = (false, false)
        for character in line {
            if isInString, character != "\"" || isEscaped {
                string.append(character)
                isEscaped = character == "\\" && !isEscaped
                continue
            }
            if character == "\"" { isInString.toggle() }
            result += withoutMiddle(string, width: width)
            result.append(character)
            string = ""
        }
        return result + withoutMiddle(string, width: width)
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
