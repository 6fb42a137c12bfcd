internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// Servers as somebody in a hurry writes them: right in the ordinary course, with the ordinary neighbours, for a while.
extension MutantRegistry {
    static let serverShortcuts: [Mutant] = keys + growth + updates + beyond + busy + strangers + later

    private static let keys: [Mutant] = [
        // "alice1" and slot 1 are "alice" and slot 11.
        Mutant(
            "B66-OP-S2/key-without-separator",
            .server { $0.policy.slot = { ClientSlot(client: "\($0.client)\($0.slot)", slot: 0) } }
        ),
        Mutant(
            "B66-OP-S2/names-without-case",
            .server { $0.policy.slot = { ClientSlot(client: $0.client.lowercased(), slot: $0.slot) } }
        ),
        Mutant("B66-OP-S2/offer-paths-for-a-week-unsaid", .server, onReceive: .invoice_request) { message, party in
            party.creationTime(message).map { party.now - $0 <= 604_800 } == false ? nil : message
        },
        Mutant(
            "B66-OP-S2/slot-of-one-byte",
            .server { $0.policy.slot = { ClientSlot(client: $0.client, slot: $0.slot & 0xFF) } }
        ),
        Mutant("B66-OP-S1/second-path-leads-nowhere", .server, onSend: .offer_paths) { message, party in
            let paths = party.offer_paths(in: message.content) + [party.path(.clientRequest)].compactMap(\.self)
            return message.with(content: party.replacing(message.content, offer_paths: paths))
        },
        Mutant("B66-OOB-1/second-path-leads-nowhere", .server) { effect, party in
            guard case .answer(.paths(let paths)) = effect else { return effect }
            return .answer(.paths(paths + [party.path(.offer)].compactMap(\.self)))
        },
    ]

    /// B66-SSI-R3: what grows without a bound.
    private static let growth: [Mutant] = [
        Mutant("B66-SSI-R3/keeps-every-update", .server) { effect, _ in
            guard case .put(var put) = effect, let record = put.records.first else { return effect }
            put.records.insert(StorePut.Record(key: "archive/\(put.put)", value: record.value), at: 0)
            return .put(put)
        },
        Mutant("B66-SSI-R3/keeps-every-request", .server) { event, party in
            let effects = party.take(event)
            guard let request = party.message(.invoice_request, in: event) else { return effects }
            let number = 1_000_000 + UInt64(party.received.count)
            let record = StorePut.Record(key: "request/\(number)", value: Array(request.content.value))
            return effects + [.put(StorePut(put: number, records: [record]))]
        },
        // Invoices are measured when they take the place of others, and otherwise not.
        Mutant(
            "B66-SSI-R3/size-of-updates-only",
            .server.configured { $0.limits.max_invoice_bytes = .max },
            onReceive: .serve_static_invoice
        ) { message, party in
            let isUpdate =
                party.received(.serve_static_invoice, over: .invoiceUpdate)
                .count { $0.message.context == message.context } > 1
            let size = party.invoice(in: message.content).count
            return isUpdate && size > party.configuration.limits.max_invoice_bytes ? nil : message
        },
        Mutant("B66-SSI-R3/own-limit-ignored", .server) { event, party in
            if case .command(.setLimit) = event { return [] }
            return party.take(event)
        },
        // One client at its limit, and nobody gets paths any more.
        Mutant("B66-OPR-R2/one-full-client-stops-all", .server, onReceive: .offer_paths_request) { message, party in
            let limit = Int(clamping: party.configuration.limits.max_slots)
            let isFull = Set(party.places.map(\.client)).contains { client in
                party.places.count { $0.client == client } >= limit
            }
            return isFull ? nil : message
        },
    ]

    /// What an update changes.
    private static let updates: [Mutant] = [
        // Nothing new: it is acknowledged, and the forward path that came with it forgotten.
        Mutant(
            "B66-SSI-R4/same-invoice-keeps-its-path",
            .server { server in
                server.policy.replaces = { old, new in
                    guard let old, old.static_invoice == new.static_invoice else { return new }
                    return old
                }
            }
        ),
        Mutant("B66-OP-S4/full-client-cannot-update", .server, onReceive: .serve_static_invoice) { message, party in
            guard let context = party.context(message, for: .invoiceUpdate) else { return message }
            let earlier = party.received(.serve_static_invoice, over: .invoiceUpdate).dropLast()
            let slots = Set(earlier.filter { $0.context.client == context.client }.map(\.context.slot))
            return UInt64(slots.count) >= party.configuration.limits.max_slots ? nil : message
        },
        Mutant("B66-OP-S4/newest-offer-paths-only", .server, onReceive: .serve_static_invoice) { message, party in
            guard let context = party.context(message, for: .invoiceUpdate) else { return message }
            let replies = party.sent(.offer_paths).compactMap(\.message.reply_path)
                .compactMap { party.paths.context(of: $0) }
            let ofSlot = replies.filter {
                party.context(message.with(context: $0)).map(ClientSlot.init) == ClientSlot(context)
            }
            return ofSlot.isEmpty || ofSlot.last == message.context ? message : nil
        },
        Mutant("B12-IRQ-7/serves-after-the-offers-end", .server) { event, party in
            let effects = party.take(event)
            let isRefused = effects.contains { effect in
                if case .ignored(let finding) = effect { return finding.requirement == "B12-IRQ-7" }
                return false
            }
            guard isRefused, let request = party.message(.invoice_request, in: event),
                let reply_path = request.reply_path, let context = party.context(request, for: .offer)
            else { return effects }
            let last = party.received(.serve_static_invoice, over: .invoiceUpdate)
                .last { ClientSlot($0.context) == ClientSlot(context) }
            let invoice = party.invoice(in: last?.message.content)
            guard party.offerID(in: invoice) == party.offerID(in: request.content.value) else { return effects }
            return effects + [.send(SentMessage(party.builder.static_invoice(invoice), over: reply_path))]
        },
    ]

    /// B66-NU-1: messages beyond those that are due.
    private static let beyond: [Mutant] = [
        Mutant("B66-NU-1/forwards-to-all-clients", .server) { event, party in
            let effects = party.take(event)
            guard let request = party.message(.invoice_request, in: event),
                let own = party.context(request, for: .offer)
            else { return effects }
            let others = party.received(.serve_static_invoice, over: .invoiceUpdate)
                .filter { $0.context.client != own.client }
                .compactMap { party.forward_path(in: $0.message.content) }
            return effects
                + others.map { .send(SentMessage(request.content, over: $0, reply_path: request.reply_path)) }
        },
        // The recipient cannot answer the payer.
        Mutant("B66-SRV-2a/dead-reply-path", .server, onSend: .invoice_request) { message, party in
            message.with(reply_path: party.pathToPeer())
        },
        Mutant("B66-NU-1/acknowledges-ten-times", .server) { event, party in
            party.take(event).flatMap { effect in
                let copies = party.message(.static_invoice_persisted, in: effect) == nil ? 1 : 10
                return [PartyEffect](repeating: effect, count: copies)
            }
        },
        Mutant("B66-NU-1/tells-the-client-of-each-tick", .server) { event, party in
            let effects = party.take(event)
            guard case .tick = event, let last = party.sent(.static_invoice_persisted).last else { return effects }
            return effects + [.send(last.message)]
        },
        Mutant("B66-NU-1/wakes-all-clients", .server) { event, party in
            let effects = party.take(event)
            guard party.message(.invoice_request, in: event) != nil else { return effects }
            return effects + Set(party.places.map(\.client)).map { .wake(client: $0) }
        },
        // Requests for an absent recipient are kept, and all of them sent when it is back.
        Mutant("B66-NU-1/floods-who-comes-back", .server) { event, party in
            let effects = party.take(event)
            guard case .link(_, true) = event else { return effects }
            return effects + party.sent(.invoice_request).map { .send($0.message) }
        },
    ]

    /// What happens while a write is open.
    private static let busy: [Mutant] = [
        Mutant("B66-SRV-1/waits-for-the-store", .server, onReceive: .invoice_request) { message, party in
            let handOvers = party.received(.serve_static_invoice, over: .invoiceUpdate).count
            return handOvers > party.sent(.static_invoice_persisted).count ? nil : message
        },
        Mutant(
            "B66-SRV-1/bitcoin-only",
            .server.configured { $0.chain = Chain.bitcoin }
        ),
        Mutant(
            "B12-IRQ-13/any-chain",
            .server { $0.checks.invoiceRequest = $0.checks.invoiceRequest.without("B12-IRQ-13") }
        ),
    ]

    /// A second round, written without a look at the first.
    private static let later: [Mutant] = [
        Mutant("B66-SRV-1/serves-for-a-day", .server, onReceive: .invoice_request) { message, party in
            guard let context = party.context(message, for: .offer) else { return message }
            let last = party.received.last { earlier in
                earlier.kind == .serve_static_invoice && earlier.context.map(ClientSlot.init) == ClientSlot(context)
            }
            return last.map { party.now > $0.at + 86_400 } ?? false ? nil : message
        },
        Mutant("B66-OPR-R2/no-slot-zero", .server, onReceive: .offer_paths_request) { message, party in
            party.invoice_slot(in: message.content) == 0 ? nil : message
        },
        Mutant("B66-OP-S5/end-in-milliseconds", .server, onSend: .offer_paths) { message, party in
            let life = party.configuration.limits.paths_lifetime
            return message.with(
                content: party.replacing(message.content, paths_absolute_expiry: (party.now + life) * 1000)
            )
        },
        Mutant("B66-SRV-1/fifty-answers-and-no-more", .server, onReceive: .invoice_request) { message, party in
            party.sent(.static_invoice).count >= 50 ? nil : message
        },
        Mutant("B66-SSI-R2/same-offer-only", .server) { event, party in
            guard let message = party.message(.serve_static_invoice, in: event),
                let context = party.context(message, for: .invoiceUpdate), let reply_path = message.reply_path
            else { return party.take(event) }
            let first = party.received(.serve_static_invoice, over: .invoiceUpdate)
                .first { ClientSlot($0.context) == ClientSlot(context) }
            let isOther = first.map {
                party.offerID(in: party.invoice(in: $0.message.content))
                    != party.offerID(in: party.invoice(in: message.content))
            }
            guard isOther ?? false else { return party.take(event) }
            return [.send(SentMessage(party.builder.static_invoice_persisted(), over: reply_path))]
        },
        // Who was away once gets no more requests.
        Mutant("B66-SRV-2a/gives-up-who-was-away", .server) { event, party in
            let effects = party.take(event)
            let hasBeenAway = !party.hasLinkEverFailed.isEmpty
            return hasBeenAway ? effects.filter { party.message(.invoice_request, in: $0) == nil } : effects
        },
    ]

    /// Only those who are near, over paths that are short.
    private static let strangers: [Mutant] = Mutant.nearOnly(.server)
}

extension Mutant {
    /// Nodes that send to their peers alone, over one hop, by node id.
    static func nearOnly(_ base: MutantBase) -> [Mutant] {
        let role = base.role
        // Whole names, so that a search finds them.
        func name(_ ofServer: String, _ ofRecipient: String) -> String { role == "server" ? ofServer : ofRecipient }
        return [
            Mutant(name("RB-U1/server-sends-to-peers-only", "RB-U1/recipient-sends-to-peers-only"), base) {
                effect,
                party in
                guard case .send(let message) = effect else { return effect }
                let known = (party.configuration.peers + [party.paths.node_key.publicKey])
                    .map { SciddirOrPubkey.pubkey($0.bytes[...]) }
                return known.contains(message.over.introduction) || message.over.introduction.isChannel ? effect : nil
            },
            Mutant(name("B66-D10/server-knows-no-channels", "B66-D10/recipient-knows-no-channels"), base) { effect, _ in
                guard case .send(let message) = effect else { return effect }
                return message.over.introduction.isChannel ? nil : effect
            },
            Mutant(name("RB-U1/server-sends-over-one-hop", "RB-U1/recipient-sends-over-one-hop"), base) { effect, _ in
                guard case .send(let message) = effect else { return effect }
                return message.over.hops.count > 1 ? nil : effect
            },
            // A path that begins at the node itself is its own, and what goes over it is dropped.
            Mutant(name("RB-U5/server-drops-what-begins-here", "RB-U5/recipient-drops-what-begins-here"), base) {
                effect,
                party in
                guard case .send(let message) = effect else { return effect }
                let own = SciddirOrPubkey.pubkey(party.paths.node_key.publicKey.bytes[...])
                return message.over.introduction == own && message.over.hops.count > 1 ? nil : effect
            },
            // The first such message is the last that is heard of the node.
            Mutant(name("RB-U5/server-dies-of-what-begins-here", "RB-U5/recipient-dies-of-what-begins-here"), base) {
                event,
                party in
                let own = SciddirOrPubkey.pubkey(party.paths.node_key.publicKey.bytes[...])
                let isDead = party.received.contains { $0.message.reply_path?.introduction == own }
                if isDead, case .message = event { return [] }
                return party.take(event)
            },
            Mutant(name("OM-R1/server-dies-of-an-unknown-channel", "OM-R1/recipient-dies-of-an-unknown-channel"), base)
            { event, party in
                let isDead = party.received.contains { $0.message.reply_path?.introduction.isChannel ?? false }
                if isDead, case .message = event { return [] }
                return party.take(event)
            },
        ]
    }
}

extension SciddirOrPubkey {
    fileprivate var isChannel: Bool {
        if case .sciddir = self { return true }
        return false
    }
}
