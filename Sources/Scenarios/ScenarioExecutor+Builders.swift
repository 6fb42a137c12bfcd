internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Offers, invoices and requests of actors: right ones, and those with one fault.
extension ScenarioExecutor {
    // MARK: Invoices

    mutating func makeInvoice(_ step: MakeInvoiceStep) throws(ScenarioHalt) -> NamedInvoice {
        let owner = try actor(step.by)
        if step.fault == .oversized, let limit = declared.number("max_invoice_bytes"), limit > Self.oversize {
            throw .notExercised("max_invoice_bytes is \(limit), more than an onion message carries")
        }
        let offer = try offer(step, owner)
        let life = step.expires_in.map { UInt32(clamping: seconds($0)) }
        var created_at = now
        if step.fault == .expired {
            let lifetime = life ?? UInt32(clamping: profile.static_invoice.default_relative_expiry)
            created_at = now.advanced(by: -Int64(lifetime) - 1)
        }
        let builder = StaticInvoiceBuilder(
            offer: offer,
            message_paths: try invoicePaths("\(step.name) message path", owner, count: 2),
            payment_paths: try paymentPaths(step, owner),
            created_at: created_at,
            relative_expiry: life,
            features: step.features,
            profile: profile
        )
        do {
            var validation = Validation(.strict)
            let stream = try builder.build(key: owner.signing_key, &validation)
            // Later steps refer to the parts of the invoice as it was before the fault.
            let invoice = try StaticInvoice.read(stream.bytes[...], profile, &validation)
            return NamedInvoice(bytes: faulty(stream, step, owner), invoice: invoice, offer: offer)
        } catch {
            throw .scenarioError("\(step.name): \(error.detail) (\(error.requirement))")
        }
    }

    // MARK: Offers

    /// A new one with these paths, or an earlier one, with what is changed about it.
    mutating func makeOffer(_ step: MakeOfferStep) throws(ScenarioHalt) -> Offer {
        do {
            let offer = try baseOffer(step)
            let records = step.changes.applied(to: offer.decoded.stream.records, profile)
            var validation = Validation(.collecting)
            return try Offer.read(TLVStream(sorting: records).bytes[...], &validation)
        } catch let halt as ScenarioHalt {
            throw halt
        } catch {
            throw .scenarioError("\(step.name): \(error)")
        }
    }

    private func baseOffer(_ step: MakeOfferStep) throws -> Offer {
        if let reference = step.offer { return try names.offer(reference) }
        var builder = OfferBuilder(
            offer_paths: try names.paths(step.paths ?? ""),
            offer_issuer_id: try actor(step.by).signing_key.publicKey
        )
        builder.chain = chain
        return try builder.build()
    }

    private mutating func offer(_ step: MakeInvoiceStep, _ owner: ScenarioActor) throws(ScenarioHalt) -> Offer {
        if let reference = step.offer { return try names.offer(reference) }
        var paths = try names.paths(step.paths ?? "")
        if step.fault == .foreign_paths { paths = try invoicePaths("\(step.name) offer path", owner, count: 1) }
        var builder = OfferBuilder(offer_paths: paths, offer_issuer_id: owner.signing_key.publicKey)
        builder.chain = step.fault == .other_chain ? Chain.testnet : chain
        builder.offer_quantity_max = step.quantity_max
        builder.offer_absolute_expiry = step.offer_expires_in.map { now.advanced(by: seconds($0)) }
        builder.offer_amount = step.amount_msat
        builder.offer_description = step.amount_msat == nil ? nil : "something"
        do {
            let offer = try builder.build()
            return step.fault == .two_chains ? try offer.withTwoChains() : offer
        } catch {
            throw .scenarioError("\(step.name): \(error.detail)")
        }
    }

    /// One of each kind that the step names, in order.
    private mutating func paymentPaths(
        _ step: MakeInvoiceStep,
        _ owner: ScenarioActor
    ) throws(ScenarioHalt) -> [StaticInvoiceBuilder.PaymentPath] {
        var paths: [StaticInvoiceBuilder.PaymentPath] = []
        for kind in step.payment_paths {
            let relay = network.actors.values.sorted { $0.name < $1.name }.first { $0.name != owner.name }
            let through = kind == .relayed ? [relay].compactMap(\.self) : []
            let name = "\(step.name) payment path"
            let path = try makePath(name, owner, through: through, records: [Self.constraints])
            paths.append(StaticInvoiceBuilder.PaymentPath(path: path, payinfo: Self.payinfo(kind)))
        }
        return paths
    }

    private mutating func invoicePaths(
        _ name: String,
        _ owner: ScenarioActor,
        count: Int,
        records: [TLVRecord] = []
    ) throws(ScenarioHalt) -> [BlindedPath] {
        var paths: [BlindedPath] = []
        for _ in 0..<count { paths.append(try makePath(name, owner, records: records)) }
        return paths
    }

    /// Bytes of an invoice that is larger than any server stores, and still fits in an onion message (OM-W3).
    private static let oversize = 31_000

    private func faulty(_ stream: TLVStream, _ step: MakeInvoiceStep, _ owner: ScenarioActor) -> [UInt8] {
        let signed = SignedStream(stream, key: owner.signing_key)
        if !step.changes.isEmpty { return signed.with(step.changes, profile) }
        switch step.fault {
        case nil, .expired, .foreign_paths, .two_chains, .other_chain, .even_feature, .odd_feature:
            return stream.bytes
        case .signature:
            return stream.bytes(flippingBitOf: Bolt12Signature.type)
        case .truncated:
            return stream.bytes.dropLast()
        case .oversized:
            // Of the experimental range for invoices, which every profile passes over.
            let padding = [UInt8](repeating: 0, count: max(1, Self.oversize - stream.bytes.count))
            return signed.with(TLVRecord(type: 3_000_000_001, value: padding))
        case .messagename:
            return signed.signed(as: InvoiceRequest.messagename)
        case .signer:
            let other = ScenarioActor("mallory").signing_key
            return signed.with(TLVRecord(type: 176, value: other.publicKey.bytes), key: other)
        case .payment_hash: return signed.with(TLVRecord(type: 168, value: Hash.sha256([1]).bytes))
        case .amount: return signed.with(TLVRecord(type: 170, value: [19, 136]))
        case .barred_record: return signed.with(TLVRecord(type: 89, value: Array("hello".utf8)))
        case .no_message_paths: return signed.without(profile.static_invoice.message_paths_type)
        case .no_payinfo: return signed.without(162)
        case .no_payment_paths: return signed.without(160, 162)
        case .no_creation_time: return signed.without(164)
        }
    }

    private static func payinfo(_ kind: MakeInvoiceStep.PaymentPathKind) -> BlindedPayinfo {
        var payinfo = payinfo
        switch kind {
        case .plain, .relayed: break
        case .unknown_feature: payinfo.features = MakeInvoiceStep.bit100[...]
        case .small: payinfo.htlc_maximum_msat = 1000
        case .big: payinfo.htlc_minimum_msat = 1_000_000
        case .dear_share: payinfo.fee_proportional_millionths = 500_000
        case .dear: payinfo.fee_base_msat = 1_000_000
        }
        return payinfo
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

    mutating func makeRequest(_ step: MakeRequestStep) throws(ScenarioHalt) -> [UInt8] {
        let payer_key = entropy.secretKey()
        let amount = step.amount_msat ?? 1_000_000
        var offer = try names.offer(step.offer)
        if step.fault == .other_offer { offer = try changed(offer) }
        var builder = InvoiceRequestBuilder(
            offer,
            invreq_metadata: entropy.next32().bytes,
            invreq_amount: try price(of: offer).map { max($0, step.amount_msat ?? $0) } ?? amount
        )
        // One of what may be bought in any number (B12-IRQW-5).
        if offer.offer_quantity_max != nil { builder.invreq_quantity = 1 }
        builder.chain = step.fault == .other_chain ? Chain.testnet : chain
        let bytes = builder.build(payer_key: payer_key)
        if !step.changes.isEmpty { return try signedAgain(bytes, payer_key) { step.changes.applied(to: $0, profile) } }
        switch step.fault {
        case nil, .other_offer, .other_chain: return bytes
        case .signature: return try stream(bytes).bytes(flippingBitOf: Bolt12Signature.type)
        case .no_payer_id: return try signedAgain(bytes, payer_key) { $0.filter { $0.type != 88 } }
        case .no_metadata: return try signedAgain(bytes, payer_key) { $0.filter { $0.type != 0 } }
        case .out_of_range: return try signedAgain(bytes, payer_key) { $0 + [TLVRecord(type: 161, value: [0])] }
        case .no_amount:
            if offer.offer_amount != nil { throw .notExercised("the offer has a price, and a request needs none") }
            return try signedAgain(bytes, payer_key) { $0.filter { $0.type != 82 } }
        case .unasked_quantity:
            if offer.offer_quantity_max != nil { throw .notExercised("the offer asks for a quantity") }
            return try signedAgain(bytes, payer_key) { $0 + [TLVRecord(type: 86, value: [1])] }
        }
    }

    /// What one of it costs, in millisatoshi; `nil` where the payer is free to say (B12-IRQW-3).
    func price(of offer: Offer) throws(ScenarioHalt) -> UInt64? {
        guard !offer.decoded.contains(6) else {
            throw .notExercised("the offer has a price in another currency, whose rate the runner does not know")
        }
        return offer.offer_amount
    }

    /// An offer of the same paths with another description.
    func changed(_ offer: Offer) throws(ScenarioHalt) -> Offer {
        let description = TLVRecord(type: 10, value: Array("another thing".utf8))
        let others = offer.decoded.stream.records.filter { $0.type != description.type }
        do {
            var validation = Validation(.strict)
            return try Offer.read(
                TLVStream(sorting: others + [description]).bytes[...],
                &validation
            )
        } catch {
            throw .scenarioError(error.detail)
        }
    }

    private func signedAgain(
        _ bytes: [UInt8],
        _ key: SecretKey,
        _ change: ([TLVRecord]) -> [TLVRecord]
    ) throws(ScenarioHalt) -> [UInt8] {
        let records = try stream(bytes).records.filter { $0.type != Bolt12Signature.type }
        return SignedStream.signed(change(Array(records)), InvoiceRequest.messagename, key)
    }

    func stream(_ bytes: [UInt8]) throws(ScenarioHalt) -> TLVStream {
        do {
            return try TLVStream.read(bytes[...], known: .unspecified)
        } catch {
            throw .scenarioError(error.detail)
        }
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

extension MakeInvoiceStep {
    fileprivate static let bit100: [UInt8] = [16] + [UInt8](repeating: 0, count: 12)

    /// `invoice_features`.
    fileprivate var features: [UInt8]? {
        if fault == .even_feature { return Self.bit100 }
        if fault == .odd_feature { return [32] + [UInt8](repeating: 0, count: 12) }
        return switch parts {
        case nil: nil
        case .compulsory: [1, 0, 0]
        case .optional: [2, 0, 0]
        }
    }
}

extension Offer {
    /// For bitcoin and testnet.
    fileprivate func withTwoChains() throws(Finding) -> Offer {
        let chains = TLVRecord(type: 2, value: Chain.bitcoin.bytes + Chain.testnet.bytes)
        var validation = Validation(.strict)
        let others = decoded.stream.records.filter { $0.type != chains.type }
        return try Offer.read(TLVStream(sorting: others + [chains]).bytes[...], &validation)
    }
}

/// A signed stream that is changed, and signed again.
struct SignedStream {
    private let records: [TLVRecord]
    private let key: SecretKey

    init(_ stream: TLVStream, key: SecretKey) {
        records = stream.records.filter { $0.type != Bolt12Signature.type }
        self.key = key
    }

    func signed(as messagename: String) -> [UInt8] { Self.signed(records, messagename, key) }

    /// With another value for the record, or with one more; signed by somebody else where one is named.
    func with(_ record: TLVRecord, key other: SecretKey? = nil) -> [UInt8] {
        Self.signed(records.filter { $0.type != record.type } + [record], StaticInvoice.messagename, other ?? key)
    }

    func with(_ changes: RecordChanges, _ profile: Profile) -> [UInt8] {
        Self.signed(changes.applied(to: records, profile), StaticInvoice.messagename, key)
    }

    func without(_ types: UInt64...) -> [UInt8] {
        Self.signed(records.filter { !types.contains($0.type) }, StaticInvoice.messagename, key)
    }

    static func signed(_ records: [TLVRecord], _ messagename: String, _ key: SecretKey) -> [UInt8] {
        let unsigned = TLVStream(sorting: records)
        let signature = Bolt12Signature(unsigned, messagename: messagename, key: key)
        return (signature?.added(to: unsigned) ?? unsigned).bytes
    }
}
