internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import StrictJSON
internal import Wire

/// The checks of the scheme of salt and secret that need no step.
extension ScenarioPlay {
    // MARK: Leaks

    /// SALT-4: the secret stands in nothing that the party gives out. What it stores is its own.
    mutating func scanForLeaks(_ out: JSONObject) {
        guard salt.isPlayed else { return }
        let events = (out["events"]?.array ?? []).filter { $0["ev"]?.string != "store.put" }
        var rest = out
        rest["events"] = .array(events)
        let text = JSON.object(rest).line
        for bytes in salt.forbidden where text.contains(Hex.encode(bytes)) { leaked(bytes) }
    }

    /// Onions hide what is in them from a look at the packet.
    mutating func scanForLeaks(_ arrival: Arrival) {
        guard salt.isPlayed, let open = arrival.open else { return }
        for layer in open.layers {
            let text = Hex.encode(layer.peeled.onionmsg_tlv) + " " + Hex.encode(layer.peeled.opened.plaintext)
            for bytes in salt.forbidden where text.contains(Hex.encode(bytes)) { leaked(bytes) }
        }
    }

    private mutating func leaked(_ bytes: [UInt8]) {
        breach(["SALT-4"], "\(bytes.count) bytes of the counterparty's secret are in what the party gives out")
    }

    // MARK: Messages that go on

    /// What the party is to make of a message that it is handed for somebody else.
    mutating func notePassing(_ delivery: Post.Delivery) {
        guard salt.isPlayed, let path_key = delivery.input["path_key"]?.string,
            let packet = delivery.input["packet"]?.string,
            let key = try? PublicKey(Hex.decode(path_key)), let bytes = try? Hex.decode(packet)
        else { return }
        var examination = Examination(.strict)
        let peeled = try? post.underTest.messageNode.peel(bytes[...], path_key: key, profile, &examination)
        guard let onward = peeled?.onward else { return }
        salt.passing.insert(
            OnionMessage(
                path_key: onward.next_path_key.bytes[...],
                onion_message_packet: onward.next_packet.bytes[...]
            )
        )
    }

    /// A message that the party only passed on is not its own work.
    func isPassedOn(_ open: OpenMessage) -> Bool { salt.passing.contains(open.message) }

    /// BOLT 4 forbids what the scheme asks for (OM-W4, C-55): with its two records and no other, that is no fault of the party.
    func isOfScheme(_ finding: Finding, _ open: OpenMessage) -> Bool {
        guard salt.isPlayed, finding.requirement == "OM-W4" else { return false }
        let relays = open.layers.filter { $0.peeled.kind != .receive }
        let types = relays.flatMap { $0.peeled.payload.decoded.stream.records.map(\.type) }
        return Set(types).subtracting([4]).isSubset(of: SaltRequest.relayRecordTypes)
    }

    // MARK: The payer's request

    /// SALT-9 to SALT-15, and what BOLT 12 asks of any payer. Gives the reply path that is sealed in the request.
    mutating func judgeRequest(_ arrival: Arrival) -> BlindedPath? {
        guard role == "salt-payer", let open = arrival.open, open.fault == nil, let path = arrival.over?.path,
            let offer = salt.offers[path.encoding], let content = arrival.payload.content
        else { return nil }
        judgeBolt12(content, offer)
        let payloads = open.layers.map { $0.peeled.payload.decoded.stream }
        let grant = (try? SaltOfferRecords.grant(in: offer.decoded.stream)) ?? nil
        guard let grant, path.hops.count > 1, !salt.isUnaware else {
            let hop = payloads.firstIndex { !SaltRequest.relayRecordTypes.filter($0.contains).isEmpty }
            if let hop { breach(["SALT-9"], "payload \(hop) has records of the scheme, where a plain request is due") }
            return nil
        }
        return judge(payloads, grant, path, arrival)
    }

    private mutating func judge(
        _ payloads: [TLVStream],
        _ grant: Grant,
        _ path: BlindedPath,
        _ arrival: Arrival
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
            reply_path: sealedPath ?? arrival.reply_path ?? nowhere,
            invoice_request: Array(arrival.payload.content?.value ?? [])
        )
        var examination = Examination(.complete)
        try? examination.apply(SaltPayloadChecks.all, to: SaltRequestWriting(payloads: payloads, request: request))
        for finding in examination.findings { breach([finding.requirement], finding.detail) }
        // Both must end at the payer, be they one path or two (C-59).
        if let sealedPath { _ = judge(sealedPath, endsAtParty: "SALT-13", "the sealed reply path") }
        if let path = arrival.reply_path { _ = judge(path, endsAtParty: "SALT-10", "the reply path for the receiver") }
        return sealedPath
    }

    private mutating func open(_ sealed: ArraySlice<UInt8>, under grant: Grant) -> BlindedPath? {
        let plaintext = try? salt.readings.sealing.open(sealed, under: grant.encrypted_counterparty_secret)
        guard let plaintext else { return nil }
        note(Array(sealed), plaintext, under: grant)
        var examination = Examination(.strict)
        return try? ReplyPath.decode(plaintext, &examination)
    }

    private mutating func judgeBolt12(_ content: TLVRecord, _ offer: Offer) {
        var examination = Examination(.complete)
        do throws(Finding) {
            let request = try InvoiceRequest.read(content.value, &examination)
            try examination.apply(
                InvoiceRequestWriterChecks.all,
                to: InvoiceRequestWriting(request: request, offer: offer)
            )
        } catch {
            examination.note(error)
        }
        for finding in examination.findings { breach([finding.requirement], "the request: \(finding.detail)") }
    }

    // MARK: SALT-SEC-1

    /// With key and nonce the same, the difference of two sealed paths is that of the paths. That is reported, in scenarios that
    /// are about it, and breaks nothing.
    mutating func note(_ sealed: [UInt8], _ plaintext: [UInt8], under grant: Grant) {
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
    ) throws(Halt) {
        guard let index = events.firstIndex(where: { $0.name == "pay.htlc" }) else {
            try fail("no payment went out for \(reference)")
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
        judge(payload, hash)
        let data = (invoice.invoice.invoice_paths ?? []).compactMap { $0.hops.last?.encrypted_recipient_data }
        if !data.contains(where: { payload[10] == $0 }) { breach("the payment goes over no path of \(reference)") }
        if let amount_msat, amount != amount_msat { breach("\(amount) msat are paid, \(amount_msat) were asked for") }
    }

    private mutating func judge(_ payload: TLVStream, _ hash: [UInt8]) {
        guard let preimage = payload[KeysendPayment.preimageType].map(Array.init) else {
            return breach(["SALT-21"], "there is no preimage (\(KeysendPayment.preimageType)) in the payment")
        }
        if Hash.sha256(preimage).bytes != hash {
            breach(["SALT-21"], "the preimage in the payment is not that of payment_hash")
        }
        if !salt.preimages.insert(preimage).inserted {
            breach(["SALT-21"], "the preimage was used for a payment before")
        }
    }
}
