internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import Wire

/// Grants, offers, invoices and requests of actors: right ones, and those with one fault.
extension ScenarioPlay {
    mutating func makeGrant(by counterparty: Actor) throws(Halt) -> NamedGrant {
        let unique_salt = entropy.bytes(Masking.saltSize)
        return try conceived("a grant") { play throws(Finding) in
            let masked = try play.salt.readings.masking.mask(play.salt.secret(of: counterparty.name), with: unique_salt)
            let grant = try Grant(
                unique_salt: unique_salt,
                encrypted_counterparty_secret: masked.encrypted_counterparty_secret
            )
            return NamedGrant(by: counterparty.name, grant: grant)
        }
    }

    mutating func makeOffer(_ order: SaltOfferOrder) throws(Halt) -> Offer {
        let owner = try actor(order.by)
        var hops: [Actor] = []
        for name in order.through { hops.append(name == Actor.underTest ? post.underTest : try actor(name)) }
        hops += [Actor](repeating: owner, count: order.dummies)
        let path = try makePath("\(order.name) path", owner, through: hops)
        let grant = try names.grant(order.grant).grant
        let offer = try conceived(order.name) { _ throws(Finding) in
            var plan = OfferPlan(offer_paths: [path], offer_issuer_id: owner.signing_key.publicKey)
            plan.offer_amount = order.amount_msat
            plan.offer_description = order.amount_msat == nil ? nil : "something"
            let records = SaltOfferRecords.records(grant).filter { $0.type != order.without?.type }
            let stream = TLVStream(sorting: try plan.build().decoded.stream.records + records)
            return Offer(try TLVSchema.offer.decode(stream.bytes))
        }
        salt.offers[path.encoding] = offer
        return offer
    }

    // MARK: Invoices

    mutating func makeInvoice(_ order: KeysendInvoiceOrder) throws(Halt) -> NamedInvoice {
        let owner = try actor(order.by)
        let signer = try order.signer.map { name throws(Halt) in try actor(name) } ?? owner
        let path = try makePath("\(order.name) payment path", owner, records: [Self.constraints])
        var offer = try names.offer(order.offer)
        if order.fault == .other_offer { offer = try changed(offer) }
        let plan = KeysendInvoicePlan(
            offer: offer,
            payment_paths: [StaticInvoicePlan.PaymentPath(path: path, payinfo: Self.payinfo)],
            created_at: now,
            relative_expiry: 3600,
            profile: profile
        )
        let form = order.fault == .messagename ? KeysendInvoice.Form.static_invoice : .invoice
        return try conceived(order.name) { play throws(Finding) in
            let stream = try plan.build(key: signer.signing_key, messagename: form.messagename) { records in
                Self.altered(records, order, signer)
            }
            var examination = Examination(.strict)
            let invoice = try StaticInvoice.read(stream.bytes[...], play.profile, &examination)
            let isFlipped = order.fault == .signature
            let bytes = isFlipped ? stream.bytes(flippingBitOf: Bolt12Signature.type) : stream.bytes
            return NamedInvoice(bytes: bytes, invoice: invoice, offer: offer)
        }
    }

    /// Somebody else who signs puts a key of his own in.
    private static func altered(_ records: [TLVRecord], _ order: KeysendInvoiceOrder, _ signer: Actor) -> [TLVRecord] {
        var records = records
        if order.signer != nil {
            records.removeAll { $0.type == 176 }
            records.append(TLVRecord(type: 176, value: signer.signing_key.publicKey.bytes))
        }
        if order.fault == .payment_hash {
            records.append(TLVRecord(type: 168, value: [UInt8](repeating: 7, count: 32)))
        }
        return records
    }

    // MARK: Requests

    mutating func deliver(_ order: SaltRequestOrder) throws(Halt) -> Post.Delivery {
        let sender = try actor(order.from)
        let offer = try names.offer(order.offer)
        guard let path = offer.offer_paths?.first else { throw .misconceived("\(order.offer) has no path") }
        let reply_path = try makePath(order.reply_path, sender)
        names.set(order.reply_path, .paths([reply_path]))
        let request = try makeRequest(
            RequestOrder(by: order.from, name: order.name ?? "", offer: order.offer, amount_msat: nil, fault: nil)
        )
        names.set(order.name, .request(request))
        record(
            from: sender.name,
            to: Actor.underTest,
            "invoice_request",
            ["fault": .string(order.fault?.rawValue ?? "")]
        )
        let records = try relayRecords(order, offer, path, reply_path, request)
        var prepend: [PublicKey] = []
        for name in order.pre_hops { prepend.append(try actor(name).node_id) }
        let payload = [TLVRecord(type: 2, value: reply_path.encoding), TLVRecord(type: 64, value: request)]
        return try conceived("a request") { play throws(Finding) in
            let atTheEnd = order.fault == .in_final_payload
            let way = atTheEnd ? try PathBook.path(to: play.post.underTest, through: [], last: [], &play.entropy) : path
            let message = MessageOverPath(
                path: way,
                prepend: prepend,
                payload: TLVStream(sorting: payload + (atTheEnd ? records : [])),
                relayRecords: records
            )
            let outgoing = try message.send(
                session_key: play.entropy.secretKey(),
                path_session_key: play.entropy.secretKey(),
                play.profile
            )
            return try play.post.relay(outgoing, from: sender)
        }
    }

    /// Records 4141 and 4343 for each hop of the offer's path but the last.
    private mutating func relayRecords(
        _ order: SaltRequestOrder,
        _ offer: Offer,
        _ path: BlindedPath,
        _ reply_path: BlindedPath,
        _ invoice_request: [UInt8]
    ) throws(Halt) -> [TLVRecord] {
        let own = try? SaltOfferRecords.grant(in: offer.decoded.stream)
        guard let own else { throw .misconceived("\(order.offer) has no grant in it") }
        let sealedWith = try order.sealed_with.map { name throws(Halt) in try names.grant(name).grant } ?? own
        let saltOf = try order.salt_of.map { name throws(Halt) in try names.grant(name).grant } ?? own
        let sealing = salt.readings.sealing
        let nonce = sealing.hasNonce ? entropy.bytes(Sealing.nonceSize) : nil
        let (sealed, plaintext) = try conceived("a request") { _ throws(Finding) in
            // Where there is nothing for a reply path, what is sealed is still authentic.
            let plaintext = order.fault == .no_path ? Array("no path".utf8) : try ReplyPath.encode(reply_path)
            let masked = sealedWith.encrypted_counterparty_secret
            return (try sealing.seal(plaintext, under: masked, nonce: nonce).sealed, plaintext)
        }
        note(sealed, plaintext, under: sealedWith)
        return Self.faulty(sealed, saltOf.unique_salt, order.fault)
    }

    private static func faulty(
        _ sealed: [UInt8],
        _ unique_salt: [UInt8],
        _ fault: SaltRequestOrder.Fault?
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
    private mutating func conceived<Value>(
        _ what: String,
        _ make: (inout ScenarioPlay) throws(Finding) -> Value
    ) throws(Halt) -> Value {
        do throws(Finding) {
            return try make(&self)
        } catch {
            throw .misconceived("\(what): \(error.detail) (\(error.requirement))")
        }
    }
}

extension SaltOfferOrder.Record {
    fileprivate var type: UInt64 {
        switch self {
        case .salt: SaltOfferRecords.unique_salt
        case .secret: SaltOfferRecords.encrypted_counterparty_secret
        }
    }
}
