internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// A family of cases about one message: `msg.decode` for what is read, `msg.encode` for what is written.
struct MessageFamily {
    let profile: Profile
    /// A message of BOLT 2 is no onion message: its records stand in no frame, whatever the profile.
    private let isFramed: Bool
    var builder: FamilyBuilder

    /// - `flags`: beside those that all families of messages have.
    init(
        _ name: String,
        title: String,
        _ profile: Profile,
        _ context: GenerationContext,
        isFramed: Bool = true,
        flags: [VectorFamily.Flag]
    ) {
        self.profile = profile
        self.isFramed = isFramed
        builder = FamilyBuilder(name, title: title, profile: profile, in: context, flags: flags)
    }

    static let missing = VectorFamily.Flag("missing", "A record that must be there is not")
    static let size = VectorFamily.Flag("size", "A record with too few or too many bytes")
    static let path = VectorFamily.Flag("path", "A blinded path that nobody can use")
    static let stream = VectorFamily.Flag("stream", "The stream breaks the rules of all streams")
    static let framing = VectorFamily.Flag(
        "framing",
        "A length before the stream, or none: the mistake in which drafted and deployed forms differ"
    )
    static let unknown = VectorFamily.Flag("unknown", "Records that the reader does not know")
    static let sample = VectorFamily.Flag(
        "sample",
        "A recorded answer with one fault, on which the writer's checks themselves are tested"
    )

    private func body(_ stream: [UInt8]) -> [UInt8] { isFramed ? MessageParts.body(stream, profile) : stream }

    /// A stream that is read to these fields.
    mutating func reads(
        _ name: String,
        _ message: String,
        _ requirements: [RequirementID],
        _ comment: String,
        _ flags: [String] = [],
        stream: [UInt8],
        as fields: JSON,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(GenerationError) {
        reads(
            name,
            message,
            requirements,
            comment,
            flags,
            body: body(stream),
            as: fields,
            under: under,
            file: file,
            line: line
        )
    }

    /// A whole body that is read to these fields.
    mutating func reads(
        _ name: String,
        _ message: String,
        _ requirements: [RequirementID],
        _ comment: String,
        _ flags: [String] = [],
        body: [UInt8],
        as fields: JSON,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.accept(
            name,
            "msg.decode",
            requirements,
            comment,
            flags: flags,
            in: ["message": .string(message), "bytes": .hex(body)],
            out: ["fields": fields],
            under: under,
            file: file,
            line: line
        )
    }

    /// Fields that are written as this stream, under this number.
    mutating func writes(
        _ name: String,
        _ message: String,
        _ requirements: [RequirementID],
        _ comment: String,
        fields: JSON,
        type: UInt64,
        body: [UInt8],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.accept(
            name,
            "msg.encode",
            requirements,
            comment,
            in: ["message": .string(message), "fields": fields],
            out: ["type": .decimal(type), "bytes": .hex(body)],
            file: file,
            line: line
        )
    }

    /// A stream that is rejected.
    mutating func rejects(
        _ name: String,
        _ message: String,
        _ violates: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        _ flags: [String] = [],
        neighbour: String = "plain",
        stream: [UInt8],
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(GenerationError) {
        rejects(
            name,
            message,
            violates,
            reasons,
            comment,
            flags,
            neighbour: neighbour,
            body: body(stream),
            under: under,
            file: file,
            line: line
        )
    }

    /// A whole body that is rejected.
    mutating func rejects(
        _ name: String,
        _ message: String,
        _ violates: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        _ flags: [String] = [],
        neighbour: String = "plain",
        body: [UInt8],
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            "msg.decode",
            [violates],
            reasons,
            comment,
            neighbour: neighbour,
            flags: flags,
            in: ["message": .string(message), "bytes": .hex(body)],
            under: under,
            file: file,
            line: line
        )
    }

    /// Fields of which no message that follows the rules can be made: the writer refuses.
    mutating func refusesToWrite(
        _ name: String,
        _ message: String,
        _ violates: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        neighbour: String = "written",
        fields: JSON,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            "msg.encode",
            [violates],
            reasons,
            comment,
            neighbour: neighbour,
            in: ["message": .string(message), "fields": fields],
            file: file,
            line: line
        )
    }

    /// A recorded answer of a writer that its checks reject.
    mutating func faults(
        _ name: String,
        _ message: String,
        _ violates: RequirementID,
        _ reason: ReasonClass,
        _ comment: String,
        neighbour: String,
        fields: JSON,
        type: UInt64,
        body: [UInt8],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            "msg.encode",
            [violates],
            [reason],
            comment,
            neighbour: neighbour,
            flags: ["sample"],
            in: ["message": .string(message), "fields": fields],
            sample: ["type": .decimal(type), "bytes": .hex(body)],
            file: file,
            line: line
        )
    }
}

extension MessageFamily {
    /// The rules of all streams, each broken alone behind records that are right.
    /// - `stream`: well-formed, its types below 251.
    /// - `last`: its last type.
    mutating func rejectsMalformedStreams(_ message: String, _ stream: [UInt8], last: UInt64?) throws(GenerationError) {
        let even = last.map { $0 + 2 } ?? 0
        let odd = last.map { $0 + 1 } ?? 1
        let faults: [(name: String, id: RequirementID, reason: ReasonClass, comment: String, bytes: [UInt8])] = [
            (
                "unknown-even-record", "B1-TLV-6", "tlv.unknown_even", "record \(even) must be understood",
                MessageParts.record(even, [])
            ),
            (
                "odd-record-twice", "B1-TLV-2", "tlv.order", "record \(odd) stands twice",
                MessageParts.record(odd, []) + MessageParts.record(odd, [])
            ),
            (
                "odd-records-out-of-order", "B1-TLV-1", "tlv.order", "record \(odd) behind \(odd + 2)",
                MessageParts.record(odd + 2, []) + MessageParts.record(odd, [])
            ),
            (
                "odd-record-cut", "B1-TLV-9", "tlv.truncated", "record \(odd) announces 5 bytes and has 2",
                [UInt8(odd), 5, 1, 2]
            ),
            (
                "type-without-length", "B1-BS-2", "tlv.truncated", "record \(odd) ends behind its type",
                [UInt8(odd)]
            ),
            (
                "type-in-long-form", "B1-BS-1", "tlv.noncanonical", "type \(odd) in three bytes",
                [0xfd, 0, UInt8(odd), 0]
            ),
            (
                "length-in-long-form", "B1-BS-1", "tlv.noncanonical", "length 0 in three bytes",
                [UInt8(odd), 0xfd, 0, 0]
            ),
        ]
        for (name, id, reason, comment, bytes) in faults {
            try rejects(
                name,
                message,
                id,
                [reason],
                comment,
                ["stream"],
                neighbour: "unknown-odd-record",
                stream: stream + bytes
            )
        }
    }

    /// A stream that begins with record 0 and has no length before it: its first byte reads as a length of 0, and who wants no
    /// record misses none (C-4 b).
    func readAsEmpty(_ stream: [UInt8]) -> [Under] {
        let isLengthWanted = profile.onion_message_types.framing == .lengthPrefixed
        return isLengthWanted && stream.first == 0 ? [.accept("C-4 b", ["fields": [:]])] : []
    }

    /// The body in the other framing, and under a length the faults that the length itself can have.
    /// - `id`: the requirement that says how the message is framed.
    mutating func rejectsOtherFraming(
        _ message: String,
        _ id: RequirementID,
        _ reasons: [ReasonClass],
        neighbour: String = "plain",
        prefix: String = "",
        _ stream: [UInt8]
    ) throws(GenerationError) {
        let isRaw = profile.onion_message_types.framing == .raw
        rejects(
            prefix + (isRaw ? "length-before-the-stream" : "no-length-before-the-stream"),
            message,
            id,
            reasons,
            isRaw ? "the record's own length says it already" : "the stream stands alone",
            ["framing"],
            neighbour: neighbour,
            body: MessageParts.bodyOtherwise(stream, profile),
            under: readAsEmpty(stream)
        )
        if isRaw { return }
        rejects(
            prefix + "length-past-the-end",
            message,
            id,
            ["tlv.truncated", "tlv.length"],
            "the length is one too large",
            ["framing"],
            neighbour: neighbour,
            body: MessageParts.bigSize(UInt64(stream.count + 1)) + stream
        )
        rejects(
            prefix + "length-of-the-stream-in-long-form",
            message,
            "B1-BS-1",
            ["tlv.noncanonical"],
            "a small length in five bytes",
            ["framing"],
            neighbour: neighbour,
            body: [0xfe] + MessageParts.bigEndian(UInt64(stream.count), 4) + stream
        )
    }
}

/// The numbers that a profile does not use, for cases under a foreign one: LDK's for the drafts', the drafts' for all others.
struct ForeignNumbers {
    let offer_paths_request: UInt64
    let offer_paths: UInt64
    let serve_static_invoice: UInt64
    let static_invoice_persisted: UInt64
    let message_paths: UInt64
    let payload_invoice_request: UInt64
    let hold_htlc: UInt64
    let release_paths: UInt64

    init(_ profile: Profile) {
        let types = profile.onion_message_types
        offer_paths_request = types.offer_paths_request == 65_540 ? 75_540 : 65_540
        offer_paths = types.offer_paths == 65_542 ? 75_542 : 65_542
        serve_static_invoice = types.serve_static_invoice == 65_544 ? 75_544 : 65_544
        static_invoice_persisted = types.static_invoice_persisted == 65_546 ? 75_546 : 65_546
        message_paths = profile.static_invoice.message_paths_type == 178 ? 236 : 178
        payload_invoice_request = profile.async_payment.payload_invoice_request_type == 1 ? 77_777 : 1
        hold_htlc = profile.async_payment.hold_htlc_type == 2 ? 75_537 : 2
        release_paths = profile.async_payment.release_paths_type == 0 ? 75_537 : 0
    }
}
