internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit

/// `blip66/static-invoice-persisted`: the server confirms that the invoice is stored.
func staticInvoicePersistedFamily(
    _ context: GenerationContext,
    _ profile: Profile
) throws(GenerationError) -> GeneratedFamily {
    var family = MessageFamily(
        "blip66/static-invoice-persisted",
        title: "static_invoice_persisted: the server has stored the invoice; a message without contents",
        profile,
        context,
        flags: [MessageFamily.stream, MessageFamily.framing, MessageFamily.unknown, MessageFamily.sample]
    )
    try family.addEmptyMessage(
        "static_invoice_persisted",
        prefix: "",
        mayBeEmpty: true,
        defined: "B66-D5",
        framed: "B66-D6",
        type: profile.onion_message_types.static_invoice_persisted
    )
    family.faults(
        "sample-foreign-number",
        "static_invoice_persisted",
        "B66-D5",
        "semantic.static_invoice_persisted",
        "the number of another profile",
        neighbour: "written",
        fields: [:],
        type: ForeignNumbers(profile).static_invoice_persisted,
        body: MessageParts.body([], profile)
    )
    return family.builder.build()
}

/// `async/held-release`: a payment is held for its recipient, who lets it come.
func heldReleaseFamily(_ context: GenerationContext, _ profile: Profile) throws(GenerationError) -> GeneratedFamily {
    var family = MessageFamily(
        "async/held-release",
        title: "held_htlc_available and release_held_htlc: messages without contents",
        profile,
        context,
        flags: [MessageFamily.stream, MessageFamily.framing, MessageFamily.unknown, MessageFamily.sample]
    )
    let types = profile.onion_message_types
    try family.addEmptyMessage(
        "held_htlc_available",
        prefix: "",
        defined: "ASY-D1",
        framed: "ASY-D1",
        type: types.held_htlc_available
    )
    try family.addEmptyMessage(
        "release_held_htlc",
        prefix: "release-",
        defined: "ASY-D2",
        framed: "ASY-D2",
        type: types.release_held_htlc
    )
    for (prefix, name, id, type) in [
        ("", "held_htlc_available", "ASY-D1", types.release_held_htlc),
        ("release-", "release_held_htlc", "ASY-D2", types.held_htlc_available),
    ] {
        family.faults(
            prefix + "sample-number-of-the-other-message",
            name,
            RequirementID(id),
            .semantic(name),
            "the two are told apart by their numbers alone",
            neighbour: prefix + "written",
            fields: [:],
            type: type,
            body: MessageParts.body([], profile)
        )
    }
    return family.builder.build()
}

extension MessageFamily {
    /// The cases of a message whose stream has no records.
    /// - Parameter mayBeEmpty: the text can be read so that the message has no stream at all (C-3).
    fileprivate mutating func addEmptyMessage(
        _ message: String,
        prefix: String,
        mayBeEmpty: Bool = false,
        defined: RequirementID,
        framed: RequirementID,
        type: UInt64
    ) throws(GenerationError) {
        let body = MessageParts.body([], profile)
        let requirements = defined == framed ? [defined] : [defined, framed]
        try reads(prefix + "plain", message, requirements, "nothing is said", stream: [], as: [:])
        try reads(
            prefix + "unknown-odd-record",
            message,
            mayBeEmpty ? [defined, "B1-TLV-7"] : ["B1-TLV-7", defined],
            "a later version may say more: record 1 is passed over",
            ["unknown"],
            stream: MessageParts.record(1, [0xaa]),
            as: ["unknown": [["type": "1", "value": "aa"]]],
            under: mayBeEmpty ? [.reject("C-3 b", ["tlv.range", "tlv.length"])] : []
        )
        if profile.onion_message_types.framing == .lengthPrefixed {
            reads(
                prefix + "bytes-after-the-stream",
                message,
                [framed],
                "what stands behind the announced stream is not read",
                ["framing"],
                body: body + [2, 0],
                as: [:]
            )
        }
        writes(
            prefix + "written",
            message,
            requirements,
            "written without a record",
            fields: [:],
            type: type,
            body: body
        )
        refusesToWrite(
            prefix + "written-with-a-record",
            message,
            defined,
            ["tlv.range", "onion.payload", "policy"],
            "a writer adds no record of its own, not even an odd one",
            neighbour: prefix + "written",
            fields: ["unknown": [["type": "1", "value": "aa"]]]
        )
        try rejectsEmptyMessage(message, prefix: prefix)
        try rejectsOtherFraming(
            message,
            framed,
            ["tlv.truncated", "tlv.length", "tlv.unknown_even", "tlv.noncanonical"],
            neighbour: prefix + "plain",
            prefix: prefix,
            []
        )
        faults(
            prefix + "sample-with-a-record",
            message,
            defined,
            .range,
            "a writer adds a record of its own",
            neighbour: prefix + "written",
            fields: [:],
            type: type,
            body: MessageParts.body(MessageParts.record(1, []), profile)
        )
    }

    private mutating func rejectsEmptyMessage(_ message: String, prefix: String) throws(GenerationError) {
        let faults: [(name: String, id: RequirementID, reason: ReasonClass, comment: String, bytes: [UInt8])] = [
            (
                "unknown-even-record", "B1-TLV-6", "tlv.unknown_even", "record 2 must be understood",
                MessageParts.record(2, [])
            ),
            (
                "slot-in-record-0", "B1-TLV-6", "tlv.unknown_even", "the slot has no place here",
                MessageParts.record(0, [0, 1])
            ),
            (
                "odd-record-twice", "B1-TLV-2", "tlv.order", "record 1 stands twice",
                MessageParts.record(1, []) + MessageParts.record(1, [])
            ),
            (
                "odd-records-out-of-order", "B1-TLV-1", "tlv.order", "record 1 behind 3",
                MessageParts.record(3, []) + MessageParts.record(1, [])
            ),
            ("odd-record-cut", "B1-TLV-9", "tlv.truncated", "record 1 announces 5 bytes and has 2", [1, 5, 1, 2]),
            ("type-without-length", "B1-BS-2", "tlv.truncated", "record 1 ends behind its type", [1]),
            ("type-in-long-form", "B1-BS-1", "tlv.noncanonical", "type 1 in three bytes", [0xfd, 0, 1, 0]),
        ]
        for (name, id, reason, comment, bytes) in faults {
            try rejects(
                prefix + name,
                message,
                id,
                [reason],
                comment,
                ["stream"],
                neighbour: prefix + "unknown-odd-record",
                stream: bytes
            )
        }
    }
}
