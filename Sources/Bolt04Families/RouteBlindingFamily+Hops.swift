internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Hops that open, and data that does not.
extension RouteBlindingBuilder {
    private func unblind(
        _ hop: HopDerivation,
        _ sealed: [UInt8],
        path_key: [UInt8]? = nil,
        node_key: SecretKey? = nil,
        receive_auth_key: Bytes32?? = nil,
        expecting path_id: String? = nil
    ) -> JSON {
        var input: JSONObject = [
            "node_key": .hex((node_key ?? hop.k).bytes),
            "path_key": .hex(path_key ?? hop.E.bytes),
            "encrypted_recipient_data": .hex(sealed),
        ]
        input["receive_auth_key"] = (receive_auth_key ?? route.receive_auth_key).map { .hex($0) }
        input["expected_path_id"] = path_id.map { .hex($0.isEmpty ? [] : route.context($0).value) }
        return .object(input)
    }

    private func out(_ hop: HopDerivation, _ data: [UInt8], next: [UInt8]? = nil, tag: String) -> JSONObject {
        [
            "encrypted_data_tlv": .hex(data),
            "next_path_key": .hex(next ?? hop.nextE.bytes),
            "blinded_node_key": .hex(hop.blinded_node_key.bytes),
            "tag": .string(tag),
        ]
    }

    private func steps(_ hop: HopDerivation) -> JSON {
        [
            "ss": .hex(hop.ss), "rho": .hex(hop.rho),
            "blinded_node_id_factor": .hex(hop.blinded_node_id_factor.bytes), "b": .hex(hop.b.bytes),
        ]
    }

    /// Bob's hop with these records, alone in a path.
    private func bob(_ records: [TLVRecord]) throws(GenerationError) -> BlindingDerivation {
        try route.path([BlindingDerivation.Hop(Fixtures.key("bob"), records)])
    }

    private mutating func open(
        _ name: String,
        _ requirements: [RequirementID],
        _ comment: String,
        flags: [String] = [],
        _ path: BlindingDerivation,
        at index: Int = 0,
        next: [UInt8]? = nil,
        tag: String = "standard",
        receive_auth_key: Bytes32?? = nil,
        expecting path_id: String? = nil,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        let hop = path.derived[index]
        builder.accept(
            name,
            "path.unblind",
            requirements,
            comment,
            flags: flags,
            in: unblind(
                hop,
                path.parts.hops[index].encrypted_recipient_data,
                receive_auth_key: receive_auth_key,
                expecting: path_id
            ),
            out: out(hop, path.hops[index].data, next: next, tag: tag),
            steps: steps(hop),
            file: file,
            line: line
        )
    }

    mutating func addHops() throws(GenerationError) {
        let three = try route.path(route.threeHops)
        let ownTag = hasReceiverTag ? "ldk" : "standard"
        open("unblind-relay", ["RB-E1", "RB-E2", "RB-E3"], "the next key follows from this one", three)
        open(
            "unblind-second-hop",
            ["RB-E1", "RB-E3"],
            "with the key that the first hop passes on",
            flags: ["keys"],
            three,
            at: 1
        )
        let joined = try route.path(route.joinedHops)
        open(
            "unblind-with-override",
            ["RB-E3"],
            "the key in record 8 goes on, not the one that follows",
            flags: ["join"],
            joined,
            next: joined.derived[1].E.bytes
        )
        open("unblind-last-hop", ["RB-E1", "RB-W7"], "whatever the maker told itself", three, at: 2, tag: ownTag)
        open(
            "unblind-expected-path-id",
            ["RB-E5"],
            "the secret is that of the path made for this",
            flags: ["context"],
            three,
            at: 2,
            tag: ownTag,
            expecting: "context of the path"
        )
        open(
            "unblind-unknown-odd-record",
            ["RB-E2"],
            "record 561 is odd: it is passed over",
            try bob([route.next("carol"), TLVRecord(type: 561, value: [1, 2, 3])])
        )
        open("unblind-no-records", ["RB-E2"], "a stream of no records is one", try bob([]))
        open(
            "unblind-padded",
            ["RB-E1", "RB-W8"],
            "zeros in record 1",
            try bob([route.next("carol"), TLVRecord(type: 1, value: [UInt8](repeating: 0, count: 10))])
        )
        open("unblind-next-by-channel", ["RB-E1"], "record 2", try bob([route.channel]))
    }

    private mutating func refuse(
        _ name: String,
        _ reasons: [ReasonClass],
        _ comment: String,
        flags: [String],
        violates: RequirementID = "RB-E2",
        alsoExercises: [RequirementID] = [],
        neighbour: String = "unblind-relay",
        in input: JSON,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            "path.unblind",
            [violates],
            reasons,
            comment,
            alsoExercises: alsoExercises,
            neighbour: neighbour,
            flags: flags,
            in: input,
            file: file,
            line: line
        )
    }

    mutating func addRejectedHops() throws(GenerationError) {
        let three = try route.path(route.threeHops)
        let alice = three.derived[0]
        let sealed = three.parts.hops[0].encrypted_recipient_data
        var flippedTag = sealed
        flippedTag[sealed.count - 1] ^= 1
        var flippedData = sealed
        flippedData[0] ^= 0x80
        let tampered: [(name: String, comment: String, also: [RequirementID], sealed: [UInt8])] = [
            ("flipped-tag", "the last bit of the tag is flipped", [], flippedTag),
            ("flipped-data", "the first bit of the data is flipped", [], flippedData),
            ("shorter-than-a-tag", "15 bytes", [], Array(sealed.suffix(15))),
            ("nothing-sealed", "no byte at all", [], []),
            (
                "nonce-of-one", "sealed with a nonce that is not zero", ["RB-W9"],
                try seal(three.hops[0].data, alice.rho, nonce: [1] + [UInt8](repeating: 0, count: 11))
            ),
            (
                "with-associated-data", "the tag covers the path key too", ["RB-W9"],
                try seal(three.hops[0].data, alice.rho, associatedData: alice.E.bytes)
            ),
            (
                "sealed-with-ss", "the key is ss itself and not rho", ["RB-W3", "RB-E1"],
                try seal(three.hops[0].data, alice.ss)
            ),
        ]
        for (name, comment, also, sealed) in tampered {
            refuse(
                "unblind-\(name)",
                ["aead"],
                comment,
                flags: ["tampered"],
                alsoExercises: also,
                in: unblind(alice, sealed)
            )
        }
        refuse(
            "unblind-with-another-path-key",
            ["aead"],
            "with the key that is the next hop's",
            flags: ["keys"],
            alsoExercises: ["RB-E1"],
            in: unblind(alice, sealed, path_key: three.derived[1].E.bytes)
        )
        refuse(
            "unblind-at-another-node",
            ["aead"],
            "at Bob, for whom it was not sealed",
            flags: ["keys"],
            alsoExercises: ["RB-E1"],
            in: unblind(alice, sealed, node_key: Fixtures.key("bob"))
        )
        refuse(
            "unblind-path-key-off-curve",
            ["point"],
            "no point on the curve has x = 5",
            flags: ["keys"],
            violates: "B1-T-2",
            in: unblind(alice, sealed, path_key: Fixtures.pointOffCurve)
        )
        try addUnreadableHops()
        try addForeignPathIDs(three)
    }

    private mutating func addUnreadableHops() throws(GenerationError) {
        let next = Array(route.next("carol").encoding)
        let odd = TLVRecord(type: 561, value: [1, 2, 3]).encoding
        let offCurve = TLVRecord(type: 4, value: Fixtures.pointOffCurve).encoding
        let overrideOffCurve = TLVRecord(type: 8, value: Fixtures.pointOffCurve).encoding
        let unreadable: [(name: String, reasons: [ReasonClass], comment: String, data: [UInt8])] = [
            (
                "unknown-even-record", ["tlv.unknown_even"], "record 560 must be understood",
                next + TLVRecord(type: 560, value: [1, 2, 3]).encoding
            ),
            ("records-fall", ["tlv.order"], "record 561 stands before record 4", odd + next),
            ("record-twice", ["tlv.order"], "record 561 stands twice", next + odd + odd),
            ("cut-stream", ["tlv.truncated", "tlv.length"], "the last byte is missing", (next + odd).dropLast()),
            ("next-node-off-curve", ["point"], "record 4 holds no point", Array(offCurve)),
            ("override-off-curve", ["point"], "record 8 holds no point", next + overrideOffCurve),
            (
                "short-channel", ["tlv.length", "tlv.truncated"], "a channel of seven bytes",
                [2, 7, 0, 0, 1, 0, 0, 2, 0]
            ),
        ]
        for (name, reasons, comment, data) in unreadable {
            let path = try route.path([BlindingDerivation.Hop(Fixtures.key("bob"), data: data)])
            refuse(
                "unblind-\(name)",
                reasons,
                comment,
                flags: ["unreadable"],
                neighbour: "unblind-unknown-odd-record",
                in: unblind(path.derived[0], path.parts.hops[0].encrypted_recipient_data)
            )
        }
    }

    private mutating func addForeignPathIDs(_ path: BlindingDerivation) throws(GenerationError) {
        let expected: [(name: String, comment: String, path_id: String)] = [
            ("another-path-id", "the path was made for something else", "context of the bath"),
            ("path-id-cut", "the secret is expected to be shorter", "context of the pat"),
            ("path-id-longer", "the secret is expected to be longer", "context of the path."),
            ("path-id-not-wanted", "nothing is expected, and there is a secret", ""),
        ]
        for (name, comment, path_id) in expected {
            refuse(
                "unblind-\(name)",
                ["context"],
                comment,
                flags: ["context"],
                violates: "RB-E5",
                neighbour: "unblind-expected-path-id",
                in: unblind(
                    path.derived[2],
                    path.parts.hops[2].encrypted_recipient_data,
                    expecting: path_id
                )
            )
        }
        let without = try route.path([route.last("carol", [])])
        refuse(
            "unblind-path-id-missing",
            ["context", "tlv.missing"],
            "a secret is expected, and there is none",
            flags: ["context"],
            violates: "RB-E5",
            neighbour: "unblind-expected-path-id",
            in: unblind(
                without.derived[0],
                without.parts.hops[0].encrypted_recipient_data,
                expecting: "context of the path"
            )
        )
    }

    /// LDK's tag: what it does under a profile that has it, and under one that has not.
    mutating func addReceiversTags() throws(GenerationError) {
        let key = Fixtures.key("receive auth key").bytes
        var hop = BlindingDerivation.Hop(Fixtures.key("carol"), [route.context()])
        hop.receive_auth_key = key
        let own = try route.path([hop])
        let sealed = own.parts.hops[0].encrypted_recipient_data
        guard hasReceiverTag else {
            return refuse(
                "unblind-receivers-tag",
                ["aead"],
                "the tag covers a key of the receiver, as LDK's do",
                flags: ["tampered"],
                alsoExercises: ["RB-W9"],
                neighbour: "unblind-last-hop",
                in: unblind(own.derived[0], sealed)
            )
        }
        open(
            "unblind-without-the-receivers-key",
            ["RB-E1"],
            "without the key the data opens, and nobody can say whose it is",
            own,
            tag: "unverified",
            receive_auth_key: .some(nil)
        )
        open(
            "unblind-standard-tag-at-the-end",
            ["RB-E1"],
            "anybody could have sealed this: it is told from the receiver's own",
            try route.path([BlindingDerivation.Hop(Fixtures.key("carol"), [route.context()])])
        )
        let dummy = try route.path(dummyHops.sealed)
        open("unblind-dummy-hop", ["RB-W10"], "the receiver's own mark", dummy, at: 1, tag: "ldk")
        refuse(
            "unblind-with-another-receivers-key",
            ["aead"],
            "the tag is not made with this key",
            flags: ["tampered"],
            neighbour: "unblind-last-hop",
            in: unblind(own.derived[0], sealed, receive_auth_key: Fixtures.key("another receive key").bytes)
        )
    }
}
