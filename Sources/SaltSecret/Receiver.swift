package import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// The often-offline receiver: of each grant it makes an offer, and an invoice for the counterparty to hand out.
///
/// It stores nothing: the salt of a grant is in its offer's path and in every request for the offer.
package struct Receiver: NodeParty {
    package var node: PartyNode
    package var checks = ReceiverChecks()
    package var policy = ReceiverPolicy()

    package init(_ configuration: PartyConfiguration) {
        node = PartyNode(configuration)
    }

    /// Decoy hops at the end of an offer's path are its own, and carry the records too (SALT-15).
    package var relayRecords: Set<UInt64> { SaltRequest.relayRecordTypes }

    package mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        do throws(Finding) {
            switch event {
            case .command(.salt(.useGrant(let counterparty, let unique_salt, let encrypted_counterparty_secret))):
                let grant = try SaltGrant(
                    unique_salt: unique_salt,
                    encrypted_counterparty_secret: encrypted_counterparty_secret
                )
                return [.answer(.salt(try use(grant, of: counterparty, now)))]
            case .message(let message):
                return [try noteRequest(message, now)]
            case .forwarding(let message):
                return [.forward(message)]
            case .channelOpened(let channel), .channelFeesChanged(let channel):
                channels = channels.filter { $0.scid != channel.scid } + [channel]
                return []
            case .channelClosed(let channel):
                channels.removeAll { $0.scid == channel.scid }
                return []
            default:
                return []
            }
        } catch {
            return [.ignored(error)]
        }
    }

    /// "Receiver creates an offer containing these values", "Receiver sends counterparty a `payment_hash`-less (or \"keysend\")
    /// BOLT 12 invoice corresponding to the offer" (SALT-5 to SALT-7).
    private mutating func use(
        _ grant: SaltGrant,
        of counterparty: PublicKey,
        _ now: UInt64
    ) throws(Finding) -> SaltAnswer {
        let key = issuerKey(grant.unique_salt)
        let offer = try offer(grant, counterparty, key.publicKey)
        let builder = KeysendInvoiceBuilder(
            offer: offer,
            payment_paths: try paymentPaths(grant, through: counterparty),
            created_at: now,
            profile: profile
        )
        let stream = try builder.build(
            key: policy.signer(key, paths.node_key),
            messagename: policy.messagename,
            policy.invoiceRecords
        )
        return .offer(offer.text, invoice: stream.bytes)
    }

    /// "a blinded path that includes the counterparty" (SALT-6), and the two values (SALT-5).
    private mutating func offer(
        _ grant: SaltGrant,
        _ counterparty: PublicKey,
        _ issuer: PublicKey
    ) throws(Finding) -> Offer {
        let context = PathContext(.saltOffer, discriminator: grant.unique_salt)
        let path = try paths.messagePath(
            context,
            through: policy.hopsBefore(counterparty),
            session_key: randomness.secretKey()
        )
        var builder = OfferBuilder(offer_paths: [path], offer_issuer_id: issuer)
        builder.chain = chain
        let records = try builder.build().decoded.stream.records + policy.offerRecords(grant)
        return Offer(try TLVSchema.offer.decode(TLVStream(sorting: records).bytes))
    }

    /// The key of an offer, which signs its invoice: one for each grant, so that offers do not tell that they are one node's.
    private func issuerKey(_ unique_salt: [UInt8]) -> SecretKey {
        DerivedKey.secretKey("salt offer", unique_salt, of: paths.node_key)
    }

    private mutating func paymentPaths(
        _ grant: SaltGrant,
        through counterparty: PublicKey
    ) throws(Finding) -> [StaticInvoiceBuilder.PaymentPath] {
        var made: [StaticInvoiceBuilder.PaymentPath] = []
        for channel in channels where channel.peer == counterparty {
            made.append(
                try paths.paymentPath(
                    PathContext(.payment, discriminator: grant.unique_salt),
                    over: channel,
                    startsAtPeer: true,
                    session_key: randomness.secretKey()
                )
            )
        }
        return made
    }

    /// A request that the counterparty passed on while the receiver is there (SALT-17).
    private func noteRequest(_ message: ReceivedMessage, _ now: UInt64) throws(Finding) -> PartyEffect {
        guard message.content.type == MessageBuilder.invoice_request_type else {
            throw Finding("SALT-10", "onion.payload", "record \(message.content.type) is not a message for a receiver")
        }
        let sealed = SealedContext(message.context, key: paths.contextKey, now: now)
        var validation = Validation(.strict)
        try validation.apply(checks.requestPath, to: sealed)
        let request = try InvoiceRequest.read(message.content.value, &validation)
        try validation.apply(checks.request, to: InvoiceRequestReaderInput(alone: request, profile))
        let context = sealed.context?.discriminator ?? []
        try validation.apply(
            checks.requestForOffer,
            to: ReceivedSaltInvoiceRequest(request: request, unique_salt: context)
        )
        return .invreqReceived(Array(message.content.value))
    }
}
