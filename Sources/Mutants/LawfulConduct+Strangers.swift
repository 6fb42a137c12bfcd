internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import Wire

/// Unusual conduct of a third round, written from bLIP-66 and `Spec/stateful-operations.md` alone.
extension LawfulConduct {
    static let ofStrangers = ofStrangeServers + ofStrangeRecipients + ofReadings + ofSaltRoles

    private static let ofStrangeServers: [LawfulConduct] = [
        // BOLT 4 lets a node limit what it answers (OM-R12).
        LawfulConduct(
            "answers-a-client-once-a-second",
            "answers one message of a kind for each client and second",
            .server
        ) { event, party in
            guard case .message(let message) = event, let context = party.context(message) else {
                return party.take(event)
            }
            let isRecent = party.received.dropLast().contains { earlier in
                earlier.kind == party.received.last?.kind && earlier.at == party.now
                    && earlier.context?.client == context.client
            }
            return isRecent ? [] : party.take(event)
        }
        .taking("C-89 b"),
        LawfulConduct("ten-requests-a-minute", "answers ten requests for paths of each client within a minute", .server)
        {
            event,
            party in
            guard let message = party.message(.offer_paths_request, in: event), let context = party.context(message)
            else {
                return party.take(event)
            }
            let recent = party.received(.offer_paths_request, over: .clientRequest).count {
                $0.context.client == context.client
            }
            let times = party.received.filter {
                $0.kind == .offer_paths_request && $0.context?.client == context.client
            }
            return recent > 10 && times.suffix(11).allSatisfy { party.now - $0.at < 60 } ? [] : party.take(event)
        },
        LawfulConduct("offer-paths-end-first", "gives offer paths that end, and update paths that do not", .server) {
            event,
            party in
            party.take(event).map { effect in
                guard let message = party.message(.offer_paths, in: effect),
                    let request = party.message(.offer_paths_request, in: event),
                    let client = party.context(request, for: .clientRequest)?.client
                else { return effect }
                let slot = party.invoice_slot(in: request.content) ?? 0
                let path = party.path(PathContext(.invoiceUpdate, client: client, slot: slot))
                return .send(message.with(reply_path: path))
            }
        },
        LawfulConduct("pads-its-store", "writes invoices with a record beside each that says when", .server) {
            event,
            party in
            party.take(event).map { effect in
                guard case .put(var put) = effect, let record = put.records.first else { return effect }
                put.records.append(StorePut.Record(key: "when/\(record.key)", value: [1, 2, 3, 4, 5, 6, 7, 8]))
                return .put(put)
            }
        },
        LawfulConduct("wakes-first", "wakes the client, forwards the request, and answers", .server) { event, party in
            let effects = party.take(event)
            return effects.filter { if case .wake = $0 { true } else { false } }
                + effects.reversed().filter { if case .wake = $0 { false } else { true } }
        },
    ]

    private static let ofStrangeRecipients: [LawfulConduct] = [
        // No text asks for a forward path for each offer.
        LawfulConduct(
            "one-forward-path",
            "has one forward path for all its offers and invoices",
            .recipient,
            [BlindedPath]()
        ) { event, party, paths in
            party.take(party.asForItsOwnOffer(event)).map { effect in
                guard let message = party.message(.serve_static_invoice, in: effect),
                    let path = party.forward_path(in: message.content)
                else { return effect }
                let first = paths.change { paths in
                    if paths.isEmpty { paths.append(path) }
                    return paths[0]
                }
                return .send(message.with(content: party.replacing(message.content, forward_path: first)))
            }
        },
        LawfulConduct("high-slots", "numbers its slots from 700 on", .recipient) { event, party in
            party.take(event).map { effect in
                guard let message = party.message(.offer_paths_request, in: effect),
                    let slot = party.invoice_slot(in: message.content)
                else { return effect }
                return .send(message.with(content: party.builder.offer_paths_request(invoice_slot: 700 + slot)))
            }
        },
        LawfulConduct("renews-each-minute", "hands over a new invoice each minute", .recipient) { event, party in
            let effects = party.take(event)
            guard case .tick = event, let last = party.sent(.serve_static_invoice).last, party.now >= last.at + 61,
                !effects.contains(where: { party.message(.serve_static_invoice, in: $0) != nil }),
                let channel = party.channels.last
            else { return effects }
            return effects + party.take(.channelFeesChanged(channel))
        },
        LawfulConduct("silent-about-renewals", "does not say how often it renews, and does so by the clock", .recipient)
            .undeclaring("refresh_s"),
        LawfulConduct(
            "renews-for-channels-alone",
            "does not say how often it renews: it does when its channels change",
            .recipient { $0.policy.isDue = { slot, _, _ in slot.created_at == nil } }
        )
        .undeclaring("refresh_s"),
    ]

    /// Alternatives of readings that no row of a scenario is for.
    private static let ofReadings: [LawfulConduct] = [
        LawfulConduct("acts-without-a-reply-path", "stores an invoice that comes without a reply path", .server) {
            event,
            party in
            guard let message = party.message(.serve_static_invoice, in: event), message.reply_path == nil,
                let nowhere = party.path(.clientRequest)
            else {
                return party.take(event).filter { !party.goesToItself($0) }
            }
            return party.take(.message(message.with(reply_path: nowhere))).filter { !party.goesToItself($0) }
        }
        .taking("C-10 b"),
        LawfulConduct("same-again-is-not-written", "acknowledges at once what it has stored already", .server) {
            event,
            party in
            guard let message = party.message(.serve_static_invoice, in: event), let reply_path = message.reply_path,
                let context = party.context(message, for: .invoiceUpdate)
            else { return party.take(event) }
            let former = party.received(.serve_static_invoice, over: .invoiceUpdate).dropLast()
                .last { ClientSlot($0.context) == ClientSlot(context) }
            let isStored = party.sent(.static_invoice_persisted).contains {
                $0.message.over == former?.message.reply_path
            }
            guard isStored, former?.message.content == message.content else { return party.take(event) }
            return [.send(SentMessage(party.builder.static_invoice_persisted(), over: reply_path))]
        }
        .taking("C-21 b"),
        LawfulConduct("slots-up-to-64", "takes slots up to number 64", .server) { event, party in
            guard let message = party.message(.offer_paths_request, in: event) else { return party.take(event) }
            return party.invoice_slot(in: message.content) ?? 0 > 64 ? [] : party.take(event)
        }
        .taking("C-79 b"),
        LawfulConduct("own-offer-paths-only", "stores no invoice whose offer has paths that are not its own", .server) {
            event,
            party in
            guard let message = party.message(.serve_static_invoice, in: event),
                let context = party.context(message, for: .invoiceUpdate),
                let offer = party.offer(in: party.invoice(in: message.content))
            else { return party.take(event) }
            let isOwn = (offer.offer_paths ?? []).allSatisfy { path in
                let sealed = party.paths.context(of: path)
                let own = party.context(message.with(context: sealed), for: .offer)
                return own.map { ClientSlot($0) } == ClientSlot(context)
            }
            return isOwn ? party.take(event) : []
        }
        .taking("C-82 b"),
        LawfulConduct(
            "an-end-of-its-own",
            "lets an offer end after three years where its paths have no end",
            .recipient { recipient in
                recipient.policy.terms = { builder in
                    // Three years from the time at which scenarios begin.
                    builder.offer_absolute_expiry = builder.offer_absolute_expiry ?? 1_861_920_000
                }
            }
        )
        .taking("C-75 b"),
        LawfulConduct("answers-always", "answers a request though the receiver is there", .counterparty) {
            event,
            party in
            if case .command(.salt(.setOnline)) = event { return [] }
            return party.take(event)
        }
        .taking("C-60 c"),
    ]

    private static let ofSaltRoles: [LawfulConduct] = [
        LawfulConduct("sends-everything-twice", "sends each message in two copies", .counterparty, onEvent: twice),
        LawfulConduct("sends-everything-twice", "sends each message in two copies", .payer, onEvent: twice),
        LawfulConduct(
            "answers-and-passes-on",
            "answers a request and passes it on, whether the receiver is there or not",
            .counterparty
        ) { event, party in
            let effects = party.take(event)
            guard case .forwarding(let message) = event, !effects.isEmpty,
                !effects.contains(where: { if case .forward = $0 { true } else { false } }),
                effects.contains(where: { if case .send = $0 { true } else { false } })
            else { return effects }
            return effects + [.forward(message)]
        }
        .taking("C-60 a"),
        LawfulConduct(
            "asks-again",
            "asks again with each tick until an invoice comes",
            .payer
        ) { event, party in
            let effects = party.take(event)
            guard case .tick = event, let last = party.sent(.invoice_request).last, party.received.isEmpty else {
                return effects
            }
            return effects + [.send(last.message)]
        },
    ]

    private static let twice: MutantParty.Mutation = { event, party in
        party.take(event).flatMap { effect in
            if case .send = effect { return [effect, effect] }
            return [effect]
        }
    }
}

extension OriginalParty {
    /// A message over a path that begins and ends here.
    fileprivate func goesToItself(_ effect: PartyEffect) -> Bool {
        guard case .send(let message) = effect else { return false }
        return paths.context(of: message.over) != nil
    }

    /// A request over the forward path of one offer, as if it had come over that of the offer that it is for.
    fileprivate func asForItsOwnOffer(_ event: PartyEvent) -> PartyEvent {
        guard let message = message(.invoice_request, in: event), var context = context(message, for: .forward),
            let id = offerID(in: message.content.value),
            sent(.serve_static_invoice).contains(where: { offerID(in: invoice(in: $0.message.content)) == id })
        else { return event }
        context.discriminator = id.bytes
        return .message(moved(message, to: context))
    }
}
