internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Recorded paths, on which the checks of a maker's rules are tested.
extension RouteBlindingBuilder {
    /// The request for these hops, with what a judge needs.
    private func judged(
        _ hops: [BlindingDerivation.Hop],
        purpose: String = "message",
        _ more: [(String, JSON)] = []
    ) -> JSON {
        route.request(hops, purpose: purpose, [("node_keys", allKeys)] + more)
    }

    private mutating func sample(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        in input: JSON,
        _ path: PathParts,
        _ more: [(String, JSON)] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.accept(
            "sample-\(name)",
            "path.create",
            requirements,
            comment,
            flags: ["sample"],
            in: input,
            sample: JSONObject([("path", path.json)] + more),
            file: file,
            line: line
        )
    }

    mutating func addSamples() throws(GenerationError) {
        let hops = route.threeHops
        let even = padded(hops, to: 60)
        let path = try route.path(even).parts
        let other = try BlindingDerivation(hops, session_key: Fixtures.key("e_0 of another path")).parts
        let makers: [RequirementID] = (1...13).filter { ![6, 7, 10].contains($0) }.map { RequirementID("RB-W\($0)") }
        let pad: (String, JSON) = ("pad_to", 60)
        sample(
            "plain",
            makers,
            "equal lengths, and another first key than the maker's other path",
            in: judged(hops, [pad, ("earlier", [other.json])]),
            path
        )
        let joined = try route.path(route.joinedHops).parts
        sample("joined", ["RB-W6"], "Bob's key is in record 8", in: judged(route.joinedHops), joined)
        let payment = try route.path(route.paymentHops).parts
        sample(
            "for-payments",
            ["RB-W11", "RB-P1", "RB-P2", "RB-P3", "RB-P4"],
            "two relays, whose fees are rounded up",
            in: judged(route.paymentHops, purpose: "payment"),
            payment,
            announced(total)
        )
        try addRejectedSamples(hops, path, other)
        try addRejectedPaymentSamples(payment)
    }

    /// The totals of `paymentHops`, step by step from the last relay: 1 msat and 2500 ppm, then 1000 msat and 100 ppm.
    /// base: (1000 * 1000000 + 1 * 1000100 + 999999) / 1000000 = 1002 (the fraction is rounded up).
    /// proportional: ((2500 + 100) * 1000000 + 2500 * 100 + 999999) / 1000000 = 2601.
    /// delta: 144 + 40 + 18.
    private var total: (base: Int, proportional: Int, delta: Int) { (1002, 2601, 202) }

    private func announced(_ total: (base: Int, proportional: Int, delta: Int)) -> [(String, JSON)] {
        [
            (
                "payinfo",
                [
                    "fee_base_msat": .integer(Int64(total.base)),
                    "fee_proportional_millionths": .integer(Int64(total.proportional)),
                    "cltv_expiry_delta": .integer(Int64(total.delta)),
                ]
            ),
            ("min_final_cltv_expiry_delta", 18),
        ]
    }

    private mutating func rejectSample(
        _ name: String,
        _ violates: RequirementID,
        _ reason: ReasonClass,
        _ comment: String,
        alsoExercises: [RequirementID] = [],
        neighbour: String = "plain",
        in input: JSON,
        _ path: PathParts,
        _ more: [(String, JSON)] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            "sample-\(name)",
            "path.create",
            [violates],
            [reason],
            comment,
            alsoExercises: alsoExercises,
            neighbour: "sample-\(neighbour)",
            flags: ["sample"],
            in: input,
            sample: JSONObject([("path", path.json)] + more),
            file: file,
            line: line
        )
    }

    private mutating func addRejectedSamples(
        _ hops: [BlindingDerivation.Hop],
        _ path: PathParts,
        _ other: PathParts
    ) throws(GenerationError) {
        let plain = judged(hops)
        var empty = path
        empty.hops = []
        rejectSample("without-hops", "RB-W1", .zeroHops, "the path leads nowhere", in: plain, empty)
        let astray = [route.relay("alice", to: "dave"), hops[1], hops[2]]
        let next: ReasonClass = .semantic("next_node_id")
        rejectSample("astray", "RB-W1", next, "Alice is sent to Dave", in: plain, try route.path(astray).parts)
        var elsewhere = path
        elsewhere.introduction = .pubkey(Fixtures.point("bob"))
        let introduction: ReasonClass = .semantic("introduction")
        rejectSample("introduction-of-another", "RB-W2", introduction, "Bob is named first", in: plain, elsewhere)
        let foreign: ReasonClass = .semantic("blinded_node_id")
        var broken = hops
        broken[1].session_key = try misderived(try route.path(hops))
        rejectSample(
            "misderived-key",
            "RB-W5",
            foreign,
            "Bob's key is Alice's times SHA256(ss || E)",
            alsoExercises: ["RB-W3"],
            in: plain,
            try route.path(broken).parts
        )
        var otherFirst = path
        otherFirst.path_key = Array(Fixtures.point("another key"))
        rejectSample(
            "another-first-key",
            "RB-W5",
            foreign,
            "first_path_key is not E_0",
            alsoExercises: ["RB-W4"],
            in: plain,
            otherFirst
        )
        var real = path
        real.hops[1].blinded_node_id = Array(Fixtures.point("bob"))
        rejectSample("real-id", "RB-W5", foreign, "Bob's real id shows", in: plain, real)
        var untold = route.joinedHops
        untold[0] = hops[0]
        rejectSample(
            "join-without-its-key",
            "RB-W5",
            foreign,
            "Alice does not know Bob's key",
            alsoExercises: ["RB-W6"],
            neighbour: "joined",
            in: judged(route.joinedHops),
            try route.path(untold).parts
        )
        let uneven = try route.path(hops).parts
        let padding: ReasonClass = .semantic("padding")
        rejectSample(
            "uneven",
            "RB-W8",
            padding,
            "the last hop is shorter",
            in: judged(hops, [("pad_to", 60)]),
            uneven
        )
        var sealed = path
        sealed.hops[0].encrypted_recipient_data = try seal(
            padded(hops, to: 60)[0].data,
            try route.path(hops).derived[0].rho,
            associatedData: [1]
        )
        rejectSample(
            "with-associated-data",
            "RB-W9",
            "aead",
            "the tag covers something else too",
            in: plain,
            sealed
        )
        let nameless = try route.path(changed(hops, 0, removing: 4)).parts
        rejectSample("without-next-hop", "RB-W11", next, "Alice is told nobody", in: plain, nameless)
        let relay = TLVRecord(type: 10, value: [0, 40, 0, 0, 0, 100])
        let paying = try route.path(changed(hops, 0, adding: relay)).parts
        rejectSample("with-fees", "RB-W12", .semantic("payment_relay"), "fees for messages", in: plain, paying)
        rejectSample(
            "first-key-again",
            "RB-W13",
            .semantic("first_path_key"),
            "the maker's other path starts with the same key",
            in: judged(hops, [("earlier", [other.json, path.json])]),
            path
        )
    }

    private mutating func addRejectedPaymentSamples(_ payment: PathParts) throws(GenerationError) {
        let hops = route.paymentHops
        let input = judged(hops, purpose: "payment")
        let bad: [(name: String, id: RequirementID, record: String, comment: String, hops: [BlindingDerivation.Hop])] =
            [
                ("without-relay", "RB-P1", "payment_relay", "Bob has no fees", changed(hops, 1, removing: 10)),
                (
                    "without-constraints", "RB-P2", "payment_constraints", "Bob has no limits",
                    changed(hops, 1, removing: 12)
                ),
                (
                    "with-features", "RB-P3", "allowed_features", "a feature is allowed",
                    changed(hops, 0, adding: TLVRecord(type: 14, value: [2]))
                ),
            ]
        for (name, id, record, comment, hops) in bad {
            rejectSample(
                "for-payments-\(name)",
                id,
                .semantic(record),
                comment,
                neighbour: "for-payments",
                in: input,
                try route.path(hops).parts
            )
        }
        let wrong: [(name: String, comment: String, total: (base: Int, proportional: Int, delta: Int))] = [
            ("base-rounded-down", "the fraction of a millisatoshi is lost", (1001, 2601, 202)),
            ("proportional-rounded-down", "the fraction of a millionth is lost", (1002, 2600, 202)),
            ("delta-without-the-end", "the last node's own delta is left out", (1002, 2601, 184)),
        ]
        for (name, comment, total) in wrong {
            rejectSample(
                "for-payments-\(name)",
                "RB-P4",
                .semantic("blinded_payinfo"),
                comment,
                neighbour: "for-payments",
                in: input,
                payment,
                announced(total)
            )
        }
    }
}
