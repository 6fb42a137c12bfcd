internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import SaltSecret
internal import StrictJSON
internal import Wire

/// The steps of the scheme of salt and secret.
extension ScenarioPlay {
    mutating func perform(_ action: SaltAction) async throws(Halt) {
        switch action {
        case .grant(let receiver, let name):
            names.set(name, .grant(try await grant(to: receiver)))
        case .make_grant(let by, let name):
            names.set(name, .grant(try makeGrant(by: try actor(by))))
        case .make_salt_offer(let order):
            names.set(order.name, .offer(try makeOffer(order)))
        case .make_keysend_invoice(let order):
            names.set(order.name, .invoice(try makeInvoice(order)))
        case .put_invoice(let grant, let invoice):
            let unique_salt = try names.grant(grant).grant.unique_salt
            let input: JSON = ["unique_salt": .hex(unique_salt), "invoice": .hex(try names.bytes(invoice))]
            try await tell("salt.put_invoice", input)
        case .set_online(let online):
            try await tell("salt.set_online", ["online": .bool(online)])
        case .salt_request(let order):
            let delivery = try deliver(order)
            notePassing(delivery)
            try await tell(delivery.operation, delivery.input)
        case .use_grant(let grant, let name):
            names.set(name, .invoice(try await use(try names.grant(grant))))
        case .pay_offer(let offer, let amount_msat):
            var input: JSONObject = ["offer": .string(try names.offer(offer).text)]
            if let amount_msat { input["amount_msat"] = .decimal(amount_msat) }
            try await tell("payer.pay_offer", .object(input))
        case .expect_keysend(let invoice, let amount_msat):
            try expectKeysend(try names.invoice(invoice), amount_msat, invoice)
        case .stock(let node):
            post.stock.insert(try actor(node).name)
        case .expect_dropped(let by):
            guard let index = salt.dropped.firstIndex(of: by) else {
                try fail("no message of the party came to \(by), who would have dropped it")
                return
            }
            salt.dropped.remove(at: index)
        }
    }

    // MARK: The party's operations

    /// A grant of the counterparty under test, judged (SALT-1 to SALT-3).
    private mutating func grant(to receiver: String) async throws(Halt) -> NamedGrant {
        let out = try await ask("salt.grant", ["receiver": .string(receiver)])
        let unique_salt: [UInt8]
        let masked: [UInt8]
        do {
            let reader = JSONReader(.object(out), path: "out")
            unique_salt = try reader.member("unique_salt").hex()
            masked = try reader.member("encrypted_counterparty_secret").hex()
        } catch {
            throw .adapterError("salt.grant: \(error)")
        }
        record(from: Actor.underTest, to: receiver, "grant", ["unique_salt": .hex(unique_salt)])
        do throws(Finding) {
            let grant = try Grant(unique_salt: unique_salt, encrypted_counterparty_secret: masked)
            if !salt.salts.insert(unique_salt).inserted {
                breach(["SALT-1"], "the salt \(Hex.encode(unique_salt)) was granted before")
            }
            try judge(grant)
            return NamedGrant(by: Actor.underTest, grant: grant)
        } catch {
            breach([error.requirement], error.detail)
            throw .broken
        }
    }

    private mutating func judge(_ grant: Grant) throws(Finding) {
        let masking = salt.readings.masking
        let expected = try masking.mask(salt.secret(of: Actor.underTest), with: grant.unique_salt)
        var examination = Examination(.complete)
        let writing = MaskingWriting(
            reading: masking,
            encrypted_counterparty_secret: grant.encrypted_counterparty_secret,
            expected: expected
        )
        try examination.apply(MaskingChecks.all, to: writing)
        for finding in examination.findings { breach([finding.requirement], finding.detail, reading: "C-50") }
    }

    /// Offer and invoice of the receiver under test, judged (SALT-5 to SALT-7).
    private mutating func use(_ named: NamedGrant) async throws(Halt) -> NamedInvoice {
        let input: JSON = [
            "counterparty": .hex(try actor(named.by).node_id.bytes), "unique_salt": .hex(named.grant.unique_salt),
            "encrypted_counterparty_secret": .hex(named.grant.encrypted_counterparty_secret),
        ]
        let out = try await ask("salt.use_grant", input)
        guard let text = out["offer"]?.string, let hex = out["invoice"]?.string, let bytes = try? Hex.decode(hex) else {
            breach(["SALT-5", "SALT-7"], "there is no offer with an invoice from the grant")
            throw .broken
        }
        guard let offer = try judgeOffer(text) else { throw .broken }
        try judge(offer, from: named)
        return try judgeKeysend(bytes, of: offer)
    }

    private mutating func judge(_ offer: Offer, from named: NamedGrant) throws(Halt) {
        let paths = (offer.offer_paths ?? []).compactMap { walk($0) }
        let writing = SaltOfferWriting(
            offer: offer,
            grant: named.grant,
            counterparty: try actor(named.by).node_id,
            receiver: post.underTest.node_id,
            paths: paths
        )
        var examination = Examination(.complete)
        try? examination.apply(SaltOfferChecks.all, to: writing)
        for finding in examination.findings { breach([finding.requirement], finding.detail) }
        for path in paths where path.endsAt == post.underTest.node_id { judgeMaking(path, "the offer's path") }
    }

    private mutating func judgeKeysend(_ bytes: [UInt8], of offer: Offer) throws(Halt) -> NamedInvoice {
        var examination = Examination(.complete)
        do throws(Finding) {
            let records = try StaticInvoice.read(bytes[...], profile, &examination)
            let invoice = KeysendInvoice(form: .recommended, records: records)
            try examination.apply(
                KeysendInvoiceChecks.ofWriter,
                to: KeysendInvoiceOfOffer(invoice: invoice, offer: offer)
            )
            for finding in examination.findings { breach([finding.requirement], "the invoice: \(finding.detail)") }
            return NamedInvoice(bytes: bytes, invoice: records, offer: offer)
        } catch {
            breach([error.requirement], "the invoice cannot be read: \(error.detail)")
            throw .broken
        }
    }
}
