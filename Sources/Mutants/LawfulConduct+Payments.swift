internal import InvoiceServer
internal import Lightning

/// What the texts leave to the node that holds an HTLC, to one that passes messages on, and to payers.
extension LawfulConduct {
    static let ofPayments: [LawfulConduct] = [
        atTheNextTick(.holder),
        LawfulConduct("one-path", "gives one path for the release of each HTLC", .holder { $0.policy.paths = 1 }),
        LawfulConduct("five-paths", "gives five paths for the release of each HTLC", .holder { $0.policy.paths = 5 }),
        LawfulConduct(
            "fails-a-day-early",
            "fails an HTLC back 144 blocks before it ends",
            .holder { $0.policy.endsTooSoon = { htlc, height in htlc.cltv_expiry < height + 144 } }
        ),
        LawfulConduct(
            "passes-on-twice",
            "passes each message on in two copies",
            .forwarder { _ in }
        ) { event, party in
            party.take(event).flatMap { effect in
                if case .forward = effect { return [effect, effect] }
                return [effect]
            }
        },
        LawfulConduct(
            "pays-a-little-more",
            "pays a hundredth more than it is asked for",
            .asyncPayer { $0.policy.paid = { $0 + $0 / 100 } }
        ),
        LawfulConduct(
            "gives-the-recipient-a-day-more",
            "lets the HTLC end 144 blocks later than it has to",
            .asyncPayer { $0.policy.finalExpiry = { $0 + UInt64($1.cltv_expiry_delta) + 144 } }
        ),
    ]
}
