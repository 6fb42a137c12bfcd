import Lightning
import Primitives
import Rules
import StrictJSON
import TestSupport
import Testing
import Wire

/// The vectors of BOLT 4, every value in them but names and comments.
@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "4 files of BOLT 4 skipped: \(Upstream.howToGet)")))
struct OnionOfficialTests {
    private func expectValues(
        _ file: String,
        values: Int,
        _ body: (JSONReader, inout Tally) throws -> Void
    ) throws {
        var tally = Tally()
        try body(try Upstream.json("bolts/bolt04/\(file)"), &tally)
        #expect(tally.problems.isEmpty, "\(tally.problems.joined(separator: "\n"))")
        print("\(file): \(tally.compared) values compared")
        #expect(tally.compared == values)
    }

    @Test func paymentOnionsAreMadeAndOpenedAsTheFileSays() throws {
        try expectValues("onion-test.json", values: 12, compareOnion)
    }

    @Test func blindedRoutesAreMadeJoinedAndOpenedAsTheFileSays() throws {
        try expectValues("route-blinding-test.json", values: 60, compareRouteBlinding)
    }

    @Test func onionMessagesAreMadeAndOpenedAsTheFileSays() throws {
        try expectValues("blinded-onion-message-onion-test.json", values: 69, compareOnionMessage)
    }

    @Test func paymentOnionsOverBlindedRoutesAreMadeAndOpenedAsTheFileSays() throws {
        try expectValues("blinded-payment-onion-test.json", values: 36, compareBlindedPayment)
    }
}

// MARK: onion-test.json

func compareOnion(_ file: JSONReader, _ tally: inout Tally) throws {
    try file.onlyMembers(["comment", "generate", "onion", "decode"])
    let generate = try file.member("generate")
    try generate.onlyMembers(["session_key", "associated_data", "hops"])
    let associated_data = try Hex.decode(generate.text("associated_data"))[...]
    let hops = try generate.member("hops").elements().map { hop in
        try hop.onlyMembers(["pubkey", "payload"])
        return OnionHop(N: try PublicKey(hex: hop.text("pubkey")), hop_payload: try Hex.decode(hop.text("payload")))
    }
    let created = try OnionPacket.create(
        hops,
        session_key: try SecretKey(hex: generate.text("session_key")),
        payloadsSize: 1300,
        associated_data: associated_data
    )
    tally.start("onion")
    tally.compare("onion", Hex.encode(created.packet.bytes), try file.text("onion"))
    var packet: OnionPacket? = created.packet
    for (index, (key, hop)) in zip(try file.member("decode").elements(), hops).enumerated() {
        tally.start("decode[\(index)]")
        let k = try SecretKey(hex: key.string())
        tally.compare("pubkey", k.publicKey, hop.N)
        let peeled = try packet?.peel(k, associated_data: associated_data)
        tally.compare("payload", peeled.map { OnionHop(N: hop.N, payload: $0.payload).hop_payload }, hop.hop_payload)
        packet = peeled?.next
    }
    tally.require("the onion ends at the last hop", packet == nil)
}

// MARK: route-blinding-test.json

func compareRouteBlinding(_ file: JSONReader, _ tally: inout Tally) throws {
    try file.onlyMembers(["comment", "generate", "route", "unblind"])
    let hops = try file.member("generate").member("hops").elements()
    let planned = try hops.map { hop in
        PlannedHop(
            node_id: try PublicKey(hex: hop.text("node_id")),
            encrypted_data_tlv: try OfficialStreams.encryptedData(hop.member("tlvs")).bytes,
            session_key: try hop.optional("session_key").map { try SecretKey(hex: $0.string()) }
        )
    }
    let created = try BlindedPath.create(planned, session_key: try #require(planned.first?.session_key))
    for (index, hop) in hops.enumerated() {
        try hop.onlyMembers([
            "comment", "session_key", "alias", "node_id", "tlvs", "encoded_tlvs", "path_privkey", "path_key",
            "shared_secret", "rho", "encrypted_data", "blinded_node_id",
        ])
        tally.start("generate.hops[\(index)]")
        let (step, sealed) = (created.steps[index], created.path.hops[index])
        tally.compare("encoded_tlvs", Hex.encode(planned[index].encrypted_data_tlv), try hop.text("encoded_tlvs"))
        tally.compare("path_privkey", step.e.bytes.hex, try hop.text("path_privkey"))
        tally.compare("path_key", step.secret.E.hex, try hop.text("path_key"))
        tally.compare("shared_secret", step.secret.ss.hex, try hop.text("shared_secret"))
        tally.compare("rho", step.secret.rho.hex, try hop.text("rho"))
        tally.compare("encrypted_data", Hex.encode(sealed.encrypted_recipient_data), try hop.text("encrypted_data"))
        tally.compare("blinded_node_id", Hex.encode(sealed.blinded_node_id), try hop.text("blinded_node_id"))
    }
    try compareRoute(created.path, file.member("route"), dataKey: "encrypted_data", &tally)
    try compareUnblinding(created.path, file.member("unblind"), hops, &tally)
}

private func compareRoute(_ path: BlindedPath, _ route: JSONReader, dataKey: String, _ tally: inout Tally) throws {
    tally.start("route")
    tally.compare("first_node_id", Hex.encode(path.introduction.bytes), try route.text("first_node_id"))
    tally.compare("first_path_key", Hex.encode(path.path_key), try route.text("first_path_key"))
    let hops = try route.member("hops").elements()
    tally.compare("the number of hops", path.hops.count, hops.count)
    for (index, (hop, wanted)) in zip(path.hops, hops).enumerated() {
        tally.start("route.hops[\(index)]")
        tally.compare("blinded_node_id", Hex.encode(hop.blinded_node_id), try wanted.text("blinded_node_id"))
        tally.compare("data", Hex.encode(hop.encrypted_recipient_data), try wanted.text(dataKey))
    }
}

private func compareUnblinding(
    _ path: BlindedPath,
    _ unblind: JSONReader,
    _ generated: [JSONReader],
    _ tally: inout Tally
) throws {
    let profile = TestProfile.draft
    for (index, hop) in try unblind.member("hops").elements().enumerated() {
        try hop.onlyMembers([
            "alias", "node_privkey", "path_key", "blinded_privkey", "decrypted_data", "next_path_key",
            "next_path_key_override",
        ])
        tally.start("unblind.hops[\(index)]")
        let node_key = try SecretKey(hex: hop.text("node_privkey"))
        let path_key = try PublicKey(hex: hop.text("path_key"))
        tally.compare("node_privkey", node_key.publicKey.hex, try generated[index].text("node_id"))
        tally.compare("path_key", path_key.hex, try generated[index].text("path_key"))
        let unblinding = try Unblinding(node_key: node_key, path_key: path_key)
        var examination = Examination(.strict)
        let opened = try unblinding.open(path.hops[index].encrypted_recipient_data, profile, &examination)
        tally.compare("blinded_privkey", unblinding.blinded_node_key.bytes.hex, try hop.text("blinded_privkey"))
        tally.compare("decrypted_data", Hex.encode(opened.plaintext), try hop.text("decrypted_data"))
        tally.compare("next_path_key", try unblinding.secret.nextE().hex, try hop.text("next_path_key"))
        if let override = try hop.optional("next_path_key_override") {
            tally.compare("override", try unblinding.nextPathKey(opened.encrypted_data).hex, try override.string())
        }
    }
}

// MARK: blinded-onion-message-onion-test.json

func compareOnionMessage(_ file: JSONReader, _ tally: inout Tally) throws {
    try file.onlyMembers(["comment", "generate", "route", "onionmessage", "decrypt"])
    let generate = try file.member("generate")
    let hops = try generate.member("hops").elements()
    let nodes = try file.member("decrypt").member("hops").elements().map { try SecretKey(hex: $0.text("privkey")) }
    let created = try createMessagePath(hops, nodes, &tally)
    for (index, hop) in hops.enumerated() { try compareMessageHop(created, index, hop, &tally) }
    try compareRoute(created.path, file.member("route"), dataKey: "encrypted_recipient_data", &tally)

    tally.start("onionmessage")
    let onionmessage = try file.member("onionmessage")
    try onionmessage.onlyMembers(["comment", "unknown_tag_1", "onion_message_packet"])
    let hello = TLVRecord(type: 1, value: try Hex.decode(onionmessage.text("unknown_tag_1")))
    let message = MessageOverPath(path: created.path, payload: TLVStream(sorting: [hello]))
    let sent = try message.send(
        session_key: try SecretKey(hex: generate.text("session_key")),
        path_session_key: nodes[0],
        TestProfile.draft
    )
    let packet = Hex.encode(sent.onion.packet.bytes)
    tally.compare("onion_message_packet", packet, try onionmessage.text("onion_message_packet"))
    try compareDecryption(sent, file.member("decrypt"), &tally)
    try compareSendOver(hops, created.path, sent, nodes, hello, &tally)
}

/// Alice's hop is made by the sender, the others by Dave; each `path_key_secret` either follows or starts a chain.
private func createMessagePath(_ hops: [JSONReader], _ nodes: [SecretKey], _ tally: inout Tally) throws -> CreatedPath {
    var planned: [PlannedHop] = []
    for (index, hop) in hops.enumerated() {
        let startsChain = index < 2
        planned.append(
            PlannedHop(
                node_id: nodes[index].publicKey,
                encrypted_data_tlv: try OfficialStreams.encryptedData(hop.member("tlvs")).bytes,
                session_key: startsChain ? try SecretKey(hex: hop.text("path_key_secret")) : nil
            )
        )
        if let secret = try hop.member("tlvs").optional("path_key_override_secret") {
            let override = try hop.member("tlvs").text("next_path_key_override")
            tally.compare("path_key_override_secret", try SecretKey(hex: secret.string()).publicKey.hex, override)
        }
    }
    return try BlindedPath.create(planned, session_key: try #require(planned.first?.session_key))
}

private func compareMessageHop(_ created: CreatedPath, _ index: Int, _ hop: JSONReader, _ tally: inout Tally) throws {
    try hop.onlyMembers([
        "alias", "comment", "path_key_secret", "tlvs", "encrypted_data_tlv", "ss", "HMAC256('blinded_node_id', ss)",
        "blinded_node_id", "E", "H(E || ss)", "next_e", "rho", "encrypted_recipient_data",
    ])
    tally.start("generate.hops[\(index)]")
    let (step, sealed) = (created.steps[index], created.path.hops[index])
    let data = try OfficialStreams.encryptedData(hop.member("tlvs")).bytes
    tally.compare("path_key_secret", step.e.bytes.hex, try hop.text("path_key_secret"))
    tally.compare("encrypted_data_tlv", Hex.encode(data), try hop.text("encrypted_data_tlv"))
    tally.compare("ss", step.secret.ss.hex, try hop.text("ss"))
    tally.compare("factor", step.blindedNodeIDFactor.bytes.hex, try hop.text("HMAC256('blinded_node_id', ss)"))
    tally.compare("blinded_node_id", Hex.encode(sealed.blinded_node_id), try hop.text("blinded_node_id"))
    tally.compare("E", step.secret.E.hex, try hop.text("E"))
    tally.compare("H(E || ss)", step.b.bytes.hex, try hop.text("H(E || ss)"))
    // The file writes a 01 behind each of these, as libraries do that mark a key as one for compressed points.
    tally.compare("next_e", step.e.multiplied(by: step.b).bytes.hex + "01", try hop.text("next_e"))
    tally.compare("rho", step.secret.rho.hex, try hop.text("rho"))
    tally.compare("data", Hex.encode(sealed.encrypted_recipient_data), try hop.text("encrypted_recipient_data"))
}

private func compareDecryption(_ sent: OutgoingMessage, _ decrypt: JSONReader, _ tally: inout Tally) throws {
    let profile = TestProfile.draft
    var message = OnionMessage(path_key: sent.path_key, onion_message_packet: sent.onion.packet.bytes[...])
    let hops = try decrypt.member("hops").elements()
    for (index, hop) in hops.enumerated() {
        try hop.onlyMembers(["alias", "privkey", "onion_message", "next_node_id", "tlvs"])
        tally.start("decrypt.hops[\(index)]")
        let type = withUnsafeBytes(of: OnionMessage.type.bigEndian) { Array($0) }
        tally.compare("onion_message", message.bytes.map { Hex.encode(type + $0) }, try hop.text("onion_message"))
        let node = MessageNode(node_key: try SecretKey(hex: hop.text("privkey")))
        var examination = Examination(.strict)
        let path_key = try PublicKey(message.path_key)
        let peeled = try node.peel(message.onion_message_packet, path_key: path_key, profile, &examination)
        if let next_node_id = try hop.optional("next_node_id") {
            let onward = try #require(peeled.onward)
            tally.compare("next_node_id", onward.nextHop, .node(try Hex.decode(next_node_id.string())[...]))
            message = OnionMessage(
                path_key: onward.next_path_key.bytes[...],
                onion_message_packet: onward.next_packet.bytes[...]
            )
        }
        for (name, value) in try hop.optional("tlvs")?.members() ?? [] {
            let record = peeled.payload.decoded.stream[name == "encrypted_recipient_data" ? 4 : 1]
            tally.compare("tlvs.\(name)", record.map { Hex.encode($0) }, try value.string())
        }
        tally.compare("the end", peeled.kind == .receive, index == hops.count - 1)
    }
}

/// Alice's hop is what a sender puts before Dave's path (RB-U1 to RB-U4).
private func compareSendOver(
    _ hops: [JSONReader],
    _ whole: BlindedPath,
    _ sent: OutgoingMessage,
    _ nodes: [SecretKey],
    _ hello: TLVRecord,
    _ tally: inout Tally
) throws {
    tally.start("sending over Dave's path")
    let davesPath = BlindedPath(
        introduction: .pubkey(nodes[1].publicKey.bytes[...]),
        path_key: try SecretKey(hex: hops[1].text("path_key_secret")).publicKey.bytes[...],
        hops: Array(whole.hops.dropFirst())
    )
    let message = MessageOverPath(path: davesPath, prepend: [nodes[0].publicKey], payload: TLVStream(sorting: [hello]))
    let joined = try message.send(
        session_key: try SecretKey(hex: "03".repeated(32)),
        path_session_key: try SecretKey(hex: hops[0].text("path_key_secret")),
        TestProfile.draft
    )
    tally.compare("the packet", joined.onion.packet, sent.onion.packet)
    tally.compare("the path key", joined.path_key, sent.path_key)
    tally.compare("the first hop", joined.first_hop, .introduction(whole.introduction))
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}

// MARK: blinded-payment-onion-test.json

func compareBlindedPayment(_ file: JSONReader, _ tally: inout Tally) throws {
    try file.onlyMembers(["comment", "generate", "decrypt"])
    let generate = try file.member("generate")
    let associated_data = try Hex.decode(generate.text("associated_data"))[...]
    let route = try generate.member("full_route").member("hops").elements()
    let blinded = try generate.member("blinded_route").member("hops").elements()
    let hops = try route.map { hop in
        try hop.onlyMembers(["alias", "pubkey", "payload", "tlvs"])
        return OnionHop(N: try PublicKey(hex: hop.text("pubkey")), hop_payload: try Hex.decode(hop.text("payload")))
    }
    for (index, hop) in route.enumerated() {
        tally.start("generate.full_route.hops[\(index)]")
        let data = index == 0 ? nil : try blinded[index - 1].text("encrypted_data")
        let payload = try paymentPayload(hop.member("tlvs"), encryptedData: data)
        let hop_payload = OnionHop(N: hops[index].N, payload: payload).hop_payload
        tally.compare("payload", Hex.encode(hop_payload), try hop.text("payload"))
        if index > 1 { tally.compare("pubkey", hops[index].N.hex, try blinded[index - 1].text("blinded_node_id")) }
    }
    let created = try OnionPacket.create(
        hops,
        session_key: try SecretKey(hex: generate.text("session_key")),
        payloadsSize: 1300,
        associated_data: associated_data
    )
    tally.start("generate")
    tally.compare("onion", Hex.encode(created.packet.bytes), try generate.text("onion"))
    let relays = try comparePaymentDecryption(created.packet, associated_data, file, &tally)
    try comparePayinfo(relays, generate, route, &tally)
}

/// The payload that the named fields make.
private func paymentPayload(_ tlvs: JSONReader, encryptedData: String?) throws -> [UInt8] {
    var records: [TLVRecord] = []
    for (name, value) in try tlvs.members() {
        switch name {
        case "amt_to_forward": records.append(try integer(2, value))
        case "outgoing_cltv_value": records.append(try integer(4, value))
        case "total_amount_msat": records.append(try integer(18, value))
        case "outgoing_channel_id":
            let scid = try OfficialStreams.shortChannelID(value.string())
            records.append(TLVRecord(type: 6, value: withUnsafeBytes(of: scid.bigEndian) { Array($0) }))
        case "encrypted_recipient_data":
            records.append(TLVRecord(type: 10, value: try Hex.decode(#require(encryptedData))))
        case "current_path_key":
            records.append(TLVRecord(type: 12, value: try Hex.decode(value.string())))
        default: throw value.fail("this field is not known")
        }
    }
    return TLVStream(sorting: records).bytes
}

private func integer(_ type: UInt64, _ value: JSONReader) throws -> TLVRecord {
    TLVRecord(type: type, value: TruncatedInteger.encode(try value.number(atMost: 1 << 40)))
}

private func comparePaymentDecryption(
    _ first: OnionPacket,
    _ associated_data: ArraySlice<UInt8>,
    _ file: JSONReader,
    _ tally: inout Tally
) throws -> [PaymentRelay] {
    let profile = TestProfile.draft
    let route = try file.member("generate").member("full_route").member("hops").elements()
    var packet: OnionPacket? = first
    var path_key: PublicKey?
    var relays: [PaymentRelay] = []
    for (index, hop) in try file.member("decrypt").member("hops").elements().enumerated() {
        try hop.onlyMembers(["alias", "onion", "node_privkey", "next_path_key"])
        tally.start("decrypt.hops[\(index)]")
        tally.compare("onion", packet.map { Hex.encode($0.bytes) }, try hop.text("onion"))
        let node_key = try SecretKey(hex: hop.text("node_privkey"))
        let blinded = try path_key.map { try Unblinding(node_key: node_key, path_key: $0) }
        let peeled = try packet?.peel(blinded?.blinded_node_key ?? node_key, associated_data: associated_data)
        let payload = try TLVStream.read(try #require(peeled?.payload), known: .unspecified)
        packet = peeled?.next
        guard let data = payload[10] else { continue }
        let introduction = try payload[12].map { try Unblinding(node_key: node_key, path_key: PublicKey($0)) }
        let unblinding = try #require(blinded ?? introduction)
        var examination = Examination(.strict)
        let opened = try unblinding.open(data, profile, &examination)
        let tlvs = try route[index].member("tlvs").member("encrypted_recipient_data")
        let stream = try OfficialStreams.encryptedData(tlvs)
        tally.compare("encrypted_recipient_data", opened.plaintext, stream.bytes)
        path_key = try unblinding.nextPathKey(opened.encrypted_data)
        tally.compare("next_path_key", path_key?.hex, try hop.text("next_path_key"))
        if let relay = PaymentRelay(opened.encrypted_data.decoded[10]) { relays.append(relay) }
        let route = try file.member("generate").member("blinded_route")
        let hops = try route.member("hops").elements()
        let blinded_node_id = unblinding.blinded_node_key.publicKey.hex
        tally.compare("blinded_node_id", blinded_node_id, try hops[index - 1].text("blinded_node_id"))
        if index == 1 {
            tally.compare("first_node_id", node_key.publicKey.hex, try route.text("first_node_id"))
            tally.compare("first_path_key", unblinding.secret.E.hex, try route.text("first_path_key"))
        }
    }
    tally.require("the onion ends at the last hop", packet == nil)
    return relays
}

/// The totals of the path (RB-P4), and the amounts and heights that follow from them.
private func comparePayinfo(
    _ relays: [PaymentRelay],
    _ generate: JSONReader,
    _ route: [JSONReader],
    _ tally: inout Tally
) throws {
    tally.start("generate.blinded_payinfo")
    let payinfo = try generate.member("blinded_payinfo")
    try payinfo.onlyMembers(["comment", "fee_base_msat", "fee_proportional_millionths", "cltv_expiry_delta"])
    let number = { (object: JSONReader, key: String) in try object.member(key).number(atMost: 1 << 40) }
    let total = try #require(PaymentRelay.total(of: relays))
    tally.compare("fee_base_msat", total.fee_base_msat, try number(payinfo, "fee_base_msat"))
    tally.compare("proportional", total.fee_proportional_millionths, try number(payinfo, "fee_proportional_millionths"))
    tally.compare("cltv_expiry_delta", total.cltv_expiry_delta, try number(payinfo, "cltv_expiry_delta"))
    let amount = try number(generate, "final_amount_msat")
    let cltv = try number(generate, "final_cltv")
    let (first, last) = (try route[0].member("tlvs"), try #require(route.last).member("tlvs"))
    let fee = total.fee_base_msat + amount * total.fee_proportional_millionths / 1_000_000
    tally.compare("final_amount_msat", amount, try number(last, "amt_to_forward"))
    tally.compare("final_cltv", cltv, try number(last, "outgoing_cltv_value"))
    tally.compare("Alice's amt_to_forward", amount + fee, try number(first, "amt_to_forward"))
    let height = cltv + total.cltv_expiry_delta
    tally.compare("Alice's outgoing_cltv_value", height, try number(first, "outgoing_cltv_value"))
}
