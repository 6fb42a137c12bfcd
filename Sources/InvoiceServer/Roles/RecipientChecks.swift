package import Lightning
internal import Primitives
package import Rules
package import Wire

/// The rules of an often-offline recipient, as values. A deliberately wrong recipient lacks one, or has another in its place.
package struct RecipientChecks: Sendable {
    /// Recipients of `offer_paths`: "MUST authenticate the message using encrypted data".
    package var offerPathsPath = PathContextChecks.all("B66-OP-R1", .offerPathsReply)
    package var offerPaths: [Check<OfferPathsReceived>] = [
        OfferPathsReceived.replyPathGiven, OfferPathsReceived.wanted, OfferPathsReceived.enoughLifeLeft,
    ]

    /// Recipients of `static_invoice_persisted`: "MUST authenticate the message using encrypted data".
    package var persistedPath = PathContextChecks.all("B66-SIP-R1", .persistedReply)
    package var persisted: [Check<InvoicePersisted>] = [InvoicePersisted.forPresentOffer]

    /// An invoice request is believed to come from the server when it came over a forward path.
    package var forwardPath = PathContextChecks.all("B12-IRQ-8", .forward)
    package var forwarded: [Check<ForwardedRequest>] = [ForwardedRequest.forOffer]
    package var invoiceRequest: [Check<InvoiceRequestReading>] = InvoiceRequestReaderChecks.ofRequestAlone

    package var heldPath = PathContextChecks.all("ASY-S1", .heldMessage)
    package var held: [Check<HeldAvailable>] = [HeldAvailable.replyPathGiven]

    package var paymentPath = PathContextChecks.all("ASY-R2", .payment)
    package var payment: [Check<PaymentReading>] = [PaymentChecks.whole] + PaymentReaderChecks.all
    package var paidRequest: [Check<ForwardedRequest>] = [PaymentChecks.forOffer]

    package init() {}
}

/// An `offer_paths` whose path is believed.
package struct OfferPathsReceived: Sendable {
    package let slot: UInt16
    package let paths_absolute_expiry: UInt64?
    package let reply_path: BlindedPath?
    /// There is no offer for the slot, and none is being made.
    package let isWanted: Bool
    package let now: UInt64
    package let min_paths_lifetime: UInt64

    static let replyPathGiven = Check<OfferPathsReceived>("B66-OP-S3", .missing, reading: "C-10") { message in
        .require(message.reply_path != nil, "there is no reply path to hand the invoice over")
    }

    /// Copies of a request bring several answers; the first is taken (C-20).
    static let wanted = Check<OfferPathsReceived>("B66-OP-R3", .context, reading: "C-20") { message in
        .require(message.isWanted, "slot \(message.slot) has its offer, or one is being made")
    }

    /// The paths hold in the second of their expiry too, and without end when none is stated (C-9).
    static let enoughLifeLeft = Check<OfferPathsReceived>("B66-OP-R2", .expired, reading: "C-9") { message in
        guard let expiry = message.paths_absolute_expiry else { return .notApplicable("the paths do not expire") }
        guard message.now <= expiry else { return .fails("it is \(message.now), the paths expired after \(expiry)") }
        return .require(
            expiry - message.now >= message.min_paths_lifetime,
            "the paths hold for \(expiry - message.now) seconds more, \(message.min_paths_lifetime) are needed"
        )
    }
}

/// A `static_invoice_persisted` whose path is believed.
package struct InvoicePersisted: Sendable {
    /// For which the acknowledged invoice was made.
    package let offer: OfferID
    /// What the slot holds now.
    package let present: OfferID?

    static let forPresentOffer = Check<InvoicePersisted>("B66-SIP-R1", .context) { message in
        .require(message.offer == message.present, "the invoice was for an offer that the slot does not hold")
    }
}

/// An invoice request whose path is believed, passed on by the server or found in a payment.
package struct ForwardedRequest: Sendable {
    package let request: InvoiceRequest
    /// The offer for which the path was made.
    package let offer: OfferID

    fileprivate var isForOffer: Verdict {
        .require(OfferID(of: request.decoded.stream) == offer, "the request is for another offer than the path")
    }

    static let forOffer = Check<ForwardedRequest>("B12-IRQ-7", .context) { $0.isForOffer }
}

/// A `held_htlc_available` whose path is believed.
package struct HeldAvailable: Sendable {
    package let reply_path: BlindedPath?

    static let replyPathGiven = Check<HeldAvailable>("ASY-S1", .missing) { message in
        .require(message.reply_path != nil, "there is no reply path to release the HTLC over")
    }
}

/// What the recipient asks of a payment beside what a reader of its payload does.
enum PaymentChecks {
    /// The invoice does not offer payment in parts (B12-SI-R15).
    static let whole = Check<PaymentReading>("ASY-R2", .semantic("total_amount_msat")) { reading in
        guard let total = reading.payload.total_amount_msat else { return .notApplicable("no total is stated") }
        return .require(
            reading.amount_msat >= total,
            "the HTLC carries \(reading.amount_msat) msat of \(total), and parts are not collected"
        )
    }

    static let forOffer = Check<ForwardedRequest>("ASY-R2", .context) { $0.isForOffer }
}

/// A short name of an offer: of its records, which a request and an invoice repeat unchanged.
package struct OfferID: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(of stream: TLVStream) {
        let records = stream.records.filter { Bolt12Range.isOffer($0.type) }
        bytes = Array(Hash.sha256(records.flatMap(\.encoding)).bytes.prefix(16))
    }

    /// As it stands in a path.
    init(_ context: PathContext) { bytes = context.thing }
}
