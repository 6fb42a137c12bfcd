internal import InvoiceServer
internal import Rules

/// Parties that are wrong throughout, not in one thing: a suite must find them out, whatever else it does. They break many
/// requirements, so no scenario names them among its `kills`.
package enum HigherOrderMutants {
    package static let all = [serverAuthenticatesNothing, recipientAuthenticatesNothing, serverForgetsAtAKill]

    /// What each must be found to break, whatever else it does.
    static let broken: [String: [RequirementID]] = [
        serverAuthenticatesNothing.name: ["B66-OPR-R1", "B66-SSI-R1", "B12-IRQ-8"],
        recipientAuthenticatesNothing.name: ["B66-OP-R1", "B66-SIP-R1", "ASY-S1"],
        // What was acknowledged is to be there after a start (SSI-R4), to be found again by the path (OP-S2), and to stay when
        // another offer's invoice is updated (OP-S4).
        serverForgetsAtAKill.name: ["B66-SSI-R4", "B66-OP-S2", "B66-OP-S4"],
    ]

    /// What a message is taken for that did not come over a path for its purpose.
    private typealias AcceptedMessage = (
        kind: MessageKind, purpose: PathContext.Purpose, substitute: Mutant.SubstituteContext
    )

    /// Whatever comes is taken and answered, over whichever path or over none.
    package static let serverAuthenticatesNothing = accepting(
        "server/authenticates-nothing",
        .server { $0.checks.invoiceRequest = [] },
        [
            (.offer_paths_request, .clientRequest, MutantRegistry.firstClient),
            (.serve_static_invoice, .invoiceUpdate, MutantRegistry.lastPlace),
            (.invoice_request, .offer, { MutantRegistry.lastPlace($0)?.for(.offer) }),
        ]
    )

    package static let recipientAuthenticatesNothing = accepting(
        "recipient/authenticates-nothing",
        .recipient { recipient in
            recipient.checks.offerPaths = recipient.checks.offerPaths.without("B66-OP-R3")
            recipient.checks.persisted = []
            recipient.checks.forwarded = []
        },
        [
            (.offer_paths, .offerPathsReply, { _ in PathContext(.offerPathsReply) }),
            (.static_invoice_persisted, .persistedReply, { _ in PathContext(.persistedReply) }),
            (.held_htlc_available, .heldMessage, { _ in PathContext(.heldMessage) }),
            (.invoice_request, .forward, { _ in PathContext(.forward) }),
        ]
    )

    /// Its storage says yes, and keeps nothing beyond the life of the process.
    package static let serverForgetsAtAKill = Mutant(
        "server/forgets-at-a-kill",
        .server.configured { $0.store = [:] }
    )

    private static func accepting(_ name: String, _ base: MutantBase, _ accepted: [AcceptedMessage]) -> Mutant {
        Mutant(name, base) { event, party in
            for (kind, purpose, substitute) in accepted {
                guard let message = party.message(kind, in: event) else { continue }
                if party.context(message, for: purpose) != nil { break }
                return substitute(party).map { party.take(.message(party.moved(message, to: $0))) } ?? []
            }
            return party.take(event)
        }
    }
}
