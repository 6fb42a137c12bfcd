internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Paths that are followed to their end, and those that get lost.
extension RouteBlindingBuilder {
    private func walk(_ path: PathParts, _ names: [String]) -> JSON {
        ["path": path.json, "node_keys": .array(names.map { .hex(Fixtures.key($0).bytes) })]
    }

    private mutating func follow(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        flags: [String] = [],
        _ path: BlindingDerivation,
        _ names: [String],
        endsAt end: String = "carol",
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.accept(
            name,
            "path.walk",
            requirements,
            comment,
            flags: flags,
            in: walk(path.parts, names),
            out: ["ends_at": .hex(Fixtures.point(end))],
            steps: ["hops": path.steps],
            file: file,
            line: line
        )
    }

    mutating func addWalks() throws(GenerationError) {
        let three = try route.path(route.threeHops)
        follow(
            "walk-three-hops",
            ["RB-W5", "RB-W1", "RB-W2", "RB-W3", "RB-W4", "RB-W9", "RB-E4"],
            "the last hop stays closed: its blinded id tells whose it is",
            three,
            all
        )
        follow("walk-keys-in-any-order", ["RB-W5"], "the keys stand in no order", three, ["carol", "bob", "alice"])
        follow("walk-one-hop", ["RB-W5"], "the end is the beginning", try route.path([route.last("carol")]), all)
        let twenty = (0..<19).map { route.relay("hop \($0)", to: "hop \($0 + 1)") } + [route.last("hop 19")]
        follow(
            "walk-twenty-hops",
            ["RB-W3", "RB-W5"],
            "twenty keys, one from the other",
            flags: ["keys"],
            try route.path(twenty),
            (0..<20).map { "hop \($0)" },
            endsAt: "hop 19"
        )
        let joined = try route.path(route.joinedHops)
        follow("walk-with-join", ["RB-E3", "RB-W6"], "Alice tells Bob's key", flags: ["join"], joined, all)
        let byChannel = try route.path(route.threeHops, introduction: channelEnd)
        follow("walk-introduction-by-channel", ["RB-W2"], "the first hop shows by its blinded id", byChannel, all)
        let dummy = try route.path(dummyHops.sealed)
        follow("walk-with-dummy-hop", ["RB-W10"], "the last two hops are Carol's", dummy, all)
        let hidden = dummyHops.sealed
        follow(
            "walk-with-dummy-hops-in-the-middle",
            ["RB-W10"],
            "the last three hops are Carol's",
            try route.path([hidden[0], hidden[1], hidden[1], hidden[2]]),
            all
        )
        try addLostWalks(three)
    }

    private mutating func addLostWalks(_ three: BlindingDerivation) throws(GenerationError) {
        var empty = three.parts
        empty.hops = []
        lose(
            "walk-no-hops",
            ["path.zero_hops"],
            "there is nothing to follow",
            empty,
            violates: "RB-W1",
            neighbour: "walk-one-hop"
        )
        let lost: [ReasonClass] = [
            "semantic.blinded_node_id", "context", "semantic.introduction", "semantic.next_node_id",
        ]
        let foreign = try route.path([route.threeHops[0], route.threeHops[1], route.last("dave")])
        lose("walk-foreign-last-hop", lost, "the last hop is Dave's, whose key is not at hand", foreign.parts)
        let elsewhere = try route.path(route.threeHops, introduction: .pubkey(Fixtures.point("bob")))
        lose("walk-another-introduction", lost, "the path is said to start at Bob", elsewhere.parts, violates: "RB-W2")
        let toDave = try route.path([route.threeHops[0], route.relay("bob", to: "dave"), route.last("carol")])
        lose(
            "walk-another-last-hop",
            lost,
            "Bob goes on to Dave, and Carol's hop follows",
            toDave.parts,
            violates: "RB-W1"
        )
        let astray = try route.path([route.relay("alice", to: "carol"), route.threeHops[1], route.last("carol")])
        lose(
            "walk-another-second-hop",
            lost,
            "Alice goes on to Carol, and Bob's hop follows",
            astray.parts,
            violates: "RB-W1"
        )
        lose(
            "walk-without-next-hop",
            lost + ["tlv.missing"],
            "Bob is told nobody to go on to, and Carol's hop follows",
            try route.path(changed(route.threeHops, 1, removing: 4)).parts,
            violates: "RB-W11"
        )
        var real = three.parts
        real.hops[2].blinded_node_id = Array(Fixtures.point("carol"))
        lose("walk-last-id-not-blinded", lost, "the last hop has Carol's real id", real)
        var otherKey = three.parts
        otherKey.path_key = three.derived[1].E.bytes
        lose("walk-another-first-key", lost, "the first key is not E_0", otherKey, alsoExercises: ["RB-W4"])
        var broken = route.threeHops
        broken[1].session_key = try misderived(three)
        lose(
            "walk-misderived-key",
            lost,
            "Bob's key is Alice's times SHA256(ss || E), the wrong way round",
            try route.path(broken).parts,
            alsoExercises: ["RB-W3"]
        )
        var untold = route.joinedHops
        untold[0] = route.threeHops[0]
        lose(
            "walk-join-without-its-key",
            lost,
            "Alice does not tell Bob's key",
            try route.path(untold).parts,
            alsoExercises: ["RB-E3", "RB-W6"],
            neighbour: "walk-with-join"
        )
        var offCurve = three.parts
        offCurve.path_key = Fixtures.pointOffCurve
        lose("walk-path-key-off-curve", ["point"], "no point on the curve has x = 5", offCurve, violates: "B1-T-2")
        var tampered = three.parts
        tampered.hops[0].encrypted_recipient_data[0] ^= 1
        lose(
            "walk-data-that-does-not-open",
            ["aead", "context"],
            "Alice's data was changed",
            tampered,
            violates: "RB-W9"
        )
    }

    private mutating func lose(
        _ name: String,
        _ reasons: [ReasonClass],
        _ comment: String,
        _ path: PathParts,
        violates: RequirementID = "RB-W5",
        alsoExercises: [RequirementID] = [],
        neighbour: String = "walk-three-hops",
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            "path.walk",
            [violates],
            reasons,
            comment,
            alsoExercises: alsoExercises,
            neighbour: neighbour,
            flags: ["keys"],
            in: walk(path, all),
            file: file,
            line: line
        )
    }
}
