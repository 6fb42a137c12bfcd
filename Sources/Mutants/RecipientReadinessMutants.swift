internal import InvoiceServer
internal import Lightning
internal import Wire

/// Which offers a recipient gives out, and how it keeps them fresh: B66-SIP-R2, B66-SIP-R3, B66-RAT-1.
extension MutantRegistry {
    static let recipientReadiness: [Mutant] = readiness + readinessInStore + renewal + choice

    /// B66-SIP-R2: an offer is ready when the server has said that it holds the invoice.
    private static let readiness: [Mutant] = [
        Mutant("B66-SIP-R2/never-ready", .recipient, onReceive: .static_invoice_persisted) { _, _ in nil },
        Mutant("B66-SIP-R2/ready-when-handed-over", .recipient { $0.policy.isShown = { _ in true } }),
        Mutant("B66-SIP-R2/ready-after-a-while", .recipient) { effect, party in
            guard case .answer(.offer(nil)) = effect, let last = party.sent(.serve_static_invoice).last,
                party.now >= last.at + 30
            else { return effect }
            return .answer(.offer(party.offer(in: party.invoice(in: last.message.content))?.text))
        },
        Mutant("B66-SIP-R2/second-acknowledgement-takes-it-back", .recipient) { effect, party in
            guard case .answer(.offer) = effect else { return effect }
            let acknowledged = party.received(.static_invoice_persisted, over: .persistedReply).map(\.context)
            return Set(acknowledged).count == acknowledged.count ? effect : .answer(.offer(nil))
        },
    ]

    /// B66-SIP-R2: a restart changes nothing of it.
    private static let readinessInStore: [Mutant] = [
        Mutant("B66-SIP-R2/deaf-after-a-restart", .recipient, onReceive: .static_invoice_persisted) { message, party in
            party.creationTime(message) == nil ? nil : message
        },
        Mutant("B66-SIP-R2/ready-in-memory", .recipient) { event, party in
            let effects = party.take(event)
            return party.message(.static_invoice_persisted, in: event) == nil ? effects : party.keepingInMemory(effects)
        },
        // Whatever was stored before the start is shown.
        Mutant("B66-SIP-R2/ready-after-a-restart", .recipient) { effect, party in
            guard case .answer(.offer(nil)) = effect, !party.configuration.store.isEmpty,
                case .answer(.offers(let offers))? = party.take(.command(.listOffers)).first
            else { return effect }
            return .answer(.offer(offers.first?.offer))
        },
    ]

    /// B66-SIP-R3: invoices are renewed, for the same offer.
    private static let renewal: [Mutant] = [
        Mutant("B66-SIP-R3/never", .recipient, onSend: .serve_static_invoice) { message, party in
            party.isRenewal(message) ? nil : message
        },
        Mutant("B66-SIP-R3/for-another-offer", .recipient, onSend: .serve_static_invoice) { message, party in
            let invoice = party.invoice(in: message.content)
            guard party.isRenewal(message), let key = party.issuerKey(signing: invoice) else { return message }
            let description = TLVRecord(type: 10, value: Array("a new offer".utf8))
            let changed = party.signed(invoice, by: key) { $0 + [description] }
            return message.with(content: party.replacing(message.content, static_invoice: changed))
        },
    ]

    private static let choice: [Mutant] = [
        Mutant("B66-RAT-1/always-the-first", .recipient { $0.policy.turn = { _, _ in 0 } })
    ]
}

extension OriginalParty {
    /// An invoice for the offer was sent before, as far as is known in memory.
    fileprivate func isRenewal(_ message: SentMessage) -> Bool {
        sent(.serve_static_invoice).contains { $0.message.over == message.over }
    }
}
