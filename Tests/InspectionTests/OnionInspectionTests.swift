import Catalogue
import Inspection
import Lightning
import Primitives
import StrictJSON
import Testing
import TestSupport

/// Onions and paths, with keys and without. The objects are those of the vectors.
@Suite struct OnionInspectionTests {
    private func input(_ family: String, _ name: String) throws -> JSON {
        let file = try Files.readJSON("\(Project.root)/Vectors/bolt04/\(family).json")
        let cases = try #require(file["cases"]?.array)
        return try #require(cases.first { $0["id"]?.string == "bolt04/\(family)/\(name)" }?["in"])
    }

    private func bytes(_ json: JSON?) throws -> [UInt8] { try Hex.decode(#require(json?.string)) }

    private func inspect(
        _ kind: Inspection.Kind,
        _ bytes: [UInt8],
        _ keys: Inspection.Keys = Inspection.Keys(),
        profile: String = "blip66-draft"
    ) throws -> Inspection {
        let store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        return Inspection(
            kind,
            bytes: bytes,
            text: nil,
            Inspection.Context(profile: try #require(store.profiles[profile]), now: 0, keys: keys),
            try ProjectData.requirements()
        )
    }

    private func inspectOnion(_ name: String, family: String = "onion-message", opening: Bool = true) throws
        -> Inspection
    {
        let input = try input(family, name)
        let receive_auth_key = try input["receive_auth_key"].map { try Bytes32(bytes($0)) }
        let node = MessageNode(
            node_key: try SecretKey(bytes(input["node_key"])),
            receive_auth_key: receive_auth_key
        )
        let path_key = try PublicKey(bytes(input["path_key"]))
        let keys = opening ? Inspection.Keys(nodes: [node], path_key: path_key) : Inspection.Keys()
        let profile = family.contains("@") ? "ldk-0.2" : "blip66-draft"
        return try inspect(.onion, bytes(input["packet"]), keys, profile: profile)
    }

    private func expect(_ page: Inspection, _ parts: [String], rejected: Bool = false) {
        #expect(page.isRejected == rejected)
        for part in parts { #expect(page.text.contains(part), "\(part) is not in\n\(page.text)") }
    }

    @Test func anOnionWithoutKeysShowsItsPartsAndStaysClosed() throws {
        let page = try inspectOnion("peel-relay", opening: false)
        expect(
            page,
            ["onion packet, 1366 bytes", "version 0", "hop_payloads 1300 bytes: a usual size", "encrypted: --node-key"]
        )
        #expect(!page.text.contains("sealed data"))
    }

    @Test func anOnionAtARelayShowsWhereItGoesOn() throws {
        let page = try inspectOnion("peel-relay")
        expect(
            page,
            [
                "forward: ", "goes on to 02851f8a", "4  encrypted_recipient_data: ", "with the standard tag",
                "4  next_node_id: ", "next path key ", "next packet 1366 bytes", "ok    OM-R3",
                "verdict: valid",
            ]
        )
    }

    @Test func anOnionThatGoesOnByChannelNamesTheChannel() throws {
        let page = try inspectOnion("peel-next-by-channel")
        expect(page, ["the other end of channel 1x2x3", "2  short_channel_id: the channel to the next hop"])
    }

    @Test func anOnionAtItsEndShowsItsMessage() throws {
        let page = try inspectOnion("peel-last-hop")
        expect(page, ["receive: ", "holds message 64, without a reply path", "64  invoice_request: ", "6  path_id: "])
    }

    @Test func aReceiversOwnTagIsToldFromAStandardOne() throws {
        let family = "onion-message@ldk-0.2"
        expect(try inspectOnion("peel-last-hop", family: family), ["with a tag of the receiver's own key"])
        expect(try inspectOnion("peel-without-the-receivers-key", family: family), ["cannot be verified"])
        expect(try inspectOnion("peel-dummy-hop", family: family), ["dummy: ", "65539  dummy_hop: "])
    }

    @Test func anOnionThatMustNotBeOpenedSaysWhy() throws {
        expect(try inspectOnion("peel-version-1"), ["FAIL  OD-1", "(OD-1, onion.version)"], rejected: true)
        expect(try inspectOnion("peel-hmac-bit-flipped"), ["FAIL  OD-3", "(OD-3, onion.hmac)"], rejected: true)
        expect(try inspectOnion("peel-unknown-odd-feature"), ["FAIL  OM-R2", "goes on to"], rejected: true)
        expect(try inspectOnion("peel-length-68"), ["FAIL  OD-8"], rejected: true)
    }

    private func inspectPath(_ name: String, family: String = "route-blinding", keys: Int = .max) throws -> Inspection {
        let input = try input(family, name)
        let path = try #require(input["path"])
        let nodes = try #require(input["node_keys"]?.array).prefix(keys).map { key in
            MessageNode(node_key: try SecretKey(bytes(key)))
        }
        let format = BlindedPath.format
        let hops = try #require(path["hops"]?.array).map { hop in
            BlindedPath.Hop(
                blinded_node_id: try bytes(hop["blinded_node_id"])[...],
                encrypted_recipient_data: try bytes(hop["encrypted_recipient_data"])[...]
            )
        }
        let made = BlindedPath(
            introduction: .pubkey(try bytes(path["introduction"]?["node_id"])[...]),
            path_key: try bytes(path["path_key"])[...],
            hops: hops
        )
        let profile = family.contains("@") ? "ldk-0.2" : "blip66-draft"
        return try inspect(.path, #require(format.encode(made.value)), Inspection.Keys(nodes: nodes), profile: profile)
    }

    @Test func aPathIsFollowedToItsEndWithTheKeysOfItsHops() throws {
        let page = try inspectPath("walk-three-hops")
        expect(
            page,
            ["unblinded with 3 key(s)", "4  next_node_id: ", "6  path_id: ", "  ends at 03f75248", "ok    RB-W5"]
        )
        #expect(!page.text.contains("chain  "))
    }

    @Test func aPathWithoutKeysIsOnlyRead() throws {
        let page = try inspectPath("walk-three-hops", keys: 0)
        #expect(!page.isRejected)
        #expect(!page.text.contains("followed"))
    }

    @Test func aPathThatGetsLostSaysWhere() throws {
        let parts = ["[2] none of these nodes'", "somebody whose key is not at hand", "FAIL  RB-W5"]
        expect(try inspectPath("walk-foreign-last-hop"), parts, rejected: true)
        expect(
            try inspectPath("walk-data-that-does-not-open"),
            ["its data does not open", "FAIL  RB-W9"],
            rejected: true
        )
    }

    @Test func ldksOwnHopsAreShownAsUnverified() throws {
        let page = try inspectPath("walk-with-dummy-hop", family: "route-blinding@ldk-0.2")
        expect(page, ["cannot be verified", "65539  dummy_hop: ", "65537  context: "])
    }

    @Test func noiseIsAnsweredWithKeysToo() throws {
        let node = MessageNode(node_key: try SecretKey(Bytes32(repeating: 0x42)))
        let keys = Inspection.Keys(nodes: [node], path_key: node.node_key.publicKey)
        for bytes in RandomInputs.noise("inspect onions", count: 300, upTo: 150) {
            for kind in [Inspection.Kind.onion, .path] {
                #expect(try inspect(kind, bytes, keys).text.contains("verdict: "))
            }
        }
    }
}
