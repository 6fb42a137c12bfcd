package import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// A payer that knows the scheme, or one that does not: it asks for an invoice and pays by keysend.
package struct Payer: NodeParty {
    package var node: PartyNode
    package var checks = PayerChecks()
    package var policy = PayerPolicy()

    private let readings: SaltReadings
    private let isUnaware: Bool
    private var payments: [[UInt8]: Payment] = [:]

    /// A request that was sent.
    private struct Payment {
        let offer: Offer
        let amount_msat: UInt64
        var isPaid = false
    }

    package init(_ configuration: PartyConfiguration) {
        node = PartyNode(configuration)
        readings = SaltReadings(configuration.limits.salt)
        isUnaware = configuration.limits.salt.unaware
    }

    package mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        do throws(Finding) {
            switch event {
            case .command(.payOffer(let payment)):
                return try pay(payment.offer, payment.amount_msat, now)
            case .message(let message):
                return [try pay(message, now)]
            case .link(let peer, let isUp):
                peerTable.link(peer, isUp: isUp)
                return []
            default:
                return []
            }
        } catch {
            return [.ignored(error)]
        }
    }

    // MARK: The request

    /// "Payer sends an invoice request with the receiver as the final hop as usual, but includes an encrypted reply path in
    /// blinded intermediate nodes' onion payloads" (SALT-10 to SALT-15).
    private mutating func pay(_ text: String, _ amount_msat: UInt64?, _ now: UInt64) throws(Finding) -> [PartyEffect] {
        var validation = Validation(.strict)
        let offer = try Offer.read(text: text, &validation)
        try validation.apply(checks.offer, to: OfferReaderInput(offer: offer, now: now, chain: chain))
        guard let amount = amount_msat ?? offer.offer_amount else {
            throw Finding("B12-IRQW-3", .semantic("invreq_amount"), "the offer names no amount, and none was given")
        }
        guard let path = policy.path(offer.offer_paths ?? []) else {
            throw Finding("B12-IRQW-4", .missing, "the offer has no path")
        }
        let id = randomness.bytes(8)
        payments[id] = Payment(offer: offer, amount_msat: amount)
        let reply_path = try replyPath(PathContext(.invoiceReply, discriminator: id))
        let builder = InvoiceRequestBuilder(offer, invreq_metadata: randomness.bytes(16), invreq_amount: amount)
        let request = builder.build(payer_key: randomness.secretKey())
        let message = SentMessage(
            MessageBuilder(profile).invoice_request(request),
            over: path,
            reply_path: reply_path,
            relayRecords: try relayRecords(offer, path, reply_path, request)
        )
        return [.answer(.payment(Hex.encode(id))), .send(message)]
    }

    /// What each hop of the offer's path but the last gets besides. "If they don't support async payments, they'll send an
    /// invoice request per the usual BOLT 12 protocol" (SALT-9); the same where the offer has no grant in it.
    private mutating func relayRecords(
        _ offer: Offer,
        _ path: BlindedPath,
        _ reply_path: BlindedPath,
        _ invoice_request: [UInt8]
    ) throws(Finding) -> [TLVRecord] {
        guard !isUnaware, let grant = try SaltOfferRecords.grant(in: offer.decoded.stream) else { return [] }
        let request = SaltRequest(
            pre_hops: [],
            path: path,
            grant: grant,
            sealing: readings.sealing,
            nonce: readings.sealing.hasNonce ? randomness.bytes(Sealing.nonceSize) : nil,
            reply_path: reply_path,
            invoice_request: invoice_request
        )
        return policy.relayRecords(try request.relayRecords())
    }

    /// A path of the payer's own, through one of its peers where paths begin there.
    private mutating func replyPath(_ context: PathContext) throws(Finding) -> BlindedPath {
        let through = pathsStartAtPeer ? Array(peerTable.connected.prefix(1)) : []
        return try paths.messagePath(context, through: through, session_key: randomness.secretKey())
    }

    // MARK: The payment

    /// "Payer receives the invoice, sees that it's correctly signed with `offer_node_id` and pays it with keysend" (SALT-20,
    /// SALT-21).
    private mutating func pay(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> PartyEffect {
        guard message.content.type == KeysendInvoice.invoiceType else {
            throw Finding("SALT-20", "onion.payload", "record \(message.content.type) is not a message for a payer")
        }
        let sealed = SealedContext(message.context, key: paths.contextKey, now: now)
        var validation = Validation(.strict)
        try validation.apply(checks.invoicePath, to: sealed)
        let id = sealed.context?.discriminator ?? []
        guard let payment = payments[id], !payment.isPaid else {
            throw Finding("SALT-20", .context, "no invoice is awaited over this path")
        }
        let records = try StaticInvoice.read(message.content.value, profile, &validation)
        let invoice = KeysendInvoice(form: .invoice, records: records)
        try validation.apply(checks.invoice, to: KeysendInvoiceOfOffer(invoice: invoice, offer: payment.offer))
        try validation.apply(checks.invoiceLife, to: InvoiceToPay(invoice: records, now: now, profile: profile))
        guard let path = records.invoice_paths?.first else {
            throw Finding("SALT-20", .missing, "the invoice has no path to pay over")
        }
        payments[id]?.isPaid = true
        let keysend = KeysendPayment(preimage: policy.preimage(&randomness), amount_msat: payment.amount_msat)
        return .payHTLC(
            SentHTLC(
                payment: Hex.encode(id),
                payload: policy.payload(keysend, path),
                payment_hash: keysend.payment_hash,
                amount_msat: keysend.amount_msat,
                hold: false
            )
        )
    }
}
