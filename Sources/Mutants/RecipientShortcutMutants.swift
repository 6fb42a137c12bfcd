internal import InvoiceServer
internal import Lightning
internal import Rules
internal import Wire

/// Recipients as somebody in a hurry writes them.
extension MutantRegistry {
    static let recipientShortcuts: [Mutant] = slots + renewals + ends + paths + later + Mutant.nearOnly(.recipient)

    private static let slots: [Mutant] = [
        // What the server keeps for the one offer takes the place of what it kept for the other.
        Mutant("B66-OV-1/one-slot-for-all", .recipient, onSend: .offer_paths_request) { message, party in
            message.with(content: party.builder.offer_paths_request(invoice_slot: 0))
        }
    ]

    /// B66-SIP-R3: what is renewed, and when.
    private static let renewals: [Mutant] = [
        Mutant("B66-SIP-R3/at-every-tick", .recipient { $0.policy.isDue = { _, _, _ in true } }),
        Mutant("B66-SIP-R3/old-fees", .recipient) { event, party in
            guard case .channelFeesChanged(let channel) = event,
                let old = party.configuration.channels.first(where: { $0.scid == channel.scid })
            else { return party.take(event) }
            return party.take(.channelFeesChanged(old))
        },
        // The renewed invoice still promises the channel that is closed.
        Mutant("B66-SIP-R3/closed-channels", .recipient) { event, party in
            if case .channelClosed(let channel) = event { return party.take(.channelFeesChanged(channel)) }
            return party.take(event)
        },
        Mutant("B66-SIP-R3/once", .recipient, onSend: .serve_static_invoice) { message, party in
            party.sent(.serve_static_invoice).count { $0.message.over == message.over } > 1 ? nil : message
        },
        Mutant(
            "B12-SI-W1/time-of-the-first-invoice",
            .recipient,
            onSend: .serve_static_invoice
        ) { message, party in
            guard let first = party.sent(.serve_static_invoice).first, first.at < party.now else { return message }
            let invoice = party.invoice(in: message.content)
            let created_at = TLVRecord(type: 164, value: TruncatedInteger.encode(first.at))
            let changed = party.issuerKey(signing: invoice).flatMap { key in
                party.signed(invoice, by: key) { $0.filter { $0.type != 164 } + [created_at] }
            }
            return message.with(content: party.replacing(message.content, static_invoice: changed))
        },
        Mutant("B66-SIP-R2/unready-while-it-renews", .recipient) { effect, party in
            guard case .answer(.offer) = effect else { return effect }
            let acknowledged = party.received(.static_invoice_persisted, over: .persistedReply).count
            return acknowledged < party.sent(.serve_static_invoice).count ? .answer(.offer(nil)) : effect
        },
    ]

    /// How long an offer is good for.
    private static let ends: [Mutant] = [
        Mutant("B12-OFF-W7/end-not-stated", .recipient, onReceive: .offer_paths) { message, party in
            message.with(content: party.builder.offer_paths(party.offer_paths(in: message.content)))
        },
        Mutant("B66-OP-R2/gives-away-what-has-ended", .recipient) { effect, party in
            guard case .answer(.offer(nil)) = effect, party.sent(.static_invoice_persisted).isEmpty,
                !party.received(.static_invoice_persisted, over: .persistedReply).isEmpty
            else { return effect }
            let last = party.sent(.serve_static_invoice).last
            return .answer(.offer(party.offer(in: party.invoice(in: last?.message.content))?.text))
        },
    ]

    /// A second round, written without a look at the first.
    private static let later: [Mutant] = [
        Mutant("ASY-S1/releases-once", .recipient, onSend: .release_held_htlc) { message, party in
            party.sent(.release_held_htlc).isEmpty ? message : nil
        },
        Mutant("B66-SIP-R3/renews-the-first-offer-only", .recipient, onSend: .serve_static_invoice) { message, party in
            let sent = party.sent(.serve_static_invoice).map(\.message.over)
            return sent.contains(message.over) && sent.first != message.over ? nil : message
        },
        Mutant("B66-OP-R3/needs-an-end", .recipient, onReceive: .offer_paths) { message, party in
            let stated = party.replacing(message.content, offer_paths: party.offer_paths(in: message.content))
            let bare = party.builder.offer_paths(party.offer_paths(in: message.content))
            return stated == bare ? nil : message
        },
        Mutant("ASY-R1/claims-once", .recipient) { event, party in
            let effects = party.take(event)
            guard case .htlc = event else { return effects }
            return party.htlcs > 1 ? [] : effects
        },
    ]

    private static let paths: [Mutant] = [
        // Of the message paths in an invoice every second one is for something else.
        Mutant(
            "ASY-S1/first-message-path-only",
            MutantBase(role: "recipient") { configuration in
                let made = MutantMemory(0)
                var recipient = Recipient(configuration)
                recipient.policy.seals = { context in
                    guard context.purpose == .heldMessage else { return context }
                    let number = made.change { made in
                        made += 1
                        return made
                    }
                    var other = context
                    if number.isMultiple(of: 2) { other.purpose = .forward }
                    return other
                }
                return recipient
            }
        ),
        Mutant("B12-OFF-W1/bitcoin-only", .recipient.configured { $0.chain = Chain.bitcoin }),
        Mutant("B66-NU-1/tells-of-itself-at-every-tick", .recipient) { event, party in
            let effects = party.take(event)
            guard case .tick = event, let last = party.sent(.release_held_htlc).last else { return effects }
            return effects + [.send(last.message)]
        },
    ]
}
