internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Invoices, requests and payments of actors: right ones, and those with one fault.
extension ScenarioPlay {
    // MARK: Invoices

    mutating func makeInvoice(_ order: InvoiceOrder) throws(Halt) -> NamedInvoice {
        let owner = try actor(order.by)
        if order.fault == .oversized, let limit = declared.number("max_invoice_bytes"), limit > Self.oversize {
            throw .notExercised("max_invoice_bytes is \(limit), more than an onion message carries")
        }
        let offer = try offer(order, owner)
        let life = order.expires_in.map { UInt32(clamping: seconds($0)) }
        var created_at = now
        if order.fault == .expired {
            let lifetime = life ?? UInt32(clamping: profile.static_invoice.default_relative_expiry)
            created_at = now.advanced(by: -Int64(lifetime) - 1)
        }
        let plan = StaticInvoicePlan(
            offer: offer,
            message_paths: try invoicePaths("\(order.name) message path", owner, count: 2),
            payment_paths: try invoicePaths("\(order.name) payment path", owner, count: 1, records: [Self.constraints])
                .map { StaticInvoicePlan.PaymentPath(path: $0, payinfo: Self.payinfo) },
            created_at: created_at,
            relative_expiry: life,
            profile: profile
        )
        do {
            var examination = Examination(.strict)
            let stream = try plan.build(key: owner.signing_key, &examination)
            // Later steps refer to the parts of the invoice as it was before the fault.
            let invoice = try StaticInvoice.read(stream.bytes[...], profile, &examination)
            return NamedInvoice(bytes: faulty(stream, order.fault, owner), invoice: invoice, offer: offer)
        } catch {
            throw .misconceived("\(order.name): \(error.detail) (\(error.requirement))")
        }
    }

    private mutating func offer(_ order: InvoiceOrder, _ owner: Actor) throws(Halt) -> Offer {
        if let reference = order.offer { return try names.offer(reference) }
        var paths = try names.paths(order.paths ?? "")
        if order.fault == .foreign_paths { paths = try invoicePaths("\(order.name) offer path", owner, count: 1) }
        var plan = OfferPlan(offer_paths: paths, offer_issuer_id: owner.signing_key.publicKey)
        plan.offer_amount = order.amount_msat
        plan.offer_description = order.amount_msat == nil ? nil : "something"
        do {
            return try plan.build()
        } catch {
            throw .misconceived("\(order.name): \(error.detail)")
        }
    }

    private mutating func invoicePaths(
        _ name: String,
        _ owner: Actor,
        count: Int,
        records: [TLVRecord] = []
    ) throws(Halt) -> [BlindedPath] {
        var paths: [BlindedPath] = []
        for _ in 0..<count { paths.append(try makePath(name, owner, records: records)) }
        return paths
    }

    /// Bytes that fill an onion message of the usual sizes.
    private static let oversize: UInt64 = 31_000

    private func faulty(_ stream: TLVStream, _ fault: InvoiceOrder.Fault?, _ owner: Actor) -> [UInt8] {
        switch fault {
        case nil, .expired, .foreign_paths:
            return stream.bytes
        case .signature:
            return stream.bytes(flippingBitOf: Bolt12Signature.type)
        case .truncated:
            return stream.bytes.dropLast()
        case .oversized:
            // Of the experimental range for invoices, which every profile passes over.
            let padding = TLVRecord(type: 3_000_000_001, value: [UInt8](repeating: 0, count: Int(Self.oversize)))
            let unsigned = TLVStream(sorting: stream.records.filter { $0.type != Bolt12Signature.type } + [padding])
            let signature = Bolt12Signature(unsigned, messagename: StaticInvoice.messagename, key: owner.signing_key)
            return (signature?.added(to: unsigned) ?? unsigned).bytes
        }
    }

    static let payinfo = BlindedPayinfo(
        fee_base_msat: 0,
        fee_proportional_millionths: 0,
        cltv_expiry_delta: 18,
        htlc_minimum_msat: 1,
        htlc_maximum_msat: 1_000_000_000_000
    )

    /// `payment_constraints` of the one hop: any height, any amount.
    static let constraints = TLVRecord(
        type: 12,
        value: UInt32(499_999_999).bigEndianBytes + TruncatedInteger.encode(1)
    )

    // MARK: Requests

    mutating func makeRequest(_ order: RequestOrder) throws(Halt) -> [UInt8] {
        let payer_key = entropy.secretKey()
        let amount = order.amount_msat ?? 1_000_000
        var offer = try names.offer(order.offer)
        if order.fault == .other_offer { offer = try changed(offer) }
        let plan = InvoiceRequestPlan(
            offer,
            invreq_metadata: entropy.next32().bytes,
            invreq_amount: offer.offer_amount.map { max($0, order.amount_msat ?? $0) } ?? amount
        )
        let bytes = plan.build(payer_key: payer_key)
        switch order.fault {
        case nil, .other_offer: return bytes
        case .signature: return try stream(bytes).bytes(flippingBitOf: Bolt12Signature.type)
        case .no_payer_id: return try signedAgain(bytes, payer_key) { $0.type != 88 }
        case .no_metadata: return try signedAgain(bytes, payer_key) { $0.type != 0 }
        case .out_of_range:
            return try signedAgain(bytes, payer_key, adding: [TLVRecord(type: 161, value: [0])]) { _ in true }
        }
    }

    /// An offer of the same paths with another description.
    func changed(_ offer: Offer) throws(Halt) -> Offer {
        let description = TLVRecord(type: 10, value: Array("another thing".utf8))
        do {
            var examination = Examination(.strict)
            return try Offer.read(
                TLVStream(sorting: offer.decoded.stream.records + [description]).bytes[...],
                &examination
            )
        } catch {
            throw .misconceived(error.detail)
        }
    }

    private func signedAgain(
        _ bytes: [UInt8],
        _ key: SecretKey,
        adding more: [TLVRecord] = [],
        keeping isKept: (TLVRecord) -> Bool
    ) throws(Halt) -> [UInt8] {
        let records = try stream(bytes).records.filter { $0.type != Bolt12Signature.type && isKept($0) } + more
        let unsigned = TLVStream(sorting: records)
        let signature = Bolt12Signature(unsigned, messagename: InvoiceRequest.messagename, key: key)
        return (signature?.added(to: unsigned) ?? unsigned).bytes
    }

    private func stream(_ bytes: [UInt8]) throws(Halt) -> TLVStream {
        do {
            return try TLVStream.read(bytes[...], known: .unspecified)
        } catch {
            throw .misconceived(error.detail)
        }
    }

    // MARK: Payments

    /// `htlc.deliver` for an invoice of the party.
    mutating func htlc(_ order: PaymentOrder) throws(Halt) -> JSON {
        let invoice = try names.invoice(order.invoice)
        let path = try paymentPath(invoice, order.path, order.invoice)
        var plan = PaymentPlan(
            preimage: entropy.next32().bytes,
            invoice_request: try request(for: order, invoice),
            amount_msat: order.amount_msat ?? 1_000_000,
            outgoing_cltv_value: Self.height + delta(of: invoice, order.path),
            profile
        )
        names.set(order.name, .payment(plan.preimage))
        var hash = plan.payment_hash
        switch order.fault {
        case .wrong_preimage: hash = Hash.sha256(plan.preimage + [0])
        case .amount_low: plan = plan.with(amount_msat: plan.amount_msat / 2)
        case nil, .other_request, .foreign_context, .no_preimage: break
        }
        let data = order.fault == .foreign_context ? try foreignPath(order) : path
        guard let way = reach(data) else {
            breach(["B12-SI-W10"], "payment path \(order.path) of \(order.invoice) does not lead to the recipient")
            throw .broken
        }
        var records = try stream(plan.payload(over: data, path_key: way.path_key.bytes[...])).records
        if order.fault == .no_preimage {
            records.removeAll { $0.type == profile.async_payment.payload_preimage_type }
        }
        record(from: order.by, to: Actor.underTest, "htlc", ["invoice": .string(order.invoice)])
        return [
            "payload": .hex(TLVStream(sorting: records).bytes), "payment_hash": .hex(hash),
            "amount_msat": .decimal(plan.amount_msat), "cltv_expiry": .integer(Int64(plan.outgoing_cltv_value)),
            "height": .integer(Int64(Self.height)),
        ]
    }

    /// The request that the payment brings along; with `other_request`, one for an offer with another description.
    private mutating func request(for order: PaymentOrder, _ invoice: NamedInvoice) throws(Halt) -> [UInt8] {
        guard order.fault == .other_request else { return try names.request(order.request) }
        let plan = InvoiceRequestPlan(
            try changed(invoice.offer),
            invreq_metadata: entropy.next32().bytes,
            invreq_amount: 1_000_000
        )
        return plan.build(payer_key: entropy.secretKey())
    }

    /// Blocks that are left at the recipient: what the path asks for as a whole is more than its end wants.
    private func delta(of invoice: NamedInvoice, _ index: Int) -> UInt64 {
        let payinfos = invoice.invoice.invoice_blindedpay ?? []
        return payinfos.indices.contains(index) ? UInt64(payinfos[index].cltv_expiry_delta) + 40 : 40
    }

    private static let height: UInt64 = 800_000

    private func paymentPath(_ invoice: NamedInvoice, _ index: Int, _ name: String) throws(Halt) -> BlindedPath {
        let paths = invoice.invoice.invoice_paths ?? []
        guard paths.indices.contains(index) else {
            throw .misconceived("\(name) has no payment path \(index)")
        }
        return paths[index]
    }

    private func foreignPath(_ order: PaymentOrder) throws(Halt) -> BlindedPath {
        guard let other = order.of else { throw .misconceived("foreign_context needs \"of\"") }
        return try paymentPath(try names.invoice(other), 0, other)
    }
}

extension PaymentPlan {
    fileprivate func with(amount_msat: UInt64) -> PaymentPlan {
        PaymentPlan(
            preimage: preimage,
            invoice_request: invoice_request,
            amount_msat: amount_msat,
            outgoing_cltv_value: outgoing_cltv_value,
            profile
        )
    }
}

extension TLVStream {
    /// The stream with the lowest bit of the last byte of a record's value changed.
    func bytes(flippingBitOf type: UInt64) -> [UInt8] {
        let changed = records.map { record -> TLVRecord in
            guard record.type == type, let last = record.value.last else { return record }
            return TLVRecord(type: type, value: record.value.dropLast() + [last ^ 1])
        }
        return TLVStream(sorting: changed).bytes
    }
}
