internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// Freedoms in what is offered, forwarded and kept, written from bLIP-66 and `Spec/stateful-operations.md` alone.
extension LawfulConduct {
    static let ofOffersAndForwarding: [LawfulConduct] = [
        LawfulConduct("drops-what-has-ended", "deletes invoices that have ended when its timers run", .server, 0) {
            event,
            party,
            deleted in
            let effects = party.take(event)
            guard case .tick = event else { return effects }
            let dead = party.places.filter { place in
                let last = party.received(.serve_static_invoice, over: .invoiceUpdate).last {
                    ClientSlot($0.context) == place
                }
                return party.end(ofInvoiceIn: last?.message.content).map { $0 < party.now } ?? false
            }
            guard !dead.isEmpty else { return effects }
            let number = deleted.change { count in
                count += 1
                return count
            }
            let records = dead.map { StorePut.Record(key: $0.storeKey, value: nil) }
            return effects + [.put(StorePut(put: 3_000_000 + UInt64(number), records: records))]
        },
        LawfulConduct(
            "one-of-the-paths",
            "makes its offers with the last of the paths alone",
            .recipient { $0.policy.offerPaths = { Array($0.suffix(1)) } }
        ),
        LawfulConduct("one-slot-at-a-time", "asks for the next paths when an offer is ready", .recipient) {
            event,
            party in
            let ready = party.received(.static_invoice_persisted, over: .persistedReply).map(\.context.slot)
            return party.take(event).filter { effect in
                guard let message = party.message(.offer_paths_request, in: effect) else { return true }
                let slot = party.invoice_slot(in: message.content) ?? 0
                return slot == 0 || ready.contains(slot - 1)
            }
        },
        LawfulConduct(
            "sells-something-dear",
            "makes offers at a price of 2,500,000 msat, of which one may have ten",
            selling("a book", offer_amount: 2_500_000, offer_quantity_max: 10)
        ),
        LawfulConduct(
            "sells-something-cheap",
            "makes offers at a price of 20,000 msat, of which one may have any number",
            selling("a sweet", offer_amount: 20_000, offer_quantity_max: 0)
        ),
    ]

    private static func selling(
        _ offer_description: String,
        offer_amount: UInt64,
        offer_quantity_max: UInt64
    ) -> MutantBase {
        .recipient { recipient in
            recipient.policy.terms = { builder in
                builder.offer_amount = offer_amount
                builder.offer_description = offer_description
                builder.offer_quantity_max = offer_quantity_max
            }
        }
    }
}

extension OriginalParty {
    /// The last second of the life of an invoice that is handed over.
    func end(ofInvoiceIn content: TLVRecord?) -> UInt64? {
        var validation = Validation(.strict)
        guard let content,
            let invoice = try? StaticInvoice.read(invoice(in: content)[...], configuration.profile, &validation),
            let created_at = invoice.invoice_created_at
        else { return nil }
        let life = configuration.profile.static_invoice.default_relative_expiry
        return created_at + (invoice.invoice_relative_expiry ?? life)
    }
}
