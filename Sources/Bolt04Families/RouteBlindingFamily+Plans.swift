internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Paths that are made, and plans that are rejected.
extension RouteBlindingBuilder {
    private mutating func create(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        flags: [String] = [],
        _ hops: [BlindingDerivation.Hop],
        sealed: [BlindingDerivation.Hop]? = nil,
        introduction: SciddirOrPubkey? = nil,
        purpose: String = "message",
        dummies: Set<Int> = [],
        _ more: [(String, JSON)] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) throws(GenerationError) {
        let path = try route.path(sealed ?? hops, introduction: introduction)
        builder.accept(
            name,
            "path.create",
            requirements,
            comment,
            flags: flags,
            in: route.request(hops, purpose: purpose, dummies: dummies, more),
            out: ["path": path.parts.json, "bytes": .hex(path.parts.bytes)],
            steps: ["hops": path.steps],
            file: file,
            line: line
        )
    }

    mutating func addPaths() throws(GenerationError) {
        try create(
            "create-one-hop",
            ["RB-W5", "RB-W2", "RB-W4", "RB-W7", "RB-W9"],
            "the maker is its own introduction node",
            [route.last("carol")]
        )
        try create(
            "create-three-hops",
            ["RB-W1", "RB-W2", "RB-W3", "RB-W4", "RB-W5", "RB-W7", "RB-W9", "RB-W11", "RB-W12"],
            "over Alice and Bob to Carol",
            route.threeHops
        )
        for (name, first) in [("", "dave"), ("-of-a-longer-path", "alice")] {
            let hops = first == "dave" ? [] : [route.relay(first, to: "dave")]
            try create(
                "create-with-the-first-key\(name)",
                ["RB-W4", "RB-W1"],
                "the path has the first hop's key, and no other",
                hops + [route.relay("dave", to: "carol"), route.last("carol")]
            )
        }
        let twenty = (0..<19).map { route.relay("hop \($0)", to: "hop \($0 + 1)") } + [route.last("hop 19")]
        try create(
            "create-twenty-hops",
            ["RB-W3", "RB-W1", "RB-W5"],
            "the chain of keys goes on and on",
            flags: ["keys"],
            twenty
        )
        try create(
            "create-with-join",
            ["RB-W6"],
            "Bob's key is not the one that follows from Alice's; Alice holds it in record 8",
            flags: ["join"],
            route.joinedHops
        )
        try create(
            "create-introduction-by-channel",
            ["RB-W2"],
            "the first hop is the second node of channel 1x2x3",
            route.threeHops,
            introduction: channelEnd,
            [("introduction", ["scid": "0000010000020003", "direction": 1])]
        )
        try create(
            "create-next-hop-by-channel",
            ["RB-W11"],
            "Alice is told a channel and no node",
            [BlindingDerivation.Hop(Fixtures.key("alice"), [route.channel]), route.relay("bob", to: "carol")]
                + [route.last("carol")]
        )
        // What the padding holds is the maker's own choice (C-109): the answer is judged, not compared.
        builder.accept(
            "create-padded",
            "path.create",
            ["RB-W8"],
            "60 bytes at every hop; zeros in record 1 are one way to fill them",
            in: route.request(route.threeHops, [("pad_to", 60), ("node_keys", allKeys)])
        )
        try create(
            "create-with-dummy-hop",
            ["RB-W10"],
            "Carol stands twice: the hop in between hides how long the path is",
            dummyHops.asked,
            sealed: dummyHops.sealed,
            dummies: [1]
        )
        try create(
            "create-for-payments",
            ["RB-P1", "RB-P2", "RB-P3", "RB-W11"],
            "fees and limits at every hop but the last, which has a limit alone",
            flags: ["payment"],
            route.paymentHops,
            purpose: "payment"
        )
        try create(
            "create-for-payments-over-one-relay",
            ["RB-P2", "RB-P1"],
            "the relay's height is above the last hop's",
            flags: ["payment"],
            Array(route.paymentHops.dropFirst()),
            purpose: "payment"
        )
        try create(
            "create-for-payments-with-equal-heights",
            ["RB-P2"],
            "the hops may all be used up to one height",
            flags: ["payment"],
            atHeights(800_000, 800_000, 800_000),
            purpose: "payment"
        )
        try create(
            "create-for-payments-with-high-heights",
            ["RB-P2"],
            "heights on both sides of 2^31",
            flags: ["payment"],
            atHeights(UInt64(UInt32.max), 1 << 31, (1 << 31) - 1),
            purpose: "payment"
        )
        try create(
            "create-with-dummy-hops-in-the-middle",
            ["RB-W10"],
            "Carol stands thrice, and the hops between hide how long the path is",
            [dummyHops.asked[0], dummyHops.asked[1], dummyHops.asked[1], dummyHops.asked[2]],
            sealed: [dummyHops.sealed[0], dummyHops.sealed[1], dummyHops.sealed[1], dummyHops.sealed[2]],
            dummies: [1, 2]
        )
        if profile.blinded_path.both_next_hops != .refuse {
            try create(
                "create-with-both-next-hops",
                ["RB-W11"],
                "Alice is told a node and a channel: for messages no rule forbids it",
                changed(route.threeHops, 0, adding: route.channel)
            )
        }
        let exact = route.threeHops.map(\.data.count).max() ?? 0
        let shortest = min(exact, paddable.data.count)
        // 257 bytes more take a length of three bytes, the longest hop's padding one of one byte.
        let lengths = [
            ("to-the-longest", 0), ("by-two", 2), ("behind-one-byte-lengths", 300 - exact),
            ("with-lengths-of-two-sizes", shortest + 257 - exact),
        ]
        for (name, more) in lengths {
            builder.accept(
                "create-padded-\(name)",
                "path.create",
                ["RB-W8"],
                "\(exact + more) bytes at every hop, where the longest has \(exact)",
                in: route.request(
                    [route.threeHops[0], route.threeHops[1], paddable],
                    [("pad_to", .integer(Int64(exact + more))), ("node_keys", allKeys)]
                )
            )
        }
        builder.accept(
            "create-padded-over-padding",
            "path.create",
            ["RB-W8"],
            "the first hop's data has padding of its own: a stream has room for one such record",
            in: route.request(
                changed(route.threeHops, 0, adding: TLVRecord(type: 1, value: [0xaa, 0xaa])),
                [("pad_to", 60), ("node_keys", allKeys)]
            )
        )
        try create(
            "create-two-hops",
            ["RB-W12", "RB-W1"],
            "a path for messages has neither fees nor limits in it",
            Array(route.threeHops.dropFirst())
        )
        try create(
            "create-for-payments-with-no-features",
            ["RB-P3"],
            "allowed_features may be there, empty",
            flags: ["payment"],
            changed(route.paymentHops, 0, adding: TLVRecord(type: 14, value: [UInt8]())),
            purpose: "payment"
        )
    }

    /// The path for payments with other heights.
    private func atHeights(_ heights: UInt64...) -> [BlindingDerivation.Hop] {
        zip(route.paymentHops.indices, heights).map { index, height in
            changed(route.paymentHops, index, adding: route.constraints(height))[index]
        }
    }

    /// Carol's last hop with data as long as a relay's.
    private var paddable: BlindingDerivation.Hop { route.last("carol") }

    private mutating func rejectPlan(
        _ name: String,
        _ violates: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        flags: [String],
        neighbour: String,
        in input: JSON,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            "path.create",
            [violates],
            reasons,
            comment,
            neighbour: neighbour,
            flags: flags,
            in: input,
            under: under,
            file: file,
            line: line
        )
    }

    /// A maker that writes whatever it is asked for (C-70) makes the path of these hops.
    private func asAsked(
        _ hops: [BlindingDerivation.Hop],
        introduction: SciddirOrPubkey? = nil
    ) throws(GenerationError) -> [Under] {
        [.accept("C-70 b", ["path": try route.path(hops, introduction: introduction).parts.json])]
    }

    mutating func addRejectedPlans() throws(GenerationError) {
        let three = "create-three-hops"
        let hops = route.threeHops
        let nextHop: [ReasonClass] = ["semantic.next_node_id", "context"]
        rejectPlan(
            "create-without-hops",
            "RB-W1",
            ["path.zero_hops"],
            "there is nobody to lead to",
            flags: ["plan"],
            neighbour: "create-one-hop",
            in: route.request([])
        )
        let toDave = [route.relay("alice", to: "dave"), hops[1], hops[2]]
        rejectPlan(
            "create-next-is-not-the-next-hop",
            "RB-W1",
            nextHop,
            "Alice is told to go on to Dave, Bob's hop follows",
            flags: ["plan"],
            neighbour: three,
            in: route.request(toDave),
            under: try asAsked(toDave)
        )
        rejectPlan(
            "create-introduction-of-another",
            "RB-W2",
            ["semantic.introduction", "semantic.first_node_id", "context"],
            "the path is said to start at Bob, Alice's hop is the first",
            flags: ["plan"],
            neighbour: three,
            in: route.request(hops, [("introduction", ["node_id": .hex(Fixtures.point("bob"))])]),
            under: try asAsked(hops, introduction: .pubkey(Fixtures.point("bob")))
        )
        rejectPlan(
            "create-without-next-hop",
            "RB-W11",
            ["semantic.next_node_id", "tlv.missing"],
            "Bob is told nobody to go on to",
            flags: ["plan"],
            neighbour: three,
            in: route.request(changed(hops, 1, removing: 4)),
            under: try asAsked(changed(hops, 1, removing: 4))
        )
        rejectPlan(
            "create-longer-than-padding",
            "RB-W8",
            ["tlv.length", "semantic.padding"],
            "35 bytes do not become 34",
            flags: ["plan"],
            neighbour: "create-padded",
            in: route.request(hops, [("pad_to", 34)])
        )
        for (type, name) in [(UInt64(10), "payment_relay"), (12, "payment_constraints")] {
            let record = type == 10 ? TLVRecord(type: 10, value: [0, 40, 0, 0, 0, 100]) : route.constraints(800_000)
            rejectPlan(
                "create-message-path-with-record-\(type)",
                "RB-W12",
                ["semantic.payment_relay", "semantic.payment_constraints"],
                "\(name) is for payments",
                flags: ["plan", "payment"],
                neighbour: three,
                in: route.request(changed(hops, 0, adding: record)),
                under: try asAsked(changed(hops, 0, adding: record))
            )
        }
        func other(_ point: [UInt8]) -> [UInt8] { [point[0] ^ 1] + point.dropFirst() }
        let toOtherBob = changed(hops, 0, adding: TLVRecord(type: 4, value: other(Array(Fixtures.point("bob")))))
        rejectPlan(
            "create-next-with-the-other-sign",
            "RB-W1",
            nextHop,
            "Alice is told Bob's x and the other y",
            flags: ["plan"],
            neighbour: three,
            in: route.request(toOtherBob),
            under: try asAsked(toOtherBob)
        )
        let otherAlice = other(Array(Fixtures.point("alice")))
        rejectPlan(
            "create-introduction-with-the-other-sign",
            "RB-W2",
            ["semantic.introduction", "semantic.first_node_id", "context"],
            "the path is said to start at Alice's x and the other y",
            flags: ["plan"],
            neighbour: three,
            in: route.request(hops, [("introduction", ["node_id": .hex(otherAlice)])]),
            under: try asAsked(hops, introduction: .pubkey(otherAlice[...]))
        )
        for (index, hop) in [(1, "second"), (2, "last")] {
            let limited = changed(hops, index, adding: route.constraints(800_000))
            rejectPlan(
                "create-message-path-with-record-12-at-the-\(hop)",
                "RB-W12",
                ["semantic.payment_relay", "semantic.payment_constraints"],
                "payment_constraints is for payments, at whichever hop",
                flags: ["plan", "payment"],
                neighbour: three,
                in: route.request(limited),
                under: try asAsked(limited)
            )
        }
        try addRejectedJoins()
        try addRejectedPaymentPlans()
    }

    private mutating func addRejectedJoins() throws(GenerationError) {
        let joined = route.joinedHops
        let other = TLVRecord(type: 8, value: Fixtures.point("another key"))
        let override: [ReasonClass] = ["semantic.next_path_key_override", "context", "tlv.missing"]
        let cases: [(name: String, comment: String, hops: [BlindingDerivation.Hop])] = [
            (
                "create-join-with-the-other-sign", "Alice is told the x of Bob's key and the other y",
                changed(
                    joined,
                    0,
                    adding: TLVRecord(
                        type: 8,
                        value: Fixtures.key("e_0 of the second half").negated.publicKey.bytes
                    )
                )
            ),
            ("create-join-without-its-key", "Alice is not told Bob's key", changed(joined, 0, removing: 8)),
            (
                "create-join-with-another-key", "Alice is told a key that Bob cannot use",
                changed(joined, 0, adding: other)
            ),
            (
                "create-override-without-join", "Alice is told a key of another chain than Bob's",
                [joined[0]] + route.threeHops.dropFirst()
            ),
        ]
        for (name, comment, hops) in cases {
            rejectPlan(
                name,
                "RB-W6",
                override,
                comment,
                flags: ["plan", "join"],
                neighbour: "create-with-join",
                in: route.request(hops),
                under: try asAsked(hops)
            )
        }
    }

    private mutating func addRejectedPaymentPlans() throws(GenerationError) {
        let hops = route.paymentHops
        let features = TLVRecord(type: 14, value: [2])
        var cases:
            [(name: String, id: RequirementID, reasons: [ReasonClass], comment: String, hops: [BlindingDerivation.Hop])] =
                [
                    (
                        "without-relay", "RB-P1", ["semantic.payment_relay", "tlv.missing"], "Bob is told no fees",
                        changed(hops, 1, removing: 10)
                    ),
                    (
                        "without-constraints", "RB-P2", ["semantic.payment_constraints", "tlv.missing"],
                        "Bob is told no limits", changed(hops, 1, removing: 12)
                    ),
                    (
                        "with-falling-heights", "RB-P2", ["semantic.payment_constraints"],
                        "Alice's hop ends before Bob's does", changed(hops, 0, adding: route.constraints(800_039))
                    ),
                    (
                        "with-features", "RB-P3", ["semantic.allowed_features", "features"], "a feature is allowed",
                        changed(hops, 0, adding: features)
                    ),
                    (
                        "with-features-at-the-end", "RB-P3", ["semantic.allowed_features", "features"],
                        "the recipient allows itself a feature", changed(hops, hops.count - 1, adding: features)
                    ),
                ]
        if profile.blinded_path.both_next_hops == .nodeID {
            cases.append(
                (
                    "with-both-next-hops", "RB-W11", ["semantic.next_node_id", "semantic.short_channel_id"],
                    "Alice is told a node and a channel", changed(hops, 0, adding: route.channel)
                )
            )
        }
        for (name, id, reasons, comment, hops) in cases {
            rejectPlan(
                "create-for-payments-\(name)",
                id,
                reasons,
                comment,
                flags: ["plan", "payment"],
                neighbour: "create-for-payments",
                in: route.request(hops, purpose: "payment"),
                under: try asAsked(hops)
            )
        }
    }
}
