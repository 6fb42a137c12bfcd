internal import Lightning
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit

/// `async/bolt2-tlvs`: the records that hold a payment, in two messages of BOLT 2.
func bolt2TLVsFamily(_ context: GenerationContext, _ profile: Profile) throws(GenerationError) -> GeneratedFamily {
    var family = Bolt2TLVsBuilder(context, profile)
    try family.addHoldFlags()
    try family.addReleasePaths()
    try family.addFaultyPaths()
    family.addWritten()
    family.addFeatures()
    return family.family.builder.build()
}

/// The parts of the family.
private struct Bolt2TLVsBuilder {
    let numbers: Profile.AsyncPayment
    let foreign: ForeignNumbers
    var family: MessageFamily

    private static let add = "update_add_htlc_tlvs"
    private static let revoke = "revoke_and_ack_tlvs"
    private static let paths = [Fixtures.path("release one"), Fixtures.path("release two", hops: 1)]

    init(_ context: GenerationContext, _ profile: Profile) {
        numbers = profile.async_payment
        foreign = ForeignNumbers(profile)
        family = MessageFamily(
            "async/bolt2-tlvs",
            title: "The hold flag of update_add_htlc, the release paths of revoke_and_ack, and the feature bit",
            profile,
            context,
            isFramed: false,
            flags: [
                MessageFamily.size, MessageFamily.path, MessageFamily.stream, MessageFamily.unknown,
                MessageFamily.sample,
            ]
        )
    }

    private var flag: [UInt8] { MessageParts.record(numbers.hold_htlc_type, []) }

    /// One element of the list: a path, behind the id of its HTLC where the profile has one (C-38).
    private func element(_ path: [UInt8], htlc: UInt64) -> [UInt8] {
        (numbers.release_paths_with_htlc_id ? MessageParts.bigEndian(htlc, 8) : []) + path
    }

    private func list(_ paths: [BlindedPath]) -> [UInt8] {
        paths.enumerated().flatMap { element($1.bytes, htlc: UInt64($0) + 7) }
    }

    private func stream(_ paths: [BlindedPath]) -> [UInt8] {
        MessageParts.record(numbers.release_paths_type, list(paths))
    }

    private func fields(_ paths: [BlindedPath]) -> JSON {
        let elements = paths.enumerated().map { index, path -> JSON in
            guard numbers.release_paths_with_htlc_id else { return path.parts.json }
            return ["htlc_id": .decimal(UInt64(index) + 7), "path": path.parts.json]
        }
        return ["release_held_htlc_message_paths": .array(elements)]
    }

    mutating func addHoldFlags() throws(GenerationError) {
        let point = Array(Fixtures.point("path key of a payment"))
        try family.reads("plain", Self.add, ["ASY-D4"], "to be held", stream: flag, as: ["hold_htlc": true])
        try family.reads("not-held", Self.add, ["B1-TLV-8", "ASY-D4"], "no records at all", stream: [], as: [:])
        try family.reads(
            "held-in-blinded-path",
            Self.add,
            ["ASY-D4"],
            "beside the path key of BOLT 2",
            stream: MessageParts.record(0, point) + flag,
            as: ["blinded_path": .hex(point), "hold_htlc": true]
        )
        let odd = numbers.hold_htlc_type + (numbers.hold_htlc_type.isMultiple(of: 2) ? 1 : 2)
        let unknown: JSON = [["type": .decimal(odd), "value": "01"]]
        try family.reads(
            "unknown-odd-record",
            Self.add,
            ["B1-TLV-7", "ASY-D4"],
            "record \(odd) is passed over",
            ["unknown"],
            stream: flag + MessageParts.record(odd, [1]),
            as: ["hold_htlc": true, "unknown": unknown]
        )
        let type = numbers.hold_htlc_type
        try family.rejects(
            "flag-with-a-value",
            Self.add,
            "ASY-D4",
            ["tlv.length"],
            "the record's presence says it all",
            ["size"],
            neighbour: "plain",
            stream: MessageParts.record(type, [1])
        )
        try family.rejects(
            "flag-of-zero",
            Self.add,
            "ASY-D4",
            ["tlv.length"],
            "no value, not even one that says no",
            ["size"],
            neighbour: "plain",
            stream: MessageParts.record(type, [0])
        )
        try family.rejects(
            "flag-twice",
            Self.add,
            "B1-TLV-2",
            ["tlv.order"],
            "held twice",
            ["stream"],
            neighbour: "plain",
            stream: flag + flag
        )
        try family.rejects(
            "flag-cut",
            Self.add,
            "B1-BS-2",
            ["tlv.truncated"],
            "the length is missing",
            ["stream"],
            neighbour: "plain",
            stream: flag.dropLast()
        )
        try family.rejects(
            "path-key-behind-flag",
            Self.add,
            "B1-TLV-1",
            ["tlv.order"],
            "record 0 behind record \(type)",
            ["stream"],
            neighbour: "held-in-blinded-path",
            stream: flag + MessageParts.record(0, point)
        )
        try family.rejects(
            "path-key-off-the-curve",
            Self.add,
            "B1-T-2",
            ["point"],
            "no point has this x coordinate",
            ["path"],
            neighbour: "held-in-blinded-path",
            stream: MessageParts.record(0, Fixtures.pointOffCurve) + flag
        )
        try addForeignFlag()
    }

    /// An even number is rejected, an odd one passed over: then the payment is not held.
    private mutating func addForeignFlag() throws(GenerationError) {
        let number = foreign.hold_htlc
        let stream = MessageParts.record(number, [])
        if number.isMultiple(of: 2) {
            try family.rejects(
                "flag-of-another-profile",
                Self.add,
                "B1-TLV-6",
                ["tlv.unknown_even"],
                "record \(number)",
                ["unknown"],
                neighbour: "plain",
                stream: stream
            )
        } else {
            try family.reads(
                "flag-of-another-profile",
                Self.add,
                ["B1-TLV-7"],
                "record \(number) is odd: it is passed over, and nothing is held",
                ["unknown"],
                stream: stream,
                as: ["unknown": [["type": .decimal(number), "value": ""]]]
            )
        }
    }

    mutating func addReleasePaths() throws(GenerationError) {
        let withChannel = Self.paths[0].with(introduction: .sciddir(direction: 0, shortChannelID: 0x0001_0000_0200_03))
        let lists: [(name: String, paths: [BlindedPath], comment: String)] = [
            ("paths", Self.paths, "two paths, one behind the other"),
            ("one-path", [Self.paths[0]], "one is enough"),
            ("path-by-channel", [withChannel], "the introduction is a channel's end, in 9 bytes"),
        ]
        for (name, paths, comment) in lists {
            try family.reads(
                name,
                Self.revoke,
                ["ASY-D4"],
                comment,
                stream: stream(paths),
                as: fields(paths)
            )
        }
        try family.reads("nothing-held", Self.revoke, ["B1-TLV-8", "ASY-D4"], "no records at all", stream: [], as: [:])
    }

    mutating func addFaultyPaths() throws(GenerationError) {
        let (one, type) = (Self.paths[0].bytes, numbers.release_paths_type)
        let size: [ReasonClass] = ["tlv.length", "tlv.truncated"]
        func record(_ path: [UInt8]) -> [UInt8] { MessageParts.record(type, element(path, htlc: 7)) }
        let faults:
            [(name: String, id: RequirementID, reasons: [ReasonClass], flag: String, comment: String, bytes: [UInt8])] =
                [
                    ("path-cut", "ASY-D4", size, "size", "a byte too few", record(Array(one.dropLast()))),
                    ("byte-after-the-path", "ASY-D4", size, "size", "one byte begins another path", record(one + [2])),
                    (
                        "path-without-hops", "ASY-D4", ["path.zero_hops"], "path", "num_hops is 0",
                        record(Fixtures.pathWithoutHops.bytes)
                    ),
                    (
                        "introduction-of-neither-kind", "B1-T-3", ["point"], "path",
                        "a node starts with 0 to 3, not with 4",
                        record([4] + one.dropFirst())
                    ),
                    (
                        "release-path-key-off-the-curve", "B1-T-2", ["point"], "path", "no point has this x coordinate",
                        record(Self.paths[0].with(path_key: Fixtures.pointOffCurve).bytes)
                    ),
                    (
                        "paths-twice", "B1-TLV-2", ["tlv.order"], "stream", "a record for each path",
                        record(one) + record(one)
                    ),
                ]
        for (name, id, reasons, flag, comment, bytes) in faults {
            try family.rejects(
                name,
                Self.revoke,
                id,
                reasons,
                comment,
                [flag],
                neighbour: "one-path",
                stream: bytes,
                under: reasons == ["path.zero_hops"]
                    ? [.accept("C-6 b", ["fields": fields([Fixtures.pathWithoutHops])])] : []
            )
        }
        if numbers.release_paths_with_htlc_id {
            try family.rejects(
                "path-without-htlc",
                Self.revoke,
                "B1-T-3",
                ["point"],
                "a path alone, as the draft has it: its first 8 bytes are taken for an id, and no node starts behind them",
                ["path"],
                neighbour: "one-path",
                stream: MessageParts.record(type, one)
            )
        }
    }

    mutating func addWritten() {
        family.writes(
            "written-flag",
            Self.add,
            ["ASY-D4"],
            "the number is that of update_add_htlc",
            fields: ["hold_htlc": true],
            type: 128,
            body: flag
        )
        let point = Array(Fixtures.point("path key of a payment"))
        family.writes(
            "written-flag-in-blinded-path",
            Self.add,
            ["ASY-D4"],
            "beside the path key of BOLT 2",
            fields: ["blinded_path": .hex(point), "hold_htlc": true],
            type: 128,
            body: MessageParts.record(0, point) + flag
        )
        family.writes(
            "written-paths",
            Self.revoke,
            ["ASY-D4"],
            "the number is that of revoke_and_ack",
            fields: fields(Self.paths),
            type: 133,
            body: stream(Self.paths)
        )
    }

    /// What a node announces that holds HTLCs.
    mutating func addFeatures() {
        let bit = Int(clamping: numbers.hold_feature_bit)
        let good: [(name: String, bits: [Int], comment: String)] = [
            ("sample-holding-with-onion-messages", [bit + 1, 39], "both optional"),
            ("sample-holding-with-compulsory-onion-messages", [bit, 38], "both compulsory"),
        ]
        for (name, bits, comment) in good {
            family.builder.accept(
                name,
                "init",
                ["ASY-D5"],
                comment,
                flags: ["sample"],
                in: ["role": "holder"],
                sample: ["features": .hex(bitmap(bits))]
            )
        }
        for (name, bits, comment) in [
            ("sample-holding-without-onion-messages", [bit + 1], "a release could never come in"),
            ("sample-compulsory-holding-without-onion-messages", [bit, 37], "bit 37 is not of onion messages"),
        ] {
            family.builder.reject(
                name,
                "init",
                ["ASY-D5"],
                [.features],
                comment,
                neighbour: "sample-holding-with-onion-messages",
                flags: ["sample"],
                in: ["role": "holder"],
                sample: ["features": .hex(bitmap(bits))]
            )
        }
    }
}
