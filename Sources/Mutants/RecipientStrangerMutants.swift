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
        // A channel that is opened later is taken for one with the first peer.
        Mutant("B66-SIP-R3/channel-of-another-peer", .recipient) { event, party in
            guard case .channelOpened(var channel) = event, let first = party.configuration.channels.first else {
                return party.take(event)
            }
            channel.peer = first.peer
            return party.take(.channelOpened(channel))
        },
    ]
}
