internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

/// Judges of what makers of paths and senders of onion messages wrote, by someone who has the keys of all hops.
extension WriterOutputValidator {
    /// In, beside the request: `node_keys`, of the hops, without which nothing can be judged; `earlier`, other paths of the
    /// same maker; with `pad_to`, equal lengths were asked for. Out: with `payinfo`, the totals that the maker announces,
    /// and `min_final_cltv_expiry_delta` in them.
    static let createdPath = WriterOutputValidator { profile, input, out, validation in
        guard let keys = try input.optional("node_keys") else { return }
        let made = try blindedPath(out.member("path"))
        let purpose = PathPurpose(rawValue: try input.member("purpose").string()) ?? .message
        let open = try made.walk(try keys.elements().map { try $0.secretKey() }, purpose: purpose, profile)
        try validation.apply(BlindedPathChecks.all + BlindedPathChecks.payment, to: open)
        if try input.optional("pad_to") != nil { try validation.apply(BlindedPathChecks.should, to: open) }
        let earlier = try input.optional("earlier")?.elements().map { try blindedPath($0) }
        try validation.apply([BlindedPathChecks.freshKeys], to: [made] + (earlier ?? []))
        guard let payinfo = try out.optional("payinfo") else { return }
        let priced = PricedPath(
            path: open,
            total: PaymentRelay(
                cltv_expiry_delta: try payinfo.member("cltv_expiry_delta").number(atMost: 65_535),
                fee_proportional_millionths: try payinfo.member("fee_proportional_millionths").number(
                    atMost: 1 << 32 - 1
                ),
                fee_base_msat: try payinfo.member("fee_base_msat").number(atMost: 1 << 32 - 1)
            ),
            min_final_cltv_expiry_delta: try out.member("min_final_cltv_expiry_delta").number(atMost: 65_535)
        )
        try validation.apply([PricedPath.check], to: priced)
    }

    /// In, beside the request: `node_keys`, of all hops, without which nothing can be judged; `receive_auth_key`, of those
    /// that have one; `reply_permitted`, where it is known.
    static let sentMessage = WriterOutputValidator { profile, input, out, validation in
        guard let keys = try input.optional("node_keys") else { return }
        let receive_auth_key = try input.optional("receive_auth_key")?.bytes32()
        let nodes = try keys.elements().map { key in
            MessageNode(node_key: try key.secretKey(), receive_auth_key: receive_auth_key)
        }
        let message = OnionMessage(
            path_key: try out.member("path_key").hex()[...],
            onion_message_packet: try out.member("packet").hex()[...]
        )
        let open = message.open(nodes, replyPermitted: try input.optional("reply_permitted")?.bool(), profile)
        try validation.apply(OnionMessageWriterChecks.all + OnionMessageWriterChecks.should, to: open)
        let path = try blindedPath(input.member("path"))
        let sent = SentOverPath(open: open, path: path, ownHops: try ownHops(path, input, profile))
        try validation.apply(PathUserChecks.all, to: sent)
    }

    /// Hops at the start of the path that are the sender's own.
    private static func ownHops(_ path: BlindedPath, _ input: JSONReader, _ profile: Profile) throws -> Int {
        guard let key = try input.optional("node_key")?.secretKey() else { return 0 }
        return try path.walk([key], profile).hops.prefix { $0.node_id != nil }.count
    }

    /// What a relay passes on.
    static let relayedMessage = WriterOutputValidator { profile, input, out, validation in
        let node = MessageNode(
            node_key: try input.member("node_key").secretKey(),
            receive_auth_key: try input.optional("receive_auth_key")?.bytes32(),
            known_features: FeatureBits(try input.optional("known_features")?.hex()[...])
        )
        let path_key = try PublicKey(try input.member("path_key").hex())
        let packet = try input.member("packet").hex()
        var peeling = Validation(.strict)
        let layer = try node.peel(packet[...], path_key: path_key, profile, &peeling)
        let sent = try out.optional("next_packet").map { next_packet in
            OnionMessage(
                path_key: try out.member("next_path_key").hex()[...],
                onion_message_packet: try next_packet.hex()[...]
            )
        }
        try validation.apply(MessageRelayChecks.all, to: RelayedMessage(layer: layer, sent: sent))
    }

    private static func blindedPath(_ reader: JSONReader) throws -> BlindedPath {
        guard let path = BlindedPath(try BlindedPath.format.value(reader)) else {
            throw reader.fail("this is not a blinded path")
        }
        return path
    }
}
