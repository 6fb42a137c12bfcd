internal import Catalogue
internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

/// An offer_paths that the runner has sent.
struct SentOfferPaths: Sendable {
    /// Of the request that it answers; `nil` for paths that nobody asked for.
    let slot: UInt16?
    let paths: [BlindedPath]
    let ends: UInt64?
    let at: UInt64
}

/// An invoice that was handed over.
struct HandedOverInvoice: Sendable {
    let bytes: [UInt8]
    let offer: [UInt8]
    let created_at: UInt64
    /// Its last second.
    let ends: UInt64
}

/// Whether what a recipient hands over holds now: the time in it, the channels, the end of the offer's paths.
extension ScenarioExecutor {
    /// The offer_paths from which an offer was made.
    private func sentOfferPaths(for offer: Offer) -> SentOfferPaths? {
        let paths = offer.offer_paths ?? []
        return sentOfferPaths.last { sent in !paths.isEmpty && paths.allSatisfy(sent.paths.contains) }
    }

    /// When the paths of an offer end, as far as the server has said so (B12-OFF-W7).
    func end(of offer: Offer) -> UInt64? { sentOfferPaths(for: offer)?.ends }

    /// An offer of another chain than bitcoin names it, and it alone (B12-OFF-W1).
    mutating func checkChain(of offer: Offer) {
        let chains = offer.offer_chains ?? []
        let isRight = chain == Chain.bitcoin ? chains.isEmpty || chains.contains(chain) : chains == [chain]
        if !isRight { addViolation(["B12-OFF-W1"], "the offer does not name the party's chain, and it alone") }
    }

    // MARK: Slots

    /// Keeps in mind what tells slots and offers apart, as it stands in the messages.
    mutating func noteSlots(_ observed: ObservedMessage) {
        guard role == "recipient", let content = observed.payload.content, let reply_path = observed.reply_path else {
            return
        }
        switch observed.name(profile) {
        case "offer_paths_request": slotOfReply[reply_path.encoding] = slot(in: content)
        case "serve_static_invoice": offerOfReply[reply_path.encoding] = offer(handedOverIn: content)
        default: break
        }
    }

    /// The server has one invoice a slot: with the acknowledgement of this one the former is gone.
    mutating func noteAcknowledgement(over path: BlindedPath?) {
        guard let offer = path.flatMap({ offerOfReply[$0.encoding] }), let sent = sentOfferPaths(for: offer),
            let slot = sent.slot
        else { return }
        servedOffers[slot] = sent.paths
    }

    /// An offer that is given away has its invoice at the server (B66-OV-1).
    mutating func checkIsServed(_ offer: Offer) {
        guard let sent = sentOfferPaths(for: offer), let slot = sent.slot, let served = servedOffers[slot],
            served != sent.paths
        else { return }
        let detail = "the offer is given away, and in its slot \(slot) the server has the invoice of another"
        addViolation(["B66-OV-1"], detail)
    }

    // MARK: Time

    /// The time that `invoice_created_at` has to be (B12-SI-W1): what it says, if an invoice could have been made then.
    ///
    /// An invoice may be handed over later than it was made, and again. It cannot be older than the paths of its offer; and one that
    /// differs from the former is not as old as that.
    func creation(of named: NamedInvoice, handedOverAt moment: UInt64) -> UInt64 {
        guard let created_at = named.invoice.invoice_created_at else { return moment }
        if handedOver.contains(where: { $0.bytes == named.bytes }) { return created_at }
        let former = handedOver.last { $0.offer == named.offer.decoded.bytes }
        let isPossible =
            created_at <= moment && created_at >= sentOfferPaths(for: named.offer)?.at ?? moment
            && former.map { created_at > $0.created_at || moment == $0.created_at } ?? true
        return isPossible ? created_at : moment
    }

    /// An offer that is about to be answered has not ended by its own account, unless its paths have (B12-OFF-W7).
    mutating func checkStatedEnd(of offer: Offer, at moment: UInt64) {
        guard let stated = offer.offer_absolute_expiry, offer.hasEnded(at: moment) else { return }
        if let ends = end(of: offer), ends < moment { return }
        addViolation(["B12-OFF-W7"], "the offer says that it ended at \(stated), and it is \(moment)")
    }

    /// Who renews by the clock does so before the invoice ends, as long as the offer does not end with it (B66-SIP-R3).
    mutating func checkLife(of named: NamedInvoice, at moment: UInt64) {
        let isFirst = !handedOver.contains { $0.offer == named.offer.decoded.bytes }
        if isFirst { checkStatedEnd(of: named.offer, at: moment) }
        let wished = scenario.limits["refresh_s"]?.string.flatMap { UInt64($0) } ?? .max
        guard let refresh = declared.number("refresh_s").map({ min($0, wished) }) else { return }
        let life = named.invoice.invoice_relative_expiry ?? profile.static_invoice.default_relative_expiry
        let ends = (named.invoice.invoice_created_at ?? moment) &+ life
        let endsWithOffer = named.offer.offer_absolute_expiry.map { ends >= $0 } ?? false
        if life < refresh, !endsWithOffer {
            addViolation(
                ["B66-SIP-R3"],
                "the invoice lives for \(life) seconds, and a new one comes after \(refresh) (refresh_s)"
            )
        }
    }

    // MARK: Message paths

    /// The same path twice is one path (B12-SI-W4).
    mutating func checkMessagePaths(of named: NamedInvoice) {
        let paths = named.invoice.static_invoice_message_paths ?? []
        let least = profile.static_invoice.min_message_paths
        let different = Set(paths.map(\.encoding)).count
        // Paths that come from one e_0 are blamed for that alone (RB-W13).
        let isStale = outcome.violations.contains { $0.requirements.contains("RB-W13") }
        guard paths.count >= least, different < least, !isStale else { return }
        addViolation(["B12-SI-W4"], "\(paths.count) message paths are \(different) different, \(least) are needed")
    }

    // MARK: Channels

    /// What the payment paths promise a payer is what the channels of now ask for, unless the invoice is sent again as it was.
    ///
    /// - Parameter channels: those of the party when the invoice came.
    mutating func checkChannels(of named: NamedInvoice, _ channels: [PartyChannel]) {
        guard !handedOver.contains(where: { $0.bytes == named.bytes }) else { return }
        let isRenewal = handedOver.contains { $0.offer == named.offer.decoded.bytes }
        let ofChannel: RequirementID = isRenewal ? "B66-SIP-R3" : "B12-SI-W10"
        for (path, payinfo) in zip(named.invoice.invoice_paths ?? [], named.invoice.invoice_blindedpay ?? []) {
            guard let last = relayToParty(path) else { continue }
            guard let channel = channels.first(where: last.leads(over:)) else {
                addViolation([ofChannel], "a payment path of the invoice leads over a channel that is not open")
                continue
            }
            if let detail = last.underpaid(channel) {
                addViolation([ofChannel], "a payment path of the invoice \(detail)")
            } else if let fault = last.fault(channel, payinfo, height: Self.height) {
                addViolation([fault.rule], "a payment path of the invoice \(fault.detail)")
            }
        }
    }

    /// The relay before the party, where somebody else's hop leads to it.
    private func relayToParty(_ path: BlindedPath) -> RelayToParty? {
        guard let hops = walk(path, purpose: .payment)?.hops else { return nil }
        let relays = hops.dropLast().compactMap { PaymentRelay($0.data?.decoded[10]) }
        for (hop, next) in zip(hops, hops.dropFirst()) where next.node_id == network.underTest.node_id {
            guard let data = hop.data, let node_id = hop.node_id, node_id != network.underTest.node_id else { continue }
            let total = PaymentRelay.total(of: relays)
            return RelayToParty(node_id: node_id, data: data, deltaOfRelays: total?.cltv_expiry_delta ?? 0)
        }
        return nil
    }

    // MARK: Requests that a server passes on

    /// The recipient can answer over the reply path that came with the request: it is the payer's, or one of the server's own
    /// (C-16).
    mutating func checkReplyPath(ofForwarded observed: ObservedMessage) {
        let content = Array(observed.payload.content?.value ?? [])
        guard role == "server", let given = replyPaths[content] else { return }
        guard let reply_path = observed.reply_path else {
            addViolation(["B66-SRV-2a"], "the request is passed on without a reply path, and it came with one")
            return
        }
        if given.contains(reply_path) { return }
        if walk(reply_path)?.endsAt == network.underTest.node_id {
            show(ReadingAlternative(reading: "C-16", id: "b"), ["B66-SRV-2a"])
        } else {
            addViolation(
                ["B66-SRV-2a"],
                "the reply path of the forwarded request leads neither to the payer nor to the server"
            )
        }
    }
}
