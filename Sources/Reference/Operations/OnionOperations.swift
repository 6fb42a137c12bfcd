package import Lightning
internal import Primitives
package import Rules
internal import StrictJSON
internal import Wire

/// `om.*`: BOLT 4, "Onion Messages".
let onionMessageOperations = [
    Operation("om.build") { _, input, _ in
        var hops: [OnionHop] = []
        for hop in try input.member("hops").elements() {
            hops.append(
                OnionHop(N: try hop.member("node_id").publicKey(), payload: try hop.member("payload").hex())
            )
        }
        let size = try packetSize(input.member("size"))
        let created = try OnionPacket.create(
            hops,
            session_key: try input.member("session_key").secretKey(),
            payloadsSize: size - OnionPacket.overhead,
            pad_key: try input.optional("pad_key")?.bytes32()
        )
        return ["packet": .hex(created.packet.bytes), "steps": try created.steps()]
    },
    Operation("om.send_over") { profile, input, validation in
        let payload = try input.member("payload").hex()
        let records = try validation.decode { onFault throws(WireError) in
            try TLVStream.read(payload[...], known: .unspecified, onFault: onFault)
        }
        let message = MessageOverPath(
            path: try blindedPath(input.member("path")),
            prepend: try input.member("prepend").elements().map { try $0.publicKey() },
            payload: records ?? TLVStream(sorting: []),
            node_key: try input.optional("node_key")?.secretKey()
        )
        let outgoing = try message.send(
            session_key: try input.member("session_key").secretKey(),
            path_session_key: try input.member("path_session_key").secretKey(),
            profile
        )
        return [
            "first_hop": outgoing.first_hop.json,
            "path_key": .hex(outgoing.path_key),
            "packet": .hex(outgoing.onion.packet.bytes),
            "steps": try outgoing.onion.steps(),
        ]
    },
    messagePeel(OnionMessageReaderChecks.all),
    messageClassify(OnionMessageReaderChecks.all),
]

/// What a reader of messages makes of a layer before it judges it.
package typealias LayerReading = @Sendable (MessageLayer, Profile) throws -> MessageLayer

/// `om.peel`, with the reader's rules that it applies where it is asked to classify too.
/// - Parameter reading: by itself a layer is taken as it stands.
package func messagePeel(_ checks: [Check<MessageLayer>], reading: @escaping LayerReading = { layer, _ in layer })
    -> Operation
{
    Operation("om.peel") { profile, input, validation in
        let node = MessageNode(
            node_key: try input.member("node_key").secretKey(),
            receive_auth_key: try input.optional("receive_auth_key")?.bytes32(),
            known_features: FeatureBits(try input.optional("known_features")?.hex()[...])
        )
        let packet = try input.member("packet").hex()
        let path_key = try checkedPoint(input.member("path_key"))
        let classifies = try input.optional("classify")?.bool() ?? false
        let peeled = try node.peel(packet[...], path_key: path_key, profile, &validation)
        var out = try peeled.json()
        guard classifies else { return out }
        let layer = try reading(MessageLayer(peeled), profile)
        // The features that the node knows were looked at when the layer was opened.
        try validation.apply(checks.without("OM-R2"), to: layer)
        // A relay's `next` stands in `out` already.
        guard layer.final else { return out }
        for member in layer.meaning?.json.members ?? [] { out[member.key] = member.value }
        return out
    }
}

/// `om.classify` with the reader's rules that it applies.
/// - Parameter reading: as for `messagePeel`.
package func messageClassify(
    _ checks: [Check<MessageLayer>],
    reading: @escaping LayerReading = { layer, _ in layer }
) -> Operation {
    Operation("om.classify") { profile, input, validation in
        let onionmsg_tlv = try input.member("onionmsg_tlv").hex()
        let encrypted_data_tlv = try input.member("encrypted_data_tlv").hex()
        let found = MessageLayer(
            payload: try OnionMessagePayload.read(onionmsg_tlv[...], profile, &validation),
            encrypted_data: try EncryptedData.read(encrypted_data_tlv[...], profile, &validation),
            final: try input.member("final").bool()
        )
        let layer = try reading(found, profile)
        try validation.apply(checks, to: layer)
        return layer.meaning?.json ?? [:]
    }
}

/// The size of a whole packet. `onion_message` has two bytes for it.
private func packetSize(_ reader: JSONReader) throws(JSONShapeError) -> Int {
    let size = Int(clamping: try reader.number(atMost: 65_535))
    guard size > OnionPacket.overhead else { throw reader.fail("a packet has more than \(OnionPacket.overhead) bytes") }
    return size
}

extension CreatedOnion {
    fileprivate func steps() throws(Finding) -> JSON {
        var hops: [JSON] = []
        for secret in secrets { hops.append(.object(try secret.json())) }
        return ["pad_key": .hex(pad_key), "filler": .hex(filler), "hops": .array(hops)]
    }
}

extension HopSecret {
    fileprivate func json() throws(Finding) -> JSONObject {
        ["E": .hex(E.bytes), "ss": .hex(ss), "rho": .hex(rho), "mu": .hex(mu), "b": .hex(try b().bytes)]
    }
}

extension PeeledMessage {
    fileprivate func json() throws(Finding) -> JSONObject {
        var json: JSONObject = [
            "kind": .string(kind.rawValue),
            "onionmsg_tlv": .hex(onionmsg_tlv),
            "encrypted_data_tlv": .hex(opened.plaintext),
            "tag": .string(opened.tag.rawValue),
        ]
        if let onward {
            json["next"] = onward.nextHop?.json
            json["next_path_key"] = .hex(onward.next_path_key.bytes)
            json["next_packet"] = .hex(onward.next_packet.bytes)
        }
        json["steps"] = ["blinding": try unblinding.steps(), "onion": .object(try onion.secret.json())]
        return json
    }
}

extension NextHop {
    fileprivate var json: JSON {
        switch self {
        case .node(let node_id): ["node_id": .hex(node_id)]
        case .channel(let scid): ["scid": FieldFormat.shortChannelID.json(.integer(scid))]
        }
    }
}

extension OutgoingMessage.FirstHop {
    fileprivate var json: JSON {
        switch self {
        case .introduction(let node): FieldFormat.json(node)
        case .channel(let scid): ["scid": FieldFormat.shortChannelID.json(.integer(scid))]
        }
    }
}

extension MessageLayer.Meaning {
    fileprivate var json: JSONObject {
        switch self {
        case .relay(let next):
            return ["next": next.json]
        case .content(let record, let reply_path):
            var json: JSONObject = ["content": record.json]
            json["reply_path"] = reply_path.map { BlindedPath.format.json($0.value) }
            return json
        }
    }
}
