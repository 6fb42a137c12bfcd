internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// `bolt04/onion-test.json`: a payment onion.
func runPaymentOnion(_ file: JSONReader, _ profile: Profile, _ tally: inout OfficialSuite.Tally) throws {
    try file.onlyMembers(["comment", "generate", "onion", "decode"])
    let generate = try file.member("generate")
    try generate.onlyMembers(["session_key", "associated_data", "hops"])
    let associated_data = try generate.member("associated_data").hex()[...]
    let hops = try generate.member("hops").elements().map { hop in
        try hop.onlyMembers(["pubkey", "payload"])
        return OnionHop(N: try hop.member("pubkey").publicKey(), hop_payload: try hop.member("payload").hex())
    }
    let created = try OnionPacket.create(
        hops,
        session_key: try generate.member("session_key").secretKey(),
        payloadsSize: 1300,
        associated_data: associated_data
    )
    let keys = try file.member("decode").elements()
    tally.announce(cases: 1 + keys.count)
    tally.start("onion")
    try tally.compare(file, "onion", Hex.encode(created.packet.bytes))
    var packet: OnionPacket? = created.packet
    guard keys.count == hops.count else {
        throw file.fail("generate.hops and decode must name the same hops: \(hops.count) and \(keys.count)")
    }
    for (index, (key, hop)) in zip(keys, hops).enumerated() {
        tally.start("decode[\(index)]")
        let k = try key.secretKey()
        tally.compare("pubkey", k.publicKey, hop.N)
        let peeled = try packet?.peel(k, associated_data: associated_data)
        tally.compare("payload", peeled.map { OnionHop(N: hop.N, payload: $0.payload).hop_payload }, hop.hop_payload)
        packet = peeled?.next
    }
    tally.require("the onion ends at the last hop", packet == nil)
}

/// `bolt04/blinded-payment-onion-test.json`: a payment over a blinded path.
func runBlindedPaymentOnion(_ file: JSONReader, _ profile: Profile, _ tally: inout OfficialSuite.Tally) throws {
    try file.onlyMembers(["comment", "generate", "decrypt"])
    let generate = try file.member("generate")
    let associated_data = try generate.member("associated_data").hex()[...]
    let route = try generate.member("full_route").member("hops").elements()
    let blinded = try generate.member("blinded_route").member("hops").elements()
    let decrypted = try file.member("decrypt").member("hops").elements()
    guard route.count == blinded.count + 1, route.count == decrypted.count else {
        let counts = "\(route.count), \(blinded.count) and \(decrypted.count)"
        throw file.fail("full_route, blinded_route without the sender, and decrypt must name the same hops: \(counts)")
    }
    let hops = try route.map { hop in
        try hop.onlyMembers(["alias", "pubkey", "payload", "tlvs"])
        return OnionHop(N: try hop.member("pubkey").publicKey(), hop_payload: try hop.member("payload").hex())
    }
    tally.announce(cases: route.count + 1 + decrypted.count + 1)
    for (index, hop) in route.enumerated() {
        tally.start("generate.full_route.hops[\(index)]")
        let data = index == 0 ? nil : try blinded[index - 1].member("encrypted_data").hex()
        let payload = try paymentPayload(hop.member("tlvs"), encryptedData: data)
        let hop_payload = OnionHop(N: hops[index].N, payload: payload).hop_payload
        try tally.compare(hop, "payload", Hex.encode(hop_payload))
        if index > 1 { try tally.compare(blinded[index - 1], "blinded_node_id", hops[index].N.hex) }
    }
    let created = try OnionPacket.create(
        hops,
        session_key: try generate.member("session_key").secretKey(),
        payloadsSize: 1300,
        associated_data: associated_data
    )
    tally.start("generate")
    try tally.compare(generate, "onion", Hex.encode(created.packet.bytes))
    let relays = try comparePaymentDecryption(created.packet, associated_data, file, profile, &tally)
    try comparePayinfo(relays, generate, route, &tally)
}

/// The payload that the named fields make.
private func paymentPayload(_ tlvs: JSONReader, encryptedData: [UInt8]?) throws -> [UInt8] {
    var records: [TLVRecord] = []
    for (name, value) in try tlvs.members() {
        switch name {
        case "amt_to_forward": records.append(try integer(2, value))
        case "outgoing_cltv_value": records.append(try integer(4, value))
        case "total_amount_msat": records.append(try integer(18, value))
        case "outgoing_channel_id":
            let scid = try OfficialStreams.shortChannelID(value)
            records.append(TLVRecord(type: 6, value: scid.bigEndianBytes))
        case "encrypted_recipient_data":
            records.append(TLVRecord(type: 10, value: try present(encryptedData)))
        case "current_path_key":
            records.append(TLVRecord(type: 12, value: try value.hex()))
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
    _ profile: Profile,
    _ tally: inout OfficialSuite.Tally
) throws -> [PaymentRelay] {
    let route = try file.member("generate").member("full_route").member("hops").elements()
    var packet: OnionPacket? = first
    var path_key: PublicKey?
    var relays: [PaymentRelay] = []
    for (index, hop) in try file.member("decrypt").member("hops").elements().enumerated() {
        try hop.onlyMembers(["alias", "onion", "node_privkey", "next_path_key"])
        tally.start("decrypt.hops[\(index)]")
        try tally.compare(hop, "onion", packet.map { Hex.encode($0.bytes) })
        let node_key = try hop.member("node_privkey").secretKey()
        let blinded = try path_key.map { try Unblinding(node_key: node_key, path_key: $0) }
        let peeled = try packet?.peel(blinded?.blinded_node_key ?? node_key, associated_data: associated_data)
        let payload = try TLVStream.read(try present(peeled?.payload), known: .unspecified)
        packet = peeled?.next
        guard let data = payload[10] else { continue }
        let introduction = try payload[12].map { try Unblinding(node_key: node_key, path_key: PublicKey($0)) }
        let unblinding = try present(blinded ?? introduction)
        var validation = Validation(.strict)
        let opened = try unblinding.open(data, profile, &validation)
        let tlvs = try route[index].member("tlvs").member("encrypted_recipient_data")
        let stream = try OfficialStreams.encryptedData(tlvs, profile)
        tally.compare("encrypted_recipient_data", opened.plaintext, stream.bytes)
        path_key = try unblinding.nextPathKey(opened.encrypted_data)
        try tally.compare(hop, "next_path_key", path_key?.hex)
        if let relay = PaymentRelay(opened.encrypted_data.decoded[10]) { relays.append(relay) }
        let route = try file.member("generate").member("blinded_route")
        let hops = try route.member("hops").elements()
        let blinded_node_id = unblinding.blinded_node_key.publicKey.hex
        guard index > 0 else { throw hop.fail("the first hop is the sender's, which has nothing to decrypt") }
        try tally.compare(hops[index - 1], "blinded_node_id", blinded_node_id)
        if index == 1 {
            try tally.compare(route, "first_node_id", node_key.publicKey.hex)
            try tally.compare(route, "first_path_key", unblinding.secret.E.hex)
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
    _ tally: inout OfficialSuite.Tally
) throws {
    tally.start("generate.blinded_payinfo")
    let payinfo = try generate.member("blinded_payinfo")
    try payinfo.onlyMembers(["comment", "fee_base_msat", "fee_proportional_millionths", "cltv_expiry_delta"])
    let number = { (object: JSONReader, key: String) in try object.member(key).number(atMost: 1 << 40) }
    let total = try present(PaymentRelay.total(of: relays))
    guard max(total.fee_base_msat, total.fee_proportional_millionths, total.cltv_expiry_delta) < 1 << 32 else {
        throw payinfo.fail("a path holds no sum beyond 32 bits")
    }
    tally.compare("fee_base_msat", total.fee_base_msat, try number(payinfo, "fee_base_msat"))
    tally.compare("proportional", total.fee_proportional_millionths, try number(payinfo, "fee_proportional_millionths"))
    tally.compare("cltv_expiry_delta", total.cltv_expiry_delta, try number(payinfo, "cltv_expiry_delta"))
    // A product of two of these stays below 2^60.
    let amount = try generate.member("final_amount_msat").number(atMost: 1 << 30)
    let cltv = try number(generate, "final_cltv")
    let (first, last) = (try route[0].member("tlvs"), try present(route.last).member("tlvs"))
    let fee = total.fee_base_msat + amount * total.fee_proportional_millionths / 1_000_000
    tally.compare("final_amount_msat", amount, try number(last, "amt_to_forward"))
    tally.compare("final_cltv", cltv, try number(last, "outgoing_cltv_value"))
    tally.compare("Alice's amt_to_forward", amount + fee, try number(first, "amt_to_forward"))
    let height = cltv + total.cltv_expiry_delta
    tally.compare("Alice's outgoing_cltv_value", height, try number(first, "outgoing_cltv_value"))
}
