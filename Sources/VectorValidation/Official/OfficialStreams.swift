internal import Lightning
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// The streams that the official files spell out field by field, written by our tables.
enum OfficialStreams {
    /// A `tlvs` object of a blinded hop as a stream.
    static func encryptedData(_ tlvs: JSONReader, _ profile: Profile) throws -> TLVStream {
        let schema = TLVSchema.encrypted_data(profile)
        var records: [TLVRecord] = []
        for (name, value) in try tlvs.members() where name != "path_key_override_secret" {
            if let type = unknownType(name) {
                records.append(TLVRecord(type: type, value: try value.hex()))
                continue
            }
            guard let record = schema.record(named: name) else { throw value.fail("this record is not known") }
            guard let encoded = record.format.encode(try fieldValue(name, value)) else {
                throw value.fail("the value does not fit its record")
            }
            records.append(TLVRecord(type: record.type, value: encoded))
        }
        return TLVStream(sorting: records)
    }

    /// A channel id written as block x transaction x output.
    static func shortChannelID(_ reader: JSONReader) throws(JSONShapeError) -> UInt64 {
        let parts = try reader.string().split(separator: "x").compactMap { UInt64($0) }
        guard parts.count == 3 else { throw reader.fail("a channel is written as block x transaction x output") }
        return parts[0] << 40 | parts[1] << 16 | parts[2]
    }

    /// The number in `unknown_tag_561`.
    private static func unknownType(_ name: String) -> UInt64? {
        guard name.hasPrefix("unknown_tag_") else { return nil }
        return UInt64(name.dropFirst("unknown_tag_".count))
    }

    private static func fieldValue(_ name: String, _ value: JSONReader) throws -> FieldValue {
        switch name {
        case "short_channel_id":
            return .integer(try shortChannelID(value))
        case "payment_relay":
            return .structure([
                try number(value, "cltv_expiry_delta"), try number(value, "fee_proportional_millionths"),
                try number(value, "fee_base_msat"),
            ])
        case "payment_constraints":
            return .structure([try number(value, "max_cltv_expiry"), try number(value, "htlc_minimum_msat")])
        case "allowed_features":
            return .bytes(bitmap(try value.member("features").elements().map { try Int($0.number(atMost: 10_000)) }))
        default:
            return .bytes(try value.hex()[...])
        }
    }

    private static func number(_ object: JSONReader, _ key: String) throws -> FieldValue {
        .integer(try object.optional(key)?.number(atMost: UInt64(UInt32.max)) ?? 0)
    }

    private static func bitmap(_ bits: [Int]) -> ArraySlice<UInt8> {
        guard let highest = bits.max() else { return [] }
        var bytes = [UInt8](repeating: 0, count: highest / 8 + 1)
        for bit in bits { bytes[bytes.count - 1 - bit / 8] |= 1 << (bit % 8) }
        return bytes[...]
    }
}

extension OfficialSuite.Tally {
    /// Compares hexadecimal text with the member of that name.
    mutating func compare(_ object: JSONReader, _ key: String, _ hex: String?) throws(JSONShapeError) {
        compare(key, hex, try object.member(key).string())
    }
}

/// The value, which a file of BOLT 4 that is as it should be leads to.
func present<Value>(_ value: Value?) throws(JSONShapeError) -> Value {
    guard let value else { throw JSONShapeError(path: "file", "a value that the next step needs is missing") }
    return value
}
