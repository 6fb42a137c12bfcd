internal import InvoiceServer
internal import Primitives
internal import Rules
internal import Wire

/// Servers that get the first time right, or forget a part of what they were told.
extension MutantRegistry {
    static let serverOversights: [Mutant] = [
        Mutant("B66-SRV-2a/without-reply-path", .server, onSend: .invoice_request) { message, _ in
            message.with(reply_path: nil)
        },
        Mutant("B66-SSI-R4/acknowledges-over-the-first-path", .server, onSend: .static_invoice_persisted) {
            message,
            party in
            let first = party.received(.serve_static_invoice, over: .invoiceUpdate).first?.message.reply_path
            return first.map { message.with(over: $0) }
        },
        // What is read at a start is kept by client.
        Mutant(
            "B66-SSI-R4/one-invoice-a-client-after-a-restart",
            .server.configured { configuration in
                var seen: Set<String> = []
                let keys = configuration.store.keys.sorted().filter { key in
                    seen.insert(key.split(separator: "/").dropLast().joined(separator: "/")).inserted
                }
                configuration.store = configuration.store.filter { keys.contains($0.key) }
            }
        ),
        Mutant("B66-SRV-2b/wakes-at-the-first-request-only", .server) { event, party in
            let isFirst = party.sent(.invoice_request).isEmpty
            return party.take(event).filter { effect in
                if case .wake = effect { return isFirst }
                return true
            }
        },
        // Each hand-over counts, not each slot.
        Mutant("B66-OP-S4/updates-count-as-slots", .server, onReceive: .serve_static_invoice) { message, party in
            guard let context = party.context(message, for: .invoiceUpdate) else { return message }
            let all = party.received(.serve_static_invoice, over: .invoiceUpdate)
            let count = all.count { $0.context.client == context.client }
            return UInt64(count) > party.configuration.limits.max_slots ? nil : message
        },
        Mutant("B66-OP-S5/update-path-ends-sooner", .server, onReceive: .serve_static_invoice) { message, party in
            guard let made = party.creationTime(message) else { return message }
            return party.now > made + party.configuration.limits.paths_lifetime / 2 ? nil : message
        },
    ]
}
