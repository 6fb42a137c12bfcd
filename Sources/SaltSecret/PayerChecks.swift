package import InvoiceServer
package import Lightning
package import Primitives
package import Rules
package import Wire

/// The rules of the payer, as values.
package struct PayerChecks: Sendable {
    package var offer: [Check<OfferReaderInput>] = OfferReaderChecks.all
    /// The invoice comes over the payer's own reply path.
    package var invoicePath = PathContextChecks.all("SALT-20", .invoiceReply)
    /// Without payment hash, for the offer, signed by the offer's key.
    package var invoice: [Check<KeysendInvoiceOfOffer>] =
        KeysendInvoiceChecks.ofReader + [
            KeysendInvoiceChecks.withoutPaymentHash, KeysendInvoiceChecks.offerMirrored,
        ]
    package var invoiceLife: [Check<InvoiceToPay>] = [InvoiceToPay.notExpired]

    package init() {}
}

/// An invoice whose signer is authenticated.
package struct InvoiceToPay: Sendable {
    package let invoice: StaticInvoice
    package let now: UInt64
    package let profile: Profile

    static let notExpired = Check<InvoiceToPay>("SALT-20", .expired) { subject in
        guard let created_at = subject.invoice.invoice_created_at else {
            return .fails("there is no invoice_created_at")
        }
        let life =
            subject.invoice.invoice_relative_expiry ?? subject.profile.static_invoice.default_relative_expiry
        let (end, overflow) = created_at.addingReportingOverflow(life)
        return .require(overflow || subject.now <= end, "it is \(subject.now), the invoice ended after \(end)")
    }
}

/// What a payer decides that is no check.
package struct PayerPolicy: Sendable {
    /// The path for the request: one with hops before its end, where there is one, for only there is the scheme of use (C-56).
    package var path: @Sendable ([BlindedPath]) -> BlindedPath? = { paths in
        paths.first { $0.hops.count > 1 } ?? paths.first
    }

    /// The records of the scheme for a relay (SALT-11, SALT-13, SALT-14).
    package var relayRecords: @Sendable ([TLVRecord]) -> [TLVRecord] = { $0 }

    /// New for each payment (SALT-21).
    package var preimage: @Sendable (inout any RandomSource) -> [UInt8] = { $0.next32().bytes }

    package var payload: @Sendable (KeysendPayment, BlindedPath) -> [UInt8] = { $0.payload(over: $1) }

    package init() {}
}
