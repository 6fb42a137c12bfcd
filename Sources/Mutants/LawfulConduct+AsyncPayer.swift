internal import InvoiceServer
internal import Lightning

/// What the texts leave to a payer of static invoices.
extension LawfulConduct {
    static let ofAsyncPayers: [LawfulConduct] = [
        atTheNextTick(.asyncPayer { _ in }),
        LawfulConduct(
            "sends-everything-twice",
            "sends each message in two copies",
            .asyncPayer { _ in }
        ) { event, party in
            party.take(event).flatMap { effect in
                if case .send = effect { return [effect, effect] }
                return [effect]
            }
        },
        LawfulConduct(
            "tells-over-all-paths",
            "sends held_htlc_available over every message path of the invoice",
            .asyncPayer { $0.policy.announcements = { _ in .max } }
        ),
        LawfulConduct(
            "takes-the-last-offer-path",
            "sends its request over the last path of the offer",
            .asyncPayer { $0.policy.offerPath = { $0.last } }
        ),
    ]
}
