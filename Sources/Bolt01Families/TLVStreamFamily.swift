internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit

/// `bolt01/tlv-stream`: the streams of BOLT 1, Appendix B, and the rules that they leave out.
func tlvStreamFamily(_ context: GenerationContext) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt01/tlv-stream",
        title: "TLV streams in the namespaces n1 and n2 of BOLT 1, and without one",
        profile: nil,
        in: context,
        flags: [
            VectorFamily.Flag("cut", "The stream ends inside a record: a reader that goes on reads beyond its input"),
            VectorFamily.Flag(
                "longer-form",
                "A type or length is longer than needed: taking it makes hashes malleable"
            ),
            VectorFamily.Flag(
                "unknown-even",
                "The record must be understood: a reader that skips it misses a condition"
            ),
            VectorFamily.Flag("unknown-odd", "The record may be skipped: a reader that refuses it blocks extensions"),
            VectorFamily.Flag("value-size", "A known record is too short or too long for what it holds"),
            VectorFamily.Flag(
                "sample",
                "A recorded answer with one fault, on which the writer's check itself is tested"
            ),
            VectorFamily.Flag("order", "Types must rise strictly: else the same records have several encodings"),
        ]
    )
    addSkippedRecords(&family)
    addKnownRecords(&family)
    addWrittenStreams(&family)
    addCutStreams(&family)
    addUnknownEvenRecords(&family)
    addWrongValues(&family)
    addWrongOrder(&family)
    return family.build()
}

private func stream(_ schema: String?, _ bytes: String) -> JSON {
    var input = JSONObject()
    if let schema { input["schema"] = .string(schema) }
    input["bytes"] = .string(bytes)
    return .object(input)
}

private func records(_ records: [(type: String, value: String)]) -> JSON {
    .array(records.map { ["type": .string($0.type), "value": .string($0.value)] })
}

/// Streams that decode in any namespace: nothing, or unknown odd records.
private func addSkippedRecords(_ family: inout FamilyBuilder) {
    let streams: [(name: String, bytes: String, type: String?, value: String)] = [
        ("empty", "", nil, ""),
        ("odd-33", "2100", "33", ""),
        ("odd-513", "fd020100", "513", ""),
        ("odd-253", "fd00fd00", "253", ""),
        ("odd-255", "fd00ff00", "255", ""),
        ("odd-33554433", "fe0200000100", "33554433", ""),
        ("odd-above-32-bits", "ff020000000000000100", "144115188075855873", ""),
        ("odd-with-value", "2103aabbcc", "33", "aabbcc"),
        ("odd-highest", "ffffffffffffffffff00", "18446744073709551615", ""),
    ]
    for (name, bytes, type, value) in streams {
        let requirements: [RequirementID] =
            switch name {
            case "empty": ["B1-TLV-8"]
            case "odd-highest": ["B1-TLV-10", "B1-TLV-7", "B1-BS-3"]
            default: ["B1-TLV-7", "B1-TLV-9"]
            }
        for schema in ["n1", "n2"] {
            family.accept(
                "\(schema)-\(name)",
                "tlv.decode",
                requirements,
                type == nil ? "no bytes are a stream without records" : "an unknown odd record is passed over",
                flags: type == nil ? [] : ["unknown-odd"],
                in: stream(schema, bytes),
                out: ["records": records(type.map { [($0, value)] } ?? [])]
            )
        }
    }
    family.accept(
        "any-type-without-schema",
        "tlv.decode",
        ["B1-TLV-1"],
        "without a table, even types pass too; order and lengths still count",
        in: stream(nil, "000112020201020300"),
        out: ["records": records([("0", "12"), ("2", "0102"), ("3", "")])]
    )
}

/// Known records with their right values.
private func addKnownRecords(_ family: inout FamilyBuilder) {
    for width in 0...8 {
        let value = width == 0 ? "" : "01" + String(repeating: "00", count: width - 1)
        family.accept(
            "n1-amount-of-\(width)-bytes",
            "tlv.decode",
            ["B1-T-1", "B1-TLV-4", "B1-TLV-5"],
            width == 0 ? "zero is written as no bytes" : "the smallest tu64 of \(width) byte(s)",
            in: stream("n1", "010\(width)\(value)"),
            out: ["records": records([("1", value)])]
        )
    }
    let node = "023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb"
    let values: [(name: String, type: String, encodedType: String, length: String, value: String)] = [
        ("n1-short-channel-id", "2", "02", "08", "0000000000000226"),
        ("n1-point-and-two-amounts", "3", "03", "31", "\(node)00000000000000010000000000000002"),
        ("n1-delta", "254", "fd00fe", "02", "0226"),
    ]
    for (name, type, encodedType, length, value) in values {
        family.accept(
            name,
            "tlv.decode",
            ["B1-TLV-4", "B1-TLV-3", "B1-TLV-6", "B1-T-1", "B1-T-2"],
            "a known record of exactly the size that its type has",
            in: stream("n1", encodedType + length + value),
            out: ["records": records([(type, value)])]
        )
    }
    family.accept(
        "n1-two-records",
        "tlv.decode",
        ["B1-TLV-1", "B1-TLV-2", "B1-TLV-3", "B1-TLV-6"],
        "two known records in order",
        in: stream("n1", "01012a02080000000000000226"),
        out: ["records": records([("1", "2a"), ("2", "0000000000000226")])]
    )
    family.accept(
        "n1-two-unknown-odd-records",
        "tlv.decode",
        ["B1-TLV-1", "B1-TLV-2", "B1-TLV-7"],
        "two unknown odd records in order",
        flags: ["unknown-odd"],
        in: stream("n1", "0f012a1f00"),
        out: ["records": records([("15", "2a"), ("31", "")])]
    )
    family.accept(
        "n2-zero-then-highest",
        "tlv.decode",
        ["B1-TLV-1", "B1-TLV-10"],
        "the lowest type, then the highest",
        in: stream("n2", "0000ffffffffffffffffff00"),
        out: ["records": records([("0", ""), ("18446744073709551615", "")])]
    )
}

/// What a writer makes of records.
private func addWrittenStreams(_ family: inout FamilyBuilder) {
    let long = String(repeating: "ab", count: 253)
    let streams: [(name: String, comment: String, records: [(String, String)], bytes: String)] = [
        ("encode-nothing", "no records are no bytes", [], ""),
        ("encode-one-byte-type", "type and length in one byte each", [("1", "2a")], "01012a"),
        ("encode-three-byte-type", "253 is the first type of three bytes", [("253", "")], "fd00fd00"),
        ("encode-three-byte-length", "253 is the first length of three bytes", [("5", long)], "05fd00fd\(long)"),
        ("encode-nine-byte-type", "the highest type", [("18446744073709551615", "00")], "ffffffffffffffffff0100"),
        (
            "encode-three-records", "records in order", [("0", ""), ("2", "07"), ("65536", "")],
            "0000020107fe0001000000"
        ),
    ]
    for (name, comment, list, bytes) in streams {
        family.accept(
            name,
            "tlv.encode",
            ["B1-TLV-12", "B1-BS-1"],
            comment,
            in: ["records": records(list)],
            out: ["bytes": .string(bytes)]
        )
    }
    family.reject(
        "encode-a-type-twice",
        "tlv.encode",
        ["B1-TLV-12"],
        ["tlv.order"],
        "two records of one type: no stream holds both",
        neighbour: "encode-three-records",
        in: ["records": records([("0", ""), ("2", "07"), ("2", "08")])]
    )
    let samples: [(name: String, reason: ReasonClass, comment: String, bytes: String)] = [
        ("out-of-order", "tlv.order", "records in falling order", "fe000100000002010700" + "00"),
        ("long-length", "tlv.noncanonical", "a length in three bytes", "000002fd000107fe0001000000"),
        ("record-lost", "context", "a record of the request is missing", "0000020107"),
    ]
    let request: JSON = ["records": records(streams[5].records)]
    for (name, reason, comment, bytes) in samples {
        family.reject(
            "sample-encode-\(name)",
            "tlv.encode",
            ["B1-TLV-12"],
            [reason],
            comment,
            neighbour: "encode-three-records",
            flags: ["sample"],
            in: request,
            sample: ["bytes": .string(bytes)]
        )
    }
}

/// Streams that end too early, and types and lengths longer than needed: wrong in any namespace.
private func addCutStreams(_ family: inout FamilyBuilder) {
    let cuts: [(name: String, bytes: String, requirement: RequirementID, neighbour: String, comment: String)] = [
        ("type-prefix-alone", "fd", "B1-BS-2", "n1-odd-253", "the type's first byte announces two more"),
        ("type-one-byte-missing", "fd01", "B1-BS-2", "n1-odd-253", "the type's last byte is missing"),
        ("length-missing", "fd0101", "B1-BS-2", "n1-odd-513", "nothing follows the type"),
        (
            "length-prefix-alone", "0ffd", "B1-BS-2", "n1-two-unknown-odd-records",
            "the length's first byte stands alone"
        ),
        (
            "length-one-byte-missing", "0ffd26", "B1-BS-2", "n1-two-unknown-odd-records",
            "the length's last byte is missing"
        ),
        (
            "skipped-value-missing", "0ffd2602", "B1-TLV-9", "n1-odd-with-value",
            "an unknown odd record without its value"
        ),
        (
            "skipped-value-cut", "0ffd0201" + String(repeating: "00", count: 512), "B1-TLV-9", "n1-odd-with-value",
            "an unknown odd record with one byte of its value missing"
        ),
        (
            "skipped-value-of-highest-length", "21ffffffffffffffffff00", "B1-TLV-9", "n1-odd-33",
            "a length that no address space holds"
        ),
        ("known-value-cut", "0208000000000000", "B1-TLV-3", "n1-short-channel-id", "a known record cut in its value"),
        ("known-value-missing", "0101", "B1-TLV-3", "n1-amount-of-1-bytes", "a known record without its value"),
    ]
    for (name, bytes, requirement, neighbour, comment) in cuts {
        family.reject(
            "n1-\(name)",
            "tlv.decode",
            [requirement],
            ["tlv.truncated", "tlv.length"],
            comment,
            neighbour: neighbour,
            flags: ["cut"],
            in: stream("n1", bytes)
        )
    }
    addWideTypes(&family)
    let longerForms: [(name: String, bytes: String, neighbour: String, comment: String)] = [
        ("type-one-in-three-bytes", "fd000100", "n1-amount-of-0-bytes", "type 1 in three bytes"),
        ("type-253-in-five-bytes", "fe000000fd00", "n1-odd-253", "type 253 in five bytes"),
        ("type-253-in-nine-bytes", "ff00000000000000fd00", "n1-odd-253", "type 253 in nine bytes"),
        ("length-one-in-three-bytes", "0ffd000100", "n1-two-unknown-odd-records", "length 1 in three bytes"),
        ("length-zero-in-nine-bytes", "21ff0000000000000000", "n1-odd-33", "length 0 in nine bytes"),
    ]
    for (name, bytes, neighbour, comment) in longerForms {
        family.reject(
            "n1-\(name)",
            "tlv.decode",
            ["B1-BS-1"],
            ["tlv.noncanonical"],
            comment,
            neighbour: neighbour,
            flags: ["longer-form"],
            in: stream("n1", bytes)
        )
    }
}

private func addUnknownEvenRecords(_ family: inout FamilyBuilder) {
    let streams: [(schema: String, name: String, bytes: String, neighbour: String)] = [
        ("n1", "18", "1200", "odd-33"),
        ("n1", "258", "fd010200", "odd-255"),
        ("n1", "16777218", "fe0100000200", "odd-33554433"),
        ("n1", "above-32-bits", "ff010000000000000200", "odd-above-32-bits"),
        ("n1", "0-of-the-other-namespace", "0000", "odd-33"),
        ("n2", "18", "1200", "odd-33"),
        ("n2", "254-of-the-other-namespace", "fd00fe020226", "odd-255"),
    ]
    for (schema, name, bytes, neighbour) in streams {
        family.reject(
            "\(schema)-even-\(name)",
            "tlv.decode",
            ["B1-TLV-6"],
            ["tlv.unknown_even"],
            "an even type that the namespace does not know",
            neighbour: "\(schema)-\(neighbour)",
            flags: ["unknown-even"],
            in: stream(schema, bytes)
        )
    }
}

private func addWrongValues(_ family: inout FamilyBuilder) {
    for width in 1...8 {
        let value = width == 1 ? "00" : "0001" + String(repeating: "00", count: width - 2)
        family.reject(
            "n1-amount-of-\(width)-bytes-with-leading-zero",
            "tlv.decode",
            ["B1-TLV-5"],
            ["tlv.minimal"],
            "a truncated integer that starts with a zero byte",
            neighbour: "n1-amount-of-\(width - 1)-bytes",
            flags: ["value-size"],
            in: stream("n1", "010\(width)\(value)")
        )
    }
    let node = "3da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb"
    let amounts = "00000000000000010000000000000002"
    let point = "n1-point-and-two-amounts"
    let sizes: [(name: String, bytes: String, neighbour: String, comment: String)] = [
        ("amount-of-9-bytes", "0109ffffffffffffffffff", "n1-amount-of-8-bytes", "a tu64 has at most 8 bytes"),
        ("short-channel-id-of-7-bytes", "020701010101010101", "n1-short-channel-id", "one byte too few"),
        ("short-channel-id-of-9-bytes", "0209010101010101010101", "n1-short-channel-id", "one byte too many"),
        ("point-alone", "032102\(node)", point, "both amounts are missing"),
        ("point-and-one-amount", "032902\(node)0000000000000001", point, "the second amount is missing"),
        ("point-and-cut-amount", "033002\(node)\(amounts.dropLast(2))", point, "the second amount is a byte short"),
        ("point-and-surplus", "033202\(node)\(amounts)01", point, "a byte follows the second amount"),
        ("delta-of-0-bytes", "fd00fe00", "n1-delta", "a u16 has 2 bytes, not 0"),
        ("delta-of-1-byte", "fd00fe0101", "n1-delta", "a u16 has 2 bytes, not 1"),
        ("delta-of-3-bytes", "fd00fe03010101", "n1-delta", "a u16 has 2 bytes, not 3"),
    ]
    for (name, bytes, neighbour, comment) in sizes {
        family.reject(
            "n1-\(name)",
            "tlv.decode",
            ["B1-TLV-4"],
            ["tlv.length"],
            comment,
            neighbour: neighbour,
            flags: ["value-size"],
            in: stream("n1", bytes)
        )
    }
    family.reject(
        "n1-point-with-prefix-04",
        "tlv.decode",
        ["B1-T-2"],
        ["point"],
        "04 is not the prefix of a compressed point",
        neighbour: point,
        in: stream("n1", "033104\(node)\(amounts)")
    )
}

private func addWrongOrder(_ family: inout FamilyBuilder) {
    let streams:
        [(name: String, schema: String?, bytes: String, id: RequirementID, neighbour: String, comment: String)] = [
            (
                "n1-known-types-fall", "n1", "0208000000000000022601012a", "B1-TLV-1", "n1-two-records",
                "known records in falling order"
            ),
            (
                "n1-known-type-twice", "n1", "0208000000000000023102080000000000000451", "B1-TLV-2", "n1-two-records",
                "a known type stands twice"
            ),
            (
                "n1-skipped-types-fall", "n1", "1f000f012a", "B1-TLV-1", "n1-two-unknown-odd-records",
                "records that are passed over still count for order"
            ),
            (
                "n1-skipped-type-twice", "n1", "1f001f012a", "B1-TLV-2", "n1-two-unknown-odd-records",
                "a type that is passed over stands twice"
            ),
            (
                "n2-highest-then-zero", "n2", "ffffffffffffffffff000000", "B1-TLV-1", "n2-zero-then-highest",
                "nothing can follow the highest type: a counter that wraps around would take this"
            ),
            (
                "types-fall-without-schema", nil, "020201020001120300", "B1-TLV-1", "any-type-without-schema",
                "order counts without a table too"
            ),
        ]
    for (name, schema, bytes, requirement, neighbour, comment) in streams {
        family.reject(
            name,
            "tlv.decode",
            [requirement],
            ["tlv.order"],
            comment,
            neighbour: neighbour,
            flags: ["order"],
            in: stream(schema, bytes)
        )
    }
}

/// Types beyond 32 bits, which are told apart and ordered by all of their bits.
private func addWideTypes(_ family: inout FamilyBuilder) {
    let right: [(name: String, low: UInt64, high: UInt64, comment: String)] = [
        ("wide-types", 6, (1 << 32) + 5, "in 32 bits the second type would be the lower one"),
        ("wide-type-of-the-same-low-bits", 5, (1 << 32) + 5, "in 32 bits the second type would be the first one again"),
        ("widest-type", (1 << 63) - 1, .max, "in 64 bits with a sign the second type would be below zero"),
    ]
    func bytes(_ types: UInt64...) -> JSON {
        ["bytes": .hex(types.flatMap { MessageParts.record($0, [0xb1]) })]
    }
    for (name, low, high, comment) in right {
        family.accept(
            name,
            "tlv.decode",
            ["B1-TLV-1"],
            comment,
            in: bytes(low, high),
            out: ["records": .array([low, high].map { ["type": .decimal($0), "value": "b1"] })]
        )
    }
    let long = [UInt8](repeating: 0xb1, count: 65_536)
    family.accept(
        "value-of-65536-bytes",
        "tlv.decode",
        ["B1-TLV-3"],
        "a length of five bytes, and no less a record",
        in: ["bytes": .hex(MessageParts.record(5, long))],
        out: ["records": [["type": "5", "value": .hex(long)]]]
    )
    family.reject(
        "wide-types-unordered",
        "tlv.decode",
        ["B1-TLV-1"],
        ["tlv.order"],
        "in 32 bits the types would be in order",
        neighbour: "wide-types",
        in: bytes((1 << 32) + 5, 6)
    )
}
