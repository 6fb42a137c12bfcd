internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import StrictJSON
internal import Wire

/// The checks of the scheme of salt and secret that need no step.
extension ScenarioExecutor {
    // MARK: Leaks

    /// SALT-4: the secret stands in nothing that the party gives out. What it stores is its own.
    mutating func scanForLeaks(_ out: JSONObject) {
        guard salt.isSaltRole else { return }
        let events = (out["events"]?.array ?? []).filter { $0["ev"]?.string != "store.put" }
        var rest = out
        rest["events"] = .array(events)
        let text = JSON.object(rest).line
        for bytes in salt.forbidden where text.contains(Hex.encode(bytes)) { leaked(bytes) }
    }

    /// Onions hide what is in them from a look at the packet.
    mutating func scanForLeaks(_ observed: ObservedMessage) {
        guard salt.isSaltRole, let open = observed.open else { return }
        for layer in open.layers {
            let text = Hex.encode(layer.peeled.onionmsg_tlv) + " " + Hex.encode(layer.peeled.opened.plaintext)
            for bytes in salt.forbidden where text.contains(Hex.encode(bytes)) { leaked(bytes) }
        }
    }

    private mutating func leaked(_ bytes: [UInt8]) {
        addViolation(["SALT-4"], "\(bytes.count) bytes of the counterparty's secret are in the output of the party")
    }

    // MARK: Messages that go on

    /// What the party is to make of a message that it is handed for somebody else.
    mutating func noteForwarding(_ delivery: ScenarioNetwork.Delivery) {
        guard salt.isSaltRole || role == "forwarder", let path_key = delivery.input["path_key"]?.string,
            let packet = delivery.input["packet"]?.string,
            let key = try? PublicKey(Hex.decode(path_key)), let bytes = try? Hex.decode(packet)
        else { return }
        var validation = Validation(.strict)
        let peeled = try? network.underTest.messageNode.peel(bytes[...], path_key: key, profile, &validation)
        guard let onward = peeled?.onward else { return }
        salt.forwarding.insert(
            OnionMessage(
                path_key: onward.next_path_key.bytes[...],
                onion_message_packet: onward.next_packet.bytes[...]
            )
        )
    }

    /// A message that the party only passed on is not its own work.
    func isForwarded(_ open: DecryptedOnionMessage) -> Bool { salt.forwarding.contains(open.message) }

    /// BOLT 4 forbids what the scheme asks for (OM-W4, C-55): with its two records and no other, that is no fault of the party.
    func isOfScheme(_ finding: Finding, _ open: DecryptedOnionMessage) -> Bool {
        guard salt.isSaltRole, finding.requirement == "OM-W4" else { return false }
        let relays = open.layers.filter { $0.peeled.kind != .receive }
        let types = relays.flatMap { $0.peeled.payload.decoded.stream.records.map(\.type) }
        return Set(types).subtracting([4]).isSubset(of: SaltRequest.relayRecordTypes)
    }

    // MARK: The payer's request

    /// SALT-9 to SALT-15, and what BOLT 12 asks of any payer. Gives the reply path that is sealed in the request.
    mutating func checkRequest(_ observed: ObservedMessage) -> BlindedPath? {
        guard role == "salt-payer", let open = observed.open, open.fault == nil, let path = observed.over?.path,
            let offer = salt.offers[path.encoding], let content = observed.payload.content
        else { return nil }
        checkBolt12(content, offer)
        let payloads = open.layers.map { $0.peeled.payload.decoded.stream }
        let grant = (try? SaltOfferRecords.grant(in: offer.decoded.stream)) ?? nil
        guard let grant, path.hops.count > 1, !salt.isUnaware else {
            let hop = payloads.firstIndex { !SaltRequest.relayRecordTypes.filter($0.contains).isEmpty }
            if let hop {
                addViolation(["SALT-9"], "payload \(hop) has records of the scheme, expected a plain request")
            }
            return nil
        }
        return check(payloads, grant, path, observed)
    }

    private mutating func check(
        _ payloads: [TLVStream],
        _ grant: SaltGrant,
        _ path: BlindedPath,
        _ observed: ObservedMessage
    ) -> BlindedPath? {
        let start = max(0, payloads.count - path.hops.count)
        let sealed = payloads.compactMap { $0[SaltRequest.sealedReplyPathType] }.first
        let sealedPath = sealed.flatMap { open($0, under: grant) }
        let nowhere = BlindedPath(introduction: path.introduction, path_key: path.path_key, hops: [])
        let request = SaltRequest(
            pre_hops: payloads.prefix(start).map { Array($0[4] ?? []) },
            path: path,
            grant: grant,
            sealing: salt.readings.sealing,
            nonce: nil,
            reply_path: sealedPath ?? observed.reply_path ?? nowhere,
            invoice_request: Array(observed.payload.content?.value ?? [])
        )
        var validation = Validation(.collecting)
        try? validation.apply(SaltPayloadChecks.all, to: SaltRequestWriterOutput(payloads: payloads, request: request))
        for finding in validation.findings { addViolation([finding.requirement], finding.detail) }
        // Both must end at the payer, be they one path or two (C-59).
        if let sealedPath { _ = check(sealedPath, endsAtParty: "SALT-13", "the sealed reply path") }
        if let path = observed.reply_path { _ = check(path, endsAtParty: "SALT-10", "the reply path for the receiver") }
        return sealedPath
    }

    private mutating func open(_ sealed: ArraySlice<UInt8>, under grant: SaltGrant) -> BlindedPath? {
        let plaintext = try? salt.readings.sealing.open(sealed, under: grant.encrypted_counterparty_secret)
        guard let plaintext else { return nil }
        note(Array(sealed), plaintext, under: grant)
        var validation = Validation(.strict)
        return try? ReplyPath.decode(plaintext, &validation)
    }

    mutating func checkBolt12(_ content: TLVRecord, _ offer: Offer) {
        var validation = Validation(.collecting)
        do throws(Finding) {
            let request = try InvoiceRequest.read(content.value, &validation)
            try validation.apply(
                InvoiceRequestWriterChecks.all,
                to: InvoiceRequestWriterOutput(request: request, offer: offer)
            )
        } catch {
            validation.note(error)
        }
        for finding in validation.findings { addViolation([finding.requirement], "the request: \(finding.detail)") }
    }

    // MARK: SALT-SEC-1

    /// With key and nonce the same, the difference of two sealed paths is that of the paths. That is reported, in scenarios that
    /// are about it, and breaks nothing.
    mutating func note(_ sealed: [UInt8], _ plaintext: [UInt8], under grant: SaltGrant) {
        guard scenario.requirements.contains("SALT-SEC-1") else { return }
        let masked = grant.encrypted_counterparty_secret
        let keystream = difference(sealed, plaintext)
        let others = salt.sealed[masked] ?? []
        let isShared = others.contains { $0.sealed != sealed && shares(difference($0.sealed, $0.plaintext), keystream) }
        let note = "SALT-SEC-1 (advisory): two requests for one offer have the same key stream: key and nonce repeat"
        if isShared, !outcome.notes.contains(note) { outcome.notes.append(note) }
        salt.sealed[masked, default: []].append((sealed, plaintext))
    }

    private func difference(_ one: [UInt8], _ other: [UInt8]) -> [UInt8] { zip(one, other).map { $0 ^ $1 } }

    private func shares(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        let count = min(one.count, other.count)
        return count >= 16 && one.prefix(count) == other.prefix(count)
    }

    // MARK: The payment

    /// SALT-21: the payer's own preimage goes with the payment, over a path of the invoice.
    mutating func expectKeysend(
        _ invoice: NamedInvoice,
        _ amount_msat: UInt64?,
        _ reference: String
    ) throws(ScenarioHalt) {
        guard let index = events.firstIndex(where: { $0.name == "pay.htlc" }) else {
            try fail("no payment was sent for \(reference)")
            return
        }
        let members = JSONReader(.object(events.remove(at: index).members), path: "pay.htlc")
        let payload: TLVStream
        let hash: [UInt8]
        let amount: UInt64
        do {
            hash = try members.member("payment_hash").bytes32().bytes
            amount = try members.member("amount_msat").decimal()
            payload = try TLVStream.read(try members.member("payload").hex()[...], known: .unspecified)
        } catch {
            throw .adapterError("pay.htlc: \(error)")
        }
        check(payload, hash)
        let data = (invoice.invoice.invoice_paths ?? []).compactMap { $0.hops.last?.encrypted_recipient_data }
        if !data.contains(where: { payload[10] == $0 }) {
            addViolation("the payment uses none of the payment paths of \(reference)")
        }
        if let amount_msat, amount != amount_msat { addViolation("\(amount) msat are paid, expected \(amount_msat)") }
    }

    private mutating func check(_ payload: TLVStream, _ hash: [UInt8]) {
        guard let preimage = payload[KeysendPayment.preimageType].map(Array.init) else {
            return addViolation(["SALT-21"], "there is no preimage (\(KeysendPayment.preimageType)) in the payment")
        }
        if Hash.sha256(preimage).bytes != hash {
            addViolation(["SALT-21"], "the preimage in the payment is not that of payment_hash")
        }
        if !salt.preimages.insert(preimage).inserted {
            addViolation(["SALT-21"], "the preimage was used for a payment before")
        }
    }
}
