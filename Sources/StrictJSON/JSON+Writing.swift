extension JSON {
    /// On one line, without white space: the form of the adapter protocol.
    package var line: String {
        var writer = JSONWriter(indent: nil)
        writer.write(self)
        return writer.text
    }

    /// Indented by two spaces, with small arrays and objects of plain values on one line, ended by a newline: the form
    /// of files. The same value gives the same bytes on every machine.
    package var pretty: String {
        var writer = JSONWriter(indent: 2)
        writer.write(self)
        return writer.text + "\n"
    }
}

private struct JSONWriter {
    let indent: Int?
    private(set) var text = ""
    private var depth = 0
    /// What fits on one line of a file stays there.
    private let lineLength = 110

    init(indent: Int?) { self.indent = indent }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .real(let value): text += String(value)
        case .string(let value): writeString(value)
        case .array(let elements):
            writeList("[", "]", elements, isShort: isShort(value)) { $0.write($1) }
        case .object(let object):
            writeList("{", "}", object.members, isShort: isShort(value)) { writer, member in
                writer.writeString(member.key)
                writer.text += writer.indent == nil ? ":" : ": "
                writer.write(member.value)
            }
        }
    }

    /// Whether a file keeps the value on one line: it holds plain values only, and fits.
    private func isShort(_ value: JSON) -> Bool {
        guard indent != nil else { return true }
        let elements = value.array ?? value.object?.members.map(\.value) ?? []
        guard elements.allSatisfy({ $0.array == nil && $0.object == nil }) else { return false }
        return value.line.utf8.count + 2 * depth <= lineLength
    }

    private mutating func writeList<Element>(
        _ open: String,
        _ close: String,
        _ elements: [Element],
        isShort: Bool,
        _ writeElement: (inout JSONWriter, Element) -> Void
    ) {
        text += open
        depth += 1
        for (index, element) in elements.enumerated() {
            if index > 0 { text += isShort && indent != nil ? ", " : "," }
            if !isShort { startLine() }
            writeElement(&self, element)
        }
        depth -= 1
        if !isShort, !elements.isEmpty { startLine() }
        text += close
    }

    private mutating func startLine() {
        text += "\n" + String(repeating: " ", count: (indent ?? 0) * depth)
    }

    private mutating func writeString(_ value: String) {
        text += "\""
        let isEscaped = value.utf8.withContiguousStorageIfAvailable(Self.needsEscape)
        if isEscaped ?? Self.needsEscape(value.utf8) { writeEscaped(value) } else { text += value }
        text += "\""
    }

    /// Most texts are hexadecimal and go in whole.
    private static func needsEscape(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.contains { $0 < 0x20 || $0 >= 0x7f || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
    }

    private mutating func writeEscaped(_ value: String) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case " "..."~": text.unicodeScalars.append(scalar)
            case _ where Self.isHarmless(scalar): text.unicodeScalars.append(scalar)
            default: for unit in String(scalar).utf16 { writeEscaped(unit) }
            }
        }
    }

    private mutating func writeEscaped(_ unit: UInt16) {
        let digits = String(unit, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// What drives a terminal, turns the direction of writing or is invisible stands in no JSON that this program writes: a
    /// report, a listing and a request to an adapter may be looked at anywhere.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
