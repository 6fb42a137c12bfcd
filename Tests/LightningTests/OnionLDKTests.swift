import Lightning
import Primitives
import Rules
import StrictJSON
import TestSupport
import Testing
import Wire

/// Onion messages that LDK 0.2.5 wrote, with every key and every hop's bytes.
@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "4 onion messages of LDK skipped: \(Upstream.howToGet)")))
struct OnionLDKTests {
    private struct Node {
        let name: String
        let key: SecretKey
        let receive_auth_key: Bytes32
    }

    private struct Sample {
        let message: JSONReader
        let nodes: [Node]

        func node(of hop: JSONReader) throws -> Node {
            let name = try hop.text("node")
            return try #require(nodes.first { $0.name == name })
        }

        var hops: [JSONReader] { get throws { try message.member("hops").elements() } }
    }

    private func samples() throws -> [Sample] {
        let file = try Upstream.json("ldk-0.2.5-sample/onion_messages.json")
        let nodes = try file.member("nodes").elements().map { node in
            Node(
                name: try node.text("name"),
                key: try SecretKey(hex: node.text("node_privkey")),
                receive_auth_key: try Bytes32(Hex.decode(node.text("ldk_receive_auth_key")))
            )
        }
        let samples = try file.member("cases").elements().map { Sample(message: $0, nodes: nodes) }
        #expect(UInt64(samples.count) == (try file.member("count").number(atMost: 100)))
        return samples
    }

    /// LDK's samples leave the message's type out.
    private func message(_ hex: String) throws -> OnionMessage {
        try #require(OnionMessage(OnionMessage.format.decode(Hex.decode(hex)[...])))
    }

    @Test func everyHopOpensToTheBytesThatLDKFound() throws {
        let profile = TestProfile.ldk
        var compared = 0
        for sample in try samples() {
            for hop in try sample.hops {
                let node = try sample.node(of: hop)
                let received = try message(hop.text("onion_message"))
                let opener = MessageNode(node_key: node.key, receive_auth_key: node.receive_auth_key)
                var validation = Validation(.strict)
                let path_key = try PublicKey(received.path_key)
                let peeled = try opener.peel(received.onion_message_packet, path_key: path_key, profile, &validation)
                #expect(try peeled.unblinding.secret.ss.hex == hop.text("ss_path_key"))
                #expect(try peeled.onion.secret.ss.hex == hop.text("ss_onion"))
                #expect(try Hex.encode(peeled.onionmsg_tlv) == hop.text("onionmsg_tlv"))
                #expect(try Hex.encode(peeled.opened.plaintext) == hop.text("encrypted_data_tlv"))
                #expect(try peeled.kind.rawValue == hop.text("result"))
                compared += 5
                if peeled.kind == .receive {
                    compared += try compareEnd(peeled, hop)
                } else {
                    compared += try compareRelay(peeled, hop)
                }
            }
        }
        #expect(compared == 80)
    }

    private func compareRelay(_ peeled: PeeledMessage, _ hop: JSONReader) throws -> Int {
        let onward = try #require(peeled.onward)
        #expect(peeled.opened.tag == .standard)
        #expect(try onward.nextHop == .node(Hex.decode(hop.text("next_node_id"))[...]))
        let next = try message(hop.text("next_onion_message"))
        #expect(onward.next_path_key.bytes[...] == next.path_key)
        #expect(onward.next_packet.bytes[...] == next.onion_message_packet)
        let layer = MessageLayer(payload: peeled.payload, encrypted_data: peeled.opened.encrypted_data, final: false)
        var validation = Validation(.strict)
        try validation.apply(OnionMessageReaderChecks.all, to: layer)
        try validation.apply(MessageRelayChecks.all, to: RelayedMessage(layer: peeled, sent: next))
        return 4
    }

    private func compareEnd(_ peeled: PeeledMessage, _ hop: JSONReader) throws -> Int {
        #expect(peeled.opened.tag == .ldk)
        #expect(peeled.onward == nil)
        let context = try #require(peeled.opened.encrypted_data.context)
        #expect(try Hex.encode(context) == hop.text("context_bytes"))
        let layer = MessageLayer(payload: peeled.payload, encrypted_data: peeled.opened.encrypted_data, final: true)
        var validation = Validation(.strict)
        try validation.apply(OnionMessageReaderChecks.all, to: layer)
        guard case .content(let record, let reply_path) = layer.meaning else {
            Issue.record("the last hop has no content")
            return 0
        }
        #expect(try record.type == hop.member("content_type").number(atMost: 1 << 20))
        #expect(try Hex.encode(record.value) == hop.text("content_value"))
        let encoded = reply_path.flatMap { BlindedPath.format.encode($0.value) }.map { Hex.encode($0) }
        #expect(try encoded == hop.optional("reply_path")?.value.string)
        return 6
    }

    @Test func theLastHopIsDecryptedAndUnverifiedWithoutTheReceiversKey() throws {
        let profile = TestProfile.ldk
        for sample in try samples() {
            let last = try #require(sample.hops.last)
            let node = MessageNode(node_key: try sample.node(of: last).key)
            let received = try message(last.text("onion_message"))
            var validation = Validation(.strict)
            let path_key = try PublicKey(received.path_key)
            let peeled = try node.peel(received.onion_message_packet, path_key: path_key, profile, &validation)
            #expect(peeled.opened.tag == .unverified)
            #expect(try Hex.encode(peeled.opened.plaintext) == last.text("encrypted_data_tlv"))
            let sealed = try Hex.decode(last.text("encrypted_recipient_data"))[...]
            let standardOnly = finding { _ = try peeled.unblinding.open(sealed, TestProfile.draft, &validation) }
            #expect(standardOnly?.reason == "aead")
            let wrongKey = MessageNode(node_key: node.node_key, receive_auth_key: .zero)
            let rejected = finding {
                _ = try wrongKey.peel(received.onion_message_packet, path_key: path_key, profile, &validation)
            }
            #expect(rejected?.requirement == "RB-E2")
        }
    }

    @Test func pathsAndPacketsAreBuiltByteForByte() throws {
        for sample in try samples() {
            let hops = try sample.hops
            let planned = try hops.enumerated().map { index, hop in
                let node = try sample.node(of: hop)
                return PlannedHop(
                    node_id: node.key.publicKey,
                    encrypted_data_tlv: try Hex.decode(hop.text("encrypted_data_tlv")),
                    receive_auth_key: index == hops.count - 1 ? node.receive_auth_key : nil
                )
            }
            let secret = try SecretKey(hex: sample.message.text("blinded_path_session_secret"))
            let path = try BlindedPath.create(planned, session_key: secret).path
            try compare(path, sample.message.member("blinded_path"))
            let layers = try zip(path.hops, hops).map { hop, wanted in
                OnionHop(N: try PublicKey(hop.blinded_node_id), payload: try Hex.decode(wanted.text("onionmsg_tlv")))
            }
            let onion = try OnionPacket.create(
                layers,
                session_key: SecretKey(hex: sample.message.text("onion_session_key")),
                payloadsSize: Int(try hops[0].member("hop_data_len").number(atMost: 65_535)),
                pad_key: Bytes32(Hex.decode(sample.message.text("padding_prng_seed")))
            )
            let built = OnionMessage(path_key: path.path_key, onion_message_packet: onion.packet.bytes[...])
            #expect(try built.bytes.map { Hex.encode($0) } == hops[0].text("onion_message"))
        }
    }

    private func compare(_ path: BlindedPath, _ wanted: JSONReader) throws {
        #expect(try Hex.encode(path.introduction.bytes) == wanted.text("first_node_id"))
        #expect(try Hex.encode(path.path_key) == wanted.text("first_path_key"))
        let hops = try wanted.member("hops").elements()
        #expect(path.hops.count == hops.count)
        for (hop, wanted) in zip(path.hops, hops) {
            #expect(try Hex.encode(hop.blinded_node_id) == wanted.text("blinded_node_id"))
            #expect(try Hex.encode(hop.encrypted_recipient_data) == wanted.text("encrypted_recipient_data"))
        }
    }

    @Test func thePathsEndWhereTheyShouldAndBreakNoRule() throws {
        let profile = TestProfile.ldk
        for sample in try samples() {
            let parsed = try sample.message.member("blinded_path")
            let hops = try parsed.member("hops").elements().map { hop in
                BlindedPath.Hop(
                    blinded_node_id: try Hex.decode(hop.text("blinded_node_id"))[...],
                    encrypted_recipient_data: try Hex.decode(hop.text("encrypted_recipient_data"))[...]
                )
            }
            let path = BlindedPath(
                introduction: .pubkey(try Hex.decode(parsed.text("first_node_id"))[...]),
                path_key: try Hex.decode(parsed.text("first_path_key"))[...],
                hops: hops
            )
            let open = try path.walk(sample.nodes.map(\.key), profile)
            #expect(try open.endsAt == sample.node(of: #require(sample.hops.last)).key.publicKey)
            #expect(open.hops.last?.plaintext == nil)
            var validation = Validation(.collecting)
            try validation.apply(BlindedPathChecks.all + BlindedPathChecks.should, to: open)
            #expect(validation.findings.isEmpty)
        }
    }

    @Test func theMessagesKeepTheWritersRules() throws {
        let profile = TestProfile.ldk
        for sample in try samples() {
            let nodes = sample.nodes.map { MessageNode(node_key: $0.key, receive_auth_key: $0.receive_auth_key) }
            let open = try message(sample.hops[0].text("onion_message")).open(nodes, profile)
            #expect(open.fault == nil)
            #expect(open.layers.count == (try sample.hops.count))
            var validation = Validation(.collecting)
            try validation.apply(OnionMessageWriterChecks.all + OnionMessageWriterChecks.should, to: open)
            #expect(validation.findings.isEmpty)
        }
    }
}
