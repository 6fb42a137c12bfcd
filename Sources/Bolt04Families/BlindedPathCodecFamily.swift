internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `bolt04/blinded-path-codec`: the encoding of blinded paths.
func blindedPathCodecFamily(_ context: GenerationContext) throws(GenerationError) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt04/blinded-path-codec",
        title: "Blinded paths as bytes: introductions, counts, lengths, points, and where the path ends",
        profile: nil,
        in: context,
        flags: [
            VectorFamily.Flag("introduction", "The first byte tells a node id from a channel, whose sizes differ"),
            VectorFamily.Flag("empty", "A path without hops leads nowhere"),
            VectorFamily.Flag("cut", "The input ends inside the path: a reader that goes on reads beyond its input"),
            VectorFamily.Flag(
                "surplus",
                "The path ends before the input does: a reader that ignores the rest loses data"
            ),
            VectorFamily.Flag("not-on-curve", "No point has these bytes: computing with it leaks keys or crashes"),
        ]
    )
    addPaths(&family)
    addUnusablePaths(&family)
    addCutPaths(&family)
    return family.build()
}

private let channel: UInt64 = 0x0000_0100_0002_0003

/// A path of hops with data of these lengths. Nothing here opens the data.
private func parts(
    _ lengths: [Int],
    introduction: SciddirOrPubkey = .pubkey(Fixtures.point("alice"))
) -> PathParts {
    PathParts(
        introduction: introduction,
        path_key: Array(Fixtures.point("first path key")),
        hops: lengths.enumerated().map { index, length in
            (Array(Fixtures.point("blinded hop \(index)")), (0..<length).map { UInt8($0 % 251) })
        }
    )
}

private func addPaths(_ family: inout FamilyBuilder) {
    let paths: [(name: String, comment: String, path: PathParts, requirements: [RequirementID], flags: [String])] = [
        (
            "node-id", "33 bytes, the first of them 02 or 03", parts([51]), ["B1-T-3", "B1-T-2", "B66-D10"],
            ["introduction"]
        ),
        (
            "channel-direction-0", "the first node of channel 1x2x3, 9 bytes",
            parts([51], introduction: .sciddir(direction: 0, shortChannelID: channel)), ["B1-T-3", "B66-D10"],
            ["introduction"]
        ),
        (
            "channel-direction-1", "the second node of channel 1x2x3",
            parts([51], introduction: .sciddir(direction: 1, shortChannelID: channel)), ["B1-T-3", "B66-D10"],
            ["introduction"]
        ),
        ("two-hops", "the second hop follows the first at once", parts([51, 51]), ["B66-D10", "RB-W1", "B1-T-2"], []),
        (
            "ten-hops", "as many hops as the count says, of different lengths", parts((0..<10).map { 40 + 3 * $0 }),
            ["B66-D10", "RB-W1", "B1-T-2"], []
        ),
        (
            "255-hops", "the most hops that the count can say", parts([Int](repeating: 16, count: 255)),
            ["B66-D10", "RB-W1", "B1-T-2"], []
        ),
        ("no-data", "a hop with no byte of data can be read; it never opens", parts([0]), ["B1-TLV-4"], []),
        ("tag-alone", "16 bytes: the seal of nothing", parts([16]), ["B1-TLV-4"], []),
        ("256-bytes-of-data", "both bytes of the length count", parts([256, 51]), ["B1-TLV-4"], []),
        ("most-data", "65535 bytes, the most that the length can say", parts([65_535]), ["B1-TLV-4"], []),
    ]
    for (name, comment, path, requirements, flags) in paths {
        family.accept(
            "decode-\(name)",
            "path.decode",
            requirements,
            comment,
            flags: flags,
            in: ["bytes": .hex(path.bytes)],
            out: ["path": path.json]
        )
        if name == "most-data" { continue }
        family.accept(
            "encode-\(name)",
            "path.encode",
            requirements,
            comment,
            flags: flags,
            in: ["path": path.json],
            out: ["bytes": .hex(path.bytes)]
        )
    }
}

private func addUnusablePaths(_ family: inout FamilyBuilder) {
    let path = parts([51])
    var empty = path
    empty.hops = []
    var offCurve = path
    offCurve.path_key = Fixtures.pointOffCurve
    var blindedOffCurve = path
    blindedOffCurve.hops[0].blinded_node_id = Fixtures.pointOffCurve
    var introductionOffCurve = path
    introductionOffCurve.introduction = .pubkey(Fixtures.pointOffCurve[...])
    var uncompressed = path
    uncompressed.path_key[0] = 4
    let rejected:
        [(
            name: String, path: PathParts, violates: RequirementID, reasons: [ReasonClass], comment: String,
            flag: String
        )] = [
            ("no-hops", empty, "RB-W1", ["path.zero_hops"], "num_hops is 0", "empty"),
            ("path-key-off-curve", offCurve, "B1-T-2", ["point"], "no point on the curve has x = 5", "not-on-curve"),
            ("path-key-prefix-04", uncompressed, "B1-T-2", ["point"], "04 is for uncompressed points", "not-on-curve"),
            (
                "blinded-id-off-curve", blindedOffCurve, "B1-T-2", ["point"], "no point on the curve has x = 5",
                "not-on-curve"
            ),
            (
                "introduction-off-curve", introductionOffCurve, "B1-T-2", ["point"], "no point on the curve has x = 5",
                "not-on-curve"
            ),
        ]
    for (name, path, violates, reasons, comment, flag) in rejected {
        family.reject(
            "decode-\(name)",
            "path.decode",
            [violates],
            reasons,
            comment,
            neighbour: "decode-node-id",
            flags: [flag],
            in: ["bytes": .hex(path.bytes)],
            under: path.hops.isEmpty ? [.accept("C-6 b", ["path": path.json])] : []
        )
        family.reject(
            "encode-\(name)",
            "path.encode",
            [violates],
            reasons,
            comment,
            neighbour: "encode-node-id",
            flags: [flag],
            in: ["path": path.json],
            under: [.accept("C-70 b", ["bytes": .hex(path.bytes)])]
        )
    }
}

private func addCutPaths(_ family: inout FamilyBuilder) {
    let whole = parts([51, 51]).bytes
    let byChannel = parts([51], introduction: .sciddir(direction: 1, shortChannelID: channel)).bytes
    let cuts: [(name: String, bytes: ArraySlice<UInt8>, comment: String, neighbour: String)] = [
        ("nothing", [], "no byte at all", "node-id"),
        ("cut-in-node-id", whole.prefix(20), "the introduction is not whole", "two-hops"),
        ("cut-in-channel", byChannel.prefix(8), "a byte of the channel is missing", "channel-direction-1"),
        ("cut-in-path-key", whole.prefix(65), "a byte of the path key is missing", "two-hops"),
        ("cut-before-count", whole.prefix(66), "there is no num_hops", "two-hops"),
        ("cut-before-hops", whole.prefix(67), "two hops are announced, none follows", "two-hops"),
        ("cut-in-blinded-id", whole.prefix(67 + 32), "a byte of the first blinded id is missing", "two-hops"),
        ("cut-in-length", whole.prefix(67 + 34), "a byte of enclen is missing", "two-hops"),
        ("cut-in-data", whole.prefix(67 + 35 + 50), "a byte of the first hop's data is missing", "two-hops"),
        ("cut-in-last-data", whole.dropLast(), "the last byte is missing", "two-hops"),
    ]
    for (name, bytes, comment, neighbour) in cuts {
        refuse(&family, name, ["tlv.length", "tlv.truncated"], comment, neighbour, "cut", Array(bytes))
    }
    var tooMany = whole
    tooMany[66] = 3
    var tooFew = whole
    tooFew[66] = 1
    refuse(
        &family,
        "count-too-high",
        ["tlv.length", "tlv.truncated"],
        "num_hops is 3, two hops follow",
        "two-hops",
        "cut",
        tooMany
    )
    refuse(
        &family,
        "length-of-last-data-too-high",
        ["tlv.length", "tlv.truncated"],
        "enclen announces a byte more than follows",
        "node-id",
        "cut",
        lengthened(parts([51]).bytes)
    )
    refuse(
        &family,
        "count-too-low",
        ["tlv.length"],
        "num_hops is 1, two hops follow",
        "two-hops",
        "surplus",
        tooFew
    )
    refuse(
        &family,
        "byte-behind",
        ["tlv.length"],
        "a byte follows the last hop",
        "two-hops",
        "surplus",
        whole + [0]
    )
    for first: UInt8 in [0x04, 0xff] {
        family.reject(
            "first-byte-\(first == 4 ? "04" : "ff")",
            "path.decode",
            ["B1-T-3"],
            ["point"],
            "a node starts with 00 to 03",
            alsoExercises: ["B66-D10"],
            neighbour: "decode-node-id",
            flags: ["introduction"],
            in: ["bytes": .hex([first] + parts([51]).bytes.dropFirst())]
        )
    }
}

/// The path of one hop with its `enclen` one too high.
private func lengthened(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes[67 + 34] += 1
    return bytes
}

/// A path that ends before or behind the input. B1-TLV-4: the value of a record is as long as its encoding needs (C-7).
private func refuse(
    _ family: inout FamilyBuilder,
    _ name: String,
    _ reasons: [ReasonClass],
    _ comment: String,
    _ neighbour: String,
    _ flag: String,
    _ bytes: [UInt8],
    file: StaticString = #fileID,
    line: UInt = #line
) {
    family.reject(
        name,
        "path.decode",
        ["B1-TLV-4"],
        reasons,
        comment,
        neighbour: "decode-\(neighbour)",
        flags: [flag],
        in: ["bytes": .hex(bytes)],
        file: file,
        line: line
    )
}
