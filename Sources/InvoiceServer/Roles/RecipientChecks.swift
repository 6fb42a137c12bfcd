package import Lightning
package import Primitives
package import Rules
package import Wire

/// The rules of an often-offline recipient, as values. A mutant recipient lacks one, or has another in its place.
package struct RecipientChecks: Sendable {
    /// Recipients of `offer_paths`: "MUST authenticate the message using encrypted data".
    package var offerPathsPath = PathContextChecks.all("B66-OP-R1", .offerPathsReply)
    package var offerPaths: [Check<ReceivedOfferPaths>] = [
        ReceivedOfferPaths.replyPathGiven, ReceivedOfferPaths.anyPath, ReceivedOfferPaths.wanted,
        ReceivedOfferPaths.enoughLifeLeft,
    ]

    /// Recipients of `static_invoice_persisted`: "MUST authenticate the message using encrypted data".
    package var persistedPath = PathContextChecks.all("B66-SIP-R1", .persistedReply)
    package var persisted: [Check<ReceivedStaticInvoicePersisted>] = [ReceivedStaticInvoicePersisted.forPresentOffer]

    /// An invoice request comes from the server when it came over a path made for that. The path ends with the offer.
    package var forwardPath = PathContextChecks.all("RB-E5", .forward, ended: "B12-IRQ-7")
    package var forwarded: [Check<ReceivedInvoiceRequest>] = [
        ReceivedInvoiceRequest.forOffer, ReceivedInvoiceRequest.forChain,
    ]
    package var invoiceRequest: [Check<InvoiceRequestReaderInput>] = InvoiceRequestReaderChecks.ofRequestAlone

    package var heldPath = PathContextChecks.all("ASY-S1", .heldMessage)
    package var held: [Check<ReceivedHeldHTLCAvailable>] = [ReceivedHeldHTLCAvailable.replyPathGiven]

    package var paymentPath = PathContextChecks.all("ASY-R2", .payment)
    package var payment: [Check<PaymentReaderInput>] = [PaymentChecks.whole] + PaymentReaderChecks.all
    package var paidRequest: [Check<ReceivedInvoiceRequest>] = [PaymentChecks.forOffer, PaymentChecks.forChain]

    package init() {}
}

/// An `offer_paths` whose path is authenticated.
package struct ReceivedOfferPaths: Sendable {
    package let slot: UInt16
    package let offer_paths: [BlindedPath]
    package let paths_absolute_expiry: UInt64?
    package let reply_path: BlindedPath?
    /// There is no offer for the slot, and none is being made.
    package let isWanted: Bool
    package let now: UInt64
    package let min_paths_lifetime: UInt64

    static let replyPathGiven = Check<ReceivedOfferPaths>("B66-OP-S3", .missing, reading: "C-10") { message in
        .require(message.reply_path != nil, "there is no reply path to send serve_static_invoice over")
    }

    /// A list of no paths can be read, and no offer can be made of it (C-74).
    static let anyPath = Check<ReceivedOfferPaths>("B66-SSI-S1", .missing, reading: "C-74") { message in
        .require(!message.offer_paths.isEmpty, "offer_paths lists no path to make an offer of")
    }

    /// Copies of a request bring several answers; the first is taken (C-20).
    static let wanted = Check<ReceivedOfferPaths>("B66-OP-R3", .context, reading: "C-20") { message in
        .require(message.isWanted, "slot \(message.slot) already has an offer, or one is being created")
    }

    /// The paths hold in the second of their expiry too, and without end when none is stated (C-9).
    static let enoughLifeLeft = Check<ReceivedOfferPaths>("B66-OP-R2", .expired, reading: "C-9") { message in
        guard let expiry = message.paths_absolute_expiry else { return .notApplicable("the paths do not expire") }
        guard message.now <= expiry else { return .fails("it is \(message.now), the paths expired after \(expiry)") }
        return .require(
            expiry - message.now >= message.min_paths_lifetime,
            "the paths hold for \(expiry - message.now) seconds more, \(message.min_paths_lifetime) are needed"
        )
    }
}

/// A `static_invoice_persisted` whose path is authenticated.
package struct ReceivedStaticInvoicePersisted: Sendable {
    /// For which the acknowledged invoice was made.
    package let offer: OfferID
    /// What the slot holds now.
    package let present: OfferID?

    static let forPresentOffer = Check<ReceivedStaticInvoicePersisted>("B66-SIP-R1", .context) { message in
        .require(message.offer == message.present, "the invoice was for an offer that the slot does not hold")
    }
}

/// An invoice request whose path is authenticated, passed on by the server or found in a payment.
package struct ReceivedInvoiceRequest: Sendable {
    package let request: InvoiceRequest
    /// The offer for which the path was made.
    package let offer: OfferID
    /// The recipient's.
    package let chain: Bytes32

    fileprivate var isForOffer: Verdict {
        .require(OfferID(of: request.decoded.stream) == offer, "the request is for a different offer than the path")
    }

    fileprivate var isForChain: Verdict {
        let wanted = request.invreq_chain ?? Chain.bitcoin
        return .require(wanted == chain, "the request is for chain \(wanted), the recipient uses \(chain)")
    }

    static let forOffer = Check<ReceivedInvoiceRequest>("B12-IRQ-7", .context) { $0.isForOffer }
    static let forChain = Check<ReceivedInvoiceRequest>("B12-IRQ-13", .semantic("invreq_chain")) { $0.isForChain }
}

/// A `held_htlc_available` whose path is authenticated.
package struct ReceivedHeldHTLCAvailable: Sendable {
    package let reply_path: BlindedPath?

    static let replyPathGiven = Check<ReceivedHeldHTLCAvailable>("ASY-S1", .missing) { message in
        .require(message.reply_path != nil, "there is no reply path to release the HTLC over")
    }
}

/// What the recipient asks of a payment beside what a reader of its payload does.
enum PaymentChecks {
    /// The invoice does not offer payment in parts (B12-SI-R15).
    static let whole = Check<PaymentReaderInput>("ASY-R2", .semantic("total_amount_msat")) { input in
        guard let total = input.payload.total_amount_msat else { return .notApplicable("no total is stated") }
        return .require(
            input.amount_msat >= total,
            "the HTLC carries \(input.amount_msat) msat of \(total), and parts are not collected"
        )
    }

    static let forOffer = Check<ReceivedInvoiceRequest>("ASY-R2", .context) { $0.isForOffer }
    static let forChain = Check<ReceivedInvoiceRequest>("ASY-R2", .semantic("invreq_chain")) { $0.isForChain }
}

/// A short name of an offer: of its records, which a request and an invoice repeat unchanged.
package struct OfferID: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(of stream: TLVStream) {
        let records = stream.records.filter { Bolt12Range.isOffer($0.type) }
        bytes = Array(Hash.sha256(records.flatMap(\.encoding)).bytes.prefix(16))
    }

    /// As it stands in a path.
    init(_ context: PathContext) { bytes = context.discriminator }
}
