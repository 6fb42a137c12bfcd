internal import InvoiceServer
internal import Rules

/// What a recipient authenticates: B66-OP-R1, B66-SIP-R1, ASY-S1 and RB-E5.
extension MutantRegistry {
    static let recipientAuthentication: [Mutant] = offerPaths + persisted + held + forwarded

    /// The slot may have an offer already.
    private static let offerPaths: [Mutant] = [
        .noAuthentication("B66-OP-R1/no-authentication", .recipient, .offer_paths) { _ in
            PathContext(.offerPathsReply)
        },
        .contextNotChecked("B66-OP-R1/context-not-checked", .recipient, .offer_paths) { _ in
            PathContext(.offerPathsReply)
        },
        Mutant(
            "B66-OP-R1/any-context",
            .recipient { recipient in
                recipient.checks.offerPathsPath = MutatedContextChecks.anyPurpose("B66-OP-R1")
                recipient.checks.offerPaths = recipient.checks.offerPaths.without("B66-OP-R3")
            }
        ),
        Mutant(
            "B66-OP-R1/context-without-mac",
            .recipient { $0.checks.offerPathsPath = MutatedContextChecks.withoutMAC("B66-OP-R1", .offerPathsReply) }
        ),
    ]

    private static let persisted: [Mutant] = [
        .noAuthentication("B66-SIP-R1/no-authentication", anyAcknowledgement, .static_invoice_persisted) { _ in
            PathContext(.persistedReply)
        },
        .contextNotChecked("B66-SIP-R1/context-not-checked", anyAcknowledgement, .static_invoice_persisted) { _ in
            PathContext(.persistedReply)
        },
        Mutant(
            "B66-SIP-R1/any-context",
            .recipient { recipient in
                recipient.checks.persistedPath = MutatedContextChecks.anyPurpose("B66-SIP-R1")
                recipient.checks.persisted = []
            }
        ),
        Mutant(
            "B66-SIP-R1/context-without-mac",
            .recipient { $0.checks.persistedPath = MutatedContextChecks.withoutMAC("B66-SIP-R1", .persistedReply) }
        ),
        Mutant("B66-SIP-R1/marks-all", anyAcknowledgement) { event, party in
            guard let message = party.message(.static_invoice_persisted, in: event),
                party.context(message, for: .persistedReply) != nil
            else { return party.take(event) }
            return (0..<UInt16(clamping: party.configuration.limits.offers)).flatMap { slot in
                party.take(.message(party.moved(message, to: PathContext(.persistedReply, slot: slot))))
            }
        },
    ]

    /// For whichever offer the slot has.
    private static let anyAcknowledgement = MutantBase.recipient { $0.checks.persisted = [] }

    private static let held: [Mutant] = [
        .noAuthentication("ASY-S1/no-authentication", .recipient, .held_htlc_available) { _ in
            PathContext(.heldMessage)
        },
        .contextNotChecked("ASY-S1/context-not-checked", .recipient, .held_htlc_available) { _ in
            PathContext(.heldMessage)
        },
        Mutant("ASY-S1/any-context", .recipient { $0.checks.heldPath = MutatedContextChecks.anyPurpose("ASY-S1") }),
        Mutant(
            "ASY-S1/context-without-mac",
            .recipient { $0.checks.heldPath = MutatedContextChecks.withoutMAC("ASY-S1", .heldMessage) }
        ),
    ]

    private static let forwarded: [Mutant] = [
        Mutant(
            "RB-E5/requests-over-any-context",
            .recipient { $0.checks.forwardPath = MutatedContextChecks.anyPurpose("RB-E5") }
        )
    ]
}
