internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

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

    /// The reply path ends at the payer, or is one of the paths of who holds its HTLC.
    mutating func checkHeld(_ observed: ObservedMessage) {
        guard role == "payer" else { return }
        guard let reply_path = observed.reply_path else {
            return addViolation(["ASY-S2"], "held_htlc_available has no reply path, and nobody can release the payment")
        }
        if pathRegistry.entry(encoding: reply_path.encoding) != nil { return }
        _ = check(reply_path, endsAtParty: "ASY-S2", "the reply path of held_htlc_available")
    }

    // MARK: The step

    /// ASY-P1 to P6, over a path of the invoice, as much as was asked for.
    mutating func expectPayment(_ wanted: PaymentExpectation) throws(ScenarioHalt) {
        let invoice = try names.invoice(wanted.invoice)
        let request = try names.request(wanted.request)
        var sum: UInt64 = 0
        var used: Set<[UInt8]> = []
        let payments = try takePayments()
        if payments.count < wanted.parts ?? 1 {
            let what = payments.isEmpty ? "no payment was" : "\(payments.count) of \(wanted.parts ?? 1) parts were"
            try fail("\(what) sent for \(wanted.invoice)")
        }
        for payment in payments {
            judge(payment, request)
            try checkPath(payment, of: invoice, wanted)
            if payment.hold != wanted.hold {
                addViolation("the payer's peer is \(payment.hold ? "" : "not ")asked to hold the HTLC")
            }
            if let data = payment.payload?.decoded.stream[10] { used.insert(Array(data)) }
            sum = sum &+ payment.amount_msat
        }
        if let parts = wanted.parts, used.count < parts {
            addViolation("the payment is sent over \(used.count) paths, expected \(parts)")
        }
        // BOLT 4 lets a payer go up to twice the amount.
        if let amount_msat = wanted.amount_msat, sum < amount_msat || sum / 2 > amount_msat {
            addViolation("\(sum) msat are paid, expected \(amount_msat)")
        }
    }

    /// The first HTLC that was sent, and all others of the same payment.
    private mutating func takePayments() throws(ScenarioHalt) -> [PaidHTLC] {
        var payments: [PaidHTLC] = []
        for event in events where event.name == "pay.htlc" {
            do {
                let payment = try PaidHTLC(event, profile)
                if payments.first.map({ $0.payment == payment.payment }) ?? true { payments.append(payment) }
            } catch {
                throw .adapterError("pay.htlc: \(error)")
            }
        }
        let name = payments.first?.payment
        events.removeAll { $0.name == "pay.htlc" && $0.members["payment"]?.string == name }
        return payments
    }

    private mutating func judge(_ payment: PaidHTLC, _ request: [UInt8]) {
        var validation = Validation(.collecting)
        do throws(Finding) {
            let payload = try PaymentPayload.read(payment.bytes[...], profile, &validation)
            let output = PaymentWriterOutput(
                payload: payload,
                payment_hash: payment.payment_hash,
                invoice_request: request,
                invoice: .static
            )
            try validation.apply(PaymentWriterChecks.all, to: output)
        } catch {
            validation.note(error)
        }
        for finding in validation.findings { addViolation([finding.requirement], "the payment: \(finding.detail)") }
    }

    /// One of the invoice's paths, the one that is meant; the path key is with the introduction node (RB-U6).
    private mutating func checkPath(
        _ payment: PaidHTLC,
        of invoice: NamedInvoice,
        _ wanted: PaymentExpectation
    ) throws(ScenarioHalt) {
        let paths = invoice.invoice.invoice_paths ?? []
        guard let stream = payment.payload?.decoded.stream,
            let index = paths.firstIndex(where: { $0.hops.last?.encrypted_recipient_data == stream[10] })
        else {
            return addViolation(["RB-U2"], "the payment uses none of the payment paths of \(wanted.invoice)")
        }
        if let path = wanted.path, path != index {
            addViolation("the payment uses payment path \(index) of \(wanted.invoice), expected \(path)")
        }
        let path_key = paths[index].hops.count == 1 ? paths[index].path_key : nil
        if stream[12] != path_key {
            let what = path_key == nil ? "is for the introduction node, and stands" : "does not stand"
            addViolation(["RB-U6"], "the path key \(what) in the recipient's payload")
        }
    }
}
