internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Wire

/// A party around the original, which changes what that is told or what it does.
struct MutantParty: Party {
    typealias Mutation = @Sendable (PartyEvent, inout OriginalParty) -> [PartyEffect]

    private var party: OriginalParty
    private let mutation: Mutation

    init(_ party: any Party, _ configuration: PartyConfiguration, _ mutation: @escaping Mutation) {
        self.party = OriginalParty(party, configuration)
        self.mutation = mutation
    }

    var relayRecords: Set<UInt64> { party.relayRecords }
    var opensPackets: Bool { party.opensPackets }

    mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        party.note(event, at: now)
        let effects = mutation(event, &party)
        party.note(effects)
        return effects
    }
}

/// The right party inside, with what a fault may want to look at: all that happened since the party was started. A restart
/// makes another, so that what is looked up here is "in memory".
struct OriginalParty: Sendable {
    struct LoggedMessage: Sendable {
        let kind: MessageKind
        let message: ReceivedMessage
        /// What the party sealed into the path that the message came over; `nil` where it sealed nothing.
        let context: PathContext?
        let at: UInt64
    }

    private var party: any Party
    var relayRecords: Set<UInt64> { party.relayRecords }
    var opensPackets: Bool { party.opensPackets }
    let configuration: PartyConfiguration
    let paths: OwnPaths
    let builder: MessageBuilder
    /// Another sequence than the party's.
    var randomness: SeededRandomness

    private(set) var now: UInt64 = 0
    /// All messages, the present one too.
    private(set) var received: [LoggedMessage] = []
    /// What really went out, with the time.
    private(set) var sent: [(message: SentMessage, at: UInt64)] = []
    /// Paths that were made, with the time.
    private(set) var pathsMade: [(path: BlindedPath, at: UInt64)] = []
    /// Names that the server was asked to issue paths to.
    private(set) var clients: [String] = []
    private(set) var linksDown: Set<PublicKey> = []
    /// The channels as they are.
    private(set) var channels: [Channel]
    /// HTLCs that have come since the start.
    private(set) var htlcs = 0
    /// Peers who have been away since the start.
    private(set) var hasLinkEverFailed: Set<PublicKey> = []

    init(_ party: any Party, _ configuration: PartyConfiguration) {
        self.party = party
        self.configuration = configuration
        channels = configuration.channels
        paths = configuration.paths
        builder = MessageBuilder(configuration.profile)
        var seed = configuration.randomness
        randomness = SeededRandomness(seed: seed.next32().bytes + Array("fault".utf8))
    }

    /// What the right party does.
    mutating func take(_ event: PartyEvent) -> [PartyEffect] { party.handle(event, at: now) }

    // MARK: The past

    mutating func note(_ event: PartyEvent, at now: UInt64) {
        self.now = now
        switch event {
        case .message(let message):
            guard let kind = MessageKind.of(message.content, configuration.profile) else { return }
            received.append(LoggedMessage(kind: kind, message: message, context: context(message), at: now))
        case .link(let peer, let isUp):
            if isUp {
                linksDown.remove(peer)
            } else {
                linksDown.insert(peer)
                hasLinkEverFailed.insert(peer)
            }
        case .htlc: htlcs += 1
        case .channelOpened(let channel), .channelFeesChanged(let channel):
            channels = channels.filter { $0.scid != channel.scid } + [channel]
        case .channelClosed(let channel):
            channels.removeAll { $0.scid == channel.scid }
        case .command(.issueClientPaths(let client)):
            clients.append(client)
        default: break
        }
    }

    mutating func note(_ effects: [PartyEffect]) {
        for effect in effects {
            switch effect {
            case .send(let message):
                sent.append((message, now))
                let paths = [message.reply_path].compactMap(\.self) + offer_paths(in: message.content)
                pathsMade += paths.map { ($0, now) }
            case .answer(.paths(let paths)):
                pathsMade += paths.map { ($0, now) }
            default: break
            }
        }
    }

    /// Messages of a kind that came over the party's own paths, with the context of each.
    func received(_ kind: MessageKind, over purpose: PathContext.Purpose) -> [(
        message: ReceivedMessage, context: PathContext
    )] {
        received.compactMap { received in
            guard received.kind == kind, let context = received.context, context.purpose == purpose else { return nil }
            return (received.message, context)
        }
    }

    func sent(_ kind: MessageKind) -> [(message: SentMessage, at: UInt64)] {
        sent.filter { MessageKind.of($0.message.content, configuration.profile) == kind }
    }

    /// When the path was made that a message came over; `nil` for one from before the last start, or of somebody else.
    func creationTime(_ message: ReceivedMessage) -> UInt64? {
        guard let context = message.context else { return nil }
        return pathsMade.first { paths.context(of: $0.path) == context }?.at
    }

    /// Where hand-overs have come for, in the order of the first for each.
    var places: [ClientSlot] {
        received(.serve_static_invoice, over: .invoiceUpdate).map { ClientSlot($0.context) }
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    // MARK: Messages

    func message(_ kind: MessageKind, in event: PartyEvent) -> ReceivedMessage? {
        guard case .message(let message) = event else { return nil }
        return MessageKind.of(message.content, configuration.profile) == kind ? message : nil
    }

    func message(_ kind: MessageKind, in effect: PartyEffect) -> SentMessage? {
        guard case .send(let message) = effect else { return nil }
        return MessageKind.of(message.content, configuration.profile) == kind ? message : nil
    }

    /// The context of the path that a message came over, if it is the party's own.
    func context(_ message: ReceivedMessage) -> PathContext? {
        let sealed = SealedContext(message.context, key: paths.contextKey, now: now)
        return sealed.isAuthentic ? sealed.context : nil
    }

    /// The context, if it was sealed for this purpose.
    func context(_ message: ReceivedMessage, for purpose: PathContext.Purpose) -> PathContext? {
        context(message).flatMap { $0.purpose == purpose ? $0 : nil }
    }

    /// The message as if it had come over a path with this context.
    func moved(_ message: ReceivedMessage, to context: PathContext) -> ReceivedMessage {
        message.with(context: context.sealed(with: paths.contextKey)[...])
    }

    // MARK: Paths

    /// A path of the party's own.
    mutating func path(_ purpose: PathContext.Purpose) -> BlindedPath? { path(PathContext(purpose)) }

    mutating func path(_ context: PathContext) -> BlindedPath? {
        try? paths.messagePath(context, session_key: randomness.secretKey())
    }

    /// A path that ends at the first peer.
    mutating func pathToPeer() -> BlindedPath? {
        guard let peer = configuration.peers.first else { return nil }
        let context = TLVRecord(type: configuration.profile.blinded_path.context_type, value: randomness.bytes(32))
        let hop = PlannedHop(node_id: peer, records: [context])
        return try? BlindedPath.create([hop], session_key: randomness.secretKey()).path
    }

    // MARK: Storage

    /// What was to be written is kept in memory, and counts at once.
    mutating func keepingInMemory(_ effects: [PartyEffect]) -> [PartyEffect] {
        var kept: [PartyEffect] = []
        for effect in effects {
            guard case .put(let put) = effect else {
                kept.append(effect)
                continue
            }
            kept += keepingInMemory(take(.stored(put: put.put, .ok)))
        }
        return kept
    }
}

extension ClientSlot {
    init(_ context: PathContext) { self.init(client: context.client, slot: context.slot) }
}
