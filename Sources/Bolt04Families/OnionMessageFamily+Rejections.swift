internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Packets that no hop may open, and layers that must not be followed.
extension OnionMessageBuilder {
    private mutating func refuse(
        _ name: String,
        _ violates: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        flag: String,
        alsoExercises: [RequirementID] = [],
        neighbour: String = "peel-relay",
        in input: JSON,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            "om.peel",
            [violates],
            reasons,
            comment,
            alsoExercises: alsoExercises,
            neighbour: neighbour,
            flags: [flag],
            in: input,
            under: under,
            file: file,
            line: line
        )
    }

    /// A layer that opens, with data that the hop must not follow.
    mutating func rejectPayload(
        _ name: String,
        _ reasons: [ReasonClass],
        _ comment: String,
        violates: RequirementID = "RB-E2",
        alsoExercises: [RequirementID] = [],
        neighbour: String,
        in input: JSON,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        refuse(
            name,
            violates,
            reasons,
            comment,
            flag: "payload",
            alsoExercises: alsoExercises,
            neighbour: neighbour,
            in: input,
            under: under,
            file: file,
            line: line
        )
    }

    // MARK: The packet

    mutating func addRejectedPackets() throws(GenerationError) {
        let three = try threeHops()
        let plain = try message(over: three)
        let whole = plain.onion.packets[0]
        for (version, name) in [(UInt8(1), "1"), (2, "2"), (128, "128"), (255, "255")] {
            let changed = packet(whole, changing: 0, by: version)
            let comment = "only version 0 is known"
            refuse(
                "peel-version-\(name)",
                "OD-1",
                ["onion.version"],
                comment,
                flag: "packet",
                in: peel(plain, packet: changed)
            )
        }
        let keys: [(name: String, key: [UInt8], comment: String)] = [
            ("prefix-04", [4] + whole[2..<34], "04 is for uncompressed points"),
            ("of-zeros", [UInt8](repeating: 0, count: 33), "33 zero bytes"),
            ("off-curve", Fixtures.pointOffCurve, "no point on the curve has x = 5"),
        ]
        for (name, key, comment) in keys {
            let changed = [0] + key + whole[34...]
            refuse(
                "peel-key-\(name)",
                "OD-2",
                ["onion.key", "point"],
                comment,
                flag: "packet",
                in: peel(plain, packet: changed)
            )
        }
        try addForeignHMACs(three, plain)
        refuse(
            "peel-path-key-off-curve",
            "B1-T-2",
            ["point"],
            "the path key that came with the message is no point",
            flag: "key",
            in: peel(plain, path_key: Fixtures.pointOffCurve)
        )
    }

    private mutating func addForeignHMACs(
        _ three: BlindingDerivation,
        _ plain: MessageDerivation
    ) throws(GenerationError) {
        let whole = plain.onion.packets[0]
        let blinded = zip(plain.hops, plain.payloads).map {
            SphinxDerivation.Layer($0.derived.blinded_node_key, payload: $1)
        }
        let real = [SphinxDerivation.Layer(Fixtures.key("alice"), payload: plain.payloads[0])] + blinded.dropFirst()
        let forReal = try SphinxDerivation(real, session_key: Self.session_key, size: 1366)
        let bound = try SphinxDerivation(
            blinded,
            session_key: Self.session_key,
            size: 1366,
            associated_data: plain.hops[0].derived.E.bytes
        )
        let large = try message(over: three, size: 32_834)
        let largeWhole = large.onion.packets[0]
        let cases: [(name: String, comment: String, also: [RequirementID], input: JSON)] = [
            (
                "last-bit-of-32834-flipped", "a bit of the last byte of 32768: the HMAC covers all of them", [],
                peel(large, packet: packet(largeWhole, changing: -33, by: 0x80))
            ),
            (
                "middle-bit-of-32834-flipped", "a bit behind the first 1300 bytes of payloads", [],
                peel(large, packet: packet(largeWhole, changing: 1400))
            ),
            (
                "first-payload-bit-flipped", "a bit of the first byte of the payloads", [],
                peel(plain, packet: packet(whole, changing: 34))
            ),
            (
                "last-payload-bit-flipped", "a bit of the last byte of the payloads", [],
                peel(plain, packet: packet(whole, changing: -33, by: 0x80))
            ),
            ("hmac-bit-flipped", "the last bit of the HMAC", [], peel(plain, packet: packet(whole, changing: -1))),
            ("byte-cut-off", "the last byte is missing", [], peel(plain, packet: whole.dropLast())),
            (
                "with-associated-data", "the HMAC covers the path key beside the payloads", ["OM-W2"],
                peel(plain, packet: bound.packets[0])
            ),
            (
                "made-for-the-real-id", "the layer is made for Alice's node id and not for her blinded one", ["RB-U3"],
                peel(plain, packet: forReal.packets[0])
            ),
            (
                "with-another-path-key", "the key is the next hop's", ["RB-E4", "OM-R6"],
                peel(plain, path_key: plain.hops[1].derived.E.bytes)
            ),
            ("at-another-node", "Bob gets what is Alice's", [], peel(plain, node_key: Fixtures.key("bob"))),
        ]
        for (name, comment, also, input) in cases {
            refuse(
                "peel-\(name)",
                "OD-3",
                ["onion.hmac"],
                comment,
                flag: "hmac",
                alsoExercises: also + ["OM-R1"],
                in: input
            )
        }
    }

    // MARK: Lengths

    /// With 100 bytes of payloads 200 are unwrapped: the length takes one, the next HMAC 32. The surplus is covered by an odd
    /// record, and the layer is a relay's, so that nothing but the length stops a reader: one that does not look at it goes on.
    private mutating func addCoveredLengths() throws(GenerationError) {
        let path = try route.path([route.relay("alice", to: "bob"), route.last("bob")])
        let hop = path.derived[0]
        let data = MessageParts.record(4, path.parts.hops[0].encrypted_recipient_data)
        /// A payload of so many bytes, as far as the packet has room, and the HMAC behind it.
        func clear(_ length: Int) -> [UInt8] {
            let odd: [UInt8] = [5, UInt8(length - data.count - 2)]
            let payload = data + odd + [UInt8](repeating: 0xb1, count: length - data.count - 2)
            return Array(([UInt8(length)] + payload + [UInt8](repeating: 0xb2, count: 32)).prefix(100))
        }
        func input(_ length: Int) -> JSON {
            let packet = OnionPacket.sealing(
                clear(length),
                for: hop.blinded_node_key.publicKey,
                session_key: Self.session_key
            )
            return [
                "node_key": .hex(Fixtures.key("alice").bytes), "path_key": .hex(hop.E.bytes),
                "packet": .hex(packet.bytes),
            ]
        }
        builder.accept(
            "peel-length-67",
            "om.peel",
            ["OD-8", "OD-6", "OD-7"],
            "payload and HMAC end with the packet's own bytes",
            flags: ["length"],
            in: input(67),
            out: [
                "kind": "forward", "onionmsg_tlv": .hex(clear(67)[1..<68]),
                "encrypted_data_tlv": .hex(path.hops[0].data),
                "tag": "standard", "next": ["node_id": .hex(Fixtures.point("bob"))],
                "next_path_key": .hex(path.derived[1].E.bytes),
            ]
        )
        let cases: [(length: Int, id: RequirementID, comment: String)] = [
            (68, "OD-8", "payload and HMAC end a byte behind the packet's own"),
            (99, "OD-8", "the payload ends with the packet's own bytes, the HMAC lies behind them"),
            (167, "OD-8", "the HMAC ends with the last unwrapped byte"),
            (168, "OD-7", "31 bytes are left for the HMAC"),
            (199, "OD-7", "no byte is left for the HMAC"),
            (200, "OD-6", "199 bytes are left for the payload"),
        ]
        for (length, id, comment) in cases {
            refuse(
                "peel-length-\(length)",
                id,
                ["onion.length"],
                comment,
                flag: "length",
                neighbour: "peel-length-67",
                in: input(length)
            )
        }
    }

    mutating func addRejectedLengths() throws(GenerationError) {
        try addCoveredLengths()
        let full = try fullPacket()
        let payload = full.message.payloads[0]
        let hmac = [UInt8](repeating: 0, count: 32)
        let length: [ReasonClass] = ["onion.length"]
        let short: [ReasonClass] = ["onion.length", "onion.payload"]
        let cases: [(name: String, id: RequirementID, reasons: [ReasonClass], comment: String, clear: [UInt8])] = [
            (
                "in-longer-form", "OD-4", length, "67 in three bytes: fd 00 43", [0xfd, 0, 67] + payload + hmac
            ),
            ("cut-off", "OD-4", length, "fd asks for two more bytes, and one is unwrapped", [0xfd]),
            ("nowhere", "OD-4", length, "a packet without payloads has no length in it", []),
            ("0", "OD-5", short, "no byte of payload", [0] + payload + hmac),
            ("1", "OD-5", short, "one byte is shorter than any record", [1] + payload + hmac),
            (
                "of-five-bytes", "OD-6", length, "65536, in a packet of 100: reading four bytes for two",
                [0xfe, 0, 1, 0, 0] + payload + hmac
            ),
            (
                "in-five-bytes-for-one", "OD-4", length, "67 in five bytes: fe 00 00 00 43",
                [0xfe, 0, 0, 0, 67] + payload + hmac
            ),
            (
                "in-nine-bytes-for-one", "OD-4", length, "67 in nine bytes",
                [0xff, 0, 0, 0, 0, 0, 0, 0, 67] + payload + hmac
            ),
            (
                "longer-by-2-to-16", "OD-6", length, "65536 more than it is: reading a length in 16 bits",
                [0xfe, 0, 1] + MessageParts.bigEndian(UInt64(payload.count - 4), 2) + payload.dropLast(4) + hmac
            ),
            (
                "longer-by-2-to-32", "OD-6", length, "2^32 more than it is: reading a length in 32 bits",
                [0xff, 0, 0, 0, 1] + MessageParts.bigEndian(UInt64(payload.count - 8), 4) + payload.dropLast(8) + hmac
            ),
            (
                "of-nine-bytes", "OD-6", length, "2^64 - 1: adding to it overflows",
                [UInt8](repeating: 0xff, count: 9) + payload + hmac
            ),
        ]
        let hop = full.path.derived[0]
        for (name, id, reasons, comment, clear) in cases {
            let sealed = OnionPacket.sealing(
                clear,
                for: hop.blinded_node_key.publicKey,
                session_key: Self.session_key
            )
            refuse(
                "peel-length-\(name)",
                id,
                reasons,
                comment,
                flag: "length",
                neighbour: "peel-full-packet",
                in: peel(full.message, packet: sealed.bytes)
            )
        }
    }

    // MARK: The payload

    mutating func addRejectedPayloads() throws(GenerationError) {
        let three = try threeHops()
        try addRejectedStreams(three)
        try addRejectedData(three)
        try addRejectedFeatures()
        guard profile.blinded_path.both_next_hops == .refuse else { return }
        let both = try route.path([route.relay("alice", to: "bob", route.channel), route.last("bob")])
        rejectPayload(
            "peel-both-next-hops",
            ["semantic.short_channel_id", "semantic.next_node_id", "onion.payload"],
            "a node and a channel to go to",
            violates: "OM-R5",
            neighbour: "peel-next-by-channel",
            in: peel(try message(over: both))
        )
    }

    /// A message whose last payload is these bytes.
    private func ending(_ path: BlindingDerivation, _ payload: [UInt8]) throws(GenerationError) -> MessageDerivation {
        let plain = try message(over: path)
        return try MessageDerivation(
            path.layers,
            payloads: plain.payloads.dropLast() + [payload],
            session_key: Self.session_key
        )
    }

    private mutating func addRejectedStreams(_ three: BlindingDerivation) throws(GenerationError) {
        let data = Array(TLVRecord(type: 4, value: three.parts.hops[2].encrypted_recipient_data).encoding)
        let request = Array(content.encoding)
        let odd = Array(TLVRecord(type: 5, value: [1]).encoding)
        let cases: [(name: String, reasons: [ReasonClass], comment: String, payload: [UInt8])] = [
            (
                "unknown-even-record", ["tlv.unknown_even"], "record 6 must be understood",
                data + TLVRecord(type: 6, value: [1]).encoding + request
            ),
            ("records-fall", ["tlv.order"], "record 5 stands before record 4", odd + data + request),
            ("record-twice", ["tlv.order"], "record 5 stands twice", data + odd + odd + request),
            ("cut-stream", ["tlv.truncated", "tlv.length"], "the last byte is missing", (data + request).dropLast()),
        ]
        for (name, reasons, comment, payload) in cases {
            rejectPayload(
                "peel-\(name)-in-payload",
                reasons,
                comment,
                violates: "OM-R1",
                neighbour: "peel-unknown-odd-record-in-payload",
                in: peel(try ending(three, payload), at: 2)
            )
        }
        rejectPayload(
            "peel-without-data",
            ["tlv.missing", "onion.payload"],
            "the payload has no record 4",
            neighbour: "peel-last-hop",
            in: peel(try ending(three, request), at: 2),
            under: [.accept("C-96 b", ["kind": "receive", "onionmsg_tlv": .hex(request)])]
        )
        let first = try message(over: three)
        let bare = try MessageDerivation(
            three.layers,
            payloads: [odd] + first.payloads.dropFirst(),
            session_key: Self.session_key
        )
        rejectPayload(
            "peel-without-data-at-a-relay",
            ["tlv.missing", "onion.payload"],
            "the payload of a hop that is not the last has no record 4: it leads nowhere",
            neighbour: "peel-relay",
            in: peel(bare)
        )
    }

    private mutating func addRejectedData(_ three: BlindingDerivation) throws(GenerationError) {
        func relaying(_ sealed: [UInt8]) throws(GenerationError) -> MessageDerivation {
            let rest = Array(three.layers.dropFirst())
            return try MessageDerivation(
                over: [(three.derived[0], sealed)] + rest,
                [content],
                session_key: Self.session_key
            )
        }
        let sealed = three.parts.hops[0].encrypted_recipient_data
        let rho = three.derived[0].rho
        let next = Array(route.next("bob").encoding)
        let cases: [(name: String, reasons: [ReasonClass], comment: String, also: [RequirementID], sealed: [UInt8])] = [
            ("tag-flipped", ["aead"], "the last bit of the tag", [], packet(sealed, changing: -1)),
            (
                "data-of-another-hop", ["aead"], "Alice gets what was sealed for Bob", ["RB-U2"],
                three.parts.hops[1].encrypted_recipient_data
            ),
            ("no-data", ["aead", "tlv.missing", "tlv.length"], "record 4 is empty: it has no tag", [], []),
            (
                "unknown-even-record-in-data", ["tlv.unknown_even"], "record 560 must be understood", [],
                SealDerivation.seal(next + TLVRecord(type: 560, value: [1]).encoding, rho: rho)
            ),
            (
                "cut-stream-in-data", ["tlv.truncated", "tlv.length"], "the last byte is missing", [],
                SealDerivation.seal(next.dropLast(), rho: rho)
            ),
        ]
        for (name, reasons, comment, also, sealed) in cases {
            rejectPayload(
                "peel-\(name)",
                reasons,
                comment,
                alsoExercises: also,
                neighbour: name.contains("unknown") ? "peel-unknown-odd-record-in-data" : "peel-relay",
                in: peel(try relaying(sealed))
            )
        }
    }

    /// LDK's reader does not know `allowed_features` at all: to it the record is an unknown even one.
    private mutating func addRejectedFeatures() throws(GenerationError) {
        let hasFeatures = profile.blinded_path.final_hop_tag == .standard
        let cases: [(name: String, comment: String, allowed: [UInt8], known: String)] = [
            ("unknown-odd-feature", "bit 3 is odd, and unknown all the same", [8], ""),
            ("unknown-even-feature", "bit 2 is unknown", [4], ""),
            ("another-feature", "bit 3 is known, bit 5 is allowed too", [0x28], "08"),
            ("feature-a-byte-higher", "bit 3 is known, bit 11 is allowed", [8, 0], "08"),
            ("feature-a-byte-lower", "bit 11 is known, bit 3 is allowed", [8], "0800"),
            ("feature-beyond-128", "bit 200 is unknown", bitmap([200]), "08"),
        ]
        for (name, comment, allowed, known) in cases {
            let path = try route.path([
                route.relay("alice", to: "bob", TLVRecord(type: 14, value: allowed)), route.last("bob"),
            ])
            rejectPayload(
                "peel-\(name)",
                ["features", "tlv.unknown_even"],
                comment,
                violates: "OM-R2",
                neighbour: !hasFeatures ? "peel-relay" : known.isEmpty ? "peel-no-features" : "peel-known-feature",
                in: peel(try message(over: path), [("known_features", .string(known))])
            )
        }
    }
}
