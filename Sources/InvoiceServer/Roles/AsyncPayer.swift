internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// A payer of static invoices (PR 1149): it asks for an invoice, tells the recipient that a payment waits, and sends it when the
/// recipient says that it is there; or it has its peer hold the HTLC until then, and tells the recipient of that.
///
/// Each step is written before it shows: a payer that is killed goes on where it was, and pays nothing twice.
package struct AsyncPayer: NodeParty {
    package var node: PartyNode
    package var checks = AsyncPayerChecks()
    package var policy = AsyncPayerPolicy()

    private var payments: [[UInt8]: AsyncPayment] = [:]
    private var writes = OpenWrites<AsyncPayment>()
    /// Payments that the owner gave up while they were being written.
    private var givenUp: Set<[UInt8]> = []
    /// Requests that were sent since the start, by the payment: each takes the next path of the offer (OM-W7).
    private var timesAsked: [[UInt8]: Int] = [:]

    package init(_ configuration: PartyConfiguration) {
        node = PartyNode(configuration)
        for value in configuration.store.values {
            if let payment = AsyncPayment(record: value) { payments[payment.id] = payment }
        }
    }

    package mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        do throws(Finding) {
            switch event {
            case .command(.payOffer(let payment)):
                return try request(payment, now)
            case .command(.abandon(let payment)):
                return abandon(payment)
            case .releasePaths(let payment, let paths):
                return tellOverHolder(payment, paths)
            case .height(let height):
                node.height = height
                return []
            case .message(let message):
                return try receive(message, now)
            case .stored(let put, let result):
                return try finish(put, result)
            case .tick:
                return try tick(now)
            case .link(let peer, let isUp):
                peerTable.link(peer, isUp: isUp)
                return []
            case .forwarding(let message):
                return [.forward(message)]
            default:
                return []
            }
        } catch {
            return [.ignored(error)]
        }
    }

    // MARK: The request

    /// The offer is read as any payer reads it (B12-OFF-R1 to R13); the request goes over one of its paths (B12-OFF-R11).
    private mutating func request(_ wanted: OfferPayment, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        var validation = Validation(.strict)
        let offer = try Offer.read(text: wanted.offer, &validation)
        try validation.apply(checks.offer, to: OfferReaderInput(offer: offer, now: now, chain: chain))
        guard offer.offer_paths?.isEmpty == false else {
            throw Finding("B12-OFF-R11", .missing, "the offer has no path")
        }
        try validation.apply(checks.wanted, to: WantedPayment(wanted: wanted, offer: offer))
        let amount = policy.amount(wanted, offer)
        var builder = InvoiceRequestBuilder(offer, invreq_metadata: policy.metadata(&randomness), invreq_amount: amount)
        builder.chain = chain
        builder.invreq_quantity = wanted.quantity
        let payment = AsyncPayment(
            id: randomness.bytes(8),
            state: .requested,
            amount_msat: amount,
            max_fee_msat: wanted.max_fee_msat ?? .max,
            hold: wanted.hold,
            preimage: policy.preimage(&randomness),
            offer: offer.decoded.bytes,
            request: policy.builtRequest(builder, policy.payerKey(&randomness)),
            invoice: []
        )
        return [.answer(.payment(Hex.encode(payment.id))), put(payment)]
    }

    /// The owner gives a payment up. What has gone out cannot be taken back; what is being written has not gone out.
    private mutating func abandon(_ name: String) -> [PartyEffect] {
        if let payment = writes.values.last(where: { Hex.encode($0.id) == name }) {
            givenUp.insert(payment.id)
            return []
        }
        guard let payment = named(name), payment.state != .sent else { return [] }
        return [putAbandoned(payment)]
    }

    private mutating func putAbandoned(_ payment: AsyncPayment) -> PartyEffect {
        var payment = payment
        payment.state = .abandoned
        return put(payment)
    }

    private func named(_ name: String) -> AsyncPayment? { payments.values.first { Hex.encode($0.id) == name } }

    private mutating func ask(_ payment: AsyncPayment) throws(Finding) -> [PartyEffect] {
        var validation = Validation(.strict)
        let offer_paths = try Offer.read(payment.offer[...], &validation).offer_paths ?? []
        let turn = timesAsked[payment.id, default: 0] % max(1, offer_paths.count)
        timesAsked[payment.id, default: 0] += 1
        guard let path = policy.offerPath(Array(offer_paths[turn...] + offer_paths[..<turn])) else { return [] }
        let reply_path = try self.path(PathContext(.invoiceReply, discriminator: payment.id))
        return [
            .send(
                SentMessage(
                    MessageBuilder(profile).invoice_request(payment.request),
                    over: path,
                    reply_path: reply_path
                )
            )
        ]
    }

    // MARK: Invoice and release

    private mutating func receive(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        if message.content.type == profile.onion_message_types.static_invoice {
            return try accept(message, now)
        }
        var validation = Validation(.strict)
        if try Message.read(.releaseHeldHTLC, message.content, profile, &validation) != nil {
            return try release(message, now)
        }
        throw Finding("OM-R8", "onion.payload", "record \(message.content.type) is not a message for a payer")
    }

    /// The first invoice over the reply path of the request that all rules allow (B12-SI-R1 to R22) is the one.
    private mutating func accept(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        var payment = try payment(message, checks.invoicePath, policy.paymentOfInvoice, now)
        guard policy.takesInvoice(payment.state), !isBeingWritten(payment) else {
            throw Finding("B12-SI-R16", .context, "no invoice is awaited over this path")
        }
        var validation = Validation(.strict)
        let invoice = try StaticInvoice.read(message.content.value, profile, &validation)
        let input = StaticInvoiceReaderInput(
            invoice: invoice,
            profile: profile,
            now: now,
            chain: chain,
            offer: try Offer.read(payment.offer[...], &validation).decoded.stream,
            invoiceRequest: try InvoiceRequest.read(payment.request[...], &validation).decoded.stream,
            pathUsed: 0,
            arrival: .replyPath
        )
        try validation.apply(checks.invoice, to: input)
        try validation.apply(checks.payable, to: PayableInvoice(invoice: invoice, payment: payment))
        payment.invoice = Array(message.content.value)
        payment.state = policy.waitsForRelease(payment) ? .waiting : .sent
        return [put(payment)]
    }

    /// Tells the recipient over two different paths of its, each with a reply path of its own (B12-SI-R18, ASY-H5, ASY-H6). Where
    /// the HTLC is held, the release is for the holder.
    private mutating func announce(_ payment: AsyncPayment) throws(Finding) -> [PartyEffect] {
        var validation = Validation(.strict)
        let invoice = try StaticInvoice.read(payment.invoice[...], profile, &validation)
        var effects: [PartyEffect] = []
        let message_paths = (invoice.static_invoice_message_paths ?? []).prefix(policy.announcements(payment))
        for (index, path) in policy.over(Array(message_paths)).enumerated() {
            let own = payment.hold ? policy.replyPath(payment.release_paths, index) : nil
            let reply_path =
                if let own { own } else {
                    try self.path(PathContext(.releaseReply, discriminator: payment.id))
                }
            effects.append(
                .send(SentMessage(MessageBuilder(profile).held_htlc_available(), over: path, reply_path: reply_path))
            )
        }
        return effects
    }

    /// Only a release over the reply path of this payment lets it go (ASY-S2), and only once.
    private mutating func release(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        var payment = try payment(message, checks.releasePath, policy.paymentOfRelease, now)
        guard policy.mayPay(payment.state), !isBeingWritten(payment) else {
            throw Finding("ASY-M1", .context, "no payment waits for this release")
        }
        payment.state = .sent
        return [put(payment)]
    }

    /// The peer holds the HTLC, and says where the release is to go (ASY-H5). It says it again after a reconnection.
    private mutating func tellOverHolder(_ name: String, _ paths: [BlindedPath]) -> [PartyEffect] {
        guard var payment = named(name), payment.hold, payment.state == .sent, !paths.isEmpty else { return [] }
        payment.release_paths = paths
        return [put(payment)]
    }

    private mutating func tick(_ now: UInt64) throws(Finding) -> [PartyEffect] {
        let asked = try policy.asksAgain ? askAgain(now) : []
        if policy.waitsForEver { return asked + (policy.tellsAgain ? try announceAll() : []) }
        let waiting = payments.values.filter { $0.state == .waiting && !isBeingWritten($0) }
        return asked
            + waiting.map { payment in
                var payment = payment
                payment.state = .sent
                return put(payment)
            }
    }

    /// The request or its answer may have been lost, or the payer killed before it asked (ASY-M2): the same request, over the next
    /// path of the offer, as long as that lives.
    private mutating func askAgain(_ now: UInt64) throws(Finding) -> [PartyEffect] {
        var effects: [PartyEffect] = []
        let unanswered = payments.values.filter { $0.state == .requested && !isBeingWritten($0) }
        for payment in unanswered.sorted(by: { $0.id.lexicographicallyPrecedes($1.id) }) {
            var validation = Validation(.strict)
            let offer = try Offer.read(payment.offer[...], &validation)
            if !offer.hasEnded(at: now) { effects += try ask(payment) }
        }
        return effects
    }

    /// Again and again: a message may have been lost, and the recipient away.
    private mutating func announceAll() throws(Finding) -> [PartyEffect] {
        let waiting = payments.values.filter { payment in
            (payment.state == .waiting || !payment.release_paths.isEmpty) && !isBeingWritten(payment)
        }
        var effects: [PartyEffect] = []
        for payment in waiting.sorted(by: { $0.id.lexicographicallyPrecedes($1.id) }) {
            effects += try announce(payment)
        }
        return effects
    }

    private mutating func payment(
        _ message: ReceivedMessage,
        _ checks: [Check<SealedContext>],
        _ choose: AsyncPayerPolicy.Choice,
        _ now: UInt64
    ) throws(Finding) -> AsyncPayment {
        let sealed = SealedContext(message.context, key: paths.contextKey, now: now)
        var validation = Validation(.strict)
        try validation.apply(checks, to: sealed)
        guard let payment = choose(sealed.context?.discriminator ?? [], payments) else {
            throw Finding("B12-SI-R16", .context, "the path is that of no payment")
        }
        return payment
    }

    // MARK: The payment

    /// Over the first path that will do (B12-SI-R14), with preimage and request (ASY-P1 to P6); in two parts over two paths where the
    /// invoice demands parts (B12-SI-R15).
    private func pay(_ payment: AsyncPayment) throws(Finding) -> [PartyEffect] {
        var validation = Validation(.strict)
        let invoice = try StaticInvoice.read(payment.invoice[...], profile, &validation)
        let payable = PayableInvoice(invoice: invoice, payment: payment)
        let paths = policy.paths(payable)
        var effects: [PartyEffect] = []
        for (path, amount_msat) in zip(paths, policy.parts(policy.paid(payment.amount_msat), paths.count)) {
            effects.append(.payHTLC(htlc(payment, over: path, amount_msat)))
        }
        return effects
    }

    private func htlc(
        _ payment: AsyncPayment,
        over usable: PayableInvoice.Path,
        _ amount_msat: UInt64
    ) -> SentHTLC {
        var builder = PaymentBuilder(
            preimage: payment.preimage,
            invoice_request: policy.request(payment.request),
            amount_msat: amount_msat,
            outgoing_cltv_value: policy.finalExpiry(node.height, usable.payinfo),
            profile
        )
        builder.total_amount_msat = policy.paid(payment.amount_msat)
        return SentHTLC(
            payment: Hex.encode(payment.id),
            payload: builder.payload(over: usable.path, path_key: policy.pathKey(usable.path)),
            payment_hash: builder.payment_hash,
            amount_msat: amount_msat,
            hold: policy.asksToHold(payment)
        )
    }

    // MARK: Paths and writes

    private mutating func path(_ context: PathContext) throws(Finding) -> BlindedPath {
        let through = pathsStartAtPeer ? Array(peerTable.connected.prefix(1)) : []
        return try paths.messagePath(context, through: through, session_key: policy.pathKeyOfOwn(&randomness))
    }

    private func isBeingWritten(_ payment: AsyncPayment) -> Bool { writes.values.contains { $0.id == payment.id } }

    private mutating func put(_ payment: AsyncPayment) -> PartyEffect {
        let record = StorePut.Record(key: "payment/" + Hex.encode(payment.id), value: policy.stored(payment).record)
        return .put(StorePut(put: writes.begin(payment), records: [record]))
    }

    /// What was not written has not happened.
    private mutating func finish(_ put: UInt64, _ result: StoreResult) throws(Finding) -> [PartyEffect] {
        guard let payment = writes.end(put) else { return [] }
        let before = payments[payment.id]
        if result == .ok { payments[payment.id] = payment }
        if givenUp.contains(payment.id), !isBeingWritten(payment), before?.state != .sent {
            givenUp.remove(payment.id)
            return payments[payment.id].map { [putAbandoned($0)] } ?? []
        }
        guard result == .ok else { return [] }
        switch payment.state {
        case .requested: return try ask(payment)
        case .waiting: return try announce(payment)
        case .sent: return payment.release_paths.isEmpty ? try pay(payment) : try announce(payment)
        case .abandoned: return []
        }
    }
}
