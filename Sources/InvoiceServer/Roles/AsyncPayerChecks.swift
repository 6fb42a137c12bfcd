package import Lightning
package import Primitives
package import Rules

/// The rules of the payer of static invoices, as values.
package struct AsyncPayerChecks: Sendable {
    package var offer: [Check<OfferReaderInput>] = OfferReaderChecks.all
    package var wanted: [Check<WantedPayment>] = WantedPayment.checks
    /// The invoice comes over the reply path of its request.
    package var invoicePath = PathContextChecks.all("B12-SI-R16", .invoiceReply)
    package var invoice: [Check<StaticInvoiceReaderInput>] = StaticInvoiceReaderChecks.all
    package var payable: [Check<PayableInvoice>] = PayableInvoice.checks
    /// The release comes over the reply path of a held_htlc_available.
    package var releasePath = PathContextChecks.all("ASY-S2", .releaseReply)

    package init() {}
}

/// What the payer of static invoices decides that is no check.
package struct AsyncPayerPolicy: Sendable {
    package typealias Choice = @Sendable ([UInt8], [[UInt8]: AsyncPayment]) -> AsyncPayment?

    /// The path of the offer for the request (B12-OFF-R11).
    package var offerPath: @Sendable ([BlindedPath]) -> BlindedPath? = { $0.first }
    /// What is asked for: what the owner says, else the price of all that is bought.
    package var amount: @Sendable (OfferPayment, Offer) -> UInt64 = { $0.amount_msat ?? $0.price(of: $1) ?? 0 }
    /// Unpredictable (B12-IRQW-7).
    package var metadata: @Sendable (inout any RandomSource) -> [UInt8] = { $0.bytes(16) }
    /// A key for one request (B12-IRQW-6).
    package var payerKey: @Sendable (inout any RandomSource) -> SecretKey = { $0.secretKey() }
    /// The request, signed with that key.
    package var builtRequest: @Sendable (InvoiceRequestBuilder, SecretKey) -> [UInt8] = { $0.build(payer_key: $1) }
    /// Whether an invoice is asked for again at a tick.
    package var asksAgain = true
    /// Whether the recipient is told again at a tick.
    package var tellsAgain = true
    /// Whether nothing but a release makes it pay (ASY-S2).
    package var waitsForEver = true
    /// An invoice is taken once (ASY-M1).
    package var takesInvoice: @Sendable (AsyncPayment.State) -> Bool = { $0 == .requested }
    package var paymentOfInvoice: Choice = { id, payments in payments[id] }
    package var paymentOfRelease: Choice = { id, payments in payments[id] }
    /// New for each payment (ASY-P1).
    package var preimage: @Sendable (inout any RandomSource) -> [UInt8] = { $0.next32().bytes }
    /// An HTLC that the payer's peer holds goes out at once.
    package var waitsForRelease: @Sendable (AsyncPayment) -> Bool = { !$0.hold }
    /// Messages that tell the recipient, over as many paths.
    package var announcements: @Sendable (AsyncPayment) -> Int = { _ in 2 }
    package var over: @Sendable ([BlindedPath]) -> [BlindedPath] = { $0 }
    /// `e_0` of a path of its own (RB-W13).
    package var pathKeyOfOwn: @Sendable (inout any RandomSource) -> SecretKey = { $0.secretKey() }
    /// Of the holder's paths the one for a message: another for each, as far as there are (ASY-H6).
    package var replyPath: @Sendable ([BlindedPath], Int) -> BlindedPath? = { paths, index in
        paths.isEmpty ? nil : paths[index % paths.count]
    }
    package var mayPay: @Sendable (AsyncPayment.State) -> Bool = { $0 == .waiting }
    /// ASY-H1.
    package var asksToHold: @Sendable (AsyncPayment) -> Bool = { $0.hold }
    package var stored: @Sendable (AsyncPayment) -> AsyncPayment = { $0 }
    package var request: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    /// Earlier paths are preferred (B12-SI-R14). Two where the invoice demands parts, otherwise one (B12-SI-R15).
    package var paths: @Sendable (PayableInvoice) -> [PayableInvoice.Path] = { Array($0.usable.prefix($0.leastParts)) }
    /// What each part carries; the last takes what is left over.
    package var parts: @Sendable (UInt64, Int) -> [UInt64] = { amount, count in
        guard count > 1 else { return [amount] }
        let share = amount / UInt64(count)
        return [UInt64](repeating: share, count: count - 1) + [amount - share * UInt64(count - 1)]
    }
    /// What is really paid of what was asked for.
    package var paid: @Sendable (UInt64) -> UInt64 = { $0 }
    /// Of a path of one hop: it stands in the last payload, which is that of the introduction node (RB-U6).
    package var pathKey: @Sendable (BlindedPath) -> ArraySlice<UInt8>? = { $0.hops.count == 1 ? $0.path_key : nil }
    /// The height at which the HTLC ends at the recipient: what the path as a whole asks for is enough for its end.
    package var finalExpiry: @Sendable (UInt64, BlindedPayinfo) -> UInt64 = { $0 + UInt64($1.cltv_expiry_delta) }

    package init() {}
}
