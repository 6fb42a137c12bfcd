package import Lightning
package import Primitives
package import Rules

/// A node that passes onion messages on, and nothing else: a stock BOLT 4 node as it stands between the parties.
package struct Forwarder: NodeParty {
    package var node: PartyNode
    /// What its reader asks of each layer (OM-R2 to OM-R9).
    package var checks: [Check<MessageLayer>] = OnionMessageReaderChecks.all
    package var policy = ForwarderPolicy()

    package init(_ configuration: PartyConfiguration) { node = PartyNode(configuration) }

    package var opensPackets: Bool { true }

    package mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        do throws(Finding) {
            switch event {
            case .packet(let incoming): return try forward(incoming)
            case .link(let peer, let isUp):
                peerTable.link(peer, isUp: isUp)
                return []
            default: return []
            }
        } catch {
            return [.ignored(error)]
        }
    }

    /// Opens the layer that is for this node, and passes on what is inside (OM-R6, OM-R13).
    private func forward(_ incoming: IncomingPacket) throws(Finding) -> [PartyEffect] {
        guard let path_key = try? PublicKey(incoming.path_key) else {
            throw Finding("B1-T-2", "point", "the path key is not a point")
        }
        var validation = Validation(.strict)
        let packet = try OnionPacket.read(incoming.packet[...], &validation)
        let peeled = try paths.messageNode.peel(packet, path_key: path_key, profile, &validation)
        let layer = MessageLayer(
            payload: peeled.payload,
            encrypted_data: peeled.opened.encrypted_data,
            final: peeled.kind == .receive
        )
        try validation.apply(checks, to: layer)
        guard let onward = peeled.onward else {
            throw Finding("OM-R8", .context, "the message is for this node, which has asked nobody anything")
        }
        guard let next = policy.nextHop(peeled) else {
            throw Finding("OM-R5", "onion.payload", "no next peer is named")
        }
        let message = OnionMessage(
            path_key: try policy.nextPathKey(peeled, onward).bytes[...],
            onion_message_packet: onward.next_packet.bytes[...]
        )
        let forwarded = ForwardedOnionMessage(
            onionmsg_tlv: peeled.payload.decoded.stream,
            next: next,
            message: message
        )
        return [.forward(forwarded)]
    }
}

/// What a forwarder does that is no check.
package struct ForwarderPolicy: Sendable {
    /// Whom the layer names (OM-R5).
    package var nextHop: @Sendable (PeeledMessage) -> NextHop? = { $0.onward?.nextHop }
    /// RB-E3, OM-R6.
    package var nextPathKey: @Sendable (PeeledMessage, PeeledMessage.Onward) throws(Finding) -> PublicKey = {
        $1.next_path_key
    }

    package init() {}
}
