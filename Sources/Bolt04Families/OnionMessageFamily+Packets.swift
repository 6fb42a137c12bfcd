internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Packets that are built, and what does not fit into one.
extension OnionMessageBuilder {
    private func build(_ hops: [(B: [UInt8], payload: [UInt8])], size: Int, pad_key: Bytes32? = nil) -> JSON {
        var input: JSONObject = ["session_key": .hex(Self.session_key.bytes), "size": .integer(Int64(size))]
        input["pad_key"] = pad_key.map { .hex($0) }
        input["hops"] = .array(hops.map { ["node_id": .hex($0.B), "payload": .hex($0.payload)] })
        return .object(input)
    }

    private func hops(_ message: MessageDerivation) -> [(B: [UInt8], payload: [UInt8])] {
        zip(message.hops, message.payloads).map { ($0.derived.blinded_node_key.publicKey.bytes, $1) }
    }

    private mutating func built(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        flags: [String] = [],
        _ message: MessageDerivation,
        size: Int = 1366,
        pad_key: Bytes32? = nil,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.accept(
            name,
            "om.build",
            requirements,
            comment,
            flags: flags,
            in: build(hops(message), size: size, pad_key: pad_key),
            out: ["packet": .hex(message.onion.packets[0])],
            under: under,
            steps: message.onion.steps,
            file: file,
            line: line
        )
    }

    mutating func addPackets() throws(GenerationError) {
        let three = try threeHops()
        let one = try route.path([route.last("carol")])
        built(
            "build-1366",
            ["OM-W8", "OM-W1", "OM-W2", "OM-W3", "OM-W4", "RB-U2", "RB-U3"],
            "three layers, as large as a payment's onion",
            try message(over: three)
        )
        built("build-one-hop", ["OM-W8"], "no filler is needed", try message(over: one))
        built(
            "build-32834",
            ["OM-W8", "OM-W3"],
            "the larger of the two usual sizes",
            flags: ["size"],
            try message(over: three, size: 32_834),
            size: 32_834
        )
        built(
            "build-another-size",
            ["OM-W8"],
            "700 bytes: unusual, and no less an onion",
            flags: ["size"],
            try message(over: three, size: 700),
            size: 700,
            under: [.reject("C-100 b", ["onion.length", "policy"])]
        )
        let pad_key = Fixtures.key("another pad key").bytes
        built(
            "build-own-pad-key",
            ["OM-W8"],
            "the bytes behind the payloads are the sender's own choice",
            try message(over: three, pad_key: pad_key),
            pad_key: pad_key
        )
        try addWhatAllPacketsHave(three, one)
        try addFullPackets(three, one)
        // Payloads of two bytes, a record 4 without data: 35 bytes a hop, 37 hops in 1300 bytes.
        let most = (0..<37).map { (B: Fixtures.key("hop \($0)"), payload: [UInt8]([4, 0])) }
        let onion = try SphinxDerivation(
            most.map { SphinxDerivation.Layer($0.B, payload: $0.payload) },
            session_key: Self.session_key,
            size: 1366
        )
        builder.accept(
            "build-most-hops",
            "om.build",
            ["OM-W8"],
            "as many hops as there can be: 37 of 35 bytes in 1300",
            flags: ["size"],
            in: build(most.map { ($0.B.publicKey.bytes, $0.payload) }, size: 1366),
            out: ["packet": .hex(onion.packets[0])]
        )
        builder.reject(
            "build-one-hop-too-many",
            "om.build",
            ["OM-W8"],
            ["onion.length"],
            "38 hops of 35 bytes do not fit into 1300",
            neighbour: "build-most-hops",
            flags: ["size"],
            in: build(
                most.map { ($0.B.publicKey.bytes, $0.payload) } + [(Fixtures.point("hop 37") + [], [4, 0])],
                size: 1366
            )
        )
        let large = TLVRecord(type: 64, value: [UInt8](repeating: 7, count: 32_768))
        let tooLarge = try MessageDerivation(over: one.layers, [], session_key: Self.session_key)
        builder.reject(
            "build-too-much-for-32834",
            "om.build",
            ["OM-W8"],
            ["onion.length"],
            "more than 32768 bytes of payloads",
            neighbour: "build-32834",
            flags: ["size"],
            in: build(
                [
                    (
                        hops(tooLarge)[0].B,
                        TLVStream(
                            sorting: [
                                large, TLVRecord(type: 4, value: one.parts.hops[0].encrypted_recipient_data),
                            ]
                        ).bytes
                    )
                ],
                size: 32_834
            )
        )
    }

    private mutating func addFullPackets(
        _ three: BlindingDerivation,
        _ one: BlindingDerivation
    ) throws(GenerationError) {
        for (name, path) in [("one-hop", one), ("three-hops", three)] {
            let plain = try message(over: path, [])
            // Each layer: its length, in one byte or in three, its payload, and an HMAC. The last grows to fill 1300 bytes.
            let before = plain.payloads.dropLast().reduce(0) { $0 + 1 + $1.count + 32 }
            let room = 1300 - before - 3 - 32 - (plain.payloads.last?.count ?? 0)
            let filling = TLVRecord(type: 64, value: [UInt8](repeating: 7, count: room - 4))
            let full = try message(over: path, [filling])
            built(
                "build-filling-the-packet-\(name)",
                ["OM-W8"],
                "not a byte is left",
                flags: ["size"],
                full
            )
            let longer = TLVRecord(type: 64, value: [UInt8](repeating: 7, count: room - 3))
            var hops = hops(full)
            hops[hops.count - 1].payload =
                TLVStream(
                    sorting: [
                        longer, TLVRecord(type: 4, value: path.parts.hops[hops.count - 1].encrypted_recipient_data),
                    ]
                ).bytes
            builder.reject(
                "build-byte-too-many-\(name)",
                "om.build",
                ["OM-W8"],
                ["onion.length"],
                "a byte more than there is room for",
                neighbour: "build-filling-the-packet-\(name)",
                flags: ["size"],
                in: build(hops, size: 1366)
            )
        }
    }

    // MARK: Over a path

    /// The request to send the content over a path.
    func send(
        over path: PathParts,
        prepend: [String] = [],
        content: [TLVRecord]? = nil,
        from sender: String? = nil,
        _ more: [(String, JSON)] = []
    ) -> JSON {
        var input: JSONObject = [
            "path": path.json,
            "prepend": .array(prepend.map { .hex(Fixtures.point($0)) }),
            "payload": .hex(TLVStream(sorting: content ?? [self.content]).bytes),
            "session_key": .hex(Self.session_key.bytes),
            "path_session_key": .hex(Fixtures.key("e_0 of the sender").bytes),
        ]
        input["node_key"] = sender.map { .hex(Fixtures.key($0).bytes) }
        for (key, value) in more { input[key] = value }
        return .object(input)
    }

    /// The sender's own hop at Dave, who is told where the path starts and its first key.
    func before(_ path: BlindingDerivation, handingOver: Bool = true) throws(GenerationError) -> BlindingDerivation {
        let override = TLVRecord(type: 8, value: path.parts.path_key)
        let records = [route.next("alice")] + (handingOver ? [override] : [])
        return try BlindingDerivation(
            [BlindingDerivation.Hop(Fixtures.key("dave"), records)],
            session_key: Fixtures.key("e_0 of the sender")
        )
    }

    private mutating func sent(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        in input: JSON,
        _ hops: [MessageDerivation.Hop],
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(GenerationError) {
        let message = try MessageDerivation(over: hops, [content], session_key: Self.session_key)
        builder.accept(
            name,
            "om.send_over",
            requirements,
            comment,
            in: input,
            out: ["path_key": .hex(hops[0].derived.E.bytes), "packet": .hex(message.onion.packets[0])],
            under: under,
            steps: message.onion.steps,
            file: file,
            line: line
        )
    }

    mutating func addMessagesOverPaths() throws(GenerationError) {
        let three = try threeHops()
        let user: [RequirementID] = ["RB-U2", "RB-U3", "RB-U4", "OM-R10"]
        try sent(
            "send-over-path",
            user,
            "the introduction node is a peer: it gets the path's first key with the message",
            in: send(over: three.parts),
            three.layers
        )
        for (name, from) in [("", "bob"), ("-of-others", "dave")] {
            let two = try route.path([route.relay(from, to: "carol"), route.last("carol")])
            try sent(
                "send-over-path-with-the-first-key\(name)",
                ["RB-U4", "RB-U2"],
                "the path's first key goes with the message, not that of a later hop",
                in: send(over: two.parts),
                two.layers
            )
        }
        // Whether the sender pads the data of its own hop is its choice (C-110): the packet is judged, not compared.
        builder.accept(
            "send-over-path-behind-own-hop",
            "om.send_over",
            ["RB-U1"] + user,
            "Dave leads to the introduction node, and holds the path's first key for it",
            in: judged(three.parts, prepend: ["dave"]),
            out: ["path_key": .hex(try before(three).layers[0].derived.E.bytes)]
        )
        builder.accept(
            "send-over-path-without-reply-path",
            "om.send_over",
            ["OM-W6", "OM-W4", "RB-U3"],
            "nobody is to answer: the last layer has what was asked for, the others have their data alone",
            in: judged(three.parts, [("reply_permitted", false)]),
            out: ["path_key": .hex(three.derived[0].E.bytes)]
        )
        builder.accept(
            "send-over-path-with-reply-path",
            "om.send_over",
            ["OM-W5", "OM-W4", "RB-U3"],
            "an answer may come: the reply path goes along as it was given",
            in: judged(
                three.parts,
                content: [TLVRecord(type: 2, value: Fixtures.path("reply").bytes), self.content],
                [("reply_permitted", true)]
            ),
            out: ["path_key": .hex(three.derived[0].E.bytes)]
        )
        try sent(
            "send-over-path-that-starts-at-the-sender",
            ["RB-U5"],
            "Alice opens her own hop and starts with Bob's",
            in: send(over: three.parts, from: "alice"),
            Array(three.layers.dropFirst())
        )
        let channel = SciddirOrPubkey.sciddir(direction: 1, shortChannelID: 0x0000_0100_0002_0003)
        let byChannel = try route.path(route.threeHops, introduction: channel)
        try sent(
            "send-over-path-by-channel",
            ["B1-T-3"] + user,
            "the introduction node is the second of channel 1x2x3",
            in: send(over: byChannel.parts),
            byChannel.layers,
            under: [.reject("C-72 b", ["context", "policy", "point"])]
        )
        let first = SciddirOrPubkey.sciddir(direction: 0, shortChannelID: .max)
        let byFirst = try route.path(route.threeHops, introduction: first)
        try sent(
            "send-over-path-by-the-first-of-a-channel",
            ["B1-T-3"] + user,
            "the introduction node is the first of the channel with the highest number",
            in: send(over: byFirst.parts),
            byFirst.layers,
            under: [.reject("C-72 b", ["context", "policy", "point"])]
        )
        try addOwnHops(three)
        try addSizes(three)
        try addUnusablePaths(three)
    }

    /// Every packet shows these; a few are about nothing else, so that whoever does it otherwise is told by name.
    private mutating func addWhatAllPacketsHave(
        _ three: BlindingDerivation,
        _ one: BlindingDerivation
    ) throws(GenerationError) {
        let rules: [(name: String, id: RequirementID, comment: String)] = [
            ("version", "OM-W1", "the first byte is version 0"),
            ("no-associated-data", "OM-W2", "nothing but the payloads goes into the hmacs"),
        ]
        for (name, id, comment) in rules {
            for (suffix, path) in [("", three), ("-over-one-hop", one)] {
                let pad_key = Fixtures.key("pad key of \(name)\(suffix)").bytes
                built(
                    "build-with-\(name)\(suffix)",
                    [id, "OM-W8"],
                    comment,
                    try message(over: path, pad_key: pad_key),
                    pad_key: pad_key
                )
            }
        }
    }

    /// A sender opens what is its own, however it is named, as far as it goes.
    private mutating func addOwnHops(_ three: BlindingDerivation) throws(GenerationError) {
        let user: [RequirementID] = ["RB-U5", "RB-U4"]
        let channelEnd = SciddirOrPubkey.sciddir(direction: 1, shortChannelID: 0x0000_0100_0002_0003)
        let twice = try route.path([
            route.relay("alice", to: "alice"), route.relay("alice", to: "bob"), route.last("bob"),
        ])
        try sent(
            "send-over-path-with-two-own-hops",
            user,
            "Alice opens both of her hops and starts with Bob's",
            in: send(over: twice.parts, from: "alice"),
            Array(twice.layers.dropFirst(2))
        )
        let joined = try route.path(route.joinedHops)
        try sent(
            "send-over-path-with-own-hop-and-override",
            ["RB-U5", "RB-E3"],
            "Alice's hop tells Bob's key",
            in: send(over: joined.parts, from: "alice"),
            Array(joined.layers.dropFirst())
        )
        let byChannel = try route.path(route.threeHops, introduction: channelEnd)
        try sent(
            "send-over-path-that-starts-at-the-senders-channel",
            user,
            "the introduction node is the end of a channel, and Alice's key opens its hop",
            in: send(over: byChannel.parts, from: "alice"),
            Array(byChannel.layers.dropFirst()),
            under: [.reject("C-72 b", ["context", "policy", "point"])]
        )
        // The first hop is told by a channel, for which there is no direction.
        let toChannel = try route.path([
            BlindingDerivation.Hop(Fixtures.key("alice"), [route.channel]), route.relay("bob", to: "carol"),
            route.last("carol"),
        ])
        try sent(
            "send-over-path-with-own-hop-to-a-channel",
            user,
            "Alice's hop names the next by a channel",
            in: send(over: toChannel.parts, from: "alice"),
            Array(toChannel.layers.dropFirst())
        )
        let other = try route.path(route.threeHops)
        try sent(
            "send-over-path-of-others-with-a-key",
            ["RB-U2", "RB-U3"],
            "Dave's key opens no hop: the path is used as it is",
            in: send(over: other.parts, from: "dave"),
            other.layers
        )
        builder.accept(
            "send-over-path-behind-two-own-hops",
            "om.send_over",
            ["RB-U1", "RB-U2", "RB-U3"],
            "over Dave and Bob to the introduction node; Bob holds the path's first key for it",
            in: judged(other.parts, prepend: ["dave", "bob"]),
            out: ["path_key": .hex(Fixtures.key("e_0 of the sender").publicKey.bytes)]
        )
        // The sender's own hop at Dave names the path's first by its channel.
        builder.accept(
            "send-over-path-by-channel-behind-own-hop",
            "om.send_over",
            ["RB-U1", "RB-U2", "RB-U3"],
            "Dave leads to the end of channel 1x2x3, and holds the path's first key for it",
            in: judged(byChannel.parts, prepend: ["dave"]),
            out: ["path_key": .hex(Fixtures.key("e_0 of the sender").publicKey.bytes)],
            under: [.reject("C-72 b", ["context", "policy", "point"])]
        )
    }

    /// Packets at the ends of both sizes.
    private mutating func addSizes(_ three: BlindingDerivation) throws(GenerationError) {
        let plain = try MessageDerivation(over: three.layers, [], session_key: Self.session_key)
        let before = plain.payloads.dropLast().reduce(0) { $0 + 1 + $1.count + 32 }
        let room = 1300 - before - 3 - 32 - (plain.payloads.last?.count ?? 0)
        let sizes: [(name: String, count: Int, size: Int, comment: String)] = [
            ("fills-1366", room - 4, 1366, "not a byte is left"),
            ("exceeds-1366", room - 3, 32_834, "a byte more than 1366 hold: the larger size"),
            ("fills-32834", room - 4 + 32_768 - 1300, 32_834, "not a byte is left of the larger size"),
        ]
        for (name, count, size, comment) in sizes {
            let content = TLVRecord(type: 64, value: [UInt8](repeating: 7, count: count))
            let message = try MessageDerivation(
                over: three.layers,
                [content],
                session_key: Self.session_key,
                size: size
            )
            builder.accept(
                "send-over-path-\(name)",
                "om.send_over",
                ["OM-W8", "RB-U3"],
                comment,
                flags: ["size"],
                in: send(over: three.parts, content: [content]),
                out: ["packet": .hex(message.onion.packets[0])]
            )
        }
        let content = TLVRecord(type: 64, value: [UInt8](repeating: 7, count: room - 3 + 32_768 - 1300))
        builder.reject(
            "send-over-path-exceeds-32834",
            "om.send_over",
            ["OM-W3"],
            ["onion.length"],
            "a byte more than the larger size holds",
            neighbour: "send-over-path-fills-32834",
            flags: ["size"],
            in: send(over: three.parts, content: [content])
        )
    }

    private mutating func addUnusablePaths(_ three: BlindingDerivation) throws(GenerationError) {
        var empty = three.parts
        empty.hops = []
        var offCurve = three.parts
        offCurve.hops[1].blinded_node_id = Fixtures.pointOffCurve
        let own = try route.path([route.last("alice")]).parts
        let cases:
            [(
                name: String, id: RequirementID, reasons: [ReasonClass], comment: String, neighbour: String, input: JSON
            )] = [
                (
                    "send-over-path-without-hops", "RB-W1", ["path.zero_hops"], "the path leads nowhere",
                    "send-over-path", send(over: empty)
                ),
                (
                    "send-over-path-off-curve", "B1-T-2", ["point"], "no layer can be made for the second hop",
                    "send-over-path", send(over: offCurve)
                ),
                (
                    "send-over-path-that-ends-at-the-sender", "RB-U5", ["onion.payload", "context", "policy"],
                    "nothing is left to send", "send-over-path-that-starts-at-the-sender",
                    send(over: own, from: "alice")
                ),
            ]
        for (name, id, reasons, comment, neighbour, input) in cases {
            builder.reject(
                name,
                "om.send_over",
                [id],
                reasons,
                comment,
                neighbour: neighbour,
                flags: ["packet"],
                in: input
            )
        }
    }
}
