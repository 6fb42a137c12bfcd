package import Primitives
package import Rules
package import Wire

/// A static invoice and what its reader knows beside it. Rules whose context is not known are not applied.
package struct StaticInvoiceReaderInput: Sendable {
    /// How the message with the invoice reached the payer.
    package enum Arrival: String, Hashable, Sendable, CaseIterable {
        case replyPath = "reply_path"
        case otherReplyPath = "other_reply_path"
        case none
    }

    package let invoice: StaticInvoice
    package let profile: Profile
    /// Seconds since the epoch.
    package let now: UInt64
    /// The chain on which the reader pays.
    package let chain: Bytes32
    /// The offer that the reader wants to pay.
    package let offer: TLVStream?
    /// The invoice request that the reader sent.
    package let invoiceRequest: TLVStream?
    /// Which of the offer's paths the request took.
    package let pathUsed: Int?
    package let arrival: Arrival?

    package init(
        invoice: StaticInvoice,
        profile: Profile,
        now: UInt64,
        chain: Bytes32,
        offer: TLVStream? = nil,
        invoiceRequest: TLVStream? = nil,
        pathUsed: Int? = nil,
        arrival: Arrival? = nil
    ) {
        self.invoice = invoice
        self.profile = profile
        self.now = now
        self.chain = chain
        self.offer = offer
        self.invoiceRequest = invoiceRequest
        self.pathUsed = pathUsed
        self.arrival = arrival
    }
}

/// The rules for a reader of a static invoice (BOLT 12 "Invoices" with PR 1149), in the order of the text.
package enum StaticInvoiceReaderChecks {
    package typealias Input = StaticInvoiceReaderInput

    package static let all: [Check<Input>] = [
        noBarredRecords, createdAtPresent, nodeIDPresent, noPaymentHash, noAmount, oneChain, chainSupported,
        noUnknownEvenFeature, withinStatedLife, withinDefaultLife, pathsPresent, pathsHaveHops, payinfoForEachPath,
        usablePath,
        signedByIssuer, signedByPathsEnd, offerInsideIsValid, signatureValid, arrivedOverReplyPath, messagePathsPresent,
        messagePathsHaveHops, matchesOffer, matchesRequest,
    ]

    /// Feature bits of `invoice_features` that are known: MPP, compulsory and optional.
    package static let knownFeatures: Set<Int> = [16, 17]
    /// Feature bits of `blinded_payinfo` that are known: none is defined.
    static let knownPayinfoFeatures: Set<Int> = []

    static let noBarredRecords = Check<Input>("B12-SI-R23", .range) { input in
        let barred = input.profile.static_invoice.refused_ranges
        if barred.isEmpty { return .notApplicable("the profile bars no records") }
        let record = input.invoice.decoded.stream.records.first { record in
            barred.contains { $0.contains(record.type) }
        }
        guard let record else { return .meets }
        return .fails("record \(record.type) is in a range that \(input.profile.name) bars")
    }

    static let createdAtPresent = Check<Input>("B12-SI-R1", .missing) { input in
        .require(input.invoice.decoded.contains(164), "there is no invoice_created_at")
    }

    static let nodeIDPresent = Check<Input>("B12-SI-R2", .missing) { input in
        .require(input.invoice.decoded.contains(176), "there is no invoice_node_id")
    }

    static let noPaymentHash = Check<Input>("B12-SI-R19", .semantic("invoice_payment_hash")) { input in
        .require(
            !input.invoice.decoded.contains(168),
            "invoice_payment_hash (168) is there; a static invoice has none"
        )
    }

    static let noAmount = Check<Input>("B12-SI-R19", .semantic("invoice_amount")) { input in
        .require(!input.invoice.decoded.contains(170), "invoice_amount (170) is there; a static invoice has none")
    }

    static let oneChain = Check<Input>("B12-SI-R21", .semantic("offer_chains")) { input in
        guard let chains = input.invoice.offer_chains else { return .notApplicable("offer_chains is not set") }
        return .require(chains.count <= 1, "offer_chains lists \(chains.count) chains")
    }

    static let chainSupported = Check<Input>("B12-SI-R3", .semantic("offer_chains"), reading: "C-33") { input in
        let chains = input.invoice.offer_chains ?? [Chain.bitcoin]
        guard let chain = chains.first else { return .fails("offer_chains is set and lists no chain") }
        return .require(
            chain == input.chain,
            "the invoice is for chain \(chain), the reader pays on \(input.chain)"
        )
    }

    static let noUnknownEvenFeature = Check<Input>("B12-SI-R4", .features) { input in
        guard let features = input.invoice.invoice_features else {
            return .notApplicable("there are no invoice_features")
        }
        guard let bit = FeatureBits(features).unknownEven(known: knownFeatures) else { return .meets }
        return .fails("invoice_features has the unknown even bit \(bit)")
    }

    static let withinStatedLife = Check<Input>("B12-SI-R5", .expired) { input in
        guard let created = input.invoice.invoice_created_at, let life = input.invoice.invoice_relative_expiry
        else {
            return .notApplicable("no life is stated")
        }
        return isAlive(created, life, input.now)
    }

    static let withinDefaultLife = Check<Input>("B12-SI-R6", .expired, reading: "C-30") { input in
        guard let created = input.invoice.invoice_created_at else {
            return .notApplicable("there is no invoice_created_at")
        }
        if input.invoice.decoded.contains(166) { return .notApplicable("the invoice states its life") }
        return isAlive(created, input.profile.static_invoice.default_relative_expiry, input.now)
    }

    /// The last second of life is created + life. A sum beyond 64 bits never comes.
    private static func isAlive(_ created: UInt64, _ life: UInt64, _ now: UInt64) -> Verdict {
        let (last, overflow) = created.addingReportingOverflow(life)
        return .require(overflow || now <= last, "it is \(now), the invoice lived until \(last)")
    }

    static let pathsPresent = Check<Input>("B12-SI-R7", .missing) { input in
        guard input.invoice.decoded.contains(160) else { return .fails("there are no invoice_paths") }
        return .require(input.invoice.invoice_paths?.isEmpty != true, "invoice_paths is empty")
    }

    static let pathsHaveHops = Check<Input>("B12-SI-R8", .zeroHops) { input in
        haveHops(input.invoice.invoice_paths, "invoice_paths")
    }

    private static func haveHops(_ paths: [BlindedPath]?, _ name: String) -> Verdict {
        guard let paths else { return .notApplicable("there are no \(name)") }
        guard let index = paths.firstIndex(where: \.hops.isEmpty) else { return .meets }
        return .fails("path \(index) of \(name) has no hops")
    }

    static let payinfoForEachPath = Check<Input>("B12-SI-R9", .semantic("invoice_blindedpay")) { input in
        guard let paths = input.invoice.invoice_paths, !paths.isEmpty else {
            return .notApplicable("there are no invoice_paths")
        }
        guard input.invoice.decoded.contains(162) else { return .fails("there is no invoice_blindedpay") }
        guard let payinfos = input.invoice.invoice_blindedpay else {
            return .notApplicable("invoice_blindedpay is malformed")
        }
        return .require(
            payinfos.count == paths.count,
            "invoice_blindedpay has \(payinfos.count) entries for \(paths.count) paths"
        )
    }

    static let usablePath = Check<Input>("B12-SI-R10", .features) { input in
        guard input.profile.static_invoice.payinfo_features_checked else {
            return .notApplicable("\(input.profile.name) does not look at payinfo features")
        }
        guard let payinfos = input.invoice.invoice_blindedpay, !payinfos.isEmpty else {
            return .notApplicable("there is no invoice_blindedpay")
        }
        let isUsable = payinfos.contains { FeatureBits($0.features).unknownEven(known: knownPayinfoFeatures) == nil }
        return .require(isUsable, "every path asks for a feature that is not known")
    }

    static let signedByIssuer = Check<Input>("B12-SI-R11", .semantic("invoice_node_id")) { input in
        guard let issuer = input.invoice.decoded.stream[22], let signer = input.invoice.decoded.stream[176] else {
            return .notApplicable("there is no offer_issuer_id")
        }
        return .require(issuer == signer, "invoice_node_id is not offer_issuer_id")
    }

    static let signedByPathsEnd = Check<Input>("B12-SI-R12", .semantic("invoice_node_id"), reading: "C-31") {
        input in
        guard !input.invoice.decoded.contains(22), let paths = input.invoice.offer_paths,
            let signer = input.invoice.decoded.stream[176]
        else { return .notApplicable("there is an offer_issuer_id, or there are no offer_paths") }
        let ends = paths.map { $0.hops.last?.blinded_node_id }
        guard let used = input.pathUsed, !input.profile.static_invoice.any_path_may_sign else {
            return .require(ends.contains(signer), "invoice_node_id is at the end of none of the offer_paths")
        }
        guard ends.indices.contains(used) else { return .fails("the offer has no path \(used)") }
        return .require(
            ends[used] == signer,
            "invoice_node_id is not at the end of path \(used), which the request took"
        )
    }

    static let offerInsideIsValid = Check<Input>("B12-SI-R24", .semantic("offer")) { input in
        guard input.profile.static_invoice.offer_checked else {
            return .notApplicable("\(input.profile.name) does not judge the offer inside")
        }
        guard input.invoice.decoded.contains(16) else { return .fails("the offer inside has no offer_paths") }
        if let currency = input.invoice.offer_currency {
            let isCode = currency.utf8.count == 3 && currency.utf8.allSatisfy { (0x41...0x5a).contains($0) }
            if !isCode { return .fails("offer_currency \"\(currency)\" is no three-letter code") }
        }
        let offer = OfferReaderInput(offer: Offer(input.invoice.decoded), now: 0, chain: input.chain)
        for check in OfferReaderChecks.ofContent {
            if case .fails(let reason) = check.evaluate(offer) { return .fails("the offer inside: \(reason)") }
        }
        return .meets
    }

    static let signatureValid = Check<Input>("B12-SI-R13", .signature) { input in
        guard input.invoice.decoded.contains(176) else { return .notApplicable("nobody is named as signer") }
        guard let signer = input.invoice.invoice_node_id else { return .notApplicable("invoice_node_id is malformed") }
        return StaticInvoiceSignatureChecks.signatureIsValid(input.invoice.decoded.stream, by: signer)
    }

    static let arrivedOverReplyPath = Check<Input>("B12-SI-R16", .context) { input in
        guard let arrival = input.arrival else { return .notApplicable("how it arrived is not known") }
        return .require(arrival == .replyPath, "the invoice did not come over the reply path of its request")
    }

    static let messagePathsPresent = Check<Input>("B12-SI-R17", .missing) { input in
        let type = input.invoice.message_paths_type
        guard input.invoice.decoded.contains(type) else {
            return .fails("there are no static_invoice_message_paths (\(type))")
        }
        let isEmpty = input.invoice.static_invoice_message_paths?.isEmpty ?? false
        return .require(
            !isEmpty || input.profile.static_invoice.empty_message_paths_accepted,
            "static_invoice_message_paths is empty"
        )
    }

    static let messagePathsHaveHops = Check<Input>("B12-SI-R17", .zeroHops, reading: "C-6") { input in
        haveHops(input.invoice.static_invoice_message_paths, "static_invoice_message_paths")
    }

    static let matchesOffer = Check<Input>("B12-SI-R20", .context, reading: "C-32") { input in
        guard let offer = input.offer else { return .notApplicable("the offer is not at hand") }
        return haveSameOffer(offer, input.invoice.decoded.stream, "the reader's offer")
    }

    static let matchesRequest = Check<Input>("B12-SI-R20", .context, reading: "C-32") { input in
        guard let request = input.invoiceRequest else { return .notApplicable("the invoice request is not at hand") }
        return haveSameOffer(request, input.invoice.decoded.stream, "the reader's invoice request")
    }
}

/// Compares the records of the offer in two streams, byte for byte, unknown ones included (C-32).
package func haveSameOffer(_ wanted: TLVStream, _ got: TLVStream, _ name: String) -> Verdict {
    func offerRecords(_ stream: TLVStream) -> [TLVRecord] { stream.records.filter { Bolt12Range.isOffer($0.type) } }
    let (first, second) = (offerRecords(wanted), offerRecords(got))
    if first.elementsEqual(second, by: { $0.encoding == $1.encoding }) { return .meets }
    let types = Set((first + second).map(\.type)).sorted()
    let differing = types.first { wanted[$0] != got[$0] } ?? 0
    return .fails("record \(differing) is not as in \(name)")
}
