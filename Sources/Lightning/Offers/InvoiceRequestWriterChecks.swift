package import Rules

/// An invoice request that a payer made, and the offer that it is for.
package struct InvoiceRequestWriterOutput: Sendable {
    package let request: InvoiceRequest
    package let offer: Offer
    /// Other requests of the same payer: their keys and metadata must differ.
    package let earlier: [InvoiceRequest]

    package init(request: InvoiceRequest, offer: Offer, earlier: [InvoiceRequest] = []) {
        self.request = request
        self.offer = offer
        self.earlier = earlier
    }
}

/// The rules for a payer who writes an invoice request for an offer (BOLT 12, "Invoice Requests"), in the order of the text.
package enum InvoiceRequestWriterChecks {
    package typealias Output = InvoiceRequestWriterOutput

    package static let all: [Check<Output>] = [
        offerCopied, chainOfOffer, amountStated, amountReached, quantityStated, freshPayerID, unforeseenMetadata,
        signed,
        recordsInRange,
    ]

    static let offerCopied = Check<Output>("B12-IRQW-1", .context) { output in
        haveSameOffer(output.offer.decoded.stream, output.request.decoded.stream, "the offer")
    }

    static let chainOfOffer = Check<Output>("B12-IRQW-2", .semantic("invreq_chain")) { output in
        let chain = output.request.invreq_chain ?? Chain.bitcoin
        return .require(
            (output.offer.offer_chains ?? [Chain.bitcoin]).contains(chain),
            "the request is for chain \(chain), which the offer does not list"
        )
    }

    static let amountStated = Check<Output>("B12-IRQW-3", .missing) { output in
        if output.offer.decoded.contains(8) { return .notApplicable("the offer has an amount") }
        return .require(output.request.decoded.contains(82), "the offer has no amount and the request states none")
    }

    static let amountReached = Check<Output>("B12-IRQW-4", .semantic("invreq_amount")) { output in
        output.request.reachesPrice(of: output.offer)
    }

    static let quantityStated = Check<Output>("B12-IRQW-5", .semantic("invreq_quantity")) { output in
        switch (output.offer.offer_quantity_max, output.request.invreq_quantity) {
        case (nil, nil): return .meets
        case (nil, _?): return .fails("the offer allows no quantity")
        case (_?, nil): return .fails("the offer asks for a quantity")
        case (let most?, let quantity?):
            return .require(
                quantity > 0 && (most == 0 || quantity <= most),
                "invreq_quantity \(quantity) is not from 1 to the offer's bound \(most)"
            )
        }
    }

    static let freshPayerID = Check<Output>("B12-IRQW-6", .semantic("invreq_payer_id")) { output in
        guard let payer = output.request.decoded.stream[88] else { return .fails("there is no invreq_payer_id") }
        return .require(
            !output.earlier.contains { $0.decoded.stream[88] == payer },
            "invreq_payer_id was used for another request"
        )
    }

    static let unforeseenMetadata = Check<Output>("B12-IRQW-7", .semantic("invreq_metadata")) { output in
        guard let metadata = output.request.invreq_metadata else { return .fails("there is no invreq_metadata") }
        guard metadata.count >= 8 else { return .fails("\(metadata.count) bytes of invreq_metadata can be guessed") }
        return .require(
            !output.earlier.contains { $0.invreq_metadata == metadata },
            "invreq_metadata was used for another request"
        )
    }

    static let signed = Check<Output>("B12-IRQW-8", .signature) { output in
        guard let payer = output.request.invreq_payer_id, let signature = output.request.decoded.stream[240] else {
            return .fails("invreq_payer_id or signature is missing")
        }
        let stream = output.request.decoded.stream
        return .require(
            Bolt12Signature.verify(signature, stream, messagename: InvoiceRequest.messagename, by: payer),
            "the signature is not that of invreq_payer_id over this stream"
        )
    }

    static let recordsInRange = Check<Output>("B12-IRQW-9", .range) { output in
        output.request.recordOutOfRange
    }
}
