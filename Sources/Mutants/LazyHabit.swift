internal import InvoiceServer
internal import Lightning
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// What a lazy reader neglects.
enum LazyHabit {
    /// Rules of encoding that it does not look at, by the name of the habit.
    static let neglected: [String: (what: String, rules: Set<RequirementID>)] = [
        "repeated": ("a record that stands twice", ["B1-TLV-2"]),
        "unordered": ("that records are not in order", ["B1-TLV-1"]),
        "cut": ("that a stream ends within a record", ["B1-TLV-3", "B1-TLV-9", "B1-BS-2"]),
        "longer-form": ("a type or a length in a longer form than it needs", ["B1-BS-1"]),
        "unknown-even": ("that an unknown even record must be understood", ["B1-TLV-6"]),
        "wrong-size": ("that a value has too few or too many bytes", ["B1-TLV-4"]),
        "leading-zero": ("a zero in front of a truncated integer", ["B1-TLV-5"]),
        "point": ("that a key is no point of the curve", ["B1-T-2"]),
        "node": ("that a node starts with no known byte", ["B1-T-3"]),
        "not-utf8": ("that a text is no UTF-8", ["B1-T-4"]),
        "above-the-cap": ("an amount above 21 million bitcoin", ["B1-T-5"]),
    ]

    typealias Change = (does: String, changed: @Sendable (Operation) -> Operation)

    /// What becomes of a number, by the name of the habit; `nil` where the reader takes it for absent.
    private static let numbers: [String: (does: String, value: @Sendable (UInt64) -> UInt64?)] = [
        "16-bits": ("keeps 16 bits of a number", { $0 & 0xffff }),
        "31-bits": ("keeps 31 bits of a number", { $0 & 0x7fff_ffff }),
        "32-bits": ("keeps 32 bits of a number", { $0 & 0xffff_ffff }),
        "double": ("keeps a number as a double", { UInt64(exactly: Double($0).rounded()) ?? .max }),
        "63-bits": ("keeps 63 bits of a number", { $0 & (.max >> 1) }),
        "zero-is-absent": ("takes zero for absent", { $0 == 0 ? nil : $0 }),
        "one-is-zero": ("takes the last byte of a number for its sign", { $0 & ~1 }),
    ]

    /// A reader that holds a number in something that it does not fit.
    static func number(_ habit: String, _ place: LazyPlace) -> Change? {
        // The highest value of a type depends on its width: `highest-is-absent-32`.
        var value = numbers[habit]?.value
        var does = numbers[habit]?.does
        if let width = habit.hasPrefix("highest-is-absent-") ? UInt64(habit.dropFirst(18)) : nil,
            (8...64).contains(width)
        {
            value = { $0 == UInt64.max >> (64 - width) ? nil : $0 }
            does = "takes the highest value of \(width) bits for absent"
        }
        guard let value, let does else { return nil }
        return (
            does + place.text,
            { operation in
                Operation(operation.name) { profile, input, validation in
                    var out = try operation.body(profile, input, &validation)
                    guard let object = objectRead(by: operation.name, input), place.isObject(object) else { return out }
                    if let fields = out["fields"] { out["fields"] = changed(fields, place.path, value) }
                    return out
                }
            }
        )
    }

    // MARK: Texts, bytes and lists

    /// What becomes of a text, or of bytes in hexadecimal; `nil` where the reader takes it for absent.
    private static let texts: [String: (does: String, value: @Sendable (String) -> String?)] = [
        "empty-is-absent": ("takes what is empty for absent", { $0.isEmpty ? nil : $0 }),
        "cut-at-zero": ("ends a text at its first zero", { $0.scalars { $0.prefix { $0 != "\0" } } }),
        "trimmed": (
            "cuts white space off the ends of a text",
            { $0.scalars { $0.withoutBlanks.reversed().withoutBlanks.reversed() } }
        ),
        "composed": ("composes characters", { $0.replacing("e\u{301}", withText: "\u{e9}") }),
        "without-mark": ("leaves out a byte order mark", { $0.replacing("\u{feff}", withText: "") }),
        "16-bit-characters": (
            "keeps 16 bits of a character", { $0.scalars { $0.map { $0.value > 0xffff ? "?" : $0 } } }
        ),
        "zeros-in-front-cut": (
            "cuts zeros off the front of bytes", { $0.hexWithout { Array($0.drop { $0 == "00" }) } }
        ),
        "zeros-behind-cut": (
            "cuts zeros off the end of bytes",
            { $0.hexWithout { Array($0.reversed().drop { $0 == "00" }.reversed()) } }
        ),
    ]

    /// A reader that changes what it should copy.
    static func form(_ habit: String, _ place: LazyPlace) -> Change? {
        let leaf: @Sendable (JSON) -> JSON?
        let does: String
        if habit == "sixteen-at-most" {
            does = "has room for sixteen elements of a list"
            leaf = { json in
                guard case .array(let elements) = json else { return json }
                return .array(Array(elements.prefix(16)))
            }
        } else if let text = texts[habit] {
            does = text.does
            leaf = { json in
                guard case .string(let string) = json else { return json }
                return text.value(string).map { .string($0) }
            }
        } else {
            return nil
        }
        guard let path = place.path else { return nil }
        return (
            does + place.text,
            { operation in
                Operation(operation.name) { profile, input, validation in
                    var out = try operation.body(profile, input, &validation)
                    guard let object = objectRead(by: operation.name, input), place.isObject(object) else { return out }
                    if let fields = out["fields"] { out["fields"] = changed(fields, at: path[...], leaf) }
                    return out
                }
            }
        )
    }

    /// What stands at a path changed, in each element of the lists on the way.
    private static func changed(_ json: JSON, at path: ArraySlice<String>, _ leaf: (JSON) -> JSON?) -> JSON? {
        guard let first = path.first else { return leaf(json) }
        switch json {
        case .array(let elements): return .array(elements.compactMap { changed($0, at: path, leaf) })
        case .object(var object):
            if let member = object[first] { object[first] = changed(member, at: path.dropFirst(), leaf) }
            return .object(object)
        default: return json
        }
    }

    /// The numbers at a path changed, or everywhere without one.
    private static func changed(_ json: JSON, _ path: [String]?, _ value: @Sendable (UInt64) -> UInt64?) -> JSON? {
        if let path, let first = path.first, case .object(var object) = json {
            if let member = object[first] {
                object[first] = changed(member, path.count == 1 ? nil : Array(path.dropFirst()), value)
            }
            return .object(object)
        }
        switch json {
        case .string(let text):
            guard let number = UInt64(text), String(number) == text else { return json }
            return value(number).map { .string(String($0)) }
        case .integer(let number):
            return value(UInt64(clamping: number)).map { .integer(Int64(clamping: $0)) }
        case .array(let elements):
            return .array(elements.compactMap { changed($0, path, value) })
        case .object(let object):
            var copy = object
            for member in object.members { copy[member.key] = changed(member.value, nil, value) }
            return .object(copy)
        default:
            return json
        }
    }

    /// A reader that rejects unknown odd records.
    static func unknown(_ habit: String, _ place: LazyPlace) -> Change? {
        guard habit == "refuses-odd" else { return nil }
        return (
            "rejects unknown odd records\(place.text)",
            { operation in
                Operation(operation.name) { profile, input, validation in
                    for (schema, stream) in try streams(operation.name, profile, input)
                    where place.isObject(schema.name) {
                        let odd = stream.records.first { $0.type % 2 == 1 && schema[$0.type] == nil }
                        if let odd {
                            try validation.report(Finding("B1-TLV-7", .range, "record \(odd.type) is unknown"))
                        }
                    }
                    return try operation.body(profile, input, &validation)
                }
            }
        )
    }

    /// The object whose `fields` an operation gives.
    private static func objectRead(by operation: String, _ input: JSONReader) -> String? {
        switch operation {
        case "offer.decode": "offer"
        case "invreq.decode": "invoice_request"
        case "static_invoice.decode": "static_invoice"
        case "payload.validate": "payload"
        case "msg.decode": input.value["message"]?.string
        default: nil
        }
    }

    /// The streams that an operation reads, as far as they can be read.
    private static func streams(
        _ operation: String,
        _ profile: Profile,
        _ input: JSONReader
    ) throws -> [(TLVSchema, TLVStream)] {
        func stream(_ member: String, _ schema: TLVSchema) throws -> [(TLVSchema, TLVStream)] {
            guard let bytes = try input.optional(member)?.hex() else { return [] }
            return (try? schema.decode(bytes)).map { [(schema, $0.stream)] } ?? []
        }
        switch operation {
        case "offer.decode", "offer.validate": return try stream("bytes", .offer)
        case "invreq.decode", "invreq.validate_for": return try stream("bytes", .invoice_request)
        case "static_invoice.decode", "static_invoice.validate":
            return try stream("bytes", .static_invoice(profile))
        case "payload.validate": return try stream("payload", .payload(profile))
        case "om.classify":
            return try stream("onionmsg_tlv", .onionmsg(profile))
                + stream("encrypted_data_tlv", .encrypted_data(profile))
        case "msg.decode":
            let form = try messageForm(input, MessageForm.all(profile))
            let bytes = try input.member("bytes").hex()
            guard let body = try? form.framing.stream(in: bytes[...]), let decoded = try? form.schema.decode(body)
            else {
                return []
            }
            return [(form.schema, decoded.stream)]
        default: return []
        }
    }
}

extension String {
    fileprivate func scalars(_ change: (UnicodeScalarView) -> some Sequence<Unicode.Scalar>) -> String {
        var view = UnicodeScalarView()
        view.append(contentsOf: change(unicodeScalars))
        return String(view)
    }

    /// Scalar by scalar: to Swift's own comparison a composed text is the same as a decomposed one.
    fileprivate func replacing(_ part: String, withText other: String) -> String {
        scalars { Array($0).replacing(Array(part.unicodeScalars), with: Array(other.unicodeScalars)) }
    }

    /// Bytes in hexadecimal, taken apart and put together again.
    fileprivate func hexWithout(_ change: ([String]) -> [String]) -> String {
        let digits = Array(self)
        guard digits.count.isMultiple(of: 2) else { return self }
        return change(stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<($0 + 2)]) }).joined()
    }
}

extension Sequence where Element == Unicode.Scalar {
    /// From the first scalar on that is no white space.
    fileprivate var withoutBlanks: [Unicode.Scalar] { Array(drop(while: \.properties.isWhitespace)) }
}
