internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// An onion packet: its parts, and with keys what its outer layer holds and asks for.
struct OnionInspection {
    let lines: [String]
    let validation: Validation

    init(_ bytes: [UInt8], _ context: Inspection.Context) {
        var validation = Validation(.collecting)
        var lines = ["  cannot be read as a packet: \(Hex.encode(bytes.prefix(32)))"]
        do throws(Finding) {
            let packet = try OnionPacket.read(bytes[...], &validation)
            lines = Self.parts(packet)
            if let node = context.keys.nodes.first, let path_key = context.keys.path_key {
                let peeled = try node.peel(packet, path_key: path_key, context.profile, &validation)
                lines += ["", "decrypted with the node key and the path key"] + Self.layer(peeled, context.profile)
                try validation.apply(OnionMessageReaderChecks.all, to: MessageLayer(peeled))
            } else {
                lines += ["  encrypted: --node-key and --path-key decrypt it"]
            }
        } catch {
            validation.note(error)
        }
        self.lines = lines
        self.validation = validation
    }

    private static func parts(_ packet: OnionPacket) -> [String] {
        let size = packet.bytes.count
        let isUsual = OnionMessage.usualPacketSizes.contains(size)
        return [
            "  version \(packet.version)",
            "  public_key \(packet.public_key.hex)",
            "  hop_payloads \(packet.hop_payloads.count) bytes: \(isUsual ? "a usual size" : "messages usually have 1300 or 32768")",
            "  hmac \(packet.hmac.hex)",
        ]
    }

    private static func layer(_ peeled: PeeledMessage, _ profile: Profile) -> [String] {
        ["  \(kind(peeled.kind))"] + meaning(peeled)
            + ["  payload, \(peeled.onionmsg_tlv.count) bytes"]
            + RecordText.lines(peeled.onionmsg_tlv, .onionmsg(profile))
            + ["  sealed data, \(peeled.opened.plaintext.count) bytes in clear, \(tag(peeled.opened.tag))"]
            + RecordText.lines(peeled.opened.plaintext, .encrypted_data(profile)) + onward(peeled)
    }

    private static func kind(_ kind: PeeledMessage.Kind) -> String {
        switch kind {
        case .forward: "forward: something is inside for another node"
        case .receive: "receive: this is the end of the onion"
        case .dummy: "dummy: something is inside for this same node"
        }
    }

    private static func meaning(_ peeled: PeeledMessage) -> [String] {
        switch MessageLayer(peeled).meaning {
        case .relay(let next): ["  goes on to \(name(next))"]
        case .content(let record, let reply_path):
            ["  holds message \(record.type), \(reply_path == nil ? "without a reply path" : "with a reply path")"]
        case nil: peeled.kind == .dummy ? [] : ["  holds no message of a known type"]
        }
    }

    static func name(_ next: NextHop) -> String {
        switch next {
        case .node(let node_id): Hex.encode(node_id)
        case .channel(let channel): "the other end of channel \(ValueText.channel(channel))"
        }
    }

    static func tag(_ tag: SealedData.Tag) -> String {
        switch tag {
        case .standard: "with the standard tag"
        case .ldk: "with a tag of the receiver's own key"
        case .unverified: "with a tag that cannot be verified without the receiver's own key"
        }
    }

    private static func onward(_ peeled: PeeledMessage) -> [String] {
        guard let onward = peeled.onward else { return [] }
        let packet = onward.next_packet
        return [
            "  next path key \(onward.next_path_key.hex)",
            "  next packet \(packet.bytes.count) bytes",
            "    public_key \(packet.public_key.hex)",
            "    hmac \(packet.hmac.hex)",
        ]
    }
}
