package import Lightning
package import Primitives
package import Rules
internal import Wire

/// At which depth a party is driven.
package enum PartyDepth: String, Hashable, Sendable, CaseIterable {
    /// Onions come in and go out.
    case packet
    /// Only the last hop's stream does, and beside it the path.
    case payload
}

/// How onion messages reach a party and leave it: the node around the machine, as a stock BOLT 4 node has it.
package struct MessageTransport: Sendable {
    package let profile: Profile
    package let paths: OwnPaths
    /// For the onions' session keys.
    private var randomness: any RandomSource

    package init(_ paths: OwnPaths, randomness: any RandomSource) {
        profile = paths.profile
        self.paths = paths
        self.randomness = randomness
    }

    /// What became of a packet that came in.
    package enum Delivery: Sendable {
        case message(ReceivedMessage)
        /// The packet is for somebody else.
        case forwarding(ForwardedOnionMessage)
    }

    // MARK: Packets

    /// Opens a packet as far as it is for this node (BOLT 4, "Onion Messages", the reader).
    /// - `relayRecords`: see `Party.relayRecords`.
    /// - Throws: why it is dropped.
    package func open(
        path_key: [UInt8],
        packet: [UInt8],
        relayRecords: Set<UInt64> = []
    ) throws(Finding) -> Delivery {
        guard var path_key = try? PublicKey(path_key) else {
            throw Finding("B1-T-2", "point", "the path key is not a point")
        }
        var validation = Validation(.strict)
        var packet = try OnionPacket.read(packet[...], &validation)
        while true {
            let peeled = try paths.messageNode.peel(packet, path_key: path_key, profile, &validation)
            let layer = MessageLayer(
                payload: peeled.payload,
                encrypted_data: peeled.opened.encrypted_data,
                final: peeled.kind == .receive
            )
            try validation.apply(OnionMessageReaderChecks.all(allowing: relayRecords), to: layer)
            guard let onward = peeled.onward else { return .message(try Self.arrived(layer)) }
            path_key = onward.next_path_key
            packet = onward.next_packet
            if peeled.kind == .dummy { continue }
            guard let next = onward.nextHop else { throw Finding("OM-R5", "onion.payload", "no next peer is named") }
            let forwarded = OnionMessage(path_key: path_key.bytes[...], onion_message_packet: packet.bytes[...])
            return .forwarding(
                ForwardedOnionMessage(onionmsg_tlv: peeled.payload.decoded.stream, next: next, message: forwarded)
            )
        }
    }

    /// The packet for a message and who gets it; `nil` when he is not connected.
    package mutating func packet(
        _ message: SentMessage,
        _ peerTable: PeerTable
    ) throws(Finding) -> (to: PublicKey, message: OnionMessage)? {
        let direct = MessageOverPath(
            path: message.over,
            payload: message.onionmsg_tlv,
            relayRecords: message.relayRecords,
            node_key: paths.node_key
        )
        let firstHop = try direct.firstHop(profile)
        let first = peerTable.node(firstHop)
        if let first, peerTable.peers.contains(first) {
            return peerTable.isConnected(first) ? (first, try build(direct)) : nil
        }
        // RB-U1: a path that begins elsewhere is reached over a peer, who may know the way.
        guard let relay = peerTable.connected.first, let path = Self.path(message.over, firstHop, first) else {
            return nil
        }
        let relayed = MessageOverPath(
            path: path,
            prepend: [relay],
            payload: message.onionmsg_tlv,
            relayRecords: message.relayRecords
        )
        return (relay, try build(relayed))
    }

    /// The path as the relay can be asked for it: with its introduction node by its id, for a channel names a node to its own
    /// ends alone. `nil` where nobody knows who that is, or where the path began here.
    private static func path(
        _ path: BlindedPath,
        _ firstHop: OutgoingMessage.FirstHop,
        _ first: PublicKey?
    ) -> BlindedPath? {
        guard case .introduction(let introduction) = firstHop, introduction == path.introduction, let first else {
            return nil
        }
        return BlindedPath(introduction: .pubkey(first.bytes[...]), path_key: path.path_key, hops: path.hops)
    }

    private mutating func build(_ message: MessageOverPath) throws(Finding) -> OnionMessage {
        let outgoing = try message.send(
            session_key: randomness.secretKey(),
            path_session_key: randomness.secretKey(),
            profile
        )
        return OnionMessage(path_key: outgoing.path_key, onion_message_packet: outgoing.onion.packet.bytes[...])
    }

    // MARK: Payloads

    /// Reads the last hop's stream of a message that came over one of the party's own paths, or over none.
    package func open(over: BlindedPath?, onionmsg_tlv: [UInt8]) throws(Finding) -> ReceivedMessage {
        var validation = Validation(.strict)
        let nothing = try EncryptedData.read([], profile, &validation)
        let data = over.flatMap { paths.lastHop(of: $0) } ?? nothing
        let layer = MessageLayer(
            payload: try OnionMessagePayload.read(onionmsg_tlv[...], profile, &validation),
            encrypted_data: data,
            final: true
        )
        try validation.apply(OnionMessageReaderChecks.all, to: layer)
        return try Self.arrived(layer)
    }

    private static func arrived(_ layer: MessageLayer) throws(Finding) -> ReceivedMessage {
        guard case .content(let content, let reply_path) = layer.meaning else {
            throw Finding("OM-R9", "onion.payload", "there is no payload of a known type")
        }
        return ReceivedMessage(context: layer.encrypted_data.context, content: content, reply_path: reply_path)
    }
}
