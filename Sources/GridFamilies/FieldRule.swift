internal import Lightning
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// A rule of a type, broken.
enum FieldRule: String, CaseIterable, Sendable {
    case tooShort = "too-short"
    case tooLong = "too-long"
    case leadingZero = "leading-zero"
    case aboveTheCap = "above-the-cap"
    case offTheCurve = "off-the-curve"
    case wrongPrefix = "wrong-prefix"
    case notUTF8 = "not-utf8"
    case innerLength = "inner-length"

    /// The mistake that such cases catch, for the family's `flags`.
    var note: String {
        switch self {
        case .tooShort: "A value with a byte too few: a reader that takes what there is"
        case .tooLong: "A value with a byte too many: a reader that leaves the rest unread"
        case .leadingZero:
            "A zero in front of a truncated integer: a reader that does not know the type's shortest form"
        case .aboveTheCap: "An amount above 21 million bitcoin"
        case .offTheCurve: "33 bytes that are no point of the curve: a reader that copies keys without looking"
        case .wrongPrefix: "A key or a node that starts with another byte than such a thing can"
        case .notUTF8: "A text that is no UTF-8: a reader that copies bytes"
        case .innerLength: "A length inside a value that reaches past its end"
        }
    }

    /// The habit of a lazy reader.
    var habit: String {
        switch self {
        case .tooShort, .tooLong, .innerLength: "wrong-size"
        case .leadingZero: "leading-zero"
        case .aboveTheCap: "above-the-cap"
        case .offTheCurve: "point"
        case .wrongPrefix: "point"
        case .notUTF8: "not-utf8"
        }
    }

    /// What of BOLT 1 is broken, unless the object has a requirement of its own for it.
    var violates: RequirementID {
        switch self {
        case .tooShort, .tooLong, .innerLength: "B1-TLV-4"
        case .leadingZero: "B1-TLV-5"
        case .aboveTheCap: "B1-T-5"
        case .offTheCurve, .wrongPrefix: "B1-T-2"
        case .notUTF8: "B1-T-4"
        }
    }

    var reasons: [ReasonClass] {
        switch self {
        case .tooShort, .tooLong, .innerLength: ["tlv.length"]
        case .leadingZero: ["tlv.minimal"]
        case .aboveTheCap: ["tlv.range"]
        case .offTheCurve, .wrongPrefix: ["point"]
        case .notUTF8: ["utf8"]
        }
    }
}

/// A rule at a part of a record's value: what the type of the record makes applicable.
struct FieldRuleAt: Sendable {
    /// From the record's value inwards; empty for the value as a whole.
    let path: [String]
    let rule: FieldRule
    let format: FieldFormat

    /// Whether the part is a node, for which BOLT 1 has a rule of its own (B1-T-3).
    var isNode: Bool {
        if case .node = format { return true }
        return false
    }

    /// What applies to a record of this format.
    static func all(of format: FieldFormat) -> [FieldRuleAt] {
        sizes(of: format).map { FieldRuleAt(path: [], rule: $0, format: format) } + inside(format, [])
    }

    /// Whether the value as a whole can be too short or too long.
    private static func sizes(of format: FieldFormat) -> [FieldRule] {
        switch format {
        case .bytes, .text: []
        case .truncated, .amount, .flag: [.tooLong]
        case .integer, .fixed, .prefixed, .point, .node, .shortChannelID, .structure, .list, .counted:
            [.tooShort, .tooLong]
        }
    }

    private static func inside(_ format: FieldFormat, _ path: [String]) -> [FieldRuleAt] {
        func here(_ rules: FieldRule...) -> [FieldRuleAt] {
            rules.map { FieldRuleAt(path: path, rule: $0, format: format) }
        }
        switch format {
        case .truncated: return here(.leadingZero)
        case .amount: return here(.leadingZero, .aboveTheCap)
        case .text: return here(.notUTF8)
        case .point, .node: return here(.offTheCurve, .wrongPrefix)
        case .prefixed: return here(.innerLength)
        case .structure(let members): return members.flatMap { inside($0.format, path + [$0.name]) }
        case .list(let element), .counted(let element):
            // A reader may look at the first element alone; one list on the way is enough to see that.
            let later = path.contains(FieldFormat.later) ? [] : inside(element, path + [FieldFormat.later])
            return inside(element, path) + later
        case .integer, .bytes, .fixed, .shortChannelID, .flag: return []
        }
    }

    /// The list whose later element is at fault, from the record's value inwards; `nil` for every other fault.
    var list: [String]? { path.firstIndex(of: FieldFormat.later).map { Array(path[..<$0]) } }

    /// The value with the fault; `nil` where nobody wrote one yet.
    func fault(in value: Sample) -> [UInt8]? {
        switch rule {
        // Of a value that ends in a part of any size, less than its first part stays.
        case .tooShort: return Array(format.endsOpen ? value.bytes.prefix(1) : value.bytes.dropLast())
        case .tooLong: return tooLong(value)
        case .leadingZero: return replaced(value, MessageParts.truncatedWithZero)
        case .aboveTheCap: return replaced(value, MessageParts.bigEndian(Amount.maxMillisatoshi + 1, 8))
        case .offTheCurve: return replaced(value, Fixtures.pointOffCurve)
        case .wrongPrefix: return replaced(value, [4] + Fixtures.pointOffCurve.dropFirst())
        // The first byte of a character of two, and nothing behind it.
        case .notUTF8: return replaced(value, [0xc3])
        case .innerLength: return innerLength(value)
        }
    }

    private func tooLong(_ value: Sample) -> [UInt8] {
        switch format {
        case .truncated(let width): [UInt8](repeating: 1, count: width + 1)
        case .amount: [UInt8](repeating: 1, count: 9)
        case .structure where format.endsOpen: value.bytes + [UInt8](repeating: 1, count: 9)
        default: value.bytes + [0]
        }
    }

    private func replaced(_ value: Sample, _ part: [UInt8]) -> [UInt8] {
        path.isEmpty ? part : value.replacing(path, by: .leaf(part, .null)).bytes
    }

    private func innerLength(_ value: Sample) -> [UInt8]? {
        guard case .prefixed(let width) = format else { return nil }
        // "abc" with as many bytes announced as its length can tell.
        return replaced(value, [UInt8](repeating: 0xff, count: width) + Array("abc".utf8))
    }
}

extension FieldFormat {
    /// Whether the last part of a structure takes all bytes that are left.
    var endsOpen: Bool {
        guard case .structure(let members) = self, let last = members.last else { return false }
        switch last.format {
        case .truncated, .amount: return true
        default: return false
        }
    }
}

extension MessageParts {
    /// Seven, with a zero in front.
    static let truncatedWithZero: [UInt8] = [0, 7]
}

/// The numbers in a record of a format, each with the path to it and its ends.
struct NumberAt: Sendable {
    let path: [String]
    let format: FieldFormat
    let ends: [(name: String, value: UInt64, habit: String)]

    static func all(of format: FieldFormat, _ path: [String] = []) -> [NumberAt] {
        switch format {
        case .integer(let width): [NumberAt(path: path, format: format, ends: ends(bits: 8 * width))]
        case .truncated(let width): [NumberAt(path: path, format: format, ends: ends(bits: 8 * width))]
        case .amount(let cap):
            [
                NumberAt(
                    path: path,
                    format: format,
                    ends: ends(bits: 64).filter { $0.value <= cap } + [("cap", cap, "32-bits")]
                )
            ]
        case .structure(let members): members.flatMap { all(of: $0.format, path + [$0.name]) }
        case .list(let element), .counted(let element): all(of: element, path)
        case .bytes, .fixed, .prefixed, .text, .point, .node, .shortChannelID, .flag: []
        }
    }

    /// The values at which readers break that hold a number in something too small. 2^53 + 1 is the first whole number that a
    /// double does not hold.
    private static func ends(bits: Int) -> [(name: String, value: UInt64, habit: String)] {
        let highest = UInt64.max >> UInt64(64 - bits)
        let values: [(String, UInt64, String)] = [
            ("0", 0, "zero-is-absent"), ("1", 1, "one-is-zero"), ("2-to-16", 1 << 16, "16-bits"),
            ("2-to-31", 1 << 31, "31-bits"), ("2-to-32", 1 << 32, "32-bits"),
            ("2-to-53-and-1", (1 << 53) + 1, "double"),
            ("2-to-63", 1 << 63, "63-bits"),
        ]
        return values.filter { $0.1 < highest } + [("highest", highest, "highest-is-absent-\(bits)")]
    }
}
