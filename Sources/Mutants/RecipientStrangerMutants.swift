internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// Recipients of a third round, written from bLIP-66 and `Spec/stateful-operations.md` alone: two offers mixed up, and what is
/// forgotten when a message is lost.
extension MutantRegistry {
    static let recipientStrangers: [Mutant] = [
        // Requests are expected over the forward path of the offer that was made first.
        Mutant("B66-SSI-S2/knows-one-forward-path", .recipient, onReceive: .invoice_request) { message, party in
            let first = party.received(.offer_paths, over: .offerPathsReply).first
            guard let first, let own = party.context(message, for: .forward) else { return message }
            return own.slot == first.context.slot ? message : nil
        },
        // One acknowledgement that is lost, and no further invoice is handed over.
        Mutant("B66-SIP-R3/stops-when-an-acknowledgement-is-lost", .recipient, onSend: .serve_static_invoice) {
            message,
            party in
            let handedOver = party.sent(.serve_static_invoice).count { $0.message.over == message.over }
            let answer = party.received(.offer_paths, over: .offerPathsReply)
                .last { $0.message.reply_path == message.over }
            let acknowledged = party.received(.static_invoice_persisted, over: .persistedReply)
                .count { $0.context.slot == answer?.context.slot }
            return handedOver > 1 && acknowledged < handedOver ? nil : message
        },
        // The slot has another offer by now, and an old acknowledgement comes.
        Mutant(
            "B66-SIP-R1/acknowledgement-of-a-former-offer",
            .recipient {
                $0.checks.persisted = []
                $0.checks.persistedPath = MutatedContextChecks.withoutEnd("B66-SIP-R1", .persistedReply)
            }
        ),
        Mutant("ASY-S1/releases-over-the-first-reply-path", .recipient, onSend: .release_held_htlc) { message, party in
            let first = party.received(.held_htlc_available, over: .heldMessage).first?.message.reply_path
            return first.map { message.with(over: $0) } ?? message
        },
        // A channel that is opened later is taken for one with the first peer.
        Mutant("B66-SIP-R3/channel-of-another-peer", .recipient) { event, party in
            guard case .channelOpened(var channel) = event, let first = party.configuration.channels.first else {
                return party.take(event)
            }
            channel.peer = first.peer
            return party.take(.channelOpened(channel))
        },
        // Both offers are renewed with the invoice of the first.
        Mutant("B66-SIP-R3/first-offers-invoice-for-all", .recipient, onSend: .serve_static_invoice) {
            message,
            party in
            let handedOver = party.sent(.serve_static_invoice).map(\.message)
            guard handedOver.contains(where: { $0.over == message.over }), let first = handedOver.first,
                first.over != message.over
            else { return message }
            let invoice = party.invoice(in: first.content)
            return message.with(content: party.replacing(message.content, static_invoice: invoice))
        },
    ]
}
