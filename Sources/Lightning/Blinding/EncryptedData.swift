package import Rules
package import Wire

extension TLVSchema {
    /// BOLT 4, "Inside `encrypted_recipient_data`", with the profile's records for a maker's context and dummy hops.
    package static func encrypted_data(_ profile: Profile) -> TLVSchema {
        let numbers = profile.blinded_path
        return encryptedData.schema([numbers.context_type, numbers.dummy_hop_type]) {
            var records = encryptedDataRecords
            if numbers.context_type != EncryptedData.path_id_type {
                records.append(Record(numbers.context_type, "context", .bytes))
            }
            if let type = numbers.dummy_hop_type { records.append(Record(type, "dummy_hop", .flag)) }
            return TLVSchema("encrypted_data", records)
        }
    }

    private static let encryptedData = SchemaCache<[UInt64?]>()

    private static let encryptedDataRecords = [
        Record(EncryptedData.padding_type, "padding", .bytes),
        Record(2, "short_channel_id", .shortChannelID),
        Record(4, "next_node_id", .point),
        Record(EncryptedData.path_id_type, "path_id", .bytes),
        Record(8, "next_path_key_override", .point),
        Record(10, "payment_relay", .payment_relay),
        Record(12, "payment_constraints", .payment_constraints),
        Record(14, "allowed_features", .bytes),
    ]
}

extension FieldFormat {
    /// BOLT 4: `payment_relay`.
    package static let payment_relay = FieldFormat.structure([
        Member("cltv_expiry_delta", .u16),
        Member("fee_proportional_millionths", .u32),
        Member("fee_base_msat", .tu32),
    ])

    /// BOLT 4: `payment_constraints`.
    package static let payment_constraints = FieldFormat.structure([
        Member("max_cltv_expiry", .u32),
        Member("htlc_minimum_msat", .tu64),
    ])
}

/// The peer that a hop passes an onion on to.
package enum NextHop: Hashable, Sendable {
    /// A point of 33 bytes.
    case node(ArraySlice<UInt8>)
    /// The other end of this channel.
    case channel(UInt64)
}

/// An `encrypted_data_tlv`: what the maker of a blinded path tells one hop.
package struct EncryptedData: Hashable, Sendable {
    package let decoded: DecodedStream
    private let contextType: UInt64
    private let dummyHopType: UInt64?

    static let padding_type: UInt64 = 1
    static let path_id_type: UInt64 = 6

    /// Reads what a hop has decrypted, or what a maker is about to encrypt.
    /// - Throws: RB-E2 for a malformed stream and for unknown even records; OM-R5 where the profile rejects two next
    ///   hops.
    package static func read(
        _ bytes: ArraySlice<UInt8>,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> EncryptedData {
        let decoded = try validation.attribute(to: "RB-E2") { inner throws(Finding) in
            try TLVSchema.encrypted_data(profile).read(bytes, &inner)
        }
        if profile.blinded_path.both_next_hops == .refuse, decoded.contains(2), decoded.contains(4) {
            let detail = "both next_node_id and short_channel_id are set"
            try validation.report(Finding("OM-R5", .semantic("short_channel_id"), detail))
        }
        return EncryptedData(decoded, profile)
    }

    init(_ decoded: DecodedStream, _ profile: Profile) {
        self.decoded = decoded
        contextType = profile.blinded_path.context_type
        dummyHopType = profile.blinded_path.dummy_hop_type
    }

    package var bytes: [UInt8] { decoded.bytes }

    package var short_channel_id: UInt64? {
        if case .integer(let value) = decoded[2] { return value }
        return nil
    }
    package var next_node_id: ArraySlice<UInt8>? { bytes(4) }
    package var path_id: ArraySlice<UInt8>? { bytes(Self.path_id_type) }
    package var next_path_key_override: ArraySlice<UInt8>? { bytes(8) }
    package var allowed_features: FeatureBits? { bytes(14).map { FeatureBits($0) } }
    /// The height in `payment_constraints` up to which the hop may be used.
    package var max_cltv_expiry: UInt64? {
        guard case .structure(let members) = decoded[12], case .integer(let height)? = members.first else { return nil }
        return height
    }
    /// What the maker of the path put in for itself: `path_id`, or the profile's own record.
    package var context: ArraySlice<UInt8>? { bytes(contextType) }
    package var isDummyHop: Bool { dummyHopType.map(decoded.contains) ?? false }

    /// The lowest bit of `allowed_features` that a node does not know; odd ones count too (OM-R2).
    func unknownAllowedFeature(_ known: FeatureBits) -> Int? {
        let known = Set(known.bits)
        return allowed_features?.bits.first { !known.contains($0) }
    }

    /// The next peer (OM-R5): the node id where there is one, otherwise the channel.
    package var nextHop: NextHop? {
        next_node_id.map(NextHop.node) ?? short_channel_id.map(NextHop.channel)
    }

    /// A next peer is named, be it in a record that cannot be read.
    var hasNextHop: Bool { decoded.contains(4) || decoded.contains(2) }

    private func bytes(_ type: UInt64) -> ArraySlice<UInt8>? {
        if case .bytes(let value) = decoded[type] { return value }
        return nil
    }
}

/// Record 1, which makes the plaintexts of all hops equally long (RB-W8).
package enum PathPadding {
    /// The stream with a `padding` record of zeros that makes it `count` bytes long. One that is there is replaced.
    /// - Throws: RB-W8 when the stream is longer, and for the three lengths that no record can fill: a record takes 2
    ///   bytes at least, and 4 at least once its value has 253.
    package static func pad(_ stream: TLVStream, to count: Int) throws(Finding) -> TLVStream {
        let records = stream.records.filter { $0.type != EncryptedData.padding_type }
        let missing = count - records.reduce(0) { $0 + $1.encoding.count }
        if missing == 0 { return TLVStream(sorting: records) }
        let length = missing < 255 ? missing - 2 : missing - 4
        let padding = TLVRecord(type: EncryptedData.padding_type, value: [UInt8](repeating: 0, count: max(length, 0)))
        guard padding.encoding.count == missing else {
            throw Finding("RB-W8", "tlv.length", "\(missing) bytes are to be filled, which no padding record does")
        }
        return TLVStream(sorting: records + [padding])
    }
}
