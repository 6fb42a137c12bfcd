internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// An often-offline recipient (bLIP-66): it has a server answer payers, with invoices that it makes beforehand.
package struct Recipient: NodeParty {
    package var node: PartyNode
    package var checks = RecipientChecks()
    package var policy = RecipientPolicy()

    private var serverPaths: [BlindedPath] = []
    private var requestsSent = 0
    private var offersGiven = 0
    private var slots: [UInt16: RecipientSlot] = [:]
    private var writes: [UInt64: Write] = [:]
    private var lastPut: UInt64 = 0

    /// What is on its way into the store.
    private enum Write {
        case serverPaths
        /// An offer that is not there before it is stored.
        case offer(RecipientSlot)
        /// That the server holds an offer's invoice.
        case ready(UInt16, OfferID)
    }

    private static let serverPathsKey = "server_paths"
    /// Seconds for which an answer to offer_paths_request is believed; as LDK has it.
    private static let requestLifetime: UInt64 = 7200

    package init(_ configuration: PartyConfiguration) {
        node = PartyNode(configuration)
        for (key, value) in configuration.store {
            if key == Self.serverPathsKey {
                serverPaths = [BlindedPath](encoding: value)
            } else if let slot = RecipientSlot(record: value) {
                slots[slot.slot] = slot
            }
        }
    }

    package mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        do throws(Finding) {
            switch event {
            case .message(let message):
                return try receive(message, now)
            case .tick:
                return requestPaths(now) + renew(now) { [policy, limits] in policy.isDue($0, limits.refresh_s, now) }
            case .stored(let put, let result):
                return finish(put, result, now)
            case .link(let peer, let isUp):
                peerTable.link(peer, isUp: isUp)
                return []
            case .channelOpened(let channel), .channelFeesChanged(let channel):
                channels = channels.filter { $0.scid != channel.scid } + [channel]
                peerTable.open(channel)
                return renew(now) { _ in true }
            case .channelClosed(let channel):
                channels.removeAll { $0.scid == channel.scid }
                peerTable.close(channel)
                return renew(now) { _ in true }
            case .htlc(let htlc):
                return [evaluate(htlc, now)]
            case .forwarding(let message):
                return [.forward(message)]
            case .command(let command):
                return perform(command, now)
            // What payers, holders and forwarders hear of; a recipient is told the height with each HTLC.
            case .packet, .htlcAdded, .htlcCommitted, .htlcRemoved, .releasePaths, .height:
                return []
            }
        } catch {
            return [.ignored(error)]
        }
    }

    private mutating func receive(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        var validation = Validation(.strict)
        if message.content.type == MessageBuilder.invoice_request_type {
            return try noteRequest(message, now)
        }
        if let offerPaths = try Message.read(.offerPaths, message.content, profile, &validation) {
            return try makeOffer(offerPaths, message, now)
        }
        if try Message.read(.staticInvoicePersisted, message.content, profile, &validation) != nil {
            return try markReady(message, now)
        }
        if try Message.read(.heldHTLCAvailable, message.content, profile, &validation) != nil {
            return try release(message, now)
        }
        throw Finding("B66-D9", "onion.payload", "record \(message.content.type) is not a message for a recipient")
    }

    private mutating func perform(_ command: PartyCommand, _ now: UInt64) -> [PartyEffect] {
        switch command {
        case .setServerPaths(let paths):
            let isNew = paths != serverPaths
            serverPaths = paths
            let record = StorePut.Record(key: Self.serverPathsKey, value: paths.flatMap(\.encoding))
            return (isNew ? [put(record, .serverPaths)] : []) + requestPaths(now)
        case .getOffer:
            return [.answer(.offer(nextOffer(now)))]
        case .listOffers:
            return [.answer(.offers(sorted(at: now).map(\.listed)))]
        case .issueClientPaths, .setLimit, .payOffer, .abandon, .salt:
            return []
        }
    }

    // MARK: offer_paths_request

    /// A request for each offer that is missing (B66-OPR-S1). The slot is remembered in the reply path (B66-OPR-S2).
    private mutating func requestPaths(_ now: UInt64) -> [PartyEffect] {
        guard !serverPaths.isEmpty else { return [] }
        let numbers = (0..<min(limits.offers, UInt64(UInt16.max) + 1)).map { UInt16($0) }
        var effects: [PartyEffect] = []
        for slot in numbers where isWanted(slot, now) {
            let context = PathContext(
                .offerPathsReply,
                slot: slot,
                expiry: Self.sum(now, Self.requestLifetime),
                discriminator: randomness.bytes(8)
            )
            let content = MessageBuilder(profile).offer_paths_request(invoice_slot: slot)
            let over = serverPaths[requestsSent % serverPaths.count]
            requestsSent += 1
            effects.append(send(content, over: over, replyTo: context))
        }
        return effects
    }

    /// There is no offer for the slot, none is being stored, and it is one that the recipient keeps.
    private func isWanted(_ slot: UInt16, _ now: UInt64) -> Bool {
        let isBeingStored = writes.values.contains { write in
            if case .offer(let other) = write { return other.slot == slot }
            return false
        }
        return !isBeingStored && slots[slot]?.isAlive(at: now) != true && UInt64(slot) < limits.offers
    }

    // MARK: offer_paths

    /// "SHOULD respond with a `serve_static_invoice` message" (B66-OP-R3), after the reply path is stored (B66-OP-R4).
    private mutating func makeOffer(
        _ offerPaths: Message,
        _ message: ReceivedMessage,
        _ now: UInt64
    ) throws(Finding) -> [PartyEffect] {
        let slot = try paths.authenticate(message, checks.offerPathsPath, at: now).slot
        let received = ReceivedOfferPaths(
            slot: slot,
            offer_paths: offerPaths.offer_paths ?? [],
            paths_absolute_expiry: offerPaths.paths_absolute_expiry,
            reply_path: message.reply_path,
            isWanted: isWanted(slot, now),
            now: now,
            min_paths_lifetime: limits.min_paths_lifetime
        )
        var validation = Validation(.strict)
        try validation.apply(checks.offerPaths, to: received)
        guard let update_path = message.reply_path else { return [] }
        var builder = OfferBuilder(
            offer_paths: policy.offerPaths(offerPaths.offer_paths ?? []),  // B66-SSI-S1
            offer_issuer_id: issuerKey(slot).publicKey,
            offer_absolute_expiry: offerPaths.paths_absolute_expiry
        )
        builder.chain = chain
        policy.terms(&builder)
        let new = RecipientSlot(slot: slot, offer: try builder.build(), update_path: update_path, isReady: false)
        return [put(new.record, .offer(new))]
    }

    /// The key that signs the invoices of a slot: its public key is `offer_issuer_id` (C-31).
    private func issuerKey(_ slot: UInt16) -> SecretKey {
        let number = slot.bigEndianBytes
        return DerivedKey.secretKey("offer issuer", number, of: paths.node_key)
    }

    // MARK: serve_static_invoice

    /// Hands over new invoices for the offers that need one (B66-SIP-R3).
    private mutating func renew(_ now: UInt64, _ isDue: (RecipientSlot) -> Bool) -> [PartyEffect] {
        sorted(at: now).filter(isDue).map { serve($0, now) }
    }

    private mutating func serve(_ slot: RecipientSlot, _ now: UInt64) -> PartyEffect {
        do throws(Finding) {
            let context = PathContext(
                .forward,
                slot: slot.slot,
                expiry: slot.offer.offer_absolute_expiry,
                discriminator: slot.id.bytes
            )
            let content = MessageBuilder(profile).serve_static_invoice(
                try invoice(for: slot, now),
                forward_invoice_request_path: try path(context)  // B66-SSI-S2
            )
            slots[slot.slot]?.created_at = now
            var reply = context
            reply.purpose = .persistedReply
            return send(content, over: policy.updatePath(slot), replyTo: reply)  // B66-SSI-S3
        } catch {
            return .ignored(error)
        }
    }

    /// A static invoice for the offer, which lives as long as its paths, or as the profile has it where they do not end.
    private mutating func invoice(for slot: RecipientSlot, _ now: UInt64) throws(Finding) -> [UInt8] {
        let created_at = policy.created_at(now)
        let relative_expiry = slot.offer.offer_absolute_expiry.map { end in
            UInt32(clamping: end > created_at ? end - created_at : 0)
        }
        let life = relative_expiry.map(UInt64.init) ?? profile.static_invoice.default_relative_expiry
        let held = PathContext(
            .heldMessage,
            slot: slot.slot,
            expiry: Self.sum(created_at, life),
            discriminator: slot.id.bytes
        )
        // A payment may have been held for longer than the invoice lives.
        let payment = PathContext(.payment, slot: slot.slot, discriminator: slot.id.bytes)
        let builder = StaticInvoiceBuilder(
            offer: slot.offer,
            message_paths: try messagePaths(held),
            payment_paths: try paymentPaths(payment),
            created_at: created_at,
            relative_expiry: relative_expiry,
            profile: profile
        )
        var validation = Validation(.strict)
        return try builder.build(key: issuerKey(slot.slot), &validation).bytes
    }

    /// Two, or as many as the profile asks for (B12-SI-W4), over different peers as far as there are any.
    private mutating func messagePaths(_ context: PathContext) throws(Finding) -> [BlindedPath] {
        var made: [BlindedPath] = []
        for index in 0..<max(2, Int(clamping: profile.static_invoice.min_message_paths)) {
            made.append(try path(context, peer: index))
        }
        return made
    }

    /// One for each channel (B12-SI-W10).
    private mutating func paymentPaths(_ context: PathContext) throws(Finding) -> [StaticInvoiceBuilder.PaymentPath] {
        var made: [StaticInvoiceBuilder.PaymentPath] = []
        for channel in channels {
            made.append(
                try paths.paymentPath(
                    policy.seals(context),
                    over: channel,
                    startsAtPeer: pathsStartAtPeer,
                    max_cltv_expiry: policy.max_cltv_expiry,
                    session_key: randomness.secretKey()
                )
            )
        }
        return made
    }

    // MARK: static_invoice_persisted

    /// "SHOULD mark the offer corresponding to the invoice as ready" (B66-SIP-R2).
    private mutating func markReady(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        let context = try paths.authenticate(message, checks.persistedPath, at: now)
        let persisted = ReceivedStaticInvoicePersisted(offer: OfferID(context), present: slots[context.slot]?.id)
        var validation = Validation(.strict)
        try validation.apply(checks.persisted, to: persisted)
        guard var slot = slots[context.slot], !slot.isReady, !isBeingMarked(slot) else { return [] }
        slot.isReady = true
        return [put(slot.record, .ready(slot.slot, slot.id))]
    }

    private func isBeingMarked(_ slot: RecipientSlot) -> Bool {
        writes.values.contains { write in
            if case .ready(slot.slot, slot.id) = write { return true }
            return false
        }
    }

    // MARK: Payments

    private func noteRequest(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        let context = try paths.authenticate(message, checks.forwardPath, at: now)
        var validation = Validation(.strict)
        let request = try InvoiceRequest.read(message.content.value, &validation)
        try validation.apply(checks.invoiceRequest, to: InvoiceRequestReaderInput(alone: request, profile))
        let received = ReceivedInvoiceRequest(request: request, offer: OfferID(context), chain: chain)
        try validation.apply(checks.forwarded, to: received)
        return [.invreqReceived(Array(message.content.value))]
    }

    /// The recipient is there: whoever holds the HTLC may let it go (ASY-S1).
    private func release(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        _ = try paths.authenticate(message, checks.heldPath, at: now)
        var validation = Validation(.strict)
        try validation.apply(checks.held, to: ReceivedHeldHTLCAvailable(reply_path: message.reply_path))
        guard let reply_path = message.reply_path else { return [] }
        return [.send(SentMessage(MessageBuilder(profile).release_held_htlc(), over: reply_path))]
    }

    private func evaluate(_ htlc: ReceivedHTLC, _ now: UInt64) -> PartyEffect {
        do throws(Finding) {
            return .htlcClaim(preimage: try preimage(htlc, now))
        } catch {
            return .htlcFail(error)
        }
    }

    /// The preimage in a payment to be claimed (ASY-R1).
    /// - Throws: why it is to be failed (ASY-R2).
    private func preimage(_ htlc: ReceivedHTLC, _ now: UInt64) throws(Finding) -> [UInt8] {
        var validation = Validation(.strict)
        let payload = try PaymentPayload.read(htlc.payload[...], profile, &validation)
        let data = try payloadData(payload)
        let sealed = SealedContext(data.context, key: paths.contextKey, now: now)
        let context = try paths.authenticate(sealed, checks.paymentPath)
        let reading = PaymentReaderInput(
            payload: payload,
            payment_hash: htlc.payment_hash,
            amount_msat: htlc.amount_msat,
            cltv_expiry: htlc.cltv_expiry,
            height: htlc.height,
            request: try payload.invoice_request.map { bytes throws(Finding) in
                try InvoiceRequest.read(bytes, &validation)
            },
            data: data
        )
        try validation.apply(checks.payment, to: reading)
        guard let request = reading.request, let preimage = payload.sender_provided_payment_preimage else {
            throw Finding("ASY-R2", .missing, "there is no preimage to claim with, or no request that says what for")
        }
        try validation.apply(checks.invoiceRequest, to: InvoiceRequestReaderInput(alone: request, profile))
        let received = ReceivedInvoiceRequest(request: request, offer: OfferID(context), chain: chain)
        try validation.apply(checks.paidRequest, to: received)
        return Array(preimage)
    }

    /// What the recipient told itself in the path's last hop.
    private func payloadData(_ payload: PaymentPayload) throws(Finding) -> EncryptedData {
        guard case .bytes(let data) = payload.decoded[10], case .bytes(let key) = payload.decoded[12],
            let path_key = try? PublicKey(key)
        else { throw Finding("B12-SI-W16", .missing, "the payment did not arrive over a path of an invoice") }
        return try paths.open(data, path_key: path_key)
    }

    // MARK: Offers

    /// Those that have not expired, by their slots.
    private func sorted(at now: UInt64) -> [RecipientSlot] {
        slots.values.filter { $0.isAlive(at: now) }.sorted { $0.slot < $1.slot }
    }

    /// Another one each time, as far as there are several (B66-RAT-1).
    private mutating func nextOffer(_ now: UInt64) -> String? {
        let shown = sorted(at: now).filter(policy.isShown)
        guard !shown.isEmpty else { return nil }
        let turn = policy.turn(offersGiven, shown.count)
        offersGiven += 1
        return shown.indices.contains(turn) ? shown[turn].offer.text : nil
    }

    // MARK: Paths and writes

    private mutating func send(_ content: TLVRecord, over: BlindedPath, replyTo context: PathContext) -> PartyEffect {
        do throws(Finding) {
            return .send(SentMessage(content, over: over, reply_path: try path(context)))
        } catch {
            return .ignored(error)
        }
    }

    /// A path of the recipient's own, through one of its peers where paths begin there.
    private mutating func path(_ context: PathContext, peer index: Int = 0) throws(Finding) -> BlindedPath {
        let peers = peerTable.connected.isEmpty ? peerTable.peers : peerTable.connected
        let through = pathsStartAtPeer && !peers.isEmpty ? [peers[index % peers.count]] : []
        return try paths.messagePath(policy.seals(context), through: through, session_key: randomness.secretKey())
    }

    private mutating func put(_ record: StorePut.Record, _ write: Write) -> PartyEffect {
        lastPut += 1
        writes[lastPut] = write
        return .put(StorePut(put: lastPut, records: [record]))
    }

    /// What was not stored is not there: after an error the paths are asked for again.
    private mutating func finish(_ put: UInt64, _ result: StoreResult, _ now: UInt64) -> [PartyEffect] {
        guard let write = writes.removeValue(forKey: put), result == .ok else { return [] }
        switch write {
        case .serverPaths:
            return []
        case .offer(let slot):
            slots[slot.slot] = slot
            return [serve(slot, now)]
        case .ready(let slot, let id):
            if slots[slot]?.id == id { slots[slot]?.isReady = true }
            return []
        }
    }

    /// A time that far away; `nil` where it would not fit, and never comes.
    private static func sum(_ now: UInt64, _ seconds: UInt64) -> UInt64? {
        let (sum, overflow) = now.addingReportingOverflow(seconds)
        return overflow ? nil : sum
    }
}

extension [BlindedPath] {
    /// Reads paths that stand one after the other; none where they cannot be read.
    fileprivate init(encoding bytes: [UInt8]) {
        guard case .list(let values)? = try? FieldFormat.list(.blinded_path).decode(bytes[...]) else {
            self = []
            return
        }
        self = values.compactMap { BlindedPath($0) }
    }
}
