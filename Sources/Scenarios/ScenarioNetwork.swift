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
    /// Whom a channel leads to, and what is announced.
    let graph: ScenarioGraph
    /// Actors who drop messages with more than record 4 for a relay, as BOLT 4 has it (OM-R3).
    var stock: Set<String> = []
    /// Every node is an implementation that seals its own hops, where the profile has a key for that.
    var haveReceiveKeys = false {
        didSet { keys = knownNodes }
    }
    private let byID: [[UInt8]: ScenarioActor]
    /// All nodes, to find whose a hop is.
    private var keys = KnownNodes([])
    private let walked = WalkedPaths()

    init(
        depth: Depth,
        profile: Profile,
        underTest: ScenarioActor,
        actors: [String: ScenarioActor],
        far: Set<String>,
        graph: ScenarioGraph
    ) {
        self.depth = depth
        self.profile = profile
        self.underTest = underTest
        self.actors = actors
        self.far = far
        self.graph = graph
        byID = Dictionary(([underTest] + actors.values).map { ($0.node_id.bytes, $0) }) { one, _ in one }
        keys = knownNodes
    }

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

    private var knownNodes: KnownNodes {
        KnownNodes(([underTest] + actors.values).map { (messageNode($0), $0.node_id) }, channels: graph)
    }

    /// A path with its hops laid open, as far as the nodes' keys do that.
    func walk(_ path: BlindedPath, purpose: PathPurpose) -> DecryptedPath? {
        walked.of(path, purpose) { try? path.walk(keys, purpose: purpose, profile) }
    }

    func messageNode(_ actor: ScenarioActor) -> MessageNode {
        guard haveReceiveKeys else { return actor.messageNode }
        return MessageNode(node_key: actor.node_key, receive_auth_key: actor.receive_auth_key)
    }

    /// The connected node that passes on what a stranger sends.
    var nearest: ScenarioActor? {
        actors.values.filter { !far.contains($0.name) }.min { $0.name < $1.name }
    }

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
        var next = try node(outgoing.first_hop, from: sender)
        while next.name != underTest.name {
            var validation = Validation(.strict)
            let peeled = try next.messageNode.peel(packet, path_key: try point(path_key), profile, &validation)
            guard let onward = peeled.onward, let hop = onward.nextHop else {
                throw Finding("RB-W1", .semantic("blinded_path"), "the path ends at \(next.name), not at the party")
            }
            from = next
            path_key = onward.next_path_key.bytes[...]
            packet = onward.next_packet
            next = try node(hop, from: next)
        }
        if far.contains(from.name) { from = nearest ?? from }
        return Delivery(
            operation: "net.deliver",
            input: [
                "from": .hex(from.node_id.bytes), "path_key": .hex(path_key), "packet": .hex(packet.bytes),
            ]
        )
    }

    private func node(
        _ hop: OutgoingMessage.FirstHop,
        from sender: ScenarioActor
    ) throws(Finding) -> ScenarioActor {
        switch hop {
        case .introduction(.pubkey(let node_id)):
            return try node(NextHop.node(node_id), from: sender)
        case .introduction(.sciddir(let direction, let scid)):
            guard let node_id = graph.end(of: scid, direction: direction) else { throw Self.unknown(channel: scid) }
            return try node(NextHop.node(node_id.bytes[...]), from: sender)
        case .channel(let scid):
            return try node(NextHop.channel(scid), from: sender)
        }
    }

    /// Whom a hop leads to, as seen from the node that opens it.
    private func node(_ hop: NextHop, from opener: ScenarioActor) throws(Finding) -> ScenarioActor {
        switch hop {
        case .node(let node_id):
            if let found = actor(node_id) { return found }
            throw Finding(
                "RB-W1",
                .semantic("blinded_path"),
                "the path leads to the unknown node \(Hex.encode(node_id))"
            )
        case .channel(let scid):
            guard let found = graph.otherEnd(of: scid, from: opener.node_id).flatMap({ actor($0.bytes) }) else {
                throw Self.unknown(channel: scid)
            }
            return found
        }
    }

    private func actor(_ node_id: some Collection<UInt8>) -> ScenarioActor? {
        byID[Array(node_id)]
    }

    private static func unknown(channel scid: UInt64) -> Finding {
        Finding("RB-W1", .semantic("blinded_path"), "the path leads over the unknown channel \(scid)")
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
            guard let peer = actor(to), actors[peer.name] != nil, !far.contains(peer.name) else {
                return .lost("\(Hex.encode(to)) is not a peer")
            }
            if linksDown.contains(peer.name) { return .lost("\(peer.name) is not connected") }
            return observed(of: message, at: peer, pathRegistry)
        }
    }

    private func observed(of message: OnionMessage, at peer: ScenarioActor, _ pathRegistry: PathRegistry) -> Outcome {
        let open = message.open(keys, first: peer.node_id, profile)
        if let fault = open.fault { return .lost("layer \(open.layers.count) does not open: \(fault.detail)") }
        guard open.layers.first?.node_id == peer.node_id, let last = open.layers.last else {
            return .lost("it is sent to \(peer.name) and its outer layer is for another node")
        }
        guard let owner = actor(last.node_id.bytes), actors[owner.name] != nil else {
            return .lost("it ends at the party that sent it")
        }
        if let fault = faultOfWay(open) { return .lost(fault) }
        if let dropper = dropper(of: open) { return .dropped(by: dropper.name) }
        let made = last.peeled.opened.encrypted_data.context.flatMap { pathRegistry.entry(context: $0) }
        let over = made ?? last.peeled.payload.decoded.stream[4].flatMap { pathRegistry.entry(sealedHop: $0) }
        return .observed(ObservedMessage(to: owner.name, over: over, payload: last.peeled.payload, open: open))
    }
}

extension ScenarioNetwork {
    /// Why the message would not have reached the next of its layers' owners: whom a layer names must be who opens the next.
    private func faultOfWay(_ open: DecryptedOnionMessage) -> String? {
        for (layer, next) in zip(open.layers, open.layers.dropFirst()) where layer.peeled.kind == .forward {
            guard let hop = layer.peeled.onward?.nextHop, let opener = actor(layer.node_id.bytes) else {
                return "a hop of \(Hex.encode(layer.node_id.bytes)) names no next node"
            }
            guard let named = try? node(hop, from: opener) else { return "\(opener.name) does not know the next node" }
            if named.node_id != next.node_id { return "\(opener.name) would pass it on to \(named.name)" }
        }
        return nil
    }

    /// The first stock node on a message's way that drops it.
    private func dropper(of open: DecryptedOnionMessage) -> ScenarioActor? {
        open.layers.lazy
            .filter { layer in
                layer.peeled.kind != .receive
                    && layer.peeled.payload.decoded.stream.records.contains { $0.type != 4 }
            }
            .compactMap { actor($0.node_id.bytes) }
            .first { stock.contains($0.name) && actors[$0.name] != nil }
    }
}

extension Optional {
    /// `??` for a typed error.
    fileprivate func orElse<Failure>(_ other: () throws(Failure) -> Wrapped) throws(Failure) -> Wrapped {
        guard let self else { return try other() }
        return self
    }
}
