internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

/// What the runner keeps in mind of a payer of static invoices.
struct PayerScenarioState: Sendable {
    /// What it was told to pay, by the encodings of the offers' paths.
    var offers: [[UInt8]: Offer] = [:]
    /// Requests that were sent, by payer id, and by metadata: new ones for each (B12-IRQW-6, B12-IRQW-7).
    var requestOfPayerID: [[UInt8]: [UInt8]] = [:]
    var requestOfMetadata: [[UInt8]: [UInt8]] = [:]
    /// Preimages of payments so far, over restarts (ASY-P1).
    var preimages: Set<[UInt8]> = []
    /// Requests that were paid, over restarts (ASY-M1).
    var paidRequests: Set<[UInt8]> = []
}

/// The payer under test: its request, the message for the recipient, and what it pays.
extension ScenarioExecutor {
    /// What BOLT 12 asks of any payer, and that the invoice can come back.
    mutating func checkPayersRequest(_ content: TLVRecord, _ observed: ObservedMessage) {
        guard role == "payer" else { return }
        if let path = observed.over?.path, let offer = payer.offers[path.encoding] { checkBolt12(content, offer) }
        checkFreshness(content)
        guard let reply_path = observed.reply_path else {
            return addViolation(["B12-OFF-R11"], "the request has no reply path, and nobody can answer it")
        }
        _ = check(reply_path, endsAtParty: "RB-W1", "the reply path of the request")
    }

    /// Each request has a payer id and metadata of its own; the same request may be sent again.
    private mutating func checkFreshness(_ content: TLVRecord) {
        let request = Array(content.value)
        guard let stream = try? TLVStream.read(request[...], known: .unspecified) else { return }
        if let payer_id = stream[88].map(Array.init) {
            let earlier = payer.requestOfPayerID.updateValue(request, forKey: payer_id)
            if let earlier, earlier != request {
                addViolation(["B12-IRQW-6"], "invreq_payer_id is that of an earlier request")
            }
        }
        if let metadata = stream[0].map(Array.init) {
            let earlier = payer.requestOfMetadata.updateValue(request, forKey: metadata)
            if let earlier, earlier != request {
                addViolation(["B12-IRQW-7"], "invreq_metadata is that of an earlier request")
            }
        }
    }

    mutating func checkHeld(_ observed: ObservedMessage) {
        guard role == "payer" else { return }
        guard let reply_path = observed.reply_path else {
            return addViolation(["ASY-S2"], "held_htlc_available has no reply path, and nobody can release the payment")
        }
        _ = check(reply_path, endsAtParty: "ASY-S2", "the reply path of held_htlc_available")
    }

    /// Money is judged as it goes, whatever the step is about: no request is paid twice, no preimage used twice.
    mutating func judgePayment(_ event: ReportedEvent) throws(JSONShapeError) {
        guard role == "payer", event.name == "pay.htlc" else { return }
        let bytes = try JSONReader(.object(event.members), path: "pay.htlc").member("payload").hex()
        var validation = Validation(.collecting)
        guard let payload = try? PaymentPayload.read(bytes[...], profile, &validation) else {
            return addViolation(["ASY-P5"], "the payload of the payment cannot be read")
        }
        if let request = payload.invoice_request.map(Array.init), !payer.paidRequests.insert(request).inserted {
            return addViolation(["ASY-M1"], "this payment was sent before")
        }
        if let preimage = payload.sender_provided_payment_preimage.map(Array.init),
            !payer.preimages.insert(preimage).inserted
        {
            addViolation(["ASY-P1"], "the preimage was used for a payment before")
        }
    }

    /// ASY-P1 to P6, over a path of the invoice, as much as was asked for.
    mutating func expectPayment(
        _ invoice: NamedInvoice,
        _ request: [UInt8],
        _ amount_msat: UInt64?,
        _ reference: String
    ) throws(ScenarioHalt) {
        guard let index = events.firstIndex(where: { $0.name == "pay.htlc" }) else {
            try fail("no payment was sent for \(reference)")
            return
        }
        let members = JSONReader(.object(events.remove(at: index).members), path: "pay.htlc")
        let bytes: [UInt8]
        let hash: Bytes32
        let amount: UInt64
        do {
            hash = try members.member("payment_hash").bytes32()
            amount = try members.member("amount_msat").decimal()
            bytes = try members.member("payload").hex()
        } catch {
            throw .adapterError("pay.htlc: \(error)")
        }
        var validation = Validation(.collecting)
        do throws(Finding) {
            let payload = try PaymentPayload.read(bytes[...], profile, &validation)
            try validation.apply(
                PaymentWriterChecks.all,
                to: PaymentWriterOutput(
                    payload: payload,
                    payment_hash: hash,
                    invoice_request: request,
                    invoice: .static
                )
            )
            checkPath(payload, of: invoice, reference)
        } catch {
            validation.note(error)
        }
        for finding in validation.findings { addViolation([finding.requirement], "the payment: \(finding.detail)") }
        if let amount_msat, amount != amount_msat { addViolation("\(amount) msat are paid, expected \(amount_msat)") }
    }

    private mutating func checkPath(_ payload: PaymentPayload, of invoice: NamedInvoice, _ reference: String) {
        let data = (invoice.invoice.invoice_paths ?? []).compactMap { $0.hops.last?.encrypted_recipient_data }
        if !data.contains(where: { payload.decoded.stream[10] == $0 }) {
            addViolation(["RB-U2"], "the payment uses none of the payment paths of \(reference)")
        }
    }
}
