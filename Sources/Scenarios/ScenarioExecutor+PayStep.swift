internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// HTLCs for an invoice of the party: right ones, and those with one fault.
extension ScenarioExecutor {
    /// `htlc.deliver`.
    mutating func htlc(_ step: PayStep) throws(ScenarioHalt) -> JSON {
        let invoice = try names.invoice(step.invoice)
        let path = try paymentPath(invoice, step.path, step.invoice)
        let invoice_request = try request(for: step, invoice)
        let builder = PaymentBuilder(
            preimage: entropy.next32().bytes,
            invoice_request: invoice_request,
            amount_msat: step.amount_msat ?? Self.amount(of: invoice_request) ?? 1_000_000,
            outgoing_cltv_value: Self.height + delta(of: invoice, step.path),
            profile
        )
        names.set(step.name, .payment(builder.preimage))
        var htlc = DeliveredHTLC(builder)
        try spoil(&htlc, step, path)
        let over = try otherPath(step) ?? path
        guard let way = reach(over) else {
            addViolation(["B12-SI-W10"], "payment path \(step.path) of \(step.invoice) does not lead to the recipient")
            throw .broken
        }
        let records = try stream(htlc.payload.payload(over: over, path_key: way.path_key.bytes[...])).records
        let payload = TLVStream(sorting: step.changes.applied(to: records, profile))
        record(from: step.by, to: ScenarioActor.underTest, "htlc", ["invoice": .string(step.invoice)])
        return [
            "payload": .hex(payload.bytes), "payment_hash": .hex(htlc.payment_hash),
            "amount_msat": .decimal(htlc.amount_msat), "cltv_expiry": .integer(Int64(clamping: htlc.cltv_expiry)),
            "height": .integer(Int64(Self.height)),
        ]
    }

    /// An HTLC as it reaches the recipient, and what its payload says.
    private struct DeliveredHTLC {
        var payload: PaymentBuilder
        var payment_hash: Bytes32
        var amount_msat: UInt64
        var cltv_expiry: UInt64

        init(_ payload: PaymentBuilder) {
            self.payload = payload
            payment_hash = payload.payment_hash
            amount_msat = payload.amount_msat
            cltv_expiry = payload.outgoing_cltv_value
        }

        /// In the payload too, as the whole payment.
        mutating func carry(_ amount: UInt64) {
            amount_msat = amount
            payload.amount_msat = amount
            payload.total_amount_msat = amount
        }
    }

    private func spoil(_ htlc: inout DeliveredHTLC, _ step: PayStep, _ path: BlindedPath) throws(ScenarioHalt) {
        switch step.fault {
        case nil, .other_request, .foreign_context: break
        case .wrong_preimage: htlc.payment_hash = Hash.sha256(htlc.payload.preimage + [0])
        case .amount_low: htlc.carry(htlc.amount_msat / 2)
        case .part:
            htlc.amount_msat /= 2
            htlc.payload.amount_msat = htlc.amount_msat
        case .carries_less_than_stated: htlc.payload.amount_msat += 1
        case .ends_sooner_than_stated: htlc.cltv_expiry -= 1
        case .has_ended:
            htlc.cltv_expiry = Self.height - 1
            htlc.payload.outgoing_cltv_value = Self.height - 1
        case .ends_after_its_path:
            let last = try bounds(of: path).max_cltv_expiry
            guard last < UInt32.max else { throw .notExercised("the path has no end") }
            htlc.cltv_expiry = last + 1
        case .below_its_paths_minimum:
            let least = try bounds(of: path).htlc_minimum_msat
            guard least > 1, htlc.amount_msat < least else { throw .notExercised("the path takes the least amount") }
            htlc.carry(least - 1)
        }
    }

    /// What the recipient has set for the end of its path.
    private func bounds(of path: BlindedPath) throws(ScenarioHalt) -> PaymentConstraints {
        let data = lastHop(of: path)?.encrypted_data
        guard let bounds = data.flatMap({ PaymentConstraints($0.decoded[PaymentConstraints.type]) }) else {
            throw .notExercised("the recipient sets no bounds for the end of its path")
        }
        return bounds
    }

    // MARK: The request

    /// The request that the payment brings along; with `other_request`, one for an offer with another description.
    private mutating func request(for step: PayStep, _ invoice: NamedInvoice) throws(ScenarioHalt) -> [UInt8] {
        guard step.fault == .other_request else { return try names.request(step.request) }
        var builder = InvoiceRequestBuilder(
            try changed(invoice.offer),
            invreq_metadata: entropy.next32().bytes,
            invreq_amount: try price(of: invoice.offer) ?? 1_000_000
        )
        if invoice.offer.offer_quantity_max != nil { builder.invreq_quantity = 1 }
        builder.chain = chain
        return builder.build(payer_key: entropy.secretKey())
    }

    /// What the payer said that it would pay.
    private static func amount(of invoice_request: [UInt8]) -> UInt64? {
        var validation = Validation(.collecting)
        return (try? InvoiceRequest.read(invoice_request[...], &validation))?.expected_msat
    }

    // MARK: The path

    /// Blocks that are left at the recipient: what the path asks for as a whole is more than its end wants.
    private func delta(of invoice: NamedInvoice, _ index: Int) -> UInt64 {
        let payinfos = invoice.invoice.invoice_blindedpay ?? []
        return payinfos.indices.contains(index) ? UInt64(payinfos[index].cltv_expiry_delta) + 40 : 40
    }

    static let height: UInt64 = 800_000

    private func paymentPath(_ invoice: NamedInvoice, _ index: Int, _ name: String) throws(ScenarioHalt) -> BlindedPath
    {
        let paths = invoice.invoice.invoice_paths ?? []
        guard paths.indices.contains(index) else {
            throw .scenarioError("\(name) has no payment path \(index)")
        }
        return paths[index]
    }

    /// One that is not the invoice's; `nil` for that.
    private func otherPath(_ step: PayStep) throws(ScenarioHalt) -> BlindedPath? {
        if let over = step.over { return try names.path(over) }
        guard step.fault == .foreign_context else { return nil }
        guard let other = step.of else { throw .scenarioError("foreign_context needs \"of\"") }
        return try paymentPath(try names.invoice(other), 0, other)
    }
}
