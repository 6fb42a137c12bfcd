internal import Lightning
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit

/// `blip66/offer-paths`: the server answers with paths for an offer.
func offerPathsFamily(_ context: GenerationContext, _ profile: Profile) throws(GenerationError) -> GeneratedFamily {
    var family = MessageFamily(
        "blip66/offer-paths",
        title: "offer_paths: the server gives paths for an offer, and says how long they live",
        profile,
        context,
        flags: [
            MessageFamily.missing, MessageFamily.size, MessageFamily.path, MessageFamily.stream,
            MessageFamily.framing, MessageFamily.unknown, MessageFamily.sample,
        ]
    )
    try addPathLists(&family)
    try addUnusualPaths(&family)
    try addFaultyLists(&family)
    try addFaultyPaths(&family)
    try addFaultyExpiries(&family)
    try family.rejectsMalformedStreams(message, stream(paths), last: 2)
    try family.rejectsOtherFraming(
        message,
        "B66-D6",
        ["tlv.unknown_even", "tlv.missing", "tlv.truncated", "tlv.order"],
        stream(paths)
    )
    addWrittenLists(&family)
    return family.builder.build()
}

private let message = "offer_paths"
private let paths = [Fixtures.path("server one"), Fixtures.path("server two", hops: 3)]
/// Two weeks after the time of the fixtures.
private let expiry: UInt64 = Fixtures.createdAt + 1_209_600

private func list(_ paths: [BlindedPath]) -> [UInt8] { paths.flatMap { $0.bytes } }

private func stream(_ paths: [BlindedPath], expiry: UInt64? = expiry) -> [UInt8] {
    stream(list: list(paths), expiry: expiry.map { MessageParts.bigEndian($0, 8) })
}

private func stream(list: [UInt8], expiry: [UInt8]? = MessageParts.bigEndian(expiry, 8)) -> [UInt8] {
    MessageParts.record(0, list) + (expiry.map { MessageParts.record(2, $0) } ?? [])
}

private func fields(_ paths: [BlindedPath], expiry: UInt64? = expiry, _ more: (String, JSON)...) -> JSON {
    var fields: [(String, JSON)] = [("offer_paths", paths.json)]
    if let expiry { fields.append(("paths_absolute_expiry", .decimal(expiry))) }
    return .object(JSONObject(fields + more))
}

private func addPathLists(_ family: inout MessageFamily) throws(GenerationError) {
    let three = paths + [Fixtures.path("server three", hops: 1)]
    let lists: [(name: String, paths: [BlindedPath], expiry: UInt64?, comment: String)] = [
        ("plain", paths, expiry, "two paths, one behind the other, and their end"),
        ("one-path", [paths[0]], expiry, "one is enough"),
        ("three-paths", three, expiry, "no count stands before them: they end with the record"),
        ("without-expiry", paths, nil, "they do not end"),
        ("expiry-highest", paths, .max, "eight bytes, all bits"),
        ("expiry-zero", paths, 0, "eight bytes whatever the value; what it means is for the recipient to judge"),
    ]
    for (name, paths, expiry, comment) in lists {
        try family.reads(
            name,
            message,
            ["B66-D3", "B66-D6", "B66-D10", "B66-OP-S1"],
            comment,
            stream: stream(paths, expiry: expiry),
            as: fields(paths, expiry: expiry)
        )
    }
    try family.reads(
        "paths-empty",
        message,
        ["B66-D3"],
        "a list of no paths can be read; that no offer can be made of it is the recipient's matter",
        stream: stream([]),
        as: fields([]),
        under: [.reject("C-74 b", ["tlv.missing", "semantic.offer_paths", "tlv.length"])]
    )
    try family.reads(
        "unknown-odd-record",
        message,
        ["B1-TLV-7", "B66-D3"],
        "record 3 is passed over",
        ["unknown"],
        stream: stream(paths) + MessageParts.record(3, [1, 2]),
        as: fields(paths, ("unknown", [["type": "3", "value": "0102"]]))
    )
    try family.reads(
        "end-in-record-3",
        message,
        ["B66-D3", "B1-TLV-7"],
        "the end of the paths under the number of its line: a record that nobody knows",
        ["unknown"],
        stream: MessageParts.record(0, list(paths)) + MessageParts.record(3, MessageParts.bigEndian(expiry, 8)),
        as: fields(
            paths,
            expiry: nil,
            ("unknown", [["type": "3", "value": .hex(MessageParts.bigEndian(expiry, 8))]])
        ),
        under: [.accept("C-1 b", ["fields": fields(paths)])]
    )
    if family.profile.onion_message_types.framing == .lengthPrefixed {
        family.reads(
            "bytes-after-the-stream",
            message,
            ["B66-D6"],
            "what stands behind the announced stream is not read",
            ["framing"],
            body: MessageParts.body(stream(paths), family.profile) + [2, 1],
            as: fields(paths)
        )
    }
}

private func addUnusualPaths(_ family: inout MessageFamily) throws(GenerationError) {
    let byChannel: (UInt8) -> BlindedPath = {
        paths[0].with(introduction: .sciddir(direction: $0, shortChannelID: 0x0001_0000_0200_03))
    }
    let unusual: [(name: String, path: BlindedPath, comment: String)] = [
        ("introduction-by-channel-first-node", byChannel(0), "9 bytes: the first node of a channel"),
        ("introduction-by-channel-second-node", byChannel(1), "9 bytes: the second node of a channel"),
        ("ten-hops", Fixtures.path("server long", hops: 10), "as many as a message path may well have"),
        (
            "empty-blob", paths[0].with(firstBlob: []),
            "encrypted_recipient_data may be empty as far as its encoding goes"
        ),
    ]
    for (name, path, comment) in unusual {
        try family.reads(
            name,
            message,
            ["B66-D10"],
            comment,
            ["path"],
            stream: stream([path, paths[1]]),
            as: fields([path, paths[1]])
        )
    }
}

private func addFaultyLists(_ family: inout MessageFamily) throws(GenerationError) {
    try family.rejects(
        "without-paths",
        message,
        "B66-D3",
        ["tlv.missing", "semantic.offer_paths"],
        "an end of life and nothing that lives",
        ["missing"],
        stream: MessageParts.record(2, MessageParts.bigEndian(expiry, 8)),
        under: [.accept("C-4 b", ["fields": ["paths_absolute_expiry": .decimal(expiry)]])]
    )
    let last = list(paths)
    try family.rejects(
        "last-path-cut",
        message,
        "B66-D3",
        ["tlv.length", "tlv.truncated"],
        "the last blob lacks a byte",
        ["size"],
        stream: stream(list: last.dropLast())
    )
    try family.rejects(
        "byte-after-the-last-path",
        message,
        "B66-D3",
        ["tlv.length", "tlv.truncated"],
        "one more byte begins another path",
        ["size"],
        stream: stream(list: last + [2])
    )
    try family.rejects(
        "one-hop-too-many-announced",
        message,
        "B66-D3",
        ["tlv.length", "tlv.truncated"],
        "num_hops is 3, two hops follow",
        ["size"],
        neighbour: "one-path",
        stream: stream(
            list: paths[0].parts.introductionBytes + paths[0].path_key + [3]
                + paths[0].parts.hops.flatMap(PathParts.bytes)
        )
    )
    try family.rejects(
        "expiry-before-paths",
        message,
        "B1-TLV-1",
        ["tlv.order"],
        "record 0 behind record 2",
        ["stream"],
        stream: MessageParts.record(2, MessageParts.bigEndian(expiry, 8)) + MessageParts.record(0, list(paths))
    )
    try family.rejects(
        "paths-twice",
        message,
        "B1-TLV-2",
        ["tlv.order"],
        "a record for each path",
        ["stream"],
        neighbour: "without-expiry",
        stream: MessageParts.record(0, list([paths[0]])) + MessageParts.record(0, list([paths[1]]))
    )
}

private func addFaultyPaths(_ family: inout MessageFamily) throws(GenerationError) {
    let none = Fixtures.pointOffCurve
    let faults: [(name: String, id: RequirementID, reason: ReasonClass, comment: String, paths: [BlindedPath])] = [
        (
            "first-path-without-hops", "B66-D10", "path.zero_hops", "num_hops is 0",
            [Fixtures.pathWithoutHops, paths[1]]
        ),
        (
            "second-path-without-hops", "B66-D10", "path.zero_hops", "one good path does not help",
            [paths[0], Fixtures.pathWithoutHops]
        ),
        (
            "introduction-off-the-curve", "B1-T-2", "point", "no point has this x coordinate",
            [paths[0].with(introduction: .pubkey(none[...])), paths[1]]
        ),
        (
            "path-key-off-the-curve", "B1-T-2", "point", "no point has this x coordinate",
            [paths[0].with(path_key: none), paths[1]]
        ),
        (
            "blinded-id-off-the-curve", "B1-T-2", "point", "no point has this x coordinate",
            [paths[0].with(firstHop: none), paths[1]]
        ),
    ]
    for (name, id, reason, comment, paths) in faults {
        try family.rejects(
            name,
            message,
            id,
            [reason],
            comment,
            ["path"],
            stream: stream(paths),
            under: reason == "path.zero_hops" ? [.accept("C-6 b", ["fields": fields(paths)])] : []
        )
    }
    try family.rejects(
        "introduction-of-neither-kind",
        message,
        "B1-T-3",
        ["point"],
        "a node starts with 0 to 3, not with 4",
        ["path"],
        stream: stream(list: [4] + paths[0].bytes.dropFirst() + paths[1].bytes)
    )
    try family.rejects(
        "count-before-the-paths",
        message,
        "B1-T-3",
        ["point"],
        "a list without a count has none: 5 starts no node",
        ["path"],
        stream: stream(list: [5] + list(paths))
    )
}

private func addFaultyExpiries(_ family: inout MessageFamily) throws(GenerationError) {
    let sizes: [(name: String, bytes: [UInt8], neighbour: String, comment: String)] = [
        ("expiry-of-no-bytes", [], "expiry-zero", "zero as a tu64"),
        ("expiry-of-4-bytes", MessageParts.bigEndian(expiry, 4), "plain", "as a tu64, or as a u32"),
        ("expiry-of-7-bytes", MessageParts.bigEndian(expiry, 7), "plain", "a byte too few"),
        ("expiry-of-9-bytes", MessageParts.bigEndian(expiry, 8) + [0], "plain", "a byte too many"),
    ]
    for (name, bytes, neighbour, comment) in sizes {
        try family.rejects(
            name,
            message,
            "B66-D3",
            ["tlv.length", "tlv.truncated"],
            comment,
            ["size"],
            neighbour: neighbour,
            stream: stream(list: list(paths), expiry: bytes)
        )
    }
}

private func addWrittenLists(_ family: inout MessageFamily) {
    let profile = family.profile
    let type = profile.onion_message_types.offer_paths
    func body(_ stream: [UInt8]) -> [UInt8] { MessageParts.body(stream, profile) }
    family.writes(
        "written",
        message,
        ["B66-D3", "B66-D6", "B66-D10"],
        "two paths and their end",
        fields: fields(paths),
        type: type,
        body: body(stream(paths))
    )
    let end = MessageParts.record(2, MessageParts.bigEndian(expiry, 8))
    family.writes(
        "written-with-unknown-record",
        message,
        ["B1-TLV-12"],
        "a record that the writer does not know stands where its type belongs",
        fields: fields(paths, ("unknown", [["type": "1", "value": "aa"]])),
        type: type,
        body: body(MessageParts.record(0, list(paths)) + MessageParts.record(1, [0xaa]) + end)
    )
    family.writes(
        "written-without-expiry",
        message,
        ["B66-D3"],
        "two paths without end",
        fields: fields(paths, expiry: nil),
        type: type,
        body: body(stream(paths, expiry: nil))
    )
    family.refusesToWrite(
        "written-without-paths",
        message,
        "B66-D3",
        ["tlv.missing", "semantic.offer_paths"],
        "there is nothing to make an offer of",
        fields: ["paths_absolute_expiry": .decimal(expiry)]
    )
    family.refusesToWrite(
        "written-with-empty-list",
        message,
        "B66-OP-S1",
        ["tlv.missing", "semantic.offer_paths", "policy"],
        "a list of no paths can be read (C-74), and may not be sent",
        neighbour: "written-without-expiry",
        fields: fields([], expiry: nil)
    )
    family.refusesToWrite(
        "written-with-path-without-hops",
        message,
        "B66-D10",
        ["path.zero_hops"],
        "the second path leads nowhere",
        fields: fields([paths[0], Fixtures.pathWithoutHops])
    )
    let samples: [(name: String, reason: ReasonClass, comment: String, type: UInt64, bytes: [UInt8])] = [
        (
            "sample-foreign-number", "semantic.offer_paths", "the number of another profile",
            ForeignNumbers(profile).offer_paths, body(stream(paths))
        ),
        (
            "sample-first-path-alone", "semantic.offer_paths", "the second path is gone", type,
            body(stream([paths[0]]))
        ),
        (
            "sample-expiry-in-milliseconds", "semantic.offer_paths", "the end is a thousand times as far", type,
            body(stream(paths, expiry: expiry * 1000))
        ),
        (
            "sample-expiry-truncated", "tlv.length", "written as a tu64", type,
            body(stream(list: list(paths), expiry: MessageParts.truncated(expiry)))
        ),
    ]
    for (name, reason, comment, type, bytes) in samples {
        family.faults(
            name,
            message,
            "B66-D3",
            reason,
            comment,
            neighbour: "written",
            fields: fields(paths),
            type: type,
            body: bytes
        )
    }
    family.faults(
        "sample-no-paths",
        message,
        "B66-OP-S1",
        "tlv.missing",
        "a server that answers with no path: no offer can be made of it",
        neighbour: "written",
        fields: fields([]),
        type: type,
        body: body(stream([]))
    )
}
