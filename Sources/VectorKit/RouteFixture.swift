package import Primitives
package import Rules
package import StrictJSON
package import Wire

/// Hops of blinded paths as a profile's maker writes them, and requests to make the paths.
package struct RouteFixture {
    package let profile: Profile

    package init(profile: Profile) { self.profile = profile }

    package static let session_key = Fixtures.key("e_0 of the path")

    /// The key of LDK's tag, where the profile has it.
    package var receive_auth_key: Bytes32? {
        profile.blinded_path.final_hop_tag == .receiveAuthKey ? Fixtures.key("receive auth key").bytes : nil
    }

    /// Names the next hop by its id.
    package func next(_ name: String) -> TLVRecord { TLVRecord(type: 4, value: Fixtures.point(name)) }

    /// Names the next hop by channel 1x2x3.
    package let channel = TLVRecord(type: 2, value: MessageParts.bigEndian(0x0000_0100_0002_0003, 8))

    /// What the maker puts in for itself: a path_id (6) of any bytes, or in LDK's record 65537 a `MessageContext`, of which
    /// this is the custom kind.
    package func context(_ text: String = "context of the path") -> TLVRecord {
        let type = profile.blinded_path.context_type
        return type == Self.messageContextType
            ? TLVRecord(type: type, value: Self.customContext(Array(text.utf8))) : .text(type, text)
    }

    private static let messageContextType: UInt64 = 65_537

    /// Variant 1, then as a record with its length: the number of bytes in two, and the bytes.
    private static func customContext(_ bytes: [UInt8]) -> [UInt8] {
        let content = MessageParts.bigEndian(UInt64(bytes.count), 2) + bytes
        return [1] + MessageParts.bigSize(UInt64(content.count)) + content
    }

    package func relay(_ name: String, to next: String, _ more: TLVRecord...) -> BlindingDerivation.Hop {
        BlindingDerivation.Hop(Fixtures.key(name), [self.next(next)] + more)
    }

    /// A maker's own last hop.
    package func last(_ name: String, _ records: [TLVRecord]? = nil) -> BlindingDerivation.Hop {
        var hop = BlindingDerivation.Hop(Fixtures.key(name), records ?? [context()])
        hop.receive_auth_key = receive_auth_key
        return hop
    }

    /// Alice, Bob and Carol, who made the path.
    package var threeHops: [BlindingDerivation.Hop] {
        [relay("alice", to: "bob"), relay("bob", to: "carol"), last("carol")]
    }

    /// A path whose second half was made beforehand: it starts with a key of its own, which Alice is told.
    package var joinedHops: [BlindingDerivation.Hop] {
        let session_key = Fixtures.key("e_0 of the second half")
        let override = TLVRecord(type: 8, value: session_key.publicKey.bytes)
        var joined = relay("bob", to: "carol")
        joined.session_key = session_key
        return [relay("alice", to: "bob", override), joined, last("carol")]
    }

    /// Hops of a path for payments, with fees.
    package var paymentHops: [BlindingDerivation.Hop] {
        let relays = [(144, 100, 1000), (40, 2500, 1)].map { delta, proportional, base in
            TLVRecord(
                type: 10,
                value: MessageParts.bigEndian(UInt64(delta), 2)
                    + MessageParts.bigEndian(UInt64(proportional), 4)
                    + TruncatedInteger.encode(UInt64(base))
            )
        }
        return [
            relay("alice", to: "bob", relays[0], constraints(800_184)),
            relay("bob", to: "carol", relays[1], constraints(800_040)),
            BlindingDerivation.Hop(Fixtures.key("carol"), [constraints(800_000)]),
        ]
    }

    /// `payment_constraints`: usable up to this height, from a satoshi on.
    package func constraints(_ height: UInt64) -> TLVRecord {
        TLVRecord(type: 12, value: MessageParts.bigEndian(height, 4) + TruncatedInteger.encode(1000))
    }

    package func path(
        _ hops: [BlindingDerivation.Hop],
        introduction: SciddirOrPubkey? = nil
    ) throws(GenerationError) -> BlindingDerivation {
        try BlindingDerivation(hops, session_key: Self.session_key, introduction: introduction)
    }

    /// The request to make a path of these hops.
    package func request(
        _ hops: [BlindingDerivation.Hop],
        purpose: String = "message",
        dummies: Set<Int> = [],
        _ more: [(String, JSON)] = []
    ) -> JSON {
        let hops = hops.enumerated().map { index, hop in
            var json: JSONObject = [
                "node_id": .hex(hop.key.publicKey.bytes), "encrypted_data_tlv": .hex(hop.data),
            ]
            if dummies.contains(index) { json["dummy"] = true }
            json["receive_auth_key"] = hop.receive_auth_key.map { .hex($0) }
            json["session_key"] = hop.session_key.map { .hex($0.bytes) }
            return JSON.object(json)
        }
        let members: [(String, JSON)] = [
            ("session_key", .hex(Self.session_key.bytes)), ("purpose", .string(purpose)), ("hops", .array(hops)),
        ]
        return .object(JSONObject(members + more))
    }
}
