internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// `bolt04/blinded-onion-message-onion-test.json`: a message over a path with a hop put before it.
func runOnionMessage(_ file: JSONReader, _ profile: Profile, _ tally: inout OfficialSuite.Tally) throws {
    try file.onlyMembers(["comment", "generate", "route", "onionmessage", "decrypt"])
    let generate = try file.member("generate")
    let hops = try generate.member("hops").elements()
    let nodes = try file.member("decrypt").member("hops").elements().map { try $0.member("privkey").secretKey() }
    guard hops.count == nodes.count, hops.count >= 2 else {
        throw file.fail(
            "generate.hops and decrypt.hops must name the same hops, two or more"
        )
    }
    let created = try createMessagePath(hops, nodes, profile, &tally)
    tally.announce(cases: 2 * hops.count + 1)
    for (index, hop) in hops.enumerated() { try compareMessageHop(created, index, hop, profile, &tally) }
    try compareRoute(created.path, file.member("route"), dataKey: "encrypted_recipient_data", &tally)

    tally.start("onionmessage")
    let onionmessage = try file.member("onionmessage")
    try onionmessage.onlyMembers(["comment", "unknown_tag_1", "onion_message_packet"])
    let hello = TLVRecord(type: 1, value: try onionmessage.member("unknown_tag_1").hex())
    let message = MessageOverPath(path: created.path, payload: TLVStream(sorting: [hello]))
    let sent = try message.send(
        session_key: try generate.member("session_key").secretKey(),
        path_session_key: nodes[0],
        profile
    )
    let packet = Hex.encode(sent.onion.packet.bytes)
    try tally.compare(onionmessage, "onion_message_packet", packet)
    let joined = try sendOverDavesPath(hops, created.path, nodes, hello, generate.member("session_key"), profile)
    tally.compare("the packet over Dave's path", joined.onion.packet, sent.onion.packet)
    tally.compare("the path key over Dave's path", joined.path_key, sent.path_key)
    tally.compare("the first hop over Dave's path", joined.first_hop, .introduction(created.path.introduction))
    try compareDecryption(sent, file.member("decrypt"), profile, &tally)
}

/// Alice's hop is made by the sender, the others by Dave; each `path_key_secret` either follows or starts a chain.
private func createMessagePath(
    _ hops: [JSONReader],
    _ nodes: [SecretKey],
    _ profile: Profile,
    _ tally: inout OfficialSuite.Tally
) throws -> CreatedPath {
    var planned: [PlannedHop] = []
    for (index, hop) in hops.enumerated() {
        let startsChain = index < 2
        planned.append(
            PlannedHop(
                node_id: nodes[index].publicKey,
                encrypted_data_tlv: try OfficialStreams.encryptedData(hop.member("tlvs"), profile).bytes,
                session_key: startsChain ? try hop.member("path_key_secret").secretKey() : nil
            )
        )
        if let secret = try hop.member("tlvs").optional("path_key_override_secret") {
            let override = try hop.member("tlvs").member("next_path_key_override").string()
            tally.compare("path_key_override_secret", try secret.secretKey().publicKey.hex, override)
        }
    }
    return try BlindedPath.create(planned, session_key: try present(planned.first?.session_key))
}

private func compareMessageHop(
    _ created: CreatedPath,
    _ index: Int,
    _ hop: JSONReader,
    _ profile: Profile,
    _ tally: inout OfficialSuite.Tally
) throws {
    try hop.onlyMembers([
        "alias", "comment", "path_key_secret", "tlvs", "encrypted_data_tlv", "ss", "HMAC256('blinded_node_id', ss)",
        "blinded_node_id", "E", "H(E || ss)", "next_e", "rho", "encrypted_recipient_data",
    ])
    tally.start("generate.hops[\(index)]")
    let (step, sealed) = (created.steps[index], created.path.hops[index])
    let data = try OfficialStreams.encryptedData(hop.member("tlvs"), profile).bytes
    try tally.compare(hop, "path_key_secret", step.e.bytes.hex)
    try tally.compare(hop, "encrypted_data_tlv", Hex.encode(data))
    try tally.compare(hop, "ss", step.secret.ss.hex)
    try tally.compare(hop, "HMAC256('blinded_node_id', ss)", step.blindedNodeIDFactor.bytes.hex)
    try tally.compare(hop, "blinded_node_id", Hex.encode(sealed.blinded_node_id))
    try tally.compare(hop, "E", step.secret.E.hex)
    try tally.compare(hop, "H(E || ss)", step.b.bytes.hex)
    // The file writes a 01 behind each of these, as libraries do that mark a key as one for compressed points.
    try tally.compare(hop, "next_e", step.e.multiplied(by: step.b).bytes.hex + "01")
    try tally.compare(hop, "rho", step.secret.rho.hex)
    try tally.compare(hop, "encrypted_recipient_data", Hex.encode(sealed.encrypted_recipient_data))
}

private func compareDecryption(
    _ sent: OutgoingMessage,
    _ decrypt: JSONReader,
    _ profile: Profile,
    _ tally: inout OfficialSuite.Tally
) throws {
    var message = OnionMessage(path_key: sent.path_key, onion_message_packet: sent.onion.packet.bytes[...])
    let hops = try decrypt.member("hops").elements()
    for (index, hop) in hops.enumerated() {
        try hop.onlyMembers(["alias", "privkey", "onion_message", "next_node_id", "tlvs"])
        tally.start("decrypt.hops[\(index)]")
        let type = OnionMessage.type.bigEndianBytes
        try tally.compare(hop, "onion_message", message.bytes.map { Hex.encode(type + $0) })
        let node = MessageNode(node_key: try hop.member("privkey").secretKey())
        var validation = Validation(.strict)
        let path_key = try PublicKey(message.path_key)
        let peeled = try node.peel(message.onion_message_packet, path_key: path_key, profile, &validation)
        if let next_node_id = try hop.optional("next_node_id") {
            let onward = try present(peeled.onward)
            tally.compare("next_node_id", onward.nextHop, .node(try next_node_id.hex()[...]))
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
private func sendOverDavesPath(
    _ hops: [JSONReader],
    _ whole: BlindedPath,
    _ nodes: [SecretKey],
    _ hello: TLVRecord,
    _ session_key: JSONReader,
    _ profile: Profile
) throws -> OutgoingMessage {
    let davesPath = BlindedPath(
        introduction: .pubkey(nodes[1].publicKey.bytes[...]),
        path_key: try hops[1].member("path_key_secret").secretKey().publicKey.bytes[...],
        hops: Array(whole.hops.dropFirst())
    )
    let message = MessageOverPath(path: davesPath, prepend: [nodes[0].publicKey], payload: TLVStream(sorting: [hello]))
    return try message.send(
        session_key: try session_key.secretKey(),
        path_session_key: try hops[0].member("path_key_secret").secretKey(),
        profile
    )
}
