internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Carries messages between the nodes of the runner and the implementation under test, at the depth of the run.
struct ScenarioNetwork: Sendable {
    let depth: Depth
    let profile: Profile
    let underTest: ScenarioActor
    let actors: [String: ScenarioActor]
    /// Actors that are no peers of the party.
    let far: Set<String>
    /// Channels that paths may name.
    let channels: [UInt64: String]
    /// Actors who drop messages with more than record 4 for a relay, as BOLT 4 has it (OM-R3).
    var stock: Set<String> = []

    /// A request that hands the party a message.
    struct Delivery {
        let operation: String
        let input: JSON
    }

    /// A message that cannot be brought to the party.
    struct Undeliverable: Error {
        let detail: String
        /// The rule that the path's maker broke, where it is one's fault.
        let finding: Finding?
    }

    private var everybody: [MessageNode] { ([underTest] + actors.values).map(\.messageNode) }

    // MARK: To the party

    /// - `path`: `nil` for none: the message is for the party's node id.
    func deliver(
        _ payload: TLVStream,
        over path: BlindedPath?,
        from sender: ScenarioActor,
        _ entropy: inout SeededRandomness
    ) throws(Undeliverable) -> Delivery {
        switch depth {
        case .payload:
            let over: JSON = path.map { .hex($0.encoding) } ?? .null
            return Delivery(operation: "om.deliver", input: ["over": over, "onionmsg_tlv": .hex(payload.bytes)])
        case .packet:
            do throws(Finding) {
                let way = try path.orElse { () throws(Finding) in
                    try PathRegistry.path(to: underTest, through: [], last: [], &entropy)
                }
                let message = MessageOverPath(path: way, payload: payload, node_key: sender.node_key)
                let outgoing = try message.send(
                    session_key: entropy.secretKey(),
                    path_session_key: entropy.secretKey(),
                    profile
                )
                return try relay(outgoing, from: sender)
            } catch {
                throw Undeliverable(detail: error.detail, finding: error)
            }
        }
    }

    /// Passes a message on from node to node until it is the party's turn.
    func relay(_ outgoing: OutgoingMessage, from sender: ScenarioActor) throws(Finding) -> Delivery {
        var from = sender
        var path_key = outgoing.path_key
        var packet = outgoing.onion.packet
        var next = try node(outgoing.first_hop)
        while next.name != underTest.name {
            var validation = Validation(.strict)
            let peeled = try next.messageNode.peel(packet, path_key: try point(path_key), profile, &validation)
            guard let onward = peeled.onward, let hop = onward.nextHop else {
                throw Finding("RB-W1", .semantic("blinded_path"), "the path ends at \(next.name), not at the party")
            }
            from = next
            path_key = onward.next_path_key.bytes[...]
            packet = onward.next_packet
            next = try node(hop)
        }
        return Delivery(
            operation: "net.deliver",
            input: [
                "from": .hex(from.node_id.bytes), "path_key": .hex(path_key), "packet": .hex(packet.bytes),
            ]
        )
    }

    private func node(_ hop: OutgoingMessage.FirstHop) throws(Finding) -> ScenarioActor {
        switch hop {
        case .introduction(.pubkey(let node_id)): try node(NextHop.node(node_id))
        case .introduction(.sciddir(_, let scid)), .channel(let scid): try node(NextHop.channel(scid))
        }
    }

    private func node(_ hop: NextHop) throws(Finding) -> ScenarioActor {
        let found: ScenarioActor?
        let text: String
        switch hop {
        case .node(let node_id):
            found = ([underTest] + actors.values).first { $0.node_id.bytes.elementsEqual(node_id) }
            text = Hex.encode(node_id)
        case .channel(let scid):
            found = channels[scid].flatMap { actors[$0] ?? ($0 == underTest.name ? underTest : nil) }
            text = "channel \(scid)"
        }
        guard let found else {
            throw Finding("RB-W1", .semantic("blinded_path"), "the path leads to the unknown node \(text)")
        }
        return found
    }

    private func point(_ bytes: ArraySlice<UInt8>) throws(Finding) -> PublicKey {
        guard let point = try? PublicKey(bytes) else { throw Finding("B1-T-2", "point", "the path key is not a point") }
        return point
    }

    // MARK: From the party

    /// What a sent message came to.
    enum Outcome {
        case observed(ObservedMessage)
        /// A stock node on its way dropped it.
        case dropped(by: String)
        /// It reached nobody, for this reason.
        case lost(String)
    }

    /// An event `net.send` or `om.send`.
    func receive(_ event: JSONReader, _ pathRegistry: PathRegistry, linksDown: Set<String>) throws(JSONShapeError)
        -> Outcome
    {
        switch depth {
        case .payload:
            let over = pathRegistry.entry(encoding: try event.member("over").hex())
            var validation = Validation(.collecting)
            let stream = try event.member("onionmsg_tlv").hex()
            guard let payload = try? OnionMessagePayload.read(stream[...], profile, &validation) else {
                return .lost("onionmsg_tlv is not a valid TLV stream")
            }
            guard let over else { return .lost("it is sent over a path that the party was never given") }
            if linksDown.contains(over.owner) { return .lost("\(over.owner) is not connected") }
            return .observed(ObservedMessage(to: over.owner, over: over, payload: payload, open: nil))
        case .packet:
            let to = try event.member("to").hex()
            let message = OnionMessage(
                path_key: try event.member("path_key").hex()[...],
                onion_message_packet: try event.member("packet").hex()[...]
            )
            guard let peer = actors.values.first(where: { $0.node_id.bytes == to && !far.contains($0.name) }) else {
                return .lost("\(Hex.encode(to)) is not a peer")
            }
            if linksDown.contains(peer.name) { return .lost("\(peer.name) is not connected") }
            return observed(of: message, at: peer, pathRegistry)
        }
    }

    private func observed(of message: OnionMessage, at peer: ScenarioActor, _ pathRegistry: PathRegistry) -> Outcome {
        let open = message.open(everybody, profile)
        if let fault = open.fault { return .lost("layer \(open.layers.count) does not open: \(fault.detail)") }
        guard open.layers.first?.node_id == peer.node_id, let last = open.layers.last else {
            return .lost("it is sent to \(peer.name) and its outer layer is for another node")
        }
        guard let owner = actors.values.first(where: { $0.node_id == last.node_id }) else {
            return .lost("it ends at the party that sent it")
        }
        if let dropper = dropper(of: open) { return .dropped(by: dropper.name) }
        let over = last.peeled.opened.encrypted_data.context.flatMap { pathRegistry.entry(context: $0) }
        return .observed(ObservedMessage(to: owner.name, over: over, payload: last.peeled.payload, open: open))
    }
}

extension ScenarioNetwork {
    /// The first stock node on a message's way that drops it.
    private func dropper(of open: DecryptedOnionMessage) -> ScenarioActor? {
        let layer = open.layers.first { layer in
            layer.peeled.kind != .receive && layer.peeled.payload.decoded.stream.records.contains { $0.type != 4 }
                && actors.values.contains { $0.node_id == layer.node_id && stock.contains($0.name) }
        }
        return actors.values.first { $0.node_id == layer?.node_id }
    }
}

extension Optional {
    /// `??` for a typed error.
    fileprivate func orElse<Failure>(_ other: () throws(Failure) -> Wrapped) throws(Failure) -> Wrapped {
        guard let self else { return try other() }
        return self
    }
}
