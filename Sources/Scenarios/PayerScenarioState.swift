internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

/// What the runner keeps in mind of a payer of static invoices, over restarts.
struct PayerScenarioState: Sendable {
    struct Wanted: Sendable {
        let hold: Bool
        let max_fee_msat: UInt64?
        /// The bytes of the offer that is paid.
        let offer: [UInt8]
        /// Writes that were done when it was told.
        let writesBefore: Int
        var isAbandoned = false
    }

    /// An invoice that came over the reply path of a request.
    struct Delivered: Sendable {
        let bytes: [UInt8]
        let at: UInt64
    }

    struct Paid: Sendable {
        var amount_msat: UInt64
    }

    /// What it was told to pay, by the encodings of the offers' paths.
    var offers: [[UInt8]: Offer] = [:]
    /// By the party's own names.
    var wanted: [String: Wanted] = [:]
    /// Requests that were sent, by payer id, and by metadata: new ones for each (B12-IRQW-6, B12-IRQW-7).
    var requestOfPayerID: [[UInt8]: [UInt8]] = [:]
    var requestOfMetadata: [[UInt8]: [UInt8]] = [:]
    /// Requests by their reply paths, with the offer that each is for.
    var requestOfReply: [[UInt8]: [UInt8]] = [:]
    var offerOfRequest: [[UInt8]: Offer] = [:]
    /// The invoices that came for each request.
    var invoices: [[UInt8]: [Delivered]] = [:]
    /// Ordinary invoices that came over the reply path of their request.
    var ordinaryInvoices: [OrdinaryInvoice] = []
    /// Requests in their order, each with its reply path; one may have come again with another.
    var requestsSent: [(request: [UInt8], reply_path: BlindedPath)] = []
    /// What told the recipient of a payment.
    var told: [Told] = []
    /// Paths over which the recipient was told of a payment that it released.
    var releasedOver: Set<[UInt8]> = []
    /// Preimages of payments so far, with the request that each was for (ASY-P1).
    var preimages: [[UInt8]: [UInt8]] = [:]
    /// What was paid for each request (ASY-M1).
    var paid: [[UInt8]: Paid] = [:]
    /// What outlives the process (ASY-M2), as it is now, and as it was at the last start.
    var written = Underway()
    var survivors = Underway()
}

/// `pay.htlc`.
struct PaidHTLC: Sendable {
    let payment: String
    let bytes: [UInt8]
    /// `nil` where the bytes are no payload.
    let payload: PaymentPayload?
    let payment_hash: Bytes32
    let amount_msat: UInt64
    let hold: Bool

    init(_ event: ReportedEvent, _ profile: Profile) throws(JSONShapeError) {
        let members = JSONReader(.object(event.members), path: "pay.htlc")
        payment = try members.member("payment").string()
        bytes = try members.member("payload").hex()
        payment_hash = try members.member("payment_hash").bytes32()
        amount_msat = try members.member("amount_msat").decimal()
        hold = try members.member("hold").bool()
        var validation = Validation(.collecting)
        payload = try? PaymentPayload.read(bytes[...], profile, &validation)
    }
}

/// What came before a payment, as far as it has to.
extension ScenarioExecutor {
    mutating func notePayersMessage(_ observed: ObservedMessage) {
        guard role == "payer", let over = observed.over?.path, let reply_path = observed.reply_path else { return }
        switch observed.name(profile) {
        case "invoice_request":
            let request = Array(observed.payload.content?.value ?? [])
            payer.requestOfReply[reply_path.encoding] = request
            payer.requestsSent.append((request, reply_path))
            payer.offerOfRequest[request] = payer.offers[over.encoding]
        case "held_htlc_available":
            payer.told.append(PayerScenarioState.Told(over: over.encoding, reply_path: reply_path, boot: boots))
        default: break
        }
    }

    mutating func noteDeliveryToPayer(_ kind: String, over: BlindedPath?, _ content: TLVRecord) {
        guard role == "payer", let over = over?.encoding else { return }
        if kind == "static_invoice", let request = payer.requestOfReply[over] {
            let delivered = PayerScenarioState.Delivered(bytes: Array(content.value), at: now)
            payer.invoices[request, default: []].append(delivered)
        }
        if kind == "invoice", let invoice = names.ordinaryInvoice(content.value),
            payer.requestOfReply[over] == invoice.request
        {
            payer.ordinaryInvoices.append(invoice)
        }
        if kind == "release_held_htlc", let told = payer.told.last(where: { $0.reply_path.encoding == over }) {
            payer.releasedOver.insert(told.over)
        }
    }
}

/// Money is judged as it goes, whatever the step is about.
extension ScenarioExecutor {
    mutating func judgePayment(_ event: ReportedEvent) throws(JSONShapeError) {
        guard role == "payer", event.name == "pay.htlc" else { return }
        let payment = try PaidHTLC(event, profile)
        guard let payload = payment.payload else {
            return addViolation(["ASY-P5"], "the payload of the payment cannot be read")
        }
        let total = payload.total_amount_msat ?? payment.amount_msat
        let ordinary = ordinaryInvoice(paidBy: payload)
        let request = ordinary?.request ?? payload.invoice_request.map(Array.init) ?? []
        let before = payer.paid[request]?.amount_msat ?? 0
        payer.paid[request] = PayerScenarioState.Paid(amount_msat: before &+ payment.amount_msat)
        if let ordinary {
            judgeWanted(payment)
            return judgeOrdinary(payment, payload, ordinary, paidBefore: before)
        }
        if before > 0, before &+ payment.amount_msat > total {
            return addViolation(["ASY-M1"], "this payment was sent before")
        }
        if let preimage = payload.sender_provided_payment_preimage.map(Array.init) {
            let other = payer.preimages.updateValue(request, forKey: preimage)
            if let other, other != request {
                addViolation(["ASY-P1"], "the preimage was used for a payment before")
            }
        }
        judgeWanted(payment)
        judgeInvoice(payment, payload, request, total)
    }

    /// What the owner said.
    private mutating func judgeWanted(_ payment: PaidHTLC) {
        guard let wanted = payer.wanted[payment.payment] else {
            return noteLoss("ASY-M3", "the payment \(payment.payment) is sent, and nobody asked for it")
        }
        if wanted.isAbandoned { noteLoss("ASY-M3", "the payment is sent, and it was given up") }
        if payment.hold, !wanted.hold {
            noteLoss("ASY-H1", "the payer's peer is asked to hold the HTLC, and the payer stays online")
        }
    }

    /// The invoice came for this request, every rule allows it, and its recipient has released the payment.
    private mutating func judgeInvoice(
        _ payment: PaidHTLC,
        _ payload: PaymentPayload,
        _ request: [UInt8],
        _ total: UInt64
    ) {
        let candidates = (payer.invoices[request] ?? []).compactMap { delivered in
            readInvoice(delivered.bytes).map { (delivered, $0) }
        }
        let used = candidates.first { _, invoice in
            (invoice.invoice_paths ?? []).contains {
                $0.hops.last?.encrypted_recipient_data == payload.decoded.stream[10]
            }
        }
        guard let (delivered, invoice) = used else {
            return noteLoss("B12-SI-R16", "no such invoice came over the reply path of the request that is paid")
        }
        if let finding = fault(of: invoice, request, delivered.at) {
            noteLoss(finding.requirement, "an invoice is paid that must be rejected: \(finding.detail)")
        }
        judgeRelease(payment, invoice)
        judgeBounds(payment, payload, invoice, request, total)
    }

    func readInvoice(_ bytes: [UInt8]) -> StaticInvoice? {
        var validation = Validation(.collecting)
        return try? StaticInvoice.read(bytes[...], profile, &validation)
    }

    func fault(of invoice: StaticInvoice, _ request: [UInt8], _ moment: UInt64) -> Finding? {
        var validation = Validation(.collecting)
        let input = StaticInvoiceReaderInput(
            invoice: invoice,
            profile: profile,
            now: moment,
            chain: chain,
            offer: payer.offerOfRequest[request]?.decoded.stream,
            invoiceRequest: try? InvoiceRequest.read(request[...], &validation).decoded.stream,
            pathUsed: nil,
            arrival: .replyPath
        )
        var checks = Validation(.collecting)
        try? checks.apply(StaticInvoiceReaderChecks.all, to: input)
        return checks.findings.first
    }

    private mutating func judgeRelease(_ payment: PaidHTLC, _ invoice: StaticInvoice) {
        guard !payment.hold else { return }
        if payer.isReleased(invoice) { return }
        let isTold = payer.isTold(of: invoice)
        noteLoss(
            isTold ? "ASY-S2" : "B12-SI-R18",
            "the payment is sent, and its recipient has \(isTold ? "not released it" : "never heard of it")"
        )
    }

    /// ASY-M3: the amount is what was asked for, the path carries it, and the HTLC ends in time.
    private mutating func judgeBounds(
        _ payment: PaidHTLC,
        _ payload: PaymentPayload,
        _ invoice: StaticInvoice,
        _ request: [UInt8],
        _ total: UInt64
    ) {
        var validation = Validation(.collecting)
        let expected = (try? InvoiceRequest.read(request[...], &validation))?.expected_msat
        // BOLT 4 lets a payer go up to twice the amount.
        if let expected, total < expected || total / 2 > expected {
            noteLoss("ASY-M3", "\(total) msat are paid for a request of \(expected)")
        }
        if let end = payload.outgoing_cltv_value, end < height || end > height + Self.mostBlocks {
            noteLoss("ASY-M3", "the HTLC ends at \(end), and the height is \(height)")
        }
        let used = zip(invoice.invoice_paths ?? [], invoice.invoice_blindedpay ?? []).first {
            $0.0.hops.last?.encrypted_recipient_data == payload.decoded.stream[10]
        }
        guard let payinfo = used?.1 else { return }
        if payment.amount_msat < payinfo.htlc_minimum_msat || payment.amount_msat > payinfo.htlc_maximum_msat {
            noteLoss("ASY-M3", "\(payment.amount_msat) msat are sent over a path that does not carry them")
        }
        if let most = payer.wanted[payment.payment]?.max_fee_msat, payinfo.fee(of: payment.amount_msat) > most {
            noteLoss("ASY-M3", "the path costs \(payinfo.fee(of: payment.amount_msat)) msat, allowed are \(most)")
        }
        judgeParts(payment, invoice, total)
    }

    /// B12-SI-R15.
    private mutating func judgeParts(_ payment: PaidHTLC, _ invoice: StaticInvoice, _ total: UInt64) {
        let features = FeatureBits(invoice.invoice_features)
        let isPart = payment.amount_msat < total
        if isPart, !features.contains(16), !features.contains(17) {
            noteLoss("B12-SI-R15", "a part is sent, and the invoice allows none")
        }
        if !isPart, features.contains(16) {
            noteLoss("B12-SI-R15", "the invoice is paid in one, and it demands parts")
        }
    }

    /// Two weeks: BOLT 11 and BOLT 12 leave the bound to the payer, and implementations of today stay within it.
    private static var mostBlocks: UInt64 { 2016 }
}
