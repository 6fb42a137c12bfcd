internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import Wire

/// Grants, offers, invoices and requests of actors: right ones, and those with one fault.
extension ScenarioExecutor {
    mutating func makeGrant(by counterparty: ScenarioActor) throws(ScenarioHalt) -> NamedGrant {
        let unique_salt = entropy.bytes(Masking.saltSize)
        return try orScenarioError("a grant") { executor throws(Finding) in
            let masked = try executor.salt.readings.masking.mask(
                executor.salt.secret(of: counterparty.name),
                with: unique_salt
            )
            let grant = try SaltGrant(
                unique_salt: unique_salt,
                encrypted_counterparty_secret: masked.encrypted_counterparty_secret
            )
            return NamedGrant(by: counterparty.name, grant: grant)
        }
    }

    mutating func makeOffer(_ step: MakeSaltOfferStep) throws(ScenarioHalt) -> Offer {
        let owner = try actor(step.by)
        var hops: [ScenarioActor] = []
        for name in step.through { hops.append(name == ScenarioActor.underTest ? network.underTest : try actor(name)) }
        hops += [ScenarioActor](repeating: owner, count: step.dummies)
        let path = try makePath("\(step.name) path", owner, through: hops)
        let grant = try names.grant(step.grant).grant
        let offer = try orScenarioError(step.name) { _ throws(Finding) in
            var builder = OfferBuilder(offer_paths: [path], offer_issuer_id: owner.signing_key.publicKey)
            builder.offer_amount = step.amount_msat
            builder.offer_description = step.amount_msat == nil ? nil : "something"
            let records = SaltOfferRecords.records(grant).filter { $0.type != step.without?.type }
            let stream = TLVStream(sorting: try builder.build().decoded.stream.records + records)
            return Offer(try TLVSchema.offer.decode(stream.bytes))
        }
        salt.offers[path.encoding] = offer
        return offer
    }

    // MARK: Invoices

    mutating func makeInvoice(_ step: MakeKeysendInvoiceStep) throws(ScenarioHalt) -> NamedInvoice {
        let owner = try actor(step.by)
        let signer = try step.signer.map { name throws(ScenarioHalt) in try actor(name) } ?? owner
        let path = try makePath("\(step.name) payment path", owner, records: [Self.constraints])
        var offer = try names.offer(step.offer)
        if step.fault == .other_offer { offer = try changed(offer) }
        let builder = KeysendInvoiceBuilder(
            offer: offer,
            payment_paths: [StaticInvoiceBuilder.PaymentPath(path: path, payinfo: Self.payinfo)],
            created_at: now,
            relative_expiry: 3600,
            profile: profile
        )
        let isFlipped = step.fault == .signature
        return try orScenarioError(step.name) { executor throws(Finding) in
            let forms: [KeysendInvoice.Form] = [.invoice, .static_invoice]
            // Who signs as the other form signs for nobody.
            let names = step.fault == .messagename ? forms.reversed() : forms
            let streams = try names.map { form throws(Finding) in
                try builder.build(key: signer.signing_key, messagename: form.messagename) { records in
                    Self.altered(records, step, signer)
                }
            }
            let bytes = streams.map { isFlipped ? $0.bytes(flippingBitOf: Bolt12Signature.type) : $0.bytes }
            executor.salt.staticForms[bytes[0]] = bytes[1]
            var validation = Validation(.strict)
            let invoice = try StaticInvoice.read(streams[0].bytes[...], executor.profile, &validation)
            return NamedInvoice(bytes: bytes[0], invoice: invoice, offer: offer)
        }
    }

    /// Somebody else who signs puts a key of his own in.
    private static func altered(_ records: [TLVRecord], _ step: MakeKeysendInvoiceStep, _ signer: ScenarioActor)
        -> [TLVRecord]
    {
        var records = records
        if step.signer != nil {
            records.removeAll { $0.type == 176 }
            records.append(TLVRecord(type: 176, value: signer.signing_key.publicKey.bytes))
        }
        if step.fault == .payment_hash {
            records.append(TLVRecord(type: 168, value: [UInt8](repeating: 7, count: 32)))
        }
        return records
    }

    // MARK: Requests

    mutating func deliver(_ step: SaltRequestStep) throws(ScenarioHalt) -> ScenarioNetwork.Delivery {
        let sender = try actor(step.from)
        let offer = try names.offer(step.offer)
        guard let path = offer.offer_paths?.first else { throw .scenarioError("\(step.offer) has no path") }
        let reply_path = try makePath(step.reply_path, sender)
        names.set(step.reply_path, .paths([reply_path]))
        let request = try makeRequest(
            MakeRequestStep(by: step.from, name: step.name ?? "", offer: step.offer, amount_msat: nil, fault: nil)
        )
        names.set(step.name, .request(request))
        record(
            from: sender.name,
            to: ScenarioActor.underTest,
            "invoice_request",
            ["fault": .string(step.fault?.rawValue ?? "")]
        )
        let records = try relayRecords(step, offer, path, reply_path, request)
        var prepend: [PublicKey] = []
        for name in step.pre_hops { prepend.append(try actor(name).node_id) }
        let payload = [TLVRecord(type: 2, value: reply_path.encoding), TLVRecord(type: 64, value: request)]
        return try orScenarioError("a request") { executor throws(Finding) in
            let atTheEnd = step.fault == .in_final_payload
            let way =
                atTheEnd
                ? try PathRegistry.path(to: executor.network.underTest, through: [], last: [], &executor.entropy) : path
            let message = MessageOverPath(
                path: way,
                prepend: prepend,
                payload: TLVStream(sorting: payload + (atTheEnd ? records : [])),
                relayRecords: records
            )
            let outgoing = try message.send(
                session_key: executor.entropy.secretKey(),
                path_session_key: executor.entropy.secretKey(),
                executor.profile
            )
            return try executor.network.relay(outgoing, from: sender)
        }
    }

    /// Records 4141 and 4343 for each hop of the offer's path but the last.
    private mutating func relayRecords(
        _ step: SaltRequestStep,
        _ offer: Offer,
        _ path: BlindedPath,
        _ reply_path: BlindedPath,
        _ invoice_request: [UInt8]
    ) throws(ScenarioHalt) -> [TLVRecord] {
        let own = try? SaltOfferRecords.grant(in: offer.decoded.stream)
        guard let own else { throw .scenarioError("\(step.offer) has no grant in it") }
        let sealedWith = try step.sealed_with.map { name throws(ScenarioHalt) in try names.grant(name).grant } ?? own
        let saltOf = try step.salt_of.map { name throws(ScenarioHalt) in try names.grant(name).grant } ?? own
        let sealing = salt.readings.sealing
        let nonce = sealing.hasNonce ? entropy.bytes(Sealing.nonceSize) : nil
        let (sealed, plaintext) = try orScenarioError("a request") { _ throws(Finding) in
            // Where there is nothing for a reply path, what is sealed is still authentic.
            let plaintext = step.fault == .no_path ? Array("no path".utf8) : try ReplyPath.encode(reply_path)
            let masked = sealedWith.encrypted_counterparty_secret
            return (try sealing.seal(plaintext, under: masked, nonce: nonce).sealed, plaintext)
        }
        note(sealed, plaintext, under: sealedWith)
        return Self.faulty(sealed, saltOf.unique_salt, step.fault)
    }

    private static func faulty(
        _ sealed: [UInt8],
        _ unique_salt: [UInt8],
        _ fault: SaltRequestStep.Fault?
    ) -> [TLVRecord] {
        var (sealed, unique_salt) = (sealed, unique_salt)
        switch fault {
        case .flipped_salt: unique_salt[15] ^= 1
        // The end of the path's last hop: whoever does not look at the tag finds a path in it all the same.
        case .flipped_ciphertext: sealed[sealed.count - 17] ^= 1
        case .short_tag: sealed.removeLast()
        case .salt_15: unique_salt.removeLast()
        case .salt_17: unique_salt.append(0)
        case nil, .no_path, .only_4141, .only_4343, .in_final_payload: break
        }
        let records = [
            TLVRecord(type: SaltRequest.sealedReplyPathType, value: sealed),
            TLVRecord(type: SaltRequest.saltType, value: unique_salt),
        ]
        switch fault {
        case .only_4141: return [records[0]]
        case .only_4343: return [records[1]]
        default: return records
        }
    }

    /// What does not work out is the scenario's mistake.
    private mutating func orScenarioError<Value>(
        _ what: String,
        _ make: (inout ScenarioExecutor) throws(Finding) -> Value
    ) throws(ScenarioHalt) -> Value {
        do throws(Finding) {
            return try make(&self)
        } catch {
            throw .scenarioError("\(what): \(error.detail) (\(error.requirement))")
        }
    }
}

extension MakeSaltOfferStep.Record {
    fileprivate var type: UInt64 {
        switch self {
        case .salt: SaltOfferRecords.unique_salt
        case .secret: SaltOfferRecords.encrypted_counterparty_secret
        }
    }
}
