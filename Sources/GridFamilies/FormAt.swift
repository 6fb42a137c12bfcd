internal import Lightning
internal import VectorKit

/// Values of texts, bytes and lists, each in a form that a reader loses who does more than to copy: who trims, composes, cuts at a
/// zero, takes what is empty for absent, or has room for a few elements alone.
struct FormAt: Sendable {
    /// From the record's value inwards; empty for the value as a whole.
    let path: [String]
    let forms: [(name: String, value: @Sendable (Sample) -> Sample, habit: String)]

    /// What applies to a record of this format.
    static func all(of format: FieldFormat, _ path: [String] = []) -> [FormAt] {
        switch format {
        case .text: [FormAt(path: path, forms: texts)]
        case .bytes: [FormAt(path: path, forms: bytes { .hex($0) })]
        case .prefixed(let width): [FormAt(path: path, forms: bytes { .prefixed(width: width, $0) })]
        case .structure(let members): members.flatMap { all(of: $0.format, path + [$0.name]) }
        case .list(let element): (path.isEmpty ? [FormAt(path: path, forms: lists)] : []) + all(of: element, path)
        case .counted(let element): [FormAt(path: path, forms: lists)] + all(of: element, path)
        case .integer, .truncated, .amount, .fixed, .point, .node, .shortChannelID, .flag: []
        }
    }

    /// The value with its part at the path in this form.
    func applied(_ form: (Sample) -> Sample, to value: Sample) -> Sample {
        guard let part = value.part(path) else { return value }
        return path.isEmpty ? form(value) : value.replacing(path, by: form(part))
    }

    private static let texts: [(String, @Sendable (Sample) -> Sample, String)] = [
        ("empty", { _ in .text("") }, "empty-is-absent"),
        ("ending-in-zero", { _ in .text("tea\0") }, "cut-at-zero"),
        ("between-blanks", { _ in .text(" tea\n") }, "trimmed"),
        // An e and an accent, two characters that Unicode holds for the same as one.
        ("decomposed", { _ in .text("cafe\u{301}") }, "composed"),
        ("behind-a-mark", { _ in .text("\u{feff}tea") }, "without-mark"),
        ("beyond-16-bits", { _ in .text("\u{1f375}") }, "16-bit-characters"),
    ]

    private static func bytes(
        _ sample: @escaping @Sendable ([UInt8]) -> Sample
    ) -> [(String, @Sendable (Sample) -> Sample, String)] {
        [
            ("empty", { _ in sample([]) }, "empty-is-absent"),
            ("behind-zeros", { sample([0, 0] + $0.content) }, "zeros-in-front-cut"),
            ("before-zeros", { sample($0.content + [0, 0]) }, "zeros-behind-cut"),
        ]
    }

    private static let lists: [(String, @Sendable (Sample) -> Sample, String)] = [
        ("seventeen", { $0.repeated(17) }, "sixteen-at-most")
    ]
}

extension Sample {
    /// The bytes without a length in front.
    fileprivate var content: [UInt8] {
        if case .prefixed(_, let bytes) = self { return bytes }
        return bytes
    }

    /// A list of its first element, so many times.
    fileprivate func repeated(_ count: Int) -> Sample {
        switch self {
        case .list(let elements): .list(elements.first.map { [Sample](repeating: $0, count: count) } ?? [])
        case .counted(let elements): .counted(elements.first.map { [Sample](repeating: $0, count: count) } ?? [])
        case .leaf, .structure, .prefixed: self
        }
    }

    /// The part at a path; of lists their first element's, except at its end.
    func part(_ path: [String]) -> Sample? {
        guard let first = path.first else { return self }
        switch self {
        case .structure(let members):
            return members.first { $0.name == first }?.value.part(Array(path.dropFirst()))
        case .list(let elements), .counted(let elements): return elements.first?.part(path)
        case .leaf, .prefixed: return nil
        }
    }
}

extension GridObject {
    /// The forms that are shown of a record.
    func forms(of record: TLVSchema.Record) -> [FormAt] {
        guard showsNumbers, record.type != 240 || signed == nil else { return [] }
        return FormAt.all(of: record.format).map { form in
            FormAt(path: form.path, forms: form.forms.filter { isShown(record, $0.name) })
        }
    }

    /// Not where another rule than that of the type forbids the form.
    private func isShown(_ record: TLVSchema.Record, _ form: String) -> Bool {
        switch record.name {
        // They hold streams of their own.
        case "static_invoice", "invoice_request": false
        case "encrypted_recipient_data": form != "empty"
        // Bytes that no name has (B12-IRQ-14), and C-104.
        case "invreq_bip_353_name": false
        // A static invoice is for one chain (B12-SI-R21).
        case "offer_chains": form != "seventeen" || name != "static_invoice"
        default: true
        }
    }
}
