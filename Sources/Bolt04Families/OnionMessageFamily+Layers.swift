internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Layers that open.
extension OnionMessageBuilder {
    private mutating func opened(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        flags: [String] = [],
        _ path: BlindingDerivation,
        _ message: MessageDerivation,
        at index: Int,
        kind: String = "forward",
        tag: String = "standard",
        next: JSON? = nil,
        receive_auth_key: Bytes32?? = nil,
        _ more: [(String, JSON)] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        var out: JSONObject = [
            "kind": .string(kind),
            "onionmsg_tlv": .hex(message.payloads[index]),
            "encrypted_data_tlv": .hex(path.hops[index].data),
            "tag": .string(tag),
        ]
        if kind != "receive" {
            out["next"] = next
            out["next_path_key"] = .hex(path.derived[index + 1].E.bytes)
            out["next_packet"] = .hex(message.onion.packets[index + 1])
        }
        builder.accept(
            name,
            "om.peel",
            requirements,
            comment,
            flags: flags,
            in: peel(message, at: index, receive_auth_key: receive_auth_key, more),
            out: out,
            steps: steps(message, at: index),
            file: file,
            line: line
        )
    }

    private func node(_ name: String) -> JSON { ["node_id": .hex(Fixtures.point(name))] }

    mutating func addLayers() throws(GenerationError) {
        let three = try threeHops()
        let plain = try message(over: three)
        let reader: [RequirementID] = (1...8).map { RequirementID("OD-\($0)") }
        let relay: [RequirementID] = [
            "OM-R5", "OD-9", "OD-10", "OM-R1", "OM-R6", "OM-R13", "RB-E1", "RB-E2", "RB-E3", "RB-E4",
        ]
        opened(
            "peel-relay",
            relay + reader,
            "Alice goes on to Bob, with the next key and the rest of the packet",
            three,
            plain,
            at: 0,
            next: node("bob")
        )
        opened("peel-second-relay", relay, "Bob goes on to Carol", three, plain, at: 1, next: node("carol"))
        opened(
            "peel-last-hop",
            ["OD-11", "OM-R1", "RB-E1", "RB-E2"] + reader,
            "the next HMAC is zero: this is the end",
            three,
            plain,
            at: 2,
            kind: "receive",
            tag: ownTag
        )
        let joined = try route.path(route.joinedHops)
        opened(
            "peel-with-override",
            ["RB-E3", "RB-E4", "OM-R6"],
            "the next key is the one in record 8",
            flags: ["key"],
            joined,
            try message(over: joined),
            at: 0,
            next: node("bob")
        )
        let channel = try route.path([
            BlindingDerivation.Hop(Fixtures.key("alice"), [route.channel]), route.last("bob"),
        ])
        opened(
            "peel-next-by-channel",
            ["OM-R5"],
            "to the other end of channel 1x2x3",
            channel,
            try message(over: channel),
            at: 0,
            next: ["scid": "0000010000020003"]
        )
        let session_key = Fixtures.key("e_0 of the second half")
        let told = TLVRecord(type: 8, value: session_key.publicKey.bytes)
        var joinedBob = route.last("bob")
        joinedBob.session_key = session_key
        let salted = [
            TLVRecord(type: 4141, value: [UInt8](repeating: 0xb1, count: 80)),
            TLVRecord(type: 4343, value: [UInt8](repeating: 0xb2, count: 16)),
        ]
        opened(
            "peel-relay-with-salt-records",
            ["OM-R1"],
            "records 4141 and 4343 beside the data: a layer opens, whatever odd records are in it",
            three,
            try MessageDerivation(
                three.layers,
                payloads: [plain.payloads[0] + salted.flatMap(\.encoding)] + plain.payloads.dropFirst(),
                session_key: Self.session_key
            ),
            at: 0,
            next: node("bob")
        )
        let joinedByChannel = try route.path([
            BlindingDerivation.Hop(Fixtures.key("alice"), [route.channel, told]), joinedBob,
        ])
        opened(
            "peel-by-channel-with-override",
            ["RB-E3", "OM-R5"],
            "a channel names the next hop, record 8 its key",
            flags: ["key"],
            joinedByChannel,
            try message(over: joinedByChannel),
            at: 0,
            next: ["scid": "0000010000020003"]
        )
        try addShapes(three)
        try addOddAndFull(three)
        if profile.blinded_path.final_hop_tag == .standard { try addFeatures() }
    }

    /// Packets of other sizes, with more hops, and with several hops of one node.
    private mutating func addShapes(_ three: BlindingDerivation) throws(GenerationError) {
        for size in [700, 2000, 32_834, 65_535] {
            opened(
                "peel-relay-\(size)",
                ["OD-10", "OM-R13"],
                "what goes on has the size of what came: \(size) bytes",
                flags: ["size"],
                three,
                try message(over: three, size: size),
                at: 0,
                next: node("bob")
            )
        }
        // As many relays as 1300 bytes hold, each with a length, its sealed data and an HMAC, and a last hop without content.
        let names = ["alice", "bob"]
        let count = 14
        let relays = (0..<count).map { route.relay(names[$0 % 2], to: $0 == count - 1 ? "carol" : names[($0 + 1) % 2]) }
        let longest = try route.path(relays + [route.last("carol", [])])
        let through = try message(over: longest, [])
        opened(
            "peel-first-of-fifteen",
            ["OD-9", "OD-10", "RB-E4"],
            "as many hops as 1366 bytes hold",
            flags: ["size"],
            longest,
            through,
            at: 0,
            next: node("bob")
        )
        opened(
            "peel-last-relay-of-fifteen",
            ["OD-9", "OD-10", "RB-E4"],
            "the filler of thirteen hops stands behind the payload",
            flags: ["size"],
            longest,
            through,
            at: count - 1,
            next: node("carol")
        )
        let twice = try route.path([
            route.relay("alice", to: "alice"), route.relay("alice", to: "bob"), route.last("bob"),
        ])
        let own = try message(over: twice)
        opened(
            "peel-relay-to-itself",
            ["RB-E4", "OM-R5"],
            "the next hop is Alice again, under another blinded id, which the next key gives",
            twice,
            own,
            at: 0,
            next: node("alice")
        )
        opened(
            "peel-second-own-hop",
            ["RB-E4", "OM-R5"],
            "and from there to Bob, with his key",
            twice,
            own,
            at: 1,
            next: node("bob")
        )
    }

    private mutating func addOddAndFull(_ three: BlindingDerivation) throws(GenerationError) {
        let odd = try route.path([
            route.relay("alice", to: "bob", TLVRecord(type: 561, value: [1, 2, 3])), route.last("bob"),
        ])
        opened(
            "peel-unknown-odd-record-in-data",
            ["RB-E2"],
            "record 561 is passed over",
            odd,
            try message(over: odd),
            at: 0,
            next: node("bob")
        )
        opened(
            "peel-unknown-odd-record-in-payload",
            ["OM-R1"],
            "record 5 is passed over",
            three,
            try message(over: three, [TLVRecord(type: 5, value: [1]), content]),
            at: 2,
            kind: "receive",
            tag: ownTag
        )
        let full = try fullPacket()
        opened(
            "peel-full-packet",
            ["OD-8", "OD-4", "OD-5", "OD-6", "OD-7", "OD-11"],
            "of 100 bytes the length takes 1, the payload 67, the next HMAC 32",
            flags: ["size"],
            full.path,
            full.message,
            at: 0,
            kind: "receive",
            tag: ownTag
        )
        opened(
            "peel-32834",
            ["OD-3", "OD-11"],
            "the larger usual size",
            flags: ["size"],
            three,
            try message(over: three, [content], size: 32_834),
            at: 2,
            kind: "receive",
            tag: ownTag
        )
    }

    /// LDK's reader knows no features, and tells the end by the records: these are cases for BOLT 4 alone.
    private mutating func addFeatures() throws(GenerationError) {
        let features: [(name: String, comment: String, allowed: [UInt8], known: String)] = [
            ("no-features", "allowed_features is there, empty", [], ""),
            ("known-feature", "the node knows bit 3", [8], "08"),
            ("known-features", "the node knows bits 3 and 8, bit 3 is allowed", [8], "0108"),
        ]
        for (name, comment, allowed, known) in features {
            let path = try route.path([
                route.relay("alice", to: "bob", TLVRecord(type: 14, value: allowed)), route.last("bob"),
            ])
            opened(
                "peel-\(name)",
                ["OM-R2"],
                comment,
                flags: ["payload"],
                path,
                try message(over: path),
                at: 0,
                next: node("bob"),
                [("known_features", .string(known))]
            )
        }
        let ending = try route.path([route.relay("carol", to: "dave")])
        opened(
            "peel-end-whatever-the-records-say",
            ["OD-11"],
            "the next HMAC is zero, though the data names a next node",
            flags: ["payload"],
            ending,
            try message(over: ending),
            at: 0,
            kind: "receive"
        )
    }

    /// LDK's tag: what it does under a profile that has it, and under one that has not.
    mutating func addReceiversTags() throws(GenerationError) {
        let key = Fixtures.key("receive auth key").bytes
        var own = BlindingDerivation.Hop(Fixtures.key("carol"), [route.context()])
        own.receive_auth_key = key
        let last = try route.path([route.relay("alice", to: "carol"), own])
        let toLast = try message(over: last)
        guard hasReceiverTag else {
            return rejectPayload(
                "peel-receivers-tag",
                ["aead"],
                "the tag covers a key of the receiver, as LDK's do",
                neighbour: "peel-last-hop",
                in: peel(toLast, at: 1)
            )
        }
        opened(
            "peel-without-the-receivers-key",
            ["RB-E1"],
            "the layer opens, and nobody can say whose it is",
            last,
            toLast,
            at: 1,
            kind: "receive",
            tag: "unverified",
            receive_auth_key: .some(nil)
        )
        let standard = try route.path([BlindingDerivation.Hop(Fixtures.key("carol"), [route.context()])])
        opened(
            "peel-standard-tag-at-the-end",
            ["RB-E1"],
            "anybody could have sealed this: it is told from the receiver's own",
            standard,
            try message(over: standard),
            at: 0,
            kind: "receive"
        )
        try addDummyHops()
        rejectPayload(
            "peel-with-another-receivers-key",
            ["aead"],
            "the tag is not made with this key",
            neighbour: "peel-last-hop",
            in: peel(toLast, at: 1, receive_auth_key: Fixtures.key("another receive key").bytes)
        )
        var sealed = route.relay("alice", to: "bob")
        sealed.receive_auth_key = key
        let relay = try route.path([sealed, route.last("bob")])
        rejectPayload(
            "peel-receivers-tag-at-a-relay",
            ["aead"],
            "a hop that leads on has the standard tag: relays do not have the receiver's key",
            neighbour: "peel-relay",
            in: peel(try message(over: relay))
        )
    }

    private mutating func addDummyHops() throws(GenerationError) {
        guard let type = profile.blinded_path.dummy_hop_type else { return }
        let mark = TLVRecord(type: type, value: [UInt8]())
        let own = try route.path([route.last("carol", [mark]), route.last("carol")])
        opened(
            "peel-dummy-hop",
            ["RB-W10"],
            "the receiver's own mark: what is inside is for the receiver again",
            own,
            try message(over: own),
            at: 0,
            kind: "dummy",
            tag: "ldk"
        )
        let anybodys = try route.path([BlindingDerivation.Hop(Fixtures.key("carol"), [mark]), route.last("carol")])
        rejectPayload(
            "peel-dummy-hop-with-standard-tag",
            ["aead"],
            "anybody could have made this one",
            neighbour: "peel-dummy-hop",
            in: peel(try message(over: anybodys))
        )
    }
}
