internal import Lightning
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit

/// `blip66/offer-paths-request`: a client asks the server for paths, naming a slot.
func offerPathsRequestFamily(_ context: GenerationContext, _ profile: Profile) throws(GenerationError)
    -> GeneratedFamily
{
    var family = MessageFamily(
        "blip66/offer-paths-request",
        title: "offer_paths_request: a client asks for offer paths for one of its slots",
        profile,
        context,
        flags: [
            MessageFamily.missing, MessageFamily.size, MessageFamily.stream, MessageFamily.framing,
            MessageFamily.unknown, MessageFamily.sample,
        ]
    )
    try addSlots(&family)
    try addFaultySlots(&family)
    try family.rejectsMalformedStreams(message, slot([0, 1]), last: 0)
    try family.rejectsOtherFraming(message, "B66-D6", ["tlv.unknown_even", "tlv.missing", "tlv.order"], slot([0, 1]))
    addWrittenSlots(&family)
    return family.builder.build()
}

private let message = "offer_paths_request"

private func slot(_ bytes: [UInt8]) -> [UInt8] { MessageParts.record(0, bytes) }

private func addSlots(_ family: inout MessageFamily) throws(GenerationError) {
    let slots: [(name: String, bytes: [UInt8], number: JSON, comment: String)] = [
        ("plain", [0, 1], 1, "slot 1"),
        ("slot-zero", [0, 0], 0, "the first slot: two bytes all the same"),
        ("slot-256", [1, 0], 256, "big-endian"),
        ("slot-highest", [0xff, 0xff], 65_535, "all bits"),
    ]
    for (name, bytes, number, comment) in slots {
        try family.reads(
            name,
            message,
            ["B66-D2", "B66-D6"],
            comment,
            stream: slot(bytes),
            as: ["invoice_slot": number]
        )
    }
    try family.reads(
        "unknown-odd-record",
        message,
        ["B1-TLV-7", "B66-D2"],
        "record 1 is passed over",
        ["unknown"],
        stream: slot([0, 1]) + MessageParts.record(1, [0xaa]),
        as: ["invoice_slot": 1, "unknown": [["type": "1", "value": "aa"]]]
    )
    if family.profile.onion_message_types.framing == .lengthPrefixed {
        family.reads(
            "bytes-after-the-stream",
            message,
            ["B66-D6"],
            "what stands behind the announced stream is not read",
            ["framing"],
            body: MessageParts.body(slot([0, 1]), family.profile) + [0xff, 0xff],
            as: ["invoice_slot": 1]
        )
    }
}

private func addFaultySlots(_ family: inout MessageFamily) throws(GenerationError) {
    try family.rejects(
        "without-slot",
        message,
        "B66-D2",
        ["tlv.missing", "semantic.invoice_slot"],
        "nobody knows which slot is meant",
        ["missing"],
        stream: [],
        under: [.accept("C-4 b", ["fields": [:]])]
    )
    try family.rejects(
        "slot-in-record-1",
        message,
        "B66-D2",
        ["tlv.missing", "semantic.invoice_slot"],
        "the slot stands where nobody looks for it",
        ["missing"],
        stream: MessageParts.record(1, [0, 1]),
        under: [.accept("C-4 b", ["fields": ["unknown": [["type": "1", "value": "0001"]]]])]
    )
    let sizes: [(name: String, bytes: [UInt8], neighbour: String, comment: String)] = [
        ("slot-of-no-bytes", [], "slot-zero", "zero as a tu16"),
        ("slot-of-1-byte", [1], "plain", "1 as a tu16"),
        ("slot-of-3-bytes", [0, 1, 0], "plain", "a byte too many"),
        ("slot-of-4-bytes", [0, 0, 0, 1], "plain", "1 as a u32"),
    ]
    for (name, bytes, neighbour, comment) in sizes {
        try family.rejects(
            name,
            message,
            "B66-D2",
            ["tlv.length", "tlv.truncated"],
            comment,
            ["size"],
            neighbour: neighbour,
            stream: slot(bytes)
        )
    }
    try family.rejects(
        "slot-cut",
        message,
        "B1-TLV-3",
        ["tlv.truncated"],
        "the record announces 2 bytes and has 1",
        ["stream"],
        stream: [0, 2, 0]
    )
    try family.rejects(
        "slot-twice",
        message,
        "B1-TLV-2",
        ["tlv.order"],
        "two slots, one after the other",
        ["stream"],
        stream: slot([0, 1]) + slot([0, 2])
    )
    if family.profile.onion_message_types.framing == .lengthPrefixed {
        family.rejects(
            "length-too-short",
            message,
            "B1-TLV-3",
            ["tlv.truncated"],
            "the stream ends, by its length, inside the slot",
            ["framing"],
            body: [3] + slot([0, 1])
        )
    }
}

private func addWrittenSlots(_ family: inout MessageFamily) {
    let type = family.profile.onion_message_types.offer_paths_request
    func body(_ bytes: [UInt8]) -> [UInt8] { MessageParts.body(slot(bytes), family.profile) }
    family.writes(
        "written",
        message,
        ["B66-D1", "B66-D2", "B66-D6", "B1-TLV-11"],
        "slot 1, with the number of its onion message record",
        fields: ["invoice_slot": 1],
        type: type,
        body: body([0, 1])
    )
    family.writes(
        "written-highest",
        message,
        ["B66-D1", "B66-D2"],
        "slot 65535",
        fields: ["invoice_slot": 65_535],
        type: type,
        body: body([0xff, 0xff])
    )
    family.refusesToWrite(
        "written-without-slot",
        message,
        "B66-D2",
        ["tlv.missing", "semantic.invoice_slot"],
        "nobody could tell which invoice the paths are for",
        fields: [:]
    )
    let numbers = [
        ("sample-foreign-number", ForeignNumbers(family.profile).offer_paths_request, "the number of another profile"),
        ("sample-number-of-blip-32", 65_538, "LDK's first number, which belongs to names and their proofs"),
    ]
    for (name, number, comment) in numbers {
        family.faults(
            name,
            message,
            "B66-D1",
            "semantic.offer_paths_request",
            comment,
            neighbour: "written",
            fields: ["invoice_slot": 1],
            type: number,
            body: body([0, 1])
        )
    }
    family.faults(
        "sample-little-endian",
        message,
        "B66-D2",
        "semantic.offer_paths_request",
        "1 becomes 256",
        neighbour: "written",
        fields: ["invoice_slot": 1],
        type: type,
        body: body([1, 0])
    )
    family.faults(
        "sample-other-framing",
        message,
        "B66-D6",
        family.profile.onion_message_types.framing == .raw ? "tlv.unknown_even" : "tlv.missing",
        "the stream is right, the frame is another profile's",
        neighbour: "written",
        fields: ["invoice_slot": 1],
        type: type,
        body: MessageParts.bodyOtherwise(slot([0, 1]), family.profile)
    )
}
