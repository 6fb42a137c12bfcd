package import Catalogue
internal import InvoiceServer
internal import Lightning
package import Reference
internal import Rules
internal import Wire

/// A party that does otherwise than the reference in what the texts leave open altogether, where no reading names alternatives.
/// It breaks nothing, and a suite that blames it for something is wrong.
package struct LawfulConduct: Sendable {
    /// For the command line: `server/answers-at-the-next-tick`.
    package let name: String
    /// A sentence without its subject.
    package let does: String
    package let role: String
    private let party: PartyRegistry.Factory
    /// Capabilities that it does not declare.
    private var undeclared: Set<String> = []

    package var registry: PartyRegistry { .reference.replacing(role, party).undeclaring(undeclared) }

    /// The alternative of a reading that it takes, where there is one.
    package private(set) var alternative: ReadingAlternative?

    func taking(_ alternative: String) -> LawfulConduct {
        var conduct = self
        conduct.alternative = ReadingAlternative(alternative)
        return conduct
    }

    /// The same, not saying so in `hello`.
    func undeclaring(_ capability: String) -> LawfulConduct {
        var conduct = self
        conduct.undeclared.insert(capability)
        return conduct
    }

    init(_ name: String, _ does: String, _ base: MutantBase) {
        self.name = "\(base.role)/\(name)"
        self.does = does
        role = base.role
        party = base.party
    }

    init(_ name: String, _ does: String, _ base: MutantBase, onEvent: @escaping MutantParty.Mutation) {
        self.init(name, does, MutantBase(role: base.role) { MutantParty(base.party($0), $0, onEvent) })
    }

    /// With something in memory until the next start.
    init<Memory: Sendable>(
        _ name: String,
        _ does: String,
        _ base: MutantBase,
        _ memory: Memory,
        onEvent: @escaping @Sendable (PartyEvent, inout OriginalParty, MutantMemory<Memory>) -> [PartyEffect]
    ) {
        self.init(
            name,
            does,
            MutantBase(role: base.role) { configuration in
                let kept = MutantMemory(memory)
                return MutantParty(base.party(configuration), configuration) { event, party in
                    onEvent(event, &party, kept)
                }
            }
        )
    }

    package static func named(_ name: String) -> LawfulConduct? { all.first { $0.name == name } }

    package static let all =
        ofServers + ofOtherServers + ofRecipients + ofOtherRecipients + ofOffersAndForwarding + ofAsyncPayers
        + ofPayments + ofStrangers + writtenBlind + ofOrdinaryInvoices

    // MARK: Servers

    private static let ofServers: [LawfulConduct] = [
        atTheNextTick(.server),
        LawfulConduct("sends-everything-twice", "sends each message in two copies", .server) { event, party in
            party.take(event).flatMap { effect in
                if case .send = effect { return [effect, effect] }
                return [effect]
            }
        },
        LawfulConduct("two-offer-paths", "gives two paths for each offer, and two to each client", .server) {
            event,
            party in
            party.take(event).map { effect in
                if case .answer(.paths(let paths)) = effect, case .command(.issueClientPaths) = event,
                    case .answer(.paths(let more))? = party.take(event).first
                {
                    return .answer(.paths(paths + more))
                }
                guard let message = party.message(.offer_paths, in: effect),
                    case .message(let request) = event,
                    let again = party.take(.message(request)).compactMap({ party.message(.offer_paths, in: $0) }).first
                else { return effect }
                let paths = party.offer_paths(in: message.content) + party.offer_paths(in: again.content)
                return .send(message.with(content: party.replacing(message.content, offer_paths: paths)))
            }
        },
        LawfulConduct(
            "paths-without-end",
            "gives paths that do not end",
            .server.configured { $0.limits.paths_lifetime = 0 }
        ),
        LawfulConduct(
            "long-contexts",
            "seals 100 bytes more than it needs into its paths",
            .server { server in
                server.policy.seals = { context in
                    var padded = context
                    padded.discriminator += [UInt8](repeating: 0, count: 100)
                    return padded
                }
            }
        ),
        LawfulConduct("answers-once-a-second", "answers at most once a second for each slot", .server) { event, party in
            guard case .message(let message) = event, let context = party.context(message),
                context.purpose != .clientRequest
            else {
                return party.take(event)
            }
            let isRecent = party.received.dropLast().contains { earlier in
                guard let other = earlier.context else { return false }
                return other.purpose == context.purpose && ClientSlot(other) == ClientSlot(context)
                    && earlier.kind == party.received.last?.kind && earlier.at == party.now
            }
            return isRecent ? [] : party.take(event)
        },
        LawfulConduct(
            "full-at-the-hand-over",
            "turns a slot too many away at the hand-over alone",
            .server { server in
                server.checks.request = server.checks.request.without("B66-SSI-R3")
            }
        ),
        LawfulConduct(
            "answers-last",
            "forwards a request, and then answers it",
            .server { server in
                server.policy.onInvoiceRequest = [
                    ServedInvoiceRequest.wake, ServedInvoiceRequest.forwarded, ServedInvoiceRequest.answered,
                ]
            }
        ),
        LawfulConduct("stores-a-copy", "writes a second copy of each invoice, always in the same place", .server) {
            event,
            party in
            party.take(event).map { effect in
                guard case .put(var put) = effect, let record = put.records.first else { return effect }
                put.records.insert(StorePut.Record(key: "copy/\(record.key)", value: record.value), at: 0)
                return .put(put)
            }
        },
        LawfulConduct("keeps-three-requests", "sends the last three requests again to who comes back", .server) {
            event,
            party in
            let effects = party.take(event)
            guard case .link(_, true) = event else { return effects }
            return effects + party.sent(.invoice_request).suffix(3).map { .send($0.message) }
        },
    ]

    /// A second round, written without a look at the first.
    private static let ofOtherServers: [LawfulConduct] = [
        LawfulConduct("always-wakes", "wakes the client for each request, connected or not", .server) { event, party in
            let effects = party.take(event)
            guard let request = party.message(.invoice_request, in: event),
                let client = party.context(request, for: .offer)?.client,
                effects.contains(where: { party.message(.static_invoice, in: $0) != nil }),
                !effects.contains(where: { if case .wake = $0 { true } else { false } })
            else { return effects }
            return effects + [.wake(client: client)]
        },
        LawfulConduct("acknowledges-again", "sends each acknowledgement once more with the next tick", .server, 0) {
            event,
            party,
            repeated in
            let effects = party.take(event)
            guard case .tick = event else { return effects }
            let all = party.sent(.static_invoice_persisted).map(\.message)
            let missing = all.count - repeated.change { $0 }
            repeated.change { $0 = all.count + missing }
            return effects + all.suffix(missing).map { .send($0) }
        },
        LawfulConduct("notes-the-last-request", "writes down when each client asked for paths last", .server) {
            event,
            party in
            let effects = party.take(event)
            guard let request = party.message(.offer_paths_request, in: event),
                let client = party.context(request, for: .clientRequest)?.client
            else { return effects }
            let record = StorePut.Record(key: "last/\(client)", value: Array("\(party.now)".utf8))
            return effects + [.put(StorePut(put: 2_000_000 + UInt64(party.received.count), records: [record]))]
        },
        LawfulConduct(
            "paths-of-a-week",
            "gives paths that end after a week",
            .server.configured { configuration in
                configuration.limits.paths_lifetime = min(configuration.limits.paths_lifetime, 7 * 86_400)
            }
        ),
        LawfulConduct("forwards-twice", "forwards each request in two copies", .server) { event, party in
            party.take(event).flatMap { effect in
                party.message(.invoice_request, in: effect) == nil ? [effect] : [effect, effect]
            }
        },
    ]

    private static let ofOtherRecipients: [LawfulConduct] = [
        LawfulConduct(
            "three-offers",
            "keeps three offers, whatever is wished for",
            .recipient.configured {
                $0.limits.offers = 3
            }
        ),
        LawfulConduct(
            "hands-over-anew-until-acknowledged",
            "hands over another invoice at each tick until one is acknowledged",
            .recipient
        ) { event, party in
            let effects = party.take(event)
            guard case .tick = event, let last = party.sent(.serve_static_invoice).last,
                party.received(.static_invoice_persisted, over: .persistedReply).isEmpty, party.now > last.at,
                !effects.contains(where: { party.message(.serve_static_invoice, in: $0) != nil }),
                let channel = party.configuration.channels.first
            else { return effects }
            return effects + party.take(.channelOpened(channel))
        },
        LawfulConduct("renews-when-a-link-comes-up", "hands over new invoices when a peer is back", .recipient) {
            event,
            party in
            let effects = party.take(event)
            guard case .link(_, true) = event, let channel = party.configuration.channels.first else { return effects }
            return effects + party.take(.channelFeesChanged(channel))
        },
        LawfulConduct("three-message-paths", "puts its message paths in twice over", .recipient) { event, party in
            party.take(event).map { effect in
                guard let message = party.message(.serve_static_invoice, in: effect) else { return effect }
                let invoice = party.invoice(in: message.content)
                let changed = party.issuerKey(signing: invoice).flatMap { key in
                    party.signed(invoice, by: key) { records in
                        records.map { $0.type == 236 ? TLVRecord(type: 236, value: $0.value + $0.value) : $0 }
                    }
                }
                return .send(message.with(content: party.replacing(message.content, static_invoice: changed)))
            }
        },
        LawfulConduct(
            "answers-with-an-error",
            "tells payers whose request is forwarded that it has no other invoice",
            .recipient
        ) {
            event,
            party in
            let effects = party.take(event)
            guard let request = party.message(.invoice_request, in: event), let reply_path = request.reply_path,
                effects.contains(where: { if case .invreqReceived = $0 { true } else { false } })
            else { return effects }
            let error = TLVStream(sorting: [TLVRecord(type: 5, value: Array("use the static invoice".utf8))])
            return effects + [.send(SentMessage(TLVRecord(type: 68, value: error.bytes), over: reply_path))]
        },
    ]

    // MARK: Recipients

    private static let ofRecipients: [LawfulConduct] = [
        atTheNextTick(.recipient),
        LawfulConduct("sends-everything-twice", "sends each message in two copies", .recipient) { event, party in
            party.take(event).flatMap { effect in
                if case .send = effect { return [effect, effect] }
                return [effect]
            }
        },
        LawfulConduct(
            "repeats-the-hand-over",
            "sends a hand-over that is not acknowledged again at each tick, byte for byte",
            .recipient
        ) { event, party in
            let effects = party.take(event)
            guard case .tick = event, let last = party.sent(.serve_static_invoice).last, party.now > last.at,
                let context = last.message.reply_path.map({ party.paths.context(of: $0) }),
                context == nil
                    || !party.received(.static_invoice_persisted, over: .persistedReply)
                        .contains(where: { $0.message.context == context }),
                !effects.contains(where: { party.message(.serve_static_invoice, in: $0) != nil })
            else { return effects }
            let isAcknowledged =
                party.received(.static_invoice_persisted, over: .persistedReply).count
                >= Set(party.sent(.serve_static_invoice).map(\.message.content)).count
            return isAcknowledged ? effects : effects + [.send(last.message)]
        }
        .taking("C-91 b"),
        LawfulConduct(
            "renews-by-the-clock-alone",
            "leaves its invoices as they are when fees change, until their time has come",
            .recipient
        ) { event, party in
            let effects = party.take(event)
            switch event {
            case .channelFeesChanged, .channelClosed, .channelOpened: return []
            default: return effects
            }
        },
        LawfulConduct(
            "asks-over-all-paths",
            "sends its requests over all paths of the server",
            .recipient,
            [BlindedPath]()
        ) {
            event,
            party,
            paths in
            if case .command(.setServerPaths(let given)) = event { paths.change { $0 = given } }
            return party.take(event).flatMap { effect -> [PartyEffect] in
                guard let message = party.message(.offer_paths_request, in: effect) else { return [effect] }
                return paths.change { $0 }.map { .send(message.with(over: $0)) }
            }
        },
        LawfulConduct(
            "invoices-of-a-day",
            "makes invoices that live for a day, with paths that outlive them",
            .recipient,
            onEvent: { event, party in
                party.take(event).map { effect in
                    guard let message = party.message(.serve_static_invoice, in: effect) else { return effect }
                    let invoice = party.invoice(in: message.content)
                    let life = TLVRecord(type: 166, value: TruncatedInteger.encode(86_400))
                    let changed = party.issuerKey(signing: invoice).flatMap { key in
                        party.signed(invoice, by: key) { $0.filter { $0.type != 166 } + [life] }
                    }
                    return .send(message.with(content: party.replacing(message.content, static_invoice: changed)))
                }
            }
        )
        .taking("C-113 b"),
        LawfulConduct(
            "one-offer",
            "keeps one offer, whatever is wished for",
            .recipient.configured { $0.limits.offers = 1 }
        ),
        LawfulConduct(
            "always-the-same-offer",
            "gives the first of its offers to everybody",
            .recipient { recipient in
                recipient.policy.turn = { _, _ in 0 }
            }
        ),
    ]

    // MARK: Both

    /// What it sends waits for the timers.
    static func atTheNextTick(_ base: MutantBase) -> LawfulConduct {
        LawfulConduct(
            "acts-at-the-next-tick",
            "sends nothing before its timers run",
            base,
            [PartyEffect]()
        ) { event, party, waiting in
            let effects = party.take(event)
            if case .tick = event {
                let held = waiting.change { held in
                    defer { held = [] }
                    return held
                }
                return held + effects
            }
            let sends = effects.filter { if case .send = $0 { true } else { false } }
            waiting.change { $0 += sends }
            return effects.filter { if case .send = $0 { false } else { true } }
        }
    }
}
