package import Primitives
package import Rules
package import Wire

/// A static invoice and what its reader knows beside it. Rules whose context is not known are not applied.
package struct StaticInvoiceReading: Sendable {
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
    package typealias Reading = StaticInvoiceReading

    package static let all: [Check<Reading>] = [
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

    static let noBarredRecords = Check<Reading>("B12-SI-R23", .range) { reading in
        let barred = reading.profile.static_invoice.refused_ranges
        if barred.isEmpty { return .notApplicable("the profile bars no records") }
        let record = reading.invoice.decoded.stream.records.first { record in
            barred.contains { $0.contains(record.type) }
        }
        guard let record else { return .meets }
        return .fails("record \(record.type) is in a range that \(reading.profile.name) bars")
    }

    static let createdAtPresent = Check<Reading>("B12-SI-R1", .missing) { reading in
        .require(reading.invoice.decoded.contains(164), "there is no invoice_created_at")
    }

    static let nodeIDPresent = Check<Reading>("B12-SI-R2", .missing) { reading in
        .require(reading.invoice.decoded.contains(176), "there is no invoice_node_id")
    }

    static let noPaymentHash = Check<Reading>("B12-SI-R19", .semantic("invoice_payment_hash")) { reading in
        .require(
            !reading.invoice.decoded.contains(168),
            "invoice_payment_hash (168) is there; a static invoice has none"
        )
    }

    static let noAmount = Check<Reading>("B12-SI-R19", .semantic("invoice_amount")) { reading in
        .require(!reading.invoice.decoded.contains(170), "invoice_amount (170) is there; a static invoice has none")
    }

    static let oneChain = Check<Reading>("B12-SI-R21", .semantic("offer_chains")) { reading in
        guard let chains = reading.invoice.offer_chains else { return .notApplicable("offer_chains is not set") }
        return .require(chains.count <= 1, "offer_chains lists \(chains.count) chains")
    }

    static let chainSupported = Check<Reading>("B12-SI-R3", .semantic("offer_chains"), reading: "C-33") { reading in
        let chains = reading.invoice.offer_chains ?? [Chain.bitcoin]
        guard let chain = chains.first else { return .fails("offer_chains is set and lists no chain") }
        return .require(
            chain == reading.chain,
            "the invoice is for chain \(chain), the reader pays on \(reading.chain)"
        )
    }

    static let noUnknownEvenFeature = Check<Reading>("B12-SI-R4", .features) { reading in
        guard let features = reading.invoice.invoice_features else {
            return .notApplicable("there are no invoice_features")
        }
        guard let bit = FeatureBits(features).unknownEven(known: knownFeatures) else { return .meets }
        return .fails("invoice_features has the unknown even bit \(bit)")
    }

    static let withinStatedLife = Check<Reading>("B12-SI-R5", .expired) { reading in
        guard let created = reading.invoice.invoice_created_at, let life = reading.invoice.invoice_relative_expiry
        else {
            return .notApplicable("no life is stated")
        }
        return isAlive(created, life, reading.now)
    }

    static let withinDefaultLife = Check<Reading>("B12-SI-R6", .expired, reading: "C-30") { reading in
        guard let created = reading.invoice.invoice_created_at else {
            return .notApplicable("there is no invoice_created_at")
        }
        if reading.invoice.decoded.contains(166) { return .notApplicable("the invoice states its life") }
        return isAlive(created, reading.profile.static_invoice.default_relative_expiry, reading.now)
    }

    /// The last second of life is created + life. A sum beyond 64 bits never comes.
    private static func isAlive(_ created: UInt64, _ life: UInt64, _ now: UInt64) -> Verdict {
        let (last, overflow) = created.addingReportingOverflow(life)
        return .require(overflow || now <= last, "it is \(now), the invoice lived until \(last)")
    }

    static let pathsPresent = Check<Reading>("B12-SI-R7", .missing) { reading in
        guard reading.invoice.decoded.contains(160) else { return .fails("there are no invoice_paths") }
        return .require(reading.invoice.invoice_paths?.isEmpty != true, "invoice_paths is empty")
    }

    static let pathsHaveHops = Check<Reading>("B12-SI-R8", .zeroHops) { reading in
        haveHops(reading.invoice.invoice_paths, "invoice_paths")
    }

    private static func haveHops(_ paths: [BlindedPath]?, _ name: String) -> Verdict {
        guard let paths else { return .notApplicable("there are no \(name)") }
        guard let index = paths.firstIndex(where: \.hops.isEmpty) else { return .meets }
        return .fails("path \(index) of \(name) has no hops")
    }

    static let payinfoForEachPath = Check<Reading>("B12-SI-R9", .semantic("invoice_blindedpay")) { reading in
        guard let paths = reading.invoice.invoice_paths, !paths.isEmpty else {
            return .notApplicable("there are no invoice_paths")
        }
        guard reading.invoice.decoded.contains(162) else { return .fails("there is no invoice_blindedpay") }
        guard let payinfos = reading.invoice.invoice_blindedpay else {
            return .notApplicable("invoice_blindedpay is malformed")
        }
        return .require(
            payinfos.count == paths.count,
            "invoice_blindedpay has \(payinfos.count) entries for \(paths.count) paths"
        )
    }

    static let usablePath = Check<Reading>("B12-SI-R10", .features) { reading in
        guard reading.profile.static_invoice.payinfo_features_checked else {
            return .notApplicable("\(reading.profile.name) does not look at payinfo features")
        }
        guard let payinfos = reading.invoice.invoice_blindedpay, !payinfos.isEmpty else {
            return .notApplicable("there is no invoice_blindedpay")
        }
        let isUsable = payinfos.contains { FeatureBits($0.features).unknownEven(known: knownPayinfoFeatures) == nil }
        return .require(isUsable, "every path asks for a feature that is not known")
    }

    static let signedByIssuer = Check<Reading>("B12-SI-R11", .semantic("invoice_node_id")) { reading in
        guard let issuer = reading.invoice.decoded.stream[22], let signer = reading.invoice.decoded.stream[176] else {
            return .notApplicable("there is no offer_issuer_id")
        }
        return .require(issuer == signer, "invoice_node_id is not offer_issuer_id")
    }

    static let signedByPathsEnd = Check<Reading>("B12-SI-R12", .semantic("invoice_node_id"), reading: "C-31") {
        reading in
        guard !reading.invoice.decoded.contains(22), let paths = reading.invoice.offer_paths,
            let signer = reading.invoice.decoded.stream[176]
        else { return .notApplicable("there is an offer_issuer_id, or there are no offer_paths") }
        let ends = paths.map { $0.hops.last?.blinded_node_id }
        guard let used = reading.pathUsed, !reading.profile.static_invoice.any_path_may_sign else {
            return .require(ends.contains(signer), "invoice_node_id is at the end of none of the offer_paths")
        }
        guard ends.indices.contains(used) else { return .fails("the offer has no path \(used)") }
        return .require(
            ends[used] == signer,
            "invoice_node_id is not at the end of path \(used), which the request took"
        )
    }

    static let offerInsideIsValid = Check<Reading>("B12-SI-R24", .semantic("offer")) { reading in
        guard reading.profile.static_invoice.offer_checked else {
            return .notApplicable("\(reading.profile.name) does not judge the offer inside")
        }
        guard reading.invoice.decoded.contains(16) else { return .fails("the offer inside has no offer_paths") }
        if let currency = reading.invoice.offer_currency {
            let isCode = currency.utf8.count == 3 && currency.utf8.allSatisfy { (0x41...0x5a).contains($0) }
            if !isCode { return .fails("offer_currency \"\(currency)\" is no three-letter code") }
        }
        let offer = OfferReading(offer: Offer(reading.invoice.decoded), now: 0, chain: reading.chain)
        for check in OfferReaderChecks.ofContent {
            if case .fails(let reason) = check.judge(offer) { return .fails("the offer inside: \(reason)") }
        }
        return .meets
    }

    static let signatureValid = Check<Reading>("B12-SI-R13", .signature) { reading in
        if reading.invoice.decoded.contains(176), reading.invoice.invoice_node_id == nil {
            return .notApplicable("invoice_node_id is malformed")
        }
        return StaticInvoiceSignatureChecks.signatureValid.judge(reading.invoice.decoded.stream)
    }

    static let arrivedOverReplyPath = Check<Reading>("B12-SI-R16", .context) { reading in
        guard let arrival = reading.arrival else { return .notApplicable("how it arrived is not known") }
        return .require(arrival == .replyPath, "the invoice did not come over the reply path of its request")
    }

    static let messagePathsPresent = Check<Reading>("B12-SI-R17", .missing) { reading in
        let type = reading.invoice.message_paths_type
        guard reading.invoice.decoded.contains(type) else {
            return .fails("there are no static_invoice_message_paths (\(type))")
        }
        let isEmpty = reading.invoice.static_invoice_message_paths?.isEmpty ?? false
        return .require(
            !isEmpty || reading.profile.static_invoice.empty_message_paths_accepted,
            "static_invoice_message_paths is empty"
        )
    }

    static let messagePathsHaveHops = Check<Reading>("B12-SI-R17", .zeroHops, reading: "C-6") { reading in
        haveHops(reading.invoice.static_invoice_message_paths, "static_invoice_message_paths")
    }

    static let matchesOffer = Check<Reading>("B12-SI-R20", .context, reading: "C-32") { reading in
        guard let offer = reading.offer else { return .notApplicable("the offer is not at hand") }
        return haveSameOffer(offer, reading.invoice.decoded.stream, "the reader's offer")
    }

    static let matchesRequest = Check<Reading>("B12-SI-R20", .context, reading: "C-32") { reading in
        guard let request = reading.invoiceRequest else { return .notApplicable("the invoice request is not at hand") }
        return haveSameOffer(request, reading.invoice.decoded.stream, "the reader's invoice request")
    }
}

/// Compares the records of the offer in two streams, byte for byte, unknown ones included (C-32).
package func haveSameOffer(_ wanted: TLVStream, _ got: TLVStream, _ name: String) -> Verdict {
    func offerRecords(_ stream: TLVStream) -> [TLVRecord] { stream.records.filter { Bolt12Range.isOffer($0.type) } }
    let (first, second) = (offerRecords(wanted), offerRecords(got))
    if first.map(\.encoding) == second.map(\.encoding) { return .meets }
    let types = Set((first + second).map(\.type)).sorted()
    let differing = types.first { wanted[$0] != got[$0] } ?? 0
    return .fails("record \(differing) is not as in \(name)")
}
