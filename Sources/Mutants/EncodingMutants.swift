internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Written mutants of BOLT 1's encodings and of the text of offers.
enum EncodingMutants {
    static let all: [OperationMutant] = numbers + streams + texts

    private static let numbers: [OperationMutant] = [
        .answering("B1-BS-1/always-nine-bytes", "writes each BigSize with nine bytes", in: "bigsize.encode") {
            out,
            input,
            _ in
            out["bytes"] = .hex([0xff] + (try input.member("value").decimal()).bigEndianBytes)
        },
        .answering("B1-BS-1/little-endian", "writes BigSize with the lowest byte first", in: "bigsize.encode") {
            out,
            _,
            _ in
            let bytes = try out.bytes("bytes")
            out["bytes"] = .hex(bytes.prefix(1) + bytes.dropFirst().reversed())
        },
        .answering("B1-BS-1/edges-one-lower", "writes 252 with three bytes", in: "bigsize.encode") { out, input, _ in
            if try input.member("value").decimal() == 252 { out["bytes"] = .hex([0xfd, 0, 0xfc]) }
        },
        .answering("B1-BS-3/no-more-than-32-bits", "writes the lower 32 bits of a BigSize", in: "bigsize.encode") {
            out,
            input,
            _ in
            out["bytes"] = .hex(BigSize.encode(try input.member("value").decimal() & 0xffff_ffff))
        },
        .answering("B1-BS-3/signed", "reads a BigSize as a signed number", in: "bigsize.decode") { out, _, _ in
            if let value = out["value"]?.string.flatMap(UInt64.init), value > UInt64(Int64.max) {
                out["value"] = .string("\(Int64(bitPattern: value))")
            }
        },
        .answering("B1-T-1/little-endian", "reads numbers with the lowest byte first", in: "field.decode") {
            out,
            input,
            _ in
            guard ["u16", "u32", "u64"].contains(try input.member("kind").string()) else { return }
            let value = (try input.member("bytes").hex()).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            out["value"] = out["value"]?.string == nil ? .integer(Int64(clamping: value)) : .decimal(value)
        },
        .answering("B1-T-3/direction-turned", "takes direction 0 for 1", in: "field.decode", "path.decode") {
            out,
            _,
            _ in
            out = out.changing("direction") { $0.integer.map { .integer(1 - $0) } ?? $0 }
        },
    ]

    private static let streams: [OperationMutant] = [
        .answering("B1-TLV-12/without-empty-records", "writes no record without a value", in: "tlv.encode") {
            out,
            _,
            _ in
            try out.changeStream("bytes") { $0.filter { !$0.value.isEmpty } }
        },
        .answering("B1-TLV-12/length-of-two-bytes", "writes lengths as u16", in: "tlv.encode") { out, _, _ in
            let records = try out.stream("bytes").records
            out["bytes"] = .hex(
                records.flatMap { BigSize.encode($0.type) + UInt16($0.value.count).bigEndianBytes + $0.value }
            )
        },
        .answering("B1-TLV-12/types-of-one-byte", "writes the lowest byte of a type", in: "tlv.encode") { out, _, _ in
            let records = try out.stream("bytes").records
            out["bytes"] = .hex(
                records.flatMap {
                    [UInt8(truncatingIfNeeded: $0.type)] + BigSize.encode(UInt64($0.value.count)) + $0.value
                }
            )
        },
        .answering("B1-TLV-8/empty-stream-refused", "rejects an empty stream", in: "tlv.decode", "msg.decode") {
            _,
            input,
            _ in
            if try input.member("bytes").hex().isEmpty {
                throw Finding("B1-TLV-8", .missing, "there are no records")
            }
        },
        .answering("B1-TLV-10/highest-type-reserved", "rejects type 2^64 - 1", in: "tlv.decode") { out, _, _ in
            if out["records"]?.array?.contains(where: { $0["type"]?.string == "18446744073709551615" }) == true {
                throw Finding("B1-TLV-10", .range, "the type is reserved")
            }
        },
    ]

    private static let texts: [OperationMutant] = [
        text("B12-ENC-1/lower-case-alone", "rejects offers in upper case") {
            if $0.contains(where: \.isUppercase) { throw Finding("B12-ENC-1", .bech32, "upper case") }
            return $0
        },
        text("B12-ENC-2/no-joins", "knows no + in offers") {
            if $0.contains("+") { throw Finding("B12-ENC-2", .bech32, "a +") }
            return $0
        },
        text("B12-ENC-2/joins-without-white-space", "knows no white space behind a +") {
            if $0.contains(where: \.isWhitespace) { throw Finding("B12-ENC-2", .bech32, "white space") }
            return $0
        },
        text("B12-ENC-2/white-space-anywhere", "passes white space over, wherever it stands") {
            $0.filter { !$0.isWhitespace }
        },
        text("B12-ENC-2/trimmed", "cuts white space off both ends of an offer") {
            String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        },
        text("B12-ENC-2/newline-at-the-end", "passes a newline at the end over") { text in
            text.hasSuffix("\n") ? String(text.dropLast()) : text
        },
        text("B12-ENC-2/plus-anywhere", "passes every + over") { $0.filter { $0 != "+" } },
        text("B12-ENC-1/folds-all-letters", "takes letters that become ASCII in lower case") { text in
            text.contains { !$0.isASCII } ? text.lowercased() : text
        },
        text("B12-ENC-4/lightning-in-front", "passes \"lightning:\" over") { text in
            text.lowercased().hasPrefix("lightning:") ? String(text.dropFirst(10)) : text
        },
        text("B12-ENC-4/ends-at-a-zero", "ends an offer at its first zero") { String($0.prefix { $0 != "\0" }) },
        text("B12-ENC-3/unknown-characters-passed-over", "passes over what is no letter of the alphabet") { text in
            let alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
            guard let one = text.lastIndex(of: "1") else { return text }
            let data = text[one...].dropFirst().filter {
                alphabet.contains($0) || alphabet.uppercased().contains($0) || $0 == "+" || $0.isWhitespace
            }
            return text[...one] + data
        },
        text("B12-ENC-3/o-for-0", "takes an o for 0") { text in
            guard let one = text.lastIndex(of: "1") else { return text }
            return text[...one] + String(text[one...].dropFirst().map { $0 == "o" ? "0" : $0 })
        },
        text("B12-ENC-3/separator-is-the-first-1", "takes the first 1 for the separator") { text in
            guard let first = text.firstIndex(of: "1"), let last = text.lastIndex(of: "1"), first != last else {
                return text
            }
            throw Finding("B12-ENC-3", .bech32, "a 1 in the data")
        },
    ]

    /// - change: what is read in place of the text; throws what it rejects.
    private static func text(
        _ name: String,
        _ does: String,
        _ change: @escaping @Sendable (String) throws -> String
    ) -> OperationMutant {
        .asked(name, does, in: "offer.decode", "offer.validate") { input, _ in
            if let text = input["offer"]?.string { input["offer"] = .string(try change(text)) }
        }
        // What it lets pass breaks one of these, whichever a text is written against.
        .alsoBreaking("B12-ENC-2", "B12-ENC-3", "B12-ENC-4")
    }
}

// MARK: Answers and requests as values

extension JSONObject {
    func bytes(_ member: String) throws -> [UInt8] { try JSONReader(.object(self), path: "").member(member).hex() }

    func stream(_ member: String) throws -> TLVStream {
        try TLVStream.read(bytes(member)[...], known: .unspecified, onFault: { _ in })
    }

    /// Other records in place of those of a stream.
    mutating func changeStream(_ member: String, _ change: ([TLVRecord]) -> [TLVRecord]) throws {
        self[member] = .hex(change(Array(try stream(member).records)).flatMap(\.encoding))
    }

    /// The members of this name changed, wherever they stand.
    func changing(_ name: String, _ change: (JSON) -> JSON) -> JSONObject {
        var copy = self
        for member in members {
            copy[member.key] = member.key == name ? change(member.value) : member.value.changing(name, change)
        }
        return copy
    }
}

extension JSON {
    func changing(_ name: String, _ change: (JSON) -> JSON) -> JSON {
        switch self {
        case .object(let object): .object(object.changing(name, change))
        case .array(let elements): .array(elements.map { $0.changing(name, change) })
        default: self
        }
    }
}
