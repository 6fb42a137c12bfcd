internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Recorded packets, on which the checks of a sender's and of a relay's rules are tested.
extension OnionMessageBuilder {
    // MARK: Senders

    func judged(
        _ path: PathParts,
        prepend: [String] = [],
        content: [TLVRecord]? = nil,
        from sender: String? = nil,
        _ more: [(String, JSON)] = []
    ) -> JSON {
        let keys = JSON.array(["alice", "bob", "carol", "dave"].map { .hex(Fixtures.key($0).bytes) })
        let receiver = route.receive_auth_key.map { [("receive_auth_key", JSON.hex($0))] } ?? []
        return send(
            over: path,
            prepend: prepend,
            content: content,
            from: sender,
            [("node_keys", keys)] + receiver + more
        )
    }

    private func sample(_ message: MessageDerivation, packet: [UInt8]? = nil) -> JSONObject {
        ["path_key": .hex(message.hops[0].derived.E.bytes), "packet": .hex(packet ?? message.onion.packets[0])]
    }

    mutating func addSentSamples() throws(GenerationError) {
        let three = try threeHops()
        let plain = try message(over: three)
        let reply = TLVRecord(type: 2, value: Fixtures.path("reply").bytes)
        let replying = try message(over: three, [reply, content])
        let behind = try MessageDerivation(
            over: try before(three).layers + three.layers,
            [content],
            session_key: Self.session_key
        )
        let own = try MessageDerivation(
            over: Array(three.layers.dropFirst()),
            [content],
            session_key: Self.session_key
        )
        let permitted: (String, JSON) = ("reply_permitted", true)
        let senders: [RequirementID] = ["OM-W1", "OM-W2", "OM-W3", "OM-W4", "OM-W8", "RB-U2", "RB-U3", "RB-U4"]
        let good: [(name: String, ids: [RequirementID], comment: String, input: JSON, message: MessageDerivation)] = [
            (
                "plain", senders + ["OM-W6"], "no answer is permitted",
                judged(three.parts, [("reply_permitted", false)]), plain
            ),
            (
                "with-reply-path", senders + ["OM-W5"], "an answer is permitted",
                judged(three.parts, content: [reply, content], [permitted]), replying
            ),
            (
                "behind-own-hop", senders + ["RB-U1"], "Dave leads to Alice, and has her key",
                judged(three.parts, prepend: ["dave"]), behind
            ),
            (
                "from-the-introduction-node", senders + ["RB-U5"], "Alice starts with Bob's hop",
                judged(three.parts, from: "alice"), own
            ),
        ]
        for (name, ids, comment, input, message) in good {
            builder.accept(
                "sample-\(name)",
                "om.send_over",
                ids,
                comment,
                flags: ["sample"],
                in: input,
                sample: sample(message)
            )
        }
        try addRejectedPackets(three, plain)
        try addRejectedReplyPaths(three)
        try addRejectedUses(three, plain)
    }

    private mutating func rejectSample(
        _ name: String,
        _ violates: RequirementID,
        _ reason: ReasonClass,
        _ comment: String,
        alsoExercises: [RequirementID] = [],
        neighbour: String = "plain",
        in input: JSON,
        _ sample: JSONObject,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            "sample-\(name)",
            "om.send_over",
            [violates],
            [reason],
            comment,
            alsoExercises: alsoExercises,
            neighbour: "sample-\(neighbour)",
            flags: ["sample"],
            in: input,
            sample: sample,
            file: file,
            line: line
        )
    }

    private mutating func addRejectedPackets(
        _ three: BlindingDerivation,
        _ plain: MessageDerivation
    ) throws(GenerationError) {
        let input = judged(three.parts)
        let whole = plain.onion.packets[0]
        rejectSample(
            "version-1",
            "OM-W1",
            "onion.version",
            "the first byte is 01",
            in: input,
            sample(plain, packet: packet(whole, changing: 0))
        )
        let layers = zip(plain.hops, plain.payloads).map {
            SphinxDerivation.Layer($0.derived.blinded_node_key, payload: $1)
        }
        let key = Self.session_key
        let bound = try SphinxDerivation(layers, session_key: key, size: 1366, associated_data: [1])
        rejectSample(
            "with-associated-data",
            "OM-W2",
            "onion.hmac",
            "the HMACs cover a byte more than the payloads",
            in: input,
            sample(plain, packet: bound.packets[0])
        )
        rejectSample(
            "odd-size",
            "OM-W3",
            .semantic("onion_message_packet"),
            "1365 bytes: it stands out",
            in: input,
            sample(try message(over: three, size: 1365))
        )
        let extra: [(name: String, record: TLVRecord, comment: String)] = [
            ("odd-record-for-a-relay", TLVRecord(type: 65, value: [1]), "Alice gets record 65 beside her data"),
            (
                "reply-path-for-a-relay", TLVRecord(type: 2, value: Fixtures.path("reply").bytes),
                "Alice gets a reply path"
            ),
        ]
        for (name, record, comment) in extra {
            let data = TLVRecord(type: 4, value: three.parts.hops[0].encrypted_recipient_data)
            let first = TLVStream(sorting: [record, data]).bytes
            let more = try MessageDerivation(
                three.layers,
                payloads: [first] + plain.payloads.dropFirst(),
                session_key: key
            )
            rejectSample(name, "OM-W4", "onion.payload", comment, in: input, sample(more))
        }
        let unfilled = try SphinxDerivation(layers, session_key: key, size: 1366, leavingOutFiller: true)
        rejectSample(
            "without-filler",
            "OM-W8",
            "onion.length",
            "the HMACs inside do not expect what the hops append",
            in: input,
            sample(plain, packet: unfilled.packets[0])
        )
    }

    private mutating func addRejectedReplyPaths(_ three: BlindingDerivation) throws(GenerationError) {
        let reply = Fixtures.path("reply")
        var empty = reply.parts
        empty.hops = []
        var unsealed = reply.parts
        unsealed.hops[1].encrypted_recipient_data = [UInt8](repeating: 1, count: 15)
        let wanted: (String, JSON) = ("reply_permitted", true)
        let cases: [(name: String, comment: String, path: PathParts)] = [
            ("reply-path-without-hops", "nobody can answer over it", empty),
            ("reply-path-with-unsealed-hop", "15 bytes are less than a tag", unsealed),
        ]
        for (name, comment, path) in cases {
            let record = TLVRecord(type: 2, value: path.bytes)
            rejectSample(
                name,
                "OM-W5",
                .semantic("reply_path"),
                comment,
                neighbour: "with-reply-path",
                in: judged(three.parts, content: [record, content], [wanted]),
                sample(try message(over: three, [record, content]))
            )
        }
        let record = TLVRecord(type: 2, value: reply.bytes)
        rejectSample(
            "reply-path-not-permitted",
            "OM-W6",
            .semantic("reply_path"),
            "no answer is permitted, and a reply path is there",
            in: judged(three.parts, content: [record, content], [("reply_permitted", false)]),
            sample(try message(over: three, [record, content]))
        )
    }

    private mutating func addRejectedUses(
        _ three: BlindingDerivation,
        _ plain: MessageDerivation
    ) throws(GenerationError) {
        let input = judged(three.parts)
        let key = Self.session_key
        let short = try MessageDerivation(over: Array(three.layers.prefix(2)), [content], session_key: key)
        rejectSample(
            "ends-before-the-path",
            "RB-U1",
            .semantic("onion_message_packet"),
            "two layers for a path of three hops",
            alsoExercises: ["OM-R10"],
            in: input,
            sample(short)
        )
        let longer = [TLVRecord(type: 1, value: [0]), route.next("carol")]
        let other = try route.path(
            [route.threeHops[0], BlindingDerivation.Hop(Fixtures.key("bob"), longer)] + [route.last("carol")]
        )
        rejectSample(
            "other-data",
            "RB-U2",
            .semantic("encrypted_recipient_data"),
            "Bob gets other data than the path has for him",
            in: judged(other.parts),
            sample(plain)
        )
        for (index, name) in ["alice", "bob", "carol"].enumerated() {
            let layers = zip(plain.hops, plain.payloads).enumerated().map { place, layer in
                let id = place == index ? Fixtures.key(name) : layer.0.derived.blinded_node_key
                return SphinxDerivation.Layer(id, payload: layer.1)
            }
            let onion = try SphinxDerivation(layers, session_key: key, size: 1366)
            rejectSample(
                "made-for-the-real-id-of-\(name)",
                "RB-U3",
                "onion.hmac",
                "a layer is not made for the hop's blinded id",
                in: input,
                sample(plain, packet: onion.packets[0])
            )
        }
        try addRejectedKeys(three, plain)
    }

    private mutating func addRejectedKeys(
        _ three: BlindingDerivation,
        _ plain: MessageDerivation
    ) throws(GenerationError) {
        var other = three.parts
        other.path_key = Array(Fixtures.point("another key"))
        rejectSample(
            "another-first-key",
            "RB-U4",
            .semantic("path_key"),
            "the introduction node gets another key than the path's first",
            alsoExercises: ["OM-R10"],
            in: judged(other),
            sample(plain)
        )
        let untold = try MessageDerivation(
            over: try before(three, handingOver: false).layers + three.layers,
            [content],
            session_key: Self.session_key
        )
        rejectSample(
            "first-key-not-handed-over",
            "OM-W8",
            "onion.length",
            "Dave has no record 8: Alice cannot open her layer with the key that he derives",
            alsoExercises: ["RB-U4"],
            neighbour: "behind-own-hop",
            in: judged(three.parts, prepend: ["dave"]),
            sample(untold)
        )
        rejectSample(
            "own-hop-sent-out",
            "RB-U5",
            .semantic("onion_message_packet"),
            "Alice leaves her own hop in the onion",
            neighbour: "from-the-introduction-node",
            in: judged(three.parts, from: "alice"),
            sample(plain)
        )
    }

    // MARK: Relays

    mutating func addRelayedSamples() throws(GenerationError) {
        let three = try threeHops()
        let plain = try message(over: three)
        let input = peel(plain)
        let (key, next) = (three.derived[1].E.bytes, plain.onion.packets[1])
        let relay: [RequirementID] = ["OM-R6", "OM-R13", "RB-E3", "RB-E4", "OD-9", "OD-10", "OD-11"]
        builder.accept(
            "sample-relayed",
            "om.peel",
            relay,
            "the next key and the rest of the packet",
            flags: ["sample"],
            in: input,
            sample: ["next_path_key": .hex(key), "next_packet": .hex(next)]
        )
        addDroppedAndRunOver(plain, ["next_path_key": .hex(key), "next_packet": .hex(next)])
        let unmoved = [0] + plain.onion.packets[0][1..<34] + next[34...]
        let cases:
            [(
                name: String, id: RequirementID, record: String, comment: String, also: [RequirementID], key: [UInt8],
                packet: [UInt8]
            )] = [
                (
                    "with-the-old-path-key", "OM-R6", "path_key", "the key that came in goes out again",
                    ["RB-E3", "RB-E4"], three.derived[0].E.bytes, next
                ),
                (
                    "with-the-old-ephemeral-key", "OD-9", "onion_message_packet", "the packet's key is not moved on",
                    [],
                    key, unmoved
                ),
                (
                    "with-version-1", "OD-10", "onion_message_packet", "the version is not 0", [], key,
                    packet(next, changing: 0)
                ),
                (
                    "with-another-hmac", "OD-10", "onion_message_packet", "the HMAC is not the one that was removed",
                    [],
                    key, packet(next, changing: -1)
                ),
                (
                    "not-filled-up", "OD-10", "onion_message_packet", "the packet shrinks by what the hop took off", [],
                    key, next.prefix(next.count - 32 - shift(plain)) + next.suffix(32)
                ),
            ]
        for (name, id, record, comment, also, key, packet) in cases {
            builder.reject(
                "sample-relayed-\(name)",
                "om.peel",
                [id],
                [.semantic(record)],
                comment,
                alsoExercises: also,
                neighbour: "sample-relayed",
                flags: ["sample"],
                in: input,
                sample: ["next_path_key": .hex(key), "next_packet": .hex(packet)]
            )
        }
    }

    /// A relay that drops what it could pass on, and an end that passes on what is its own.
    private mutating func addDroppedAndRunOver(
        _ plain: MessageDerivation,
        _ relayed: JSONObject
    ) {
        builder.reject(
            "sample-relayed-nothing",
            "om.peel",
            ["OM-R13"],
            [.semantic("onion_message_packet")],
            "Bob is next, and gets nothing",
            neighbour: "sample-relayed",
            flags: ["sample"],
            in: peel(plain),
            sample: ["kind": "forward"]
        )
        builder.accept(
            "sample-ended",
            "om.peel",
            ["OD-11"],
            "nothing goes on from the end",
            flags: ["sample"],
            in: peel(plain, at: 2),
            sample: ["kind": "receive"]
        )
        builder.reject(
            "sample-relayed-from-the-end",
            "om.peel",
            ["OD-11"],
            [.semantic("onion_message_packet")],
            "Carol passes on what ended at her",
            neighbour: "sample-ended",
            flags: ["sample"],
            in: peel(plain, at: 2),
            sample: relayed
        )
    }

    /// What the first hop takes off the packet.
    private func shift(_ message: MessageDerivation) -> Int { 1 + message.payloads[0].count + 32 }
}
