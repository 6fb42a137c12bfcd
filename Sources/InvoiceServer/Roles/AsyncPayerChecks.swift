package import Lightning
package import Primitives
package import Rules

/// The rules of the payer of static invoices, as values.
package struct AsyncPayerChecks: Sendable {
    package var offer: [Check<OfferReaderInput>] = OfferReaderChecks.all
    /// The invoice comes over the reply path of its request.
    package var invoicePath = PathContextChecks.all("B12-SI-R16", .invoiceReply)
    package var invoice: [Check<StaticInvoiceReaderInput>] = StaticInvoiceReaderChecks.all
    /// The release comes over the reply path of a held_htlc_available.
    package var releasePath = PathContextChecks.all("ASY-S2", .releaseReply)

    package init() {}
}

/// What the payer of static invoices decides that is no check.
package struct AsyncPayerPolicy: Sendable {
    package typealias Choice = @Sendable ([UInt8], [[UInt8]: AsyncPayment]) -> AsyncPayment?

    /// The path of the offer for the request (B12-OFF-R11).
    package var offerPath: @Sendable ([BlindedPath]) -> BlindedPath? = { $0.first }
    /// Unpredictable (B12-IRQW-7).
    package var metadata: @Sendable (inout any RandomSource) -> [UInt8] = { $0.bytes(16) }
    /// A key for one request (B12-IRQW-6).
    package var payerKey: @Sendable (inout any RandomSource) -> SecretKey = { $0.secretKey() }
    /// Whether the recipient is told again at a tick.
    package var tellsAgain = true
    package var paymentOfInvoice: Choice = { id, payments in payments[id] }
    package var paymentOfRelease: Choice = { id, payments in payments[id] }
    /// New for each payment (ASY-P1).
    package var preimage: @Sendable (inout any RandomSource) -> [UInt8] = { $0.next32().bytes }
    package var waitsForRelease = true
    /// Messages that tell the recipient, over as many paths.
    package var announcements = 2
    package var mayPay: @Sendable (AsyncPayment.State) -> Bool = { $0 == .waiting }
    package var stored: @Sendable (AsyncPayment) -> AsyncPayment = { $0 }
    package var request: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    /// Earlier paths are preferred (B12-SI-R14), of those that may be used (B12-SI-R10).
    package var path: @Sendable (StaticInvoice) -> BlindedPath? = { invoice in
        let payinfos = invoice.invoice_blindedpay ?? []
        return zip(invoice.invoice_paths ?? [], payinfos).first { _, payinfo in
            FeatureBits(payinfo.features).unknownEven(known: []) == nil
        }?.0
    }
    /// The height at which the recipient's HTLC ends; far off, for nobody tells the party the height.
    package var finalExpiry: UInt64 = 800_144

    package init() {}
}
