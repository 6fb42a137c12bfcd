internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorKit
internal import Wire

/// HMACs, tags and path ids that are wrong in one place: at their beginning, in their middle, at their end.
enum TagComparisons {
    static let once: [Comparison] = (try? packets()) ?? []

    private static func packets() throws(GenerationError) -> [Comparison] {
        let key = Fixtures.key("relay of tags")
        let data = TLVStream(sorting: [TLVRecord(type: 4, value: Fixtures.point("bob"))]).bytes
        let path = try BlindingDerivation(
            [
                BlindingDerivation.Hop(key, data: data),
                BlindingDerivation.Hop(Fixtures.key("bob"), [TLVRecord(type: 6, value: Array("context".utf8))]),
            ],
            session_key: Fixtures.key("path of tags")
        )
        let content = [TLVRecord(type: 64, value: [0xb1, 0xb2])]
        let message = try MessageDerivation(over: path.layers, content, session_key: Fixtures.key("onion of tags"))
        return [hmac(message), nextHMAC(message), tag(path), saltTag("RA"), saltTag("RB")]
    }

    /// The places of a value of so many bytes, each with what a lazy reader compares that does not see it.
    private static func places(_ count: Int) -> [(name: String, index: Int, bit: UInt8, compares: String)] {
        [
            ("first-byte", 0, 0x80, "but-head"), ("middle-bit", count / 2, 0x10, "ends"),
            ("behind-the-middle", count * 3 / 4, 1, "head"), ("before-the-middle", count / 4, 1, "tail"),
            ("last-byte", count - 1, 1, "but-tail"),
        ]
    }

    private static func changed(_ bytes: [UInt8], _ index: Int, _ bit: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= bit
        return bytes
    }

    private static func sides(
        _ name: String,
        _ whole: [UInt8],
        last count: Int,
        _ input: ([UInt8]) -> JSON
    ) -> [Comparison.Side] {
        [Comparison.right("right", input(whole), "lazy-nothing-matches@\(name)")]
            + places(count).map { place in
                Comparison.wrong(
                    place.name,
                    input(changed(whole, whole.count - count + place.index, place.bit)),
                    "lazy-\(place.compares)@\(name)"
                )
            }
    }

    private static func peel(_ message: MessageDerivation, _ packet: [UInt8]) -> JSON {
        let hop = message.hops[0].derived
        return ["node_key": .hex(hop.k.bytes), "path_key": .hex(hop.E.bytes), "packet": .hex(packet)]
    }

    private static func hmac(_ message: MessageDerivation) -> Comparison {
        Comparison(
            name: "hmac",
            row: "HMAC of a packet = HMAC over its payloads",
            family: "bolt04/tag-comparisons",
            operation: "om.peel",
            requirement: "OD-3",
            reasons: ["onion.hmac"],
            sides: sides("om.peel.hmac", message.onion.packets[0], last: 32) { peel(message, $0) }
        )
    }

    /// A relay's layer whose next HMAC is zero but for one bit: the message goes on, since only all zeros end it.
    private static func nextHMAC(_ message: MessageDerivation) -> Comparison {
        let hop = message.onion.derived[0]
        let N = 1300
        let payload = message.payloads[0]
        func side(_ place: (name: String, index: Int, bit: UInt8, compares: String)) -> Comparison.Side {
            let hmac = changed([UInt8](repeating: 0, count: 32), place.index, place.bit)
            let front = BigSize.encode(UInt64(payload.count)) + payload + hmac
            let clear = front + [UInt8](repeating: 0xb1, count: N - front.count)
            let stream = SealDerivation.stream(hop.rho, 2 * N)
            let sealed = SealDerivation.xor(clear, stream)
            let packet = [0] + hop.E.bytes + sealed + HopDerivation.hmac(hop.mu.bytes, sealed).bytes
            let rest = SealDerivation.xor(sealed + [UInt8](repeating: 0, count: N), stream)
            let next = [0] + hop.nextE.bytes + rest[front.count..<front.count + N] + hmac
            return Comparison.right(
                place.name,
                peel(message, packet),
                "lazy-\(place.compares)@om.peel.next_hmac",
                out: [
                    "kind": "forward", "next": ["node_id": .hex(Fixtures.point("bob"))], "next_packet": .hex(next),
                ]
            )
        }
        return Comparison(
            name: "next-hmac",
            row: "a layer is the last one where all of the next HMAC is zero",
            family: "bolt04/tag-comparisons",
            operation: "om.peel",
            requirement: "OD-11",
            reasons: [],
            sides: places(32).map(side)
        )
    }

    private static func tag(_ path: BlindingDerivation) -> Comparison {
        let hop = path.derived[0]
        return Comparison(
            name: "tag",
            row: "tag of encrypted_recipient_data = Poly1305 over it",
            family: "bolt04/tag-comparisons",
            operation: "path.unblind",
            requirement: "RB-E2",
            reasons: ["aead"],
            sides: sides("path.unblind.tag", path.parts.hops[0].encrypted_recipient_data, last: 16) {
                ["node_key": .hex(hop.k.bytes), "path_key": .hex(hop.E.bytes), "encrypted_recipient_data": .hex($0)]
            }
        )
    }

    /// What a path's maker finds again at its end is another record in each profile.
    static func each(_ profile: Profile) -> [Comparison] { (try? [pathID(RouteFixture(profile: profile))]) ?? [] }

    private static func pathID(_ route: RouteFixture) throws(GenerationError) -> Comparison {
        let path = try BlindingDerivation(route.threeHops, session_key: RouteFixture.session_key)
        let name = "path.unblind.expected_path_id"
        func input(_ expected: [UInt8]) -> JSON {
            var members: JSONObject = [
                "node_key": .hex(path.derived[2].k.bytes), "path_key": .hex(path.derived[2].E.bytes),
                "encrypted_recipient_data": .hex(path.parts.hops[2].encrypted_recipient_data),
                "expected_path_id": .hex(expected),
            ]
            members["receive_auth_key"] = route.receive_auth_key.map { .hex($0) }
            return .object(members)
        }
        let id = Array(route.context().value)
        return Comparison(
            name: "path-id",
            row: "path_id = the one that was sealed",
            family: "bolt04/path-id-comparisons",
            operation: "path.unblind",
            requirement: "RB-E5",
            reasons: ["context"],
            sides: sides(name, id, last: id.count, input) + [
                Comparison.wrong("shorter", input(id.dropLast()), "lazy-common@\(name)"),
                Comparison.wrong("longer", input(id + [0]), "lazy-common@\(name)"),
            ]
        )
    }

    private static func saltTag(_ sealing: String) -> Comparison {
        let masked = [UInt8](repeating: 0x5a, count: 16)
        let rho = sealing == "RA" ? HopDerivation.hmac(Array("rho".utf8), masked) : Hash.sha256(masked)
        let sealed = SealDerivation.seal(Fixtures.path("reply to the payer").bytes, rho: rho)
        return Comparison(
            name: "tag-\(sealing.lowercased())",
            row: "tag of a reply path sealed with \(sealing) = Poly1305 over it",
            family: "salt/tag-comparisons",
            operation: "salt.open",
            requirement: "SALT-18",
            reasons: ["aead"],
            sides: sides("salt.open.\(sealing)", sealed, last: 16) {
                ["sealing": .string(sealing), "encrypted_counterparty_secret": .hex(masked), "sealed": .hex($0)]
            }
        )
    }
}
