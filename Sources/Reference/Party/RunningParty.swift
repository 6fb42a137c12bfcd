internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON

/// A implementation under test with what surrounds it: the clock, the links, the storage, and the way of its messages.
struct RunningParty: Sendable {
    let role: String
    let depth: PartyDepth
    let profile: Profile
    private let factory: PartyRegistry.Factory
    private var configuration: PartyConfiguration
    private let seed: Bytes32
    private var starts: UInt64 = 0

    private var party: any Party
    private var transport: MessageTransport
    private var peerTable: PeerTable
    private var now: UInt64
    /// What counts as written.
    private var durable: [String: [UInt8]]
    /// Writes that the runner has not answered, by the number that it knows, with the party's own.
    private var openPuts: [UInt64: (put: UInt64, records: [StorePut.Record])] = [:]
    private var lastPut: UInt64 = 0
    /// Why messages were passed over, since it was last asked.
    private(set) var notes: [Finding] = []

    init(
        role: String,
        depth: PartyDepth,
        now: UInt64,
        seed: Bytes32,
        _ configuration: PartyConfiguration,
        _ factory: @escaping PartyRegistry.Factory
    ) {
        self.role = role
        self.depth = depth
        self.now = now
        self.seed = seed
        self.factory = factory
        profile = configuration.profile
        durable = configuration.store
        transport = MessageTransport(
            configuration.paths,
            randomness: SeededRandomness(seed: seed.bytes + Array("onions".utf8))
        )
        peerTable = PeerTable(
            node_id: configuration.node_key.publicKey,
            peers: configuration.peers,
            channels: configuration.channels,
            graph: configuration.graph
        )
        self.configuration = configuration
        self.configuration.randomness = Self.randomness(seed, 0)
        party = factory(self.configuration)
    }

    /// After each start another sequence, so that no key is used twice (RB-W13).
    private static func randomness(_ seed: Bytes32, _ start: UInt64) -> SeededRandomness {
        SeededRandomness(seed: seed.bytes + Array("party \(start)".utf8))
    }

    // MARK: What happens to the party

    mutating func setClock(_ now: UInt64) { self.now = now }

    mutating func setHeight(_ height: UInt64) -> JSONObject {
        configuration.height = height
        return tell(.height(height))
    }

    /// Tells the party, and gives what it does as events; what it answers to a command goes into `out`.
    mutating func tell(_ event: PartyEvent) -> JSONObject {
        var out = JSONObject()
        var events: [JSON] = []
        for effect in party.handle(event, at: now) {
            switch effect {
            case .answer(let answer):
                for member in answer.json.members { out[member.key] = member.value }
            case .ignored(let finding):
                notes.append(finding)
            default:
                if let event = self.event(effect) { events.append(event) }
            }
        }
        if !events.isEmpty { out["events"] = .array(events) }
        return out
    }

    mutating func link(_ peer: PublicKey, isUp: Bool) -> JSONObject {
        peerTable.link(peer, isUp: isUp)
        return tell(.link(peer: peer, isUp: isUp))
    }

    mutating func open(_ channel: Channel) -> JSONObject {
        keep(channel)
        return tell(.channelOpened(channel))
    }

    mutating func changeFees(_ channel: Channel) -> JSONObject {
        keep(channel)
        return tell(.channelFeesChanged(channel))
    }

    mutating func close(_ channel: Channel) -> JSONObject {
        peerTable.close(channel)
        configuration.channels.removeAll { $0.scid == channel.scid }
        return tell(.channelClosed(channel))
    }

    private mutating func keep(_ channel: Channel) {
        peerTable.open(channel)
        configuration.channels = configuration.channels.filter { $0.scid != channel.scid } + [channel]
    }

    // MARK: Messages

    mutating func deliver(path_key: [UInt8], packet: [UInt8]) -> JSONObject {
        if party.opensPackets { return tell(.packet(IncomingPacket(path_key: path_key, packet: packet))) }
        return openAndDeliver(path_key: path_key, packet: packet)
    }

    private mutating func openAndDeliver(path_key: [UInt8], packet: [UInt8]) -> JSONObject {
        noting { party throws(Finding) in
            let relayRecords = party.party.relayRecords
            switch try party.transport.open(path_key: path_key, packet: packet, relayRecords: relayRecords) {
            case .message(let message): return party.tell(.message(message))
            case .forwarding(let message) where !relayRecords.isEmpty: return party.tell(.forwarding(message))
            case .forwarding(let message): return party.relay(message).map { ["events": [$0]] } ?? [:]
            }
        }
    }

    mutating func deliver(over: BlindedPath?, onionmsg_tlv: [UInt8]) -> JSONObject {
        noting { party throws(Finding) in
            party.tell(.message(try party.transport.open(over: over, onionmsg_tlv: onionmsg_tlv)))
        }
    }

    /// A message is passed on to a connected peer (OM-R13), and to nobody else.
    private func relay(_ forwarding: ForwardedOnionMessage) -> JSON? {
        guard let peer = peerTable.node(forwarding.next), peerTable.isConnected(peer) else { return nil }
        return Self.netSend(to: peer, forwarding.message)
    }

    /// Whatever is wrong with a message, the party is silent.
    private mutating func noting(_ act: (inout RunningParty) throws(Finding) -> JSONObject) -> JSONObject {
        do throws(Finding) {
            return try act(&self)
        } catch {
            notes.append(error)
            return [:]
        }
    }

    mutating func takeNotes() -> [Finding] {
        defer { notes = [] }
        return notes
    }

    // MARK: Storage

    /// - Returns: `nil` when no such put is open.
    mutating func acknowledge(_ put: UInt64, _ result: StoreResult?) -> JSONObject? {
        guard let open = openPuts.removeValue(forKey: put) else { return nil }
        guard let result else { return [:] }
        if result == .ok {
            for record in open.records { durable[record.key] = record.value }
        }
        return tell(.stored(put: open.put, result))
    }

    /// Bytes of keys and values together.
    var stats: (entries: Int, bytes: Int) {
        (durable.count, durable.reduce(0) { $0 + $1.key.utf8.count + $1.value.count })
    }

    /// The party ends, and starts again with what is stored. What surrounds it stays as it is.
    mutating func restart() {
        starts += 1
        openPuts = [:]
        configuration.store = durable
        configuration.peers = peerTable.peers
        configuration.randomness = Self.randomness(seed, starts)
        party = factory(configuration)
        for peer in peerTable.peers where !peerTable.isConnected(peer) {
            _ = party.handle(.link(peer: peer, isUp: false), at: now)
        }
    }

    // MARK: Events

    private mutating func event(_ effect: PartyEffect) -> JSON? {
        switch effect {
        case .send(let message):
            return depth == .payload ? Self.omSend(message) : netSend(message)
        case .put(let put):
            lastPut += 1
            openPuts[lastPut] = (put.put, put.records)
            let records = JSON.array(put.records.map(\.json))
            return ["ev": "store.put", "put": .integer(Int64(clamping: lastPut)), "records": records]
        case .wake(let client):
            return ["ev": "wake", "client": .string(client)]
        case .invreqReceived(let invoice_request):
            return ["ev": "invreq_received", "invoice_request": .hex(invoice_request)]
        case .htlcClaim(let preimage):
            return ["ev": "htlc.claim", "preimage": .hex(preimage)]
        case .htlcFail(let finding):
            return ["ev": "htlc.fail", "reason": .string("\(finding.detail) (\(finding.requirement))")]
        case .payHTLC(let htlc):
            return htlc.json
        case .releasePaths(let htlc_id, let paths):
            return [
                "ev": "holder.revoke_and_ack", "htlc_id": .decimal(htlc_id),
                "paths": .array(paths.map { BlindedPath.format.json($0.value) }),
            ]
        case .forwardHTLC(let htlc_id):
            return ["ev": "holder.forward", "htlc_id": .decimal(htlc_id)]
        case .failHTLC(let htlc_id):
            return ["ev": "holder.fail", "htlc_id": .decimal(htlc_id)]
        case .forward(let message):
            return relay(message)
        case .answer, .ignored:
            return nil
        }
    }

    private static func omSend(_ message: SentMessage) -> JSON {
        [
            "ev": "om.send", "over": .hex(message.over.encoding), "onionmsg_tlv": .hex(message.onionmsg_tlv.bytes),
        ]
    }

    /// `nil` when the message cannot go, or would go to a peer who is not there.
    private mutating func netSend(_ message: SentMessage) -> JSON? {
        do throws(Finding) {
            return try transport.packet(message, peerTable).map { Self.netSend(to: $0.to, $0.message) }
        } catch {
            notes.append(error)
            return nil
        }
    }

    private static func netSend(to peer: PublicKey, _ message: OnionMessage) -> JSON {
        [
            "ev": "net.send", "to": .hex(peer.bytes), "path_key": .hex(message.path_key),
            "packet": .hex(message.onion_message_packet),
        ]
    }
}
