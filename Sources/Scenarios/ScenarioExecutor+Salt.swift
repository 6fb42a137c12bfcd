internal import Catalogue
internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import SaltSecret
internal import StrictJSON
internal import Wire

/// The steps of the scheme of salt and secret.
extension ScenarioExecutor {
    mutating func perform(_ action: SaltAction) async throws(ScenarioHalt) {
        switch action {
        case .grant(let receiver, let name):
            names.set(name, .grant(try await grant(to: receiver)))
        case .make_grant(let by, let name):
            names.set(name, .grant(try makeGrant(by: try actor(by))))
        case .make_salt_offer(let step):
            names.set(step.name, .offer(try makeOffer(step)))
        case .make_keysend_invoice(let step):
            names.set(step.name, .invoice(try makeInvoice(step)))
        case .put_invoice(let grant, let invoice):
            let unique_salt = try names.grant(grant).grant.unique_salt
            let input: JSON = ["unique_salt": .hex(unique_salt), "invoice": .hex(try names.bytes(invoice))]
            try await tell("salt.put_invoice", input)
        case .set_online(let online):
            try await tell("salt.set_online", ["online": .bool(online)])
        case .salt_request(let step):
            let delivery = try deliver(step)
            noteForwarding(delivery)
            try await tell(delivery.operation, delivery.input)
        case .use_grant(let grant, let name):
            names.set(name, .invoice(try await use(try names.grant(grant))))
        case .expect_keysend(let invoice, let amount_msat):
            try await waitForTick { executor in !executor.isKeysendThere }
            if !isKeysendThere { try await offerOtherForm() }
            try expectKeysend(try names.invoice(invoice), amount_msat, invoice)
        case .stock(let node):
            network.stock.insert(try actor(node).name)
        case .expect_dropped(let by):
            guard let index = salt.dropped.firstIndex(of: by) else {
                try fail("\(by) received no message to drop")
                return
            }
            salt.dropped.remove(at: index)
        }
    }

    // MARK: The party's operations

    /// A grant of the counterparty under test, judged (SALT-1 to SALT-3).
    private mutating func grant(to receiver: String) async throws(ScenarioHalt) -> NamedGrant {
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
        record(from: ScenarioActor.underTest, to: receiver, "grant", ["unique_salt": .hex(unique_salt)])
        do throws(Finding) {
            let grant = try SaltGrant(unique_salt: unique_salt, encrypted_counterparty_secret: masked)
            if !salt.salts.insert(unique_salt).inserted {
                addViolation(["SALT-1"], "the salt \(Hex.encode(unique_salt)) is reused from an earlier grant")
            }
            try salt.hasOwnSecret ? checkSize(of: grant) : check(grant)
            return NamedGrant(by: ScenarioActor.underTest, grant: grant)
        } catch {
            addViolation([error.requirement], error.detail)
            throw .broken
        }
    }

    /// Of a secret that the runner does not know, the masked form has its size all the same. That it is one and the same
    /// secret shows when requests are answered (SALT-18).
    private mutating func checkSize(of grant: SaltGrant) throws(Finding) {
        let masking = salt.readings.masking
        let example = try masking.mask(salt.secret(of: ScenarioActor.underTest), with: grant.unique_salt)
        let (size, wanted) = (
            grant.encrypted_counterparty_secret.count, example.encrypted_counterparty_secret.count
        )
        guard size != wanted else { return }
        addViolation(["SALT-2"], "the masked secret has \(size) bytes, not \(wanted)")
    }

    private mutating func check(_ grant: SaltGrant) throws(Finding) {
        let masking = salt.readings.masking
        let expected = try masking.mask(salt.secret(of: ScenarioActor.underTest), with: grant.unique_salt)
        var validation = Validation(.collecting)
        let writing = MaskingWriterOutput(
            reading: masking,
            encrypted_counterparty_secret: grant.encrypted_counterparty_secret,
            expected: expected
        )
        try validation.apply(MaskingChecks.all, to: writing)
        for finding in validation.findings { addViolation([finding.requirement], finding.detail) }
    }

    /// Offer and invoice of the receiver under test, judged (SALT-5 to SALT-7).
    private mutating func use(_ named: NamedGrant) async throws(ScenarioHalt) -> NamedInvoice {
        let input: JSON = [
            "counterparty": .hex(try actor(named.by).node_id.bytes), "unique_salt": .hex(named.grant.unique_salt),
            "encrypted_counterparty_secret": .hex(named.grant.encrypted_counterparty_secret),
        ]
        let out = try await ask("salt.use_grant", input)
        guard let text = out["offer"]?.string, let hex = out["invoice"]?.string, let bytes = try? Hex.decode(hex) else {
            addViolation(["SALT-5", "SALT-7"], "there is no offer with an invoice from the grant")
            throw .broken
        }
        guard let offer = try checkOffer(text) else { throw .broken }
        try check(offer, from: named)
        return try checkKeysend(bytes, of: offer)
    }

    private mutating func check(_ offer: Offer, from named: NamedGrant) throws(ScenarioHalt) {
        let paths = (offer.offer_paths ?? []).compactMap { walk($0) }
        let writing = SaltOfferWriterOutput(
            offer: withKnownNumbers(offer, named.grant),
            grant: named.grant,
            counterparty: try actor(named.by).node_id,
            receiver: network.underTest.node_id,
            paths: paths
        )
        var validation = Validation(.collecting)
        try? validation.apply(SaltOfferChecks.all, to: writing)
        for finding in validation.findings { addViolation([finding.requirement], finding.detail) }
        for path in paths where path.endsAt == network.underTest.node_id { checkPathCreation(path, "the offer's path") }
    }

    /// The offer with salt and masked secret under the numbers of C-53 a, where they stand under two other odd numbers of the
    /// experimental range (C-53 b).
    private mutating func withKnownNumbers(_ offer: Offer, _ grant: SaltGrant) -> Offer {
        let known = SaltOfferRecords.records(grant)
        var records = Array(offer.decoded.stream.records)
        var types: [UInt64] = []
        for record in known {
            let index = records.firstIndex { $0.value.elementsEqual(record.value) && Self.isExperimental($0.type) }
            guard let index else { return offer }
            types.append(records[index].type)
            records[index] = record
        }
        let isKnown = types == known.map(\.type)
        // A number of C-53 a for the other value is no other number.
        guard isKnown || Set(types).isDisjoint(with: known.map(\.type)) else { return offer }
        show(ReadingAlternative(reading: "C-53", id: isKnown ? "a" : "b"), ["SALT-5"])
        var validation = Validation(.collecting)
        let renumbered = try? Offer.read(TLVStream(sorting: records).bytes[...], &validation)
        return isKnown ? offer : renumbered ?? offer
    }

    private static func isExperimental(_ type: UInt64) -> Bool {
        (1_000_000_001...1_999_999_999).contains(type) && type % 2 == 1
    }

    /// In which form the offer's key has signed it (C-61); `nil` for none.
    private func form(of records: StaticInvoice, _ offer: Offer) -> KeysendInvoice.Form? {
        KeysendInvoice.Form.allCases.first { form in
            var validation = Validation(.strict)
            let invoice = KeysendInvoice(form: form, records: records)
            let subject = KeysendInvoiceOfOffer(invoice: invoice, offer: offer)
            return (try? validation.apply(KeysendInvoiceChecks.ofReader, to: subject)) != nil
        }
    }

    private mutating func checkKeysend(_ bytes: [UInt8], of offer: Offer) throws(ScenarioHalt) -> NamedInvoice {
        var validation = Validation(.collecting)
        do throws(Finding) {
            let records = try StaticInvoice.read(bytes[...], profile, &validation)
            let form = self.form(of: records, offer)
            if let form { show(ReadingAlternative(reading: "C-61", id: form == .recommended ? "a" : "b"), ["SALT-7"]) }
            let invoice = KeysendInvoice(form: form ?? .recommended, records: records)
            try validation.apply(
                KeysendInvoiceChecks.ofWriter,
                to: KeysendInvoiceOfOffer(invoice: invoice, offer: offer)
            )
            for finding in validation.findings { addViolation([finding.requirement], "the invoice: \(finding.detail)") }
            return NamedInvoice(bytes: bytes, invoice: records, offer: offer)
        } catch {
            addViolation([error.requirement], "the invoice cannot be read: \(error.detail)")
            throw .broken
        }
    }
}
