package import Primitives
package import Rules
internal import Wire

/// An invoice request and what a node that answers it in another's place knows: the invoice that it holds.
package struct InvoiceRequestReaderInput: Sendable {
    package let request: InvoiceRequest
    /// The static invoice at hand for the path that the request came over.
    package let invoice: StaticInvoice
    package let profile: Profile
    /// Seconds since the epoch.
    package let now: UInt64
    /// The chain that the node uses.
    package let chain: Bytes32
    /// Which of the offer's paths the request came over; `nil` for none of them.
    package let arrivedOver: Int?

    package init(
        request: InvoiceRequest,
        invoice: StaticInvoice,
        profile: Profile,
        now: UInt64,
        chain: Bytes32,
        arrivedOver: Int?
    ) {
        self.request = request
        self.invoice = invoice
        self.profile = profile
        self.now = now
        self.chain = chain
        self.arrivedOver = arrivedOver
    }
}

extension InvoiceRequestReaderInput {
    /// A request of which nothing is known but itself, for `InvoiceRequestReaderChecks.ofRequestAlone`.
    package init(alone request: InvoiceRequest, _ profile: Profile) {
        let nothing = DecodedStream(stream: TLVStream(sorting: []), values: [:])
        self.init(
            request: request,
            invoice: StaticInvoice(nothing, profile),
            profile: profile,
            now: 0,
            chain: request.invreq_chain ?? Chain.bitcoin,
            arrivedOver: nil
        )
    }
}

/// The rules for a reader of an invoice request (BOLT 12, "Invoice Requests"), for a node that answers on behalf of a payee
/// who is often offline (PR 1149), in the order of the text.
package enum InvoiceRequestReaderChecks {
    package typealias Input = InvoiceRequestReaderInput

    package static let all: [Check<Input>] = [
        payerIDPresent, metadataPresent, recordsInRange, noUnknownEvenFeature, signatureValid, pathsHaveHops,
        matchesInvoicedOffer, offerNotExpired, invoiceNotExpired, arrivedOverOfferPath, quantityAsOffered,
        quantityInBounds,
        amountReachesOffer, amountPresent, amountWithinCap, chainSupported, nameOfPlainCharacters,
    ]

    /// The rules that need nothing but the request: what came with a payment is judged by them too.
    package static let ofRequestAlone: [Check<Input>] = [
        payerIDPresent, metadataPresent, recordsInRange, noUnknownEvenFeature, signatureValid, pathsHaveHops,
        quantityAsOffered, quantityInBounds, amountReachesOffer, amountPresent, amountWithinCap, nameOfPlainCharacters,
    ]

    /// Feature bits of invoice requests that are known: none is defined.
    static let knownFeatures: Set<Int> = []

    static let payerIDPresent = Check<Input>("B12-IRQ-3", .missing) { input in
        .require(input.request.decoded.contains(88), "there is no invreq_payer_id")
    }

    static let metadataPresent = Check<Input>("B12-IRQ-3", .missing) { input in
        .require(input.request.decoded.contains(0), "there is no invreq_metadata")
    }

    static let recordsInRange = Check<Input>("B12-IRQ-4", .range) { input in
        input.request.recordOutOfRange
    }

    static let noUnknownEvenFeature = Check<Input>("B12-IRQ-6", .features) { input in
        guard let features = input.request.invreq_features else {
            return .notApplicable("there are no invreq_features")
        }
        guard let bit = FeatureBits(features).unknownEven(known: knownFeatures) else { return .meets }
        return .fails("invreq_features has the unknown even bit \(bit)")
    }

    static let signatureValid = Check<Input>("B12-IRQ-5", .signature) { input in
        guard input.request.decoded.contains(88) else { return .notApplicable("nobody is named as signer") }
        guard let payer = input.request.invreq_payer_id else { return .notApplicable("invreq_payer_id is malformed") }
        guard let signature = input.request.decoded.stream[Bolt12Signature.type] else {
            return .fails("there is no signature")
        }
        let stream = input.request.decoded.stream
        return .require(
            Bolt12Signature.verify(signature, stream, messagename: InvoiceRequest.messagename, by: payer),
            "the signature is not that of invreq_payer_id over this stream"
        )
    }

    static let pathsHaveHops = Check<Input>("B12-IRQ-15", .zeroHops) { input in
        guard let paths = input.request.invreq_paths else { return .notApplicable("there are no invreq_paths") }
        guard let index = paths.firstIndex(where: \.hops.isEmpty) else { return .meets }
        return .fails("path \(index) of invreq_paths has no hops")
    }

    /// The node knows the offer from the invoice that mirrors it.
    static let matchesInvoicedOffer = Check<Input>("B12-IRQ-7", .context) { input in
        haveSameOffer(
            input.invoice.decoded.stream,
            input.request.decoded.stream,
            "the offer of the invoice at hand"
        )
    }

    static let offerNotExpired = Check<Input>("B12-IRQ-7", .expired) { input in
        guard let expiry = input.invoice.offer_absolute_expiry else {
            return .notApplicable("the offer has no offer_absolute_expiry")
        }
        return .require(
            !input.invoice.hasEnded(at: input.now),
            "it is \(input.now), the offer expired after \(expiry)"
        )
    }

    /// What has expired is not handed out (C-18).
    static let invoiceNotExpired = Check<Input>("B12-IRQ-2", .expired, reading: "C-18") { input in
        let invoice = StaticInvoiceReaderInput(
            invoice: input.invoice,
            profile: input.profile,
            now: input.now,
            chain: input.chain
        )
        let stated = StaticInvoiceReaderChecks.withinStatedLife.evaluate(invoice)
        if case .fails = stated { return stated }
        return StaticInvoiceReaderChecks.withinDefaultLife.evaluate(invoice).or(stated)
    }

    static let arrivedOverOfferPath = Check<Input>("B12-IRQ-8", .context) { input in
        guard let paths = input.invoice.offer_paths else {
            return .require(input.arrivedOver == nil, "the offer has no paths, and the request came over one")
        }
        guard let index = input.arrivedOver else { return .fails("the request came over none of the offer_paths") }
        return .require(paths.indices.contains(index), "the offer has no path \(index)")
    }

    static let quantityAsOffered = Check<Input>("B12-IRQ-9", .semantic("invreq_quantity")) { input in
        let isOffered = input.request.decoded.contains(20)
        let isStated = input.request.decoded.contains(86)
        if isOffered == isStated { return .meets }
        return .fails(isOffered ? "there is no invreq_quantity" : "the offer allows no invreq_quantity")
    }

    static let quantityInBounds = Check<Input>("B12-IRQ-10", .semantic("invreq_quantity")) { input in
        guard let most = input.request.offer_quantity_max, most > 0, let quantity = input.request.invreq_quantity
        else {
            return .notApplicable("the offer sets no bound, or no quantity is stated")
        }
        return .require((1...most).contains(quantity), "invreq_quantity \(quantity) is not from 1 to \(most)")
    }

    static let amountReachesOffer = Check<Input>("B12-IRQ-11", .semantic("invreq_amount")) { input in
        input.request.reachesPrice(of: input.request)
    }

    static let amountPresent = Check<Input>("B12-IRQ-12", .missing) { input in
        if input.request.decoded.contains(8) { return .notApplicable("the offer has an amount") }
        return .require(input.request.decoded.contains(82), "neither the offer nor the request states an amount")
    }

    static let amountWithinCap = Check<Input>("B1-T-5", .range) { input in
        guard let price = input.request.offer_amount, !input.request.decoded.contains(6) else {
            return .notApplicable("there is no offer_amount in millisatoshi")
        }
        return .require(OfferReaderChecks.isWithinCap(price), "offer_amount \(price) is more than 21 million BTC")
    }

    static let chainSupported = Check<Input>("B12-IRQ-13", .semantic("invreq_chain")) { input in
        let chain = input.request.invreq_chain ?? Chain.bitcoin
        return .require(chain == input.chain, "the request is for chain \(chain), the node uses \(input.chain)")
    }

    static let nameOfPlainCharacters = Check<Input>("B12-IRQ-14", .semantic("invreq_bip_353_name")) { input in
        guard let (name, domain) = input.request.invreq_bip_353_name else {
            return .notApplicable("there is no invreq_bip_353_name")
        }
        guard let byte = (Array(name) + domain).first(where: { !isPlain($0) }) else { return .meets }
        return .fails("invreq_bip_353_name holds the byte \(byte), which is no letter, digit, -, _ or .")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

extension Verdict {
    /// This verdict, unless it does not apply: then the other.
    func or(_ other: Verdict) -> Verdict {
        if case .notApplicable = self { return other }
        return self
    }
}
