internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Layers that are opened and judged in one request, for those who parse as they peel: `om.peel` with `classify`.
extension OnionMessageBuilder {
    private static let classify: [(String, JSON)] = [("classify", true)]

    mutating func addClassified() throws(GenerationError) {
        let three = try threeHops()
        try addClassifiedRelays(three)
        try addClassifiedEnds(three)
        try addRejectedRelays(three)
        try addRejectedEnd(three)
    }

    // MARK: Taken

    /// - Parameter out: what a relay or an end makes of the layer, beside what peeling gives.
    private mutating func classified(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        _ path: BlindingDerivation,
        _ message: MessageDerivation,
        at index: Int,
        out: JSONObject,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        var out = out
        if index + 1 < message.payloads.count {
            out["next_path_key"] = .hex(path.derived[index + 1].E.bytes)
            out["next_packet"] = .hex(message.onion.packets[index + 1])
        }
        out["onionmsg_tlv"] = .hex(message.payloads[index])
        out["encrypted_data_tlv"] = .hex(path.hops[index].data)
        builder.accept(
            "classify-\(name)",
            "om.peel",
            requirements,
            comment,
            flags: ["payload"],
            in: peel(message, at: index, Self.classify),
            out: out,
            steps: steps(message, at: index),
            file: file,
            line: line
        )
    }

    private mutating func addClassifiedRelays(_ three: BlindingDerivation) throws(GenerationError) {
        let toBob: JSONObject = [
            "kind": "forward", "tag": "standard", "next": ["node_id": .hex(Fixtures.point("bob"))],
        ]
        classified(
            "relay",
            ["OM-R3", "OM-R4", "OM-R5", "OM-R6", "OM-R13"],
            "Alice may pass it on: to Bob, and nothing is in it for her",
            three,
            try message(over: three),
            at: 0,
            out: toBob
        )
        // LDK's reader does not know the record.
        guard !hasReceiverTag else { return }
        let features = try route.path([
            route.relay("alice", to: "bob", TLVRecord(type: 14, value: [UInt8]())), route.last("bob"),
        ])
        classified(
            "relay-with-empty-features",
            ["OM-R2"],
            "allowed_features has no bit",
            features,
            try message(over: features),
            at: 0,
            out: toBob
        )
    }

    private mutating func addClassifiedEnds(_ three: BlindingDerivation) throws(GenerationError) {
        var end: JSONObject = ["kind": "receive", "tag": .string(ownTag)]
        end["content"] = ["type": "64", "value": .hex(content.value)]
        classified(
            "end",
            ["OM-R9"],
            "an invoice request, and nobody waits for an answer",
            three,
            try message(over: three),
            at: 2,
            out: end
        )
        let reply = Fixtures.path("reply")
        end["reply_path"] = reply.parts.json
        classified(
            "end-with-reply-path",
            ["OM-R9", "OM-R10"],
            "an invoice request, to be answered over a path of two hops",
            three,
            try message(over: three, [TLVRecord(type: 2, value: reply.bytes), content]),
            at: 2,
            out: end
        )
    }

    // MARK: Rejected

    private mutating func rejectClassified(
        _ name: String,
        _ violates: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        neighbour: String = "relay",
        _ message: MessageDerivation,
        at index: Int = 0,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        rejectPayload(
            "classify-\(name)",
            reasons,
            comment,
            violates: violates,
            neighbour: "classify-\(neighbour)",
            in: peel(message, at: index, Self.classify),
            file: file,
            line: line
        )
    }

    private mutating func addRejectedRelays(_ three: BlindingDerivation) throws(GenerationError) {
        let features = try route.path([
            route.relay("alice", to: "bob", TLVRecord(type: 14, value: [8])), route.last("bob"),
        ])
        rejectClassified(
            "relay-with-unknown-feature",
            "OM-R2",
            ["features", "tlv.unknown_even"],
            "bit 3 is odd, and unknown all the same",
            neighbour: hasReceiverTag ? "relay" : "relay-with-empty-features",
            try message(over: features)
        )
        let plain = try message(over: three)
        let reply = Array(TLVRecord(type: 2, value: Fixtures.path("reply").bytes).encoding)
        rejectClassified(
            "relay-with-reply-path",
            "OM-R3",
            ["onion.payload"],
            "a reply path is for the end",
            try MessageDerivation(
                three.layers,
                payloads: [reply + plain.payloads[0]] + plain.payloads.dropFirst(),
                session_key: Self.session_key
            )
        )
        // The records of the salt/secret scheme: odd, and unknown to who has not the scheme.
        let salted = [
            TLVRecord(type: 4141, value: [UInt8](repeating: 0xb1, count: 80)),
            TLVRecord(type: 4343, value: [UInt8](repeating: 0xb2, count: 16)),
        ]
        let withSalt = try MessageDerivation(
            three.layers,
            payloads: [plain.payloads[0] + salted.flatMap(\.encoding)] + plain.payloads.dropFirst(),
            session_key: Self.session_key
        )
        rejectPayload(
            "classify-relay-with-salt-records",
            ["onion.payload"],
            "records 4141 and 4343 beside a relay's data: odd, and nothing a relay may find",
            violates: "OM-R3",
            neighbour: "classify-relay",
            in: peel(withSalt, Self.classify),
            under: [
                .accept(
                    "C-95 b",
                    [
                        "kind": "forward", "tag": "standard", "next": ["node_id": .hex(Fixtures.point("bob"))],
                        "next_path_key": .hex(three.derived[1].E.bytes),
                        "next_packet": .hex(withSalt.onion.packets[1]),
                    ]
                )
            ]
        )
        let marked = try route.path([route.relay("alice", to: "bob", .text(6, "secret")), route.last("bob")])
        rejectClassified(
            "relay-with-path-id",
            "OM-R4",
            ["onion.payload", "context", "tlv.unknown_even"],
            "path_id is for the end: here it would tell a relay's path from others",
            try message(over: marked)
        )
        let nowhere = try route.path([BlindingDerivation.Hop(Fixtures.key("alice"), []), route.last("bob")])
        rejectClassified(
            "relay-without-next-hop",
            "OM-R5",
            ["onion.payload", "tlv.missing", "semantic.next_node_id"],
            "nobody to go on to",
            try message(over: nowhere)
        )
    }

    private mutating func addRejectedEnd(_ three: BlindingDerivation) throws(GenerationError) {
        rejectClassified(
            "end-with-two-messages",
            "OM-R9",
            ["onion.payload"],
            "an invoice request and an invoice",
            neighbour: "end",
            try message(over: three, [content, .text(66, "an invoice")]),
            at: 2
        )
        var empty = Fixtures.path("reply").parts
        empty.hops = []
        rejectPayload(
            "classify-end-with-reply-path-without-hops",
            ["path.zero_hops"],
            "nobody can answer over it",
            violates: "RB-W1",
            alsoExercises: ["OM-R10"],
            neighbour: "classify-end-with-reply-path",
            in: peel(
                try message(over: three, [TLVRecord(type: 2, value: empty.bytes), content]),
                at: 2,
                Self.classify
            ),
            under: [
                .accept(
                    "C-6 b",
                    [
                        "kind": "receive", "tag": .string(ownTag),
                        "content": ["type": "64", "value": .hex(content.value)], "reply_path": empty.json,
                    ]
                )
            ]
        )
    }
}
