internal import InvoiceServer
internal import Lightning
internal import Rules
internal import Wire

/// How a server keeps invoices: B66-SSI-R2 to R4, and B66-SIP-S1.
extension MutantRegistry {
    static let serverStorage: [Mutant] = replacing + limits + acknowledging + refusing + writing

    /// B66-SSI-R2: a later invoice takes the place of an earlier one.
    private static let replacing: [Mutant] = [
        // What came first stays in front.
        Mutant("B66-SSI-R2/appends", .server { $0.policy.replaces = { old, new in old ?? new } }),
        Mutant("B66-SSI-R2/keeps-the-first", .server) { event, party in
            guard let message = party.message(.serve_static_invoice, in: event), let reply_path = message.reply_path,
                party.received(.serve_static_invoice, over: .invoiceUpdate).count(where: {
                    $0.message.context == message.context
                }) > 1
            else { return party.take(event) }
            return [.send(SentMessage(party.builder.static_invoice_persisted(), over: reply_path))]
        },
        Mutant(
            "B66-SSI-R2/newest-made-wins",
            .server { server in
                server.policy.replaces = { old, new in
                    guard let old, let before = old.invoice.invoice_created_at else { return new }
                    return new.invoice.invoice_created_at ?? 0 < before ? old : new
                }
            }
        ),
        // Offers of former invoices stay in the table.
        Mutant("B66-SSI-R2/old-offer-still-served", .server) { event, party in
            let effects = party.take(event)
            guard let message = party.message(.invoice_request, in: event), let reply_path = message.reply_path,
                !effects.contains(where: { party.message(.static_invoice, in: $0) != nil })
            else { return effects }
            let invoices = party.received(.serve_static_invoice, over: .invoiceUpdate)
                .map { party.invoice(in: $0.message.content) }
            let offer = party.offerID(in: message.content.value)
            guard let invoice = invoices.last(where: { party.offerID(in: $0) == offer }) else { return effects }
            return effects + [.send(SentMessage(party.builder.static_invoice(invoice), over: reply_path))]
        },
        Mutant("B66-SSI-R2/replaces-all-slots", .server) { event, party in
            let effects = party.take(event)
            guard let message = party.message(.serve_static_invoice, in: event),
                let context = party.context(message, for: .invoiceUpdate)
            else { return effects }
            let others = party.places.filter { $0.client == context.client && $0.slot != context.slot }
            return others.reduce(into: effects) { effects, place in
                var other = context
                other.slot = place.slot
                effects += party.take(.message(party.moved(message, to: other)))
            }
        },
        Mutant("B66-SSI-R2/update-in-memory", .server) { event, party in
            let effects = party.take(event)
            guard let message = party.message(.serve_static_invoice, in: event) else { return effects }
            let uses = party.received(.serve_static_invoice, over: .invoiceUpdate)
            let isUpdate = uses.count { $0.message.context == message.context } > 1
            return isUpdate ? party.keepingInMemory(effects) : effects
        },
    ]

    /// B66-SSI-R3: bounds.
    private static let limits: [Mutant] = [
        Mutant("B66-SSI-R3/any-size", .server.configured { $0.limits.max_invoice_bytes = .max }),
        Mutant("B66-SSI-R3/unbounded", .server.configured { $0.limits.max_slots = .max }),
        // One client's invoices push out those of others, and when there are none its own.
        Mutant("B66-SSI-R3/evicts-others", .server.configured { $0.limits.max_slots = .max }) { event, party in
            let gone = evicted(party)
            if let request = party.message(.invoice_request, in: event), let context = party.context(request),
                gone.contains(ClientSlot(context))
            {
                return []
            }
            return party.take(event).map { effect in
                guard case .put(var put) = effect else { return effect }
                put.records += gone.map { StorePut.Record(key: $0.storeKey, value: nil) }
                return .put(put)
            }
        },
    ]

    private static func evicted(_ party: OriginalParty) -> [ClientSlot] {
        let places = party.places
        let limit = Int(clamping: party.configuration.limits.max_slots)
        for client in Set(places.map(\.client)) {
            let own = places.filter { $0.client == client }
            if own.count > limit {
                return Array((places.filter { $0.client != client } + own).prefix(own.count - limit))
            }
        }
        return []
    }

    /// B66-SSI-R4 and B66-SIP-S1: the acknowledgement.
    private static let acknowledging: [Mutant] = [
        Mutant("B66-SSI-R4/acknowledges-once", .server, onReceive: .serve_static_invoice) { message, party in
            let earlier = party.received(.serve_static_invoice, over: .invoiceUpdate).dropLast()
            return earlier.contains { $0.message.content == message.content } ? nil : message
        },
        Mutant("B66-SSI-R4/acknowledges-over-another-path", .server, onSend: .static_invoice_persisted) {
            message,
            party in
            let request = party.received(.offer_paths_request, over: .clientRequest).last?.message
            return message.with(over: request?.reply_path ?? message.over)
        },
        Mutant("B66-SSI-R4/acknowledges-where-it-can", .server, onReceive: .serve_static_invoice) { message, party in
            message.with(reply_path: message.reply_path ?? party.forward_path(in: message.content))
        },
        Mutant("B66-SIP-S1/early", .server { $0.policy.acknowledges = { $0 == nil } }),
        Mutant("B66-SIP-S1/on-error", .server { $0.policy.acknowledges = { $0 != nil } }),
    ]

    /// B66-SSI-R4: what is acknowledged is stored.
    private static let refusing: [Mutant] = [
        // An invoice that can be read and is of no use to a payer is dropped, and acknowledged all the same.
        Mutant("B66-SSI-R4/acknowledges-what-it-drops", .server) { event, party in
            let effects = party.take(event)
            guard let message = party.message(.serve_static_invoice, in: event), let reply_path = message.reply_path,
                party.context(message, for: .invoiceUpdate) != nil, !party.invoice(in: message.content).isEmpty,
                !effects.contains(where: { if case .put = $0 { true } else { false } })
            else { return effects }
            return effects + [.send(SentMessage(party.builder.static_invoice_persisted(), over: reply_path))]
        },
        Mutant("B66-SSI-R4/unread", .server) { event, party in
            let effects = party.take(event)
            guard let message = party.message(.serve_static_invoice, in: event), let reply_path = message.reply_path,
                party.context(message, for: .invoiceUpdate) != nil, party.invoice(in: message.content).isEmpty
            else { return effects }
            return [.send(SentMessage(party.builder.static_invoice_persisted(), over: reply_path))]
        },
    ]

    /// B66-SSI-R4: what is acknowledged is there after a restart.
    private static let writing: [Mutant] = [
        Mutant("B66-SSI-R4/volatile", .server) { event, party in party.keepingInMemory(party.take(event)) },
        Mutant("B66-SSI-R4/forward-path-in-memory", .server, onSend: .invoice_request) { message, party in
            let serveMessages = party.received(.serve_static_invoice, over: .invoiceUpdate)
            return serveMessages.contains { party.forward_path(in: $0.message.content) == message.over } ? message : nil
        },
        // Invoice and forward path are two records, and a write may end between them.
        Mutant("B66-SSI-R4/torn-pair", .server.configured { $0.store = joined($0.store) }) { effect, _ in
            guard case .put(var put) = effect else { return effect }
            put.records = put.records.flatMap(halves)
            return .put(put)
        },
    ]

    private static let forwardPathSuffix = "/forward_path"

    private static func halves(_ record: StorePut.Record) -> [StorePut.Record] {
        guard let value = record.value, let stream = try? TLVStream.read(value[...], known: .unspecified) else {
            return [record]
        }
        let parts = stream.records.map { Array($0.encoding) }
        return zip(["", forwardPathSuffix], parts).map { StorePut.Record(key: record.key + $0, value: $1) }
    }

    private static func joined(_ store: [String: [UInt8]]) -> [String: [UInt8]] {
        Dictionary(
            uniqueKeysWithValues: store.filter { !$0.key.hasSuffix(forwardPathSuffix) }
                .map { ($0.key, $0.value + (store[$0.key + forwardPathSuffix] ?? [])) }
        )
    }
}
