internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// Parties as an engineer in a hurry writes them, from the texts and `Spec/stateful-operations.md` alone, without a look at the
/// scenarios: what is kept in memory, limits of a cache, cases that were not thought of.
extension MutantRegistry {
    static let writtenBlind: [Mutant] =
        blindServers + blindRecipients + blindPayers + blindHolders + blindRelays

    private static let blindServers: [Mutant] = [
        // After a kill each client may store as many again.
        Mutant("B66-SSI-R3/counts-slots-in-memory", .server.configured { $0.limits.max_slots = .max }) { event, party in
            guard let message = party.message(.serve_static_invoice, in: event),
                let place = party.context(message, for: .invoiceUpdate).map(ClientSlot.init)
            else { return party.take(event) }
            let taken = Set(party.places.filter { $0.client == place.client && $0 != place })
            return UInt64(taken.count) < party.configuration.limits.max_slots ? party.take(event) : []
        },
        // It stays at the head of the slot's queue, and whatever comes for the slot waits behind it.
        Mutant("B66-SSI-R4/a-failed-write-is-never-over", .server) { event, party in
            if case .stored(_, .error) = event { return [] }
            return party.take(event)
        },
        Mutant("B66-D10/answers-no-path-that-a-channel-introduces", .server, onSend: .static_invoice) { message, _ in
            if case .sciddir = message.over.introduction { return nil }
            return message
        },
        Mutant("B66-SRV-1/keeps-eight-clients", .server, onReceive: .invoice_request) { message, party in
            guard let client = party.context(message, for: .offer)?.client else { return message }
            let clients = party.places.map(\.client).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            return clients.contains(client) && !clients.suffix(8).contains(client) ? nil : message
        },
        // One client's requests use up what all may ask.
        Mutant("B66-OPR-R2/counts-the-requests-of-all", .server) { event, party in
            guard party.message(.offer_paths_request, in: event) != nil else { return party.take(event) }
            let recent = party.received.count { $0.kind == .offer_paths_request && party.now - $0.at < 60 }
            return UInt64(recent) > party.configuration.limits.max_requests_per_minute ? [] : party.take(event)
        },
    ]

    private static let blindRecipients: [Mutant] = [
        Mutant("ASY-S1/renewed-message-paths-end-with-the-first-invoice", endingWithTheFirstInvoice(.heldMessage)),
        Mutant("ASY-R1/renewed-payment-paths-end-with-the-first-invoice", endingWithTheFirstInvoice(.payment)),
        Mutant("B66-SSI-S2/renewed-forward-path-ends-with-the-first-invoice", endingWithTheFirstInvoice(.forward)),
        Mutant("B66-SSI-S2/forward-path-ends-a-day-early", endingWithTheFirstInvoice(.forward, early: 86_400)),
        Mutant(name: "ASY-S1/newest-message-paths-only", role: "recipient", party: newestMessagePathsOnly),
        // The secrets of the last invoice take the place of those before.
        Mutant("ASY-R1/newest-payment-paths-only", .recipient) { event, party in
            guard case .htlc(let htlc) = event, party.isOverOldPath(htlc) else { return party.take(event) }
            return [.htlcFail(Finding("ASY-R1", .context, "the payment is over no path of the present invoice"))]
        },
        Mutant("ASY-R1/amount-must-be-the-very-one", .recipient) { event, party in
            guard case .htlc(let htlc) = event, let asked = party.amount(askedIn: htlc), htlc.amount_msat != asked
            else {
                return party.take(event)
            }
            return [.htlcFail(Finding("ASY-R1", .semantic("amt_to_forward"), "that is not what was asked for"))]
        },
    ]

    /// Paths for `purpose` end when the first invoice does, or so many seconds before; an invoice's message paths, which are made
    /// first, end with it.
    private static func endingWithTheFirstInvoice(
        _ purpose: PathContext.Purpose,
        early seconds: UInt64 = 0
    ) -> MutantBase {
        MutantBase(role: "recipient") { configuration in
            let end = MutantMemory<UInt64?>(nil)
            var recipient = Recipient(configuration)
            recipient.policy.seals = { context in
                if context.purpose == .heldMessage { end.change { $0 = $0 ?? context.expiry } }
                guard context.purpose == purpose, let first = end.change({ $0 }) else { return context }
                var ended = context
                ended.expiry = first - seconds
                return ended
            }
            return recipient
        }
    }

    /// Seals a number into the message paths of each invoice, and answers over those with the newest number alone.
    private static let newestMessagePathsOnly: @Sendable (PartyConfiguration) -> any Party = { configuration in
        let made = MutantMemory<UInt64>(0)
        var recipient = Recipient(configuration)
        recipient.policy.seals = { context in
            guard context.purpose == .heldMessage else { return context }
            var numbered = context
            numbered.discriminator += made.change { count in
                count += 1
                return count.bigEndianBytes
            }
            return numbered
        }
        return MutantParty(recipient, configuration) { event, party in
            guard let message = party.message(.held_htlc_available, in: event),
                let context = party.context(message, for: .heldMessage),
                let number = UInt64(bigEndian: context.discriminator.suffix(8))
            else { return party.take(event) }
            // Each invoice has two.
            return number + 2 > made.change { $0 } ? party.take(event) : []
        }
    }

    private static let blindPayers: [Mutant] = [
        Mutant(name: "ASY-M3/forgets-the-quantity", role: "payer") { configuration in
            let quantity = MutantMemory<UInt64>(1)
            var payer = AsyncPayer(configuration)
            let amount = payer.policy.amount
            payer.policy.amount = { wanted, offer in
                quantity.change { $0 = wanted.amount_msat == nil ? wanted.quantity ?? 1 : 1 }
                return amount(wanted, offer)
            }
            payer.policy.paid = { $0 / quantity.change { $0 } }
            return payer
        },
        Mutant(name: "ASY-M2/gives-up-all-of-the-offer", role: "payer") { configuration in
            let payments = MutantMemory<[(name: String, offer: String)]>([])
            return MutantParty(AsyncPayer(configuration), configuration) { event, party in
                let effects = party.take(event)
                if case .command(.payOffer(let wanted)) = event, case .answer(.payment(let name))? = effects.first {
                    payments.change { $0.append((name, wanted.offer)) }
                }
                guard case .command(.abandon(let name)) = event else { return effects }
                let all = payments.change { $0 }
                let offer = all.first { $0.name == name }?.offer
                let others = all.filter { $0.offer == offer && $0.name != name }
                return effects + others.flatMap { party.take(.command(.abandon(payment: $0.name))) }
            }
        },
        Mutant(name: "ASY-M2/reply-paths-die-with-the-process", role: "payer") { configuration in
            var payer = AsyncPayer(configuration)
            payer.node.paths.contextKey = ofThisProcess(configuration)
            return payer
        },
        Mutant("ASY-M3/height-of-the-start", .asyncPayer { _ in }) { event, party in
            if case .height = event { return [] }
            return party.take(event)
        },
        // A lost request, or a lost answer, is the end of it.
        Mutant("OM-W7/asks-once", .asyncPayer { $0.policy.asksAgain = false }),
        // Each payment takes the place of the one before.
        Mutant("ASY-M2/keeps-one-payment", .asyncPayer { _ in }) { effect, _ in
            guard case .put(var put) = effect else { return effect }
            put.records = put.records.map { StorePut.Record(key: "payment", value: $0.value) }
            return .put(put)
        },
        Mutant(name: "ASY-M3/cannot-give-up-while-it-writes", role: "payer") { configuration in
            let open = MutantMemory<Set<UInt64>>([])
            return MutantParty(AsyncPayer(configuration), configuration) { event, party in
                if case .stored(let put, _) = event { _ = open.change { $0.remove(put) } }
                if case .command(.abandon) = event, !open.change({ $0.isEmpty }) { return [] }
                let effects = party.take(event)
                for case .put(let put) in effects { _ = open.change { $0.insert(put.put) } }
                return effects
            }
        },
    ]

    private static let blindHolders: [Mutant] = [
        Mutant("ASY-H4/htlc-ids-of-four-bytes", .holder) { event, party in
            switch event {
            case .htlcAdded(var htlc):
                htlc.htlc_id &= 0xFFFF_FFFF
                return party.take(.htlcAdded(htlc))
            case .htlcCommitted(let htlc_id): return party.take(.htlcCommitted(htlc_id & 0xFFFF_FFFF))
            case .htlcRemoved(let htlc_id): return party.take(.htlcRemoved(htlc_id & 0xFFFF_FFFF))
            default: return party.take(event)
            }
        },
        // As if its paths ended a day after the first HTLC.
        Mutant(name: "ASY-H3/release-paths-for-a-day", role: "holder") { configuration in
            let since = MutantMemory<UInt64?>(nil)
            return MutantParty(HTLCHolder(configuration), configuration) { event, party in
                let now = party.now
                if case .htlcAdded = event { since.change { $0 = $0 ?? now } }
                let isLate = since.change { $0 }.map { now - $0 > 86_400 } ?? false
                return isLate && party.message(.release_held_htlc, in: event) != nil ? [] : party.take(event)
            }
        },
        Mutant(
            "ASY-H3/forgets-an-early-release-at-a-kill",
            .holder {
                $0.policy.stored = { htlc in
                    var stored = htlc
                    stored.isReleased = htlc.isReleased && htlc.isCommitted
                    return stored
                }
            }
        ),
        // "MUST allow multiple HTLCs with the same payment_hash" (BOLT 2).
        Mutant(name: "ASY-H2/releases-all-of-a-payment-hash", role: "holder") { configuration in
            let hashes = MutantMemory<[UInt64: Bytes32]>([:])
            return MutantParty(HTLCHolder(configuration), configuration) { event, party in
                if case .htlcAdded(let htlc) = event { hashes.change { $0[htlc.htlc_id] = htlc.payment_hash } }
                let effects = party.take(event)
                guard let message = party.message(.release_held_htlc, in: event),
                    let id = party.context(message, for: .heldHTLC).flatMap({ UInt64(bigEndian: $0.discriminator) })
                else { return effects }
                let all = hashes.change { $0 }
                let others = all.filter { $0.key != id && $0.value == all[id] }.keys.sorted()
                return effects
                    + others.flatMap { other in
                        let context = PathContext(.heldHTLC, discriminator: other.bigEndianBytes)
                        return party.take(.message(party.moved(message, to: context)))
                    }
            }
        },
        Mutant(name: "ASY-H3/release-paths-die-with-the-process", role: "holder") { configuration in
            var holder = HTLCHolder(configuration)
            holder.node.paths.contextKey = ofThisProcess(configuration)
            return holder
        },
        Mutant("ASY-H3/keeps-one-htlc", .holder) { effect, _ in
            guard case .put(var put) = effect else { return effect }
            put.records = put.records.map { StorePut.Record(key: "htlc", value: $0.value) }
            return .put(put)
        },
    ]

    private static let blindRelays: [Mutant] = [
        Mutant(
            "RB-E3/override-beside-a-node-id-alone",
            .forwarder {
                $0.policy.nextPathKey = { peeled, onward throws(Finding) in
                    if case .channel? = onward.nextHop { return try peeled.unblinding.secret.nextE() }
                    return onward.next_path_key
                }
            }
        ),
        // Packets of the larger usual size are rubbish to it.
        Mutant("OM-R13/small-packets-alone", .forwarder) { event, party in
            if case .packet(let incoming) = event, incoming.packet.count > 1366 { return [] }
            return party.take(event)
        },
    ]

    /// A key for contexts that ends with the process, where it should come from the node key.
    private static func ofThisProcess(_ configuration: PartyConfiguration) -> PathContextKey {
        var randomness = configuration.randomness
        return PathContextKey(node_key: randomness.secretKey())
    }
}

extension OriginalParty {
    /// The payment is over a path of an invoice that was handed over since the start, and another for the same offer came later.
    fileprivate func isOverOldPath(_ htlc: ReceivedHTLC) -> Bool {
        var validation = Validation(.strict)
        guard let payload = try? PaymentPayload.read(htlc.payload[...], configuration.profile, &validation),
            case .bytes(let data)? = payload.decoded[10]
        else { return false }
        let invoices = sent(.serve_static_invoice).map { invoice(in: $0.message.content) }
        guard let own = invoices.lastIndex(where: { hasPaymentPath($0, data) }) else { return false }
        let offer = offerID(in: invoices[own])
        return invoices[(own + 1)...].contains { offerID(in: $0) == offer && !hasPaymentPath($0, data) }
    }

    private func hasPaymentPath(_ invoice: [UInt8], _ data: ArraySlice<UInt8>) -> Bool {
        var validation = Validation(.strict)
        let read = try? StaticInvoice.read(invoice[...], configuration.profile, &validation)
        return (read?.invoice_paths ?? []).contains {
            $0.hops.last?.encrypted_recipient_data.elementsEqual(data) == true
        }
    }

    /// The amount of the request in a payment.
    fileprivate func amount(askedIn htlc: ReceivedHTLC) -> UInt64? {
        var validation = Validation(.strict)
        let payload = try? PaymentPayload.read(htlc.payload[...], configuration.profile, &validation)
        let request = payload?.invoice_request.flatMap { try? InvoiceRequest.read($0, &validation) }
        return request?.invreq_amount
    }
}
