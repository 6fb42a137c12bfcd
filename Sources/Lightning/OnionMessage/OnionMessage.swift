package import Rules
package import Wire

/// The message `onion_message` (BOLT 4, type 513): a packet and the path key for its receiver.
package struct OnionMessage: Hashable, Sendable {
    package static let type: UInt16 = 513

    /// 33 bytes, a point.
    package let path_key: ArraySlice<UInt8>
    package let onion_message_packet: ArraySlice<UInt8>

    package init(path_key: ArraySlice<UInt8>, onion_message_packet: ArraySlice<UInt8>) {
        self.path_key = path_key
        self.onion_message_packet = onion_message_packet
    }

    package static let format = FieldFormat.structure([
        .init("path_key", .point),
        .init("onion_message_packet", .prefixed(width: 2)),
    ])

    /// Sizes of a whole packet that do not stand out (OM-W3): 1300 and 32768 bytes of payloads.
    package static let usualPacketSizes = [1366, 32_834]

    /// - Returns: `nil` when the value is not of this format.
    package init?(_ value: FieldValue?) {
        guard case .structure(let members) = value, members.count == 2,
            case .bytes(let path_key) = members[0], case .bytes(let packet) = members[1]
        else { return nil }
        self.init(path_key: path_key, onion_message_packet: packet)
    }

    /// The message without its type. `nil` when the packet is longer than the message allows.
    package var bytes: [UInt8]? { Self.format.encode(.structure([.bytes(path_key), .bytes(onion_message_packet)])) }
}

extension TLVSchema {
    /// BOLT 4, "The `onion_message` Message": `onionmsg_tlv`, with the messages that the profile knows.
    package static func onionmsg(_ profile: Profile) -> TLVSchema {
        let types = profile.onion_message_types
        return onionMessages.schema(types) {
            let messages = Profile.Message.allCases.filter(types.known.contains).map {
                Record(types.type(of: $0), $0.rawValue, .bytes)
            }
            return TLVSchema(
                "onionmsg",
                [
                    Record(2, "reply_path", .blinded_path),
                    Record(4, "encrypted_recipient_data", .bytes),
                    Record(64, "invoice_request", .bytes),
                    Record(66, "invoice", .bytes),
                    Record(68, "invoice_error", .bytes),
                ] + messages
            )
        }
    }

    private static let onionMessages = SchemaCache<Profile.OnionMessageTypes>()
}

/// An `onionmsg_tlv`: what one hop of an onion message finds in its layer.
package struct OnionMessagePayload: Hashable, Sendable {
    package let decoded: DecodedStream
    /// Types of records that carry a message (64 and above) and that the profile has.
    private let contentTypes: Set<UInt64>

    /// The first type of the range for the final hop's payloads.
    static let firstContentType: UInt64 = 64

    /// - Throws: OM-R1 for a malformed stream and for unknown even records.
    package static func read(
        _ bytes: ArraySlice<UInt8>,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> OnionMessagePayload {
        let schema = TLVSchema.onionmsg(profile)
        let decoded = try validation.attribute(to: "OM-R1") { inner throws(Finding) in
            try schema.read(bytes, &inner)
        }
        let contentTypes = schema.records.map(\.type).filter { $0 >= firstContentType }
        return OnionMessagePayload(decoded: decoded, contentTypes: Set(contentTypes))
    }

    private init(decoded: DecodedStream, contentTypes: Set<UInt64>) {
        self.decoded = decoded
        self.contentTypes = contentTypes
    }

    package var reply_path: BlindedPath? { BlindedPath(decoded[2]) }
    package var encrypted_recipient_data: ArraySlice<UInt8>? { decoded.stream[4] }

    /// All records from 64 up, those of unknown odd types too.
    package var contents: [TLVRecord] { decoded.stream.records.filter { $0.type >= Self.firstContentType } }

    /// The one message in it; `nil` when there is none, or more than one, or one of an unknown type.
    package var content: TLVRecord? {
        guard let record = contents.first, contents.count == 1, contentTypes.contains(record.type) else { return nil }
        return record
    }
}
