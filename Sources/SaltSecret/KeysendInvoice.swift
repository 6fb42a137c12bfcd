package import Lightning
internal import Primitives
package import Rules
internal import Wire

/// An invoice without payment hash that a receiver leaves with the counterparty: the payer pays it by keysend (SALT-7).
package struct KeysendInvoice: Sendable {
    /// What such an invoice is sent and signed as (C-61).
    package enum Form: String, Hashable, Sendable, CaseIterable {
        /// BOLT 12's invoice, as far as the text goes.
        case invoice
        /// What PR 1149 made of the idea later.
        case static_invoice

        package static let recommended = Form.invoice

        /// The name in the signature's tag.
        package var messagename: String { rawValue }

        /// The record of an onion message that carries it.
        package func messageType(_ profile: Profile) -> UInt64 {
            switch self {
            case .invoice: KeysendInvoice.invoiceType
            case .static_invoice: profile.onion_message_types.static_invoice
            }
        }
    }

    /// The record of an onion message that carries an invoice of the recommended form (C-61).
    package static let invoiceType: UInt64 = 66

    package let form: Form
    /// The records; both forms share the table of invoices.
    package let records: StaticInvoice

    package init(form: Form, records: StaticInvoice) {
        self.form = form
        self.records = records
    }

    /// Whether the signature is the key's, under the form's name.
    func isSigned(by key: PublicKey) -> Bool {
        guard let signature = records.signature else { return false }
        return Bolt12Signature.verify(signature, records.decoded.stream, messagename: form.messagename, by: key)
    }

    /// The records that it mirrors from its offer.
    var offerRecords: [TLVRecord] { records.decoded.stream.records.filter { Bolt12Range.isOffer($0.type) } }
}

/// An invoice with the offer that it is for.
package struct KeysendInvoiceOfOffer: Sendable {
    package let invoice: KeysendInvoice
    package let offer: Offer

    package init(invoice: KeysendInvoice, offer: Offer) {
        self.invoice = invoice
        self.offer = offer
    }

    /// `offer_node_id` at the time, the offer's own key.
    var offerKey: PublicKey? { offer.offer_issuer_id }
}

/// The rules for the invoice of an offer: at the receiver, who makes it, and at the payer, who gets it from somebody else.
package enum KeysendInvoiceChecks {
    package typealias Subject = KeysendInvoiceOfOffer

    package static let ofWriter: [Check<Subject>] = [withoutPaymentHash, offerMirrored, signed("SALT-7")]
    package static let ofReader: [Check<Subject>] = [signed("SALT-20")]

    package static let withoutPaymentHash = Check<Subject>("SALT-7", .semantic("invoice_payment_hash")) { subject in
        .require(!subject.invoice.records.decoded.contains(168), "there is an invoice_payment_hash (168)")
    }

    package static let offerMirrored = Check<Subject>("SALT-7", .semantic("offer")) { subject in
        .require(
            subject.invoice.offerRecords.elementsEqual(subject.offer.decoded.stream.records),
            "the offer's records in the invoice are not those of the offer"
        )
    }

    private static func signed(_ id: RequirementID) -> Check<Subject> {
        Check<Subject>(id, .signature, reading: "C-61") { subject in
            guard let key = subject.offerKey else { return .fails("the offer has no key (22) that could sign") }
            return .require(
                subject.invoice.isSigned(by: key),
                "the signature is not that of the offer's key under \"\(subject.invoice.form.messagename)\""
            )
        }
    }
}
