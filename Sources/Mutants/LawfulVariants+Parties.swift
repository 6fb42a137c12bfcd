internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import SaltSecret
internal import Wire

/// Conduct over time: the alternatives that rows of scenarios are for.
extension LawfulVariantRegistry {
    static let serverVariants = serverStoring + serverServing

    /// What a server stores and says of it.
    private static let serverStoring = [
        LawfulVariant("C-9", "b", "gives paths that have ended when the second of their end begins")
            .playing(.server) { event, party in
                guard case .message(let message) = event, let ends = party.context(message)?.expiry,
                    ends <= party.now
                else { return party.take(event) }
                return []
            },
        LawfulVariant("C-11", "b", "sends static_invoice_persisted with a reply path")
            .playing(.server, onSend: .static_invoice_persisted) { message, party in
                message.with(reply_path: party.path(.clientRequest))
            },
        LawfulVariant("C-15", "b", "stores invoices without a look at who signed them, and when")
            .playing(
                .server { server in
                    for rule in ["B12-SI-R1", "B12-SI-R2", "B12-SI-R13"] as [RequirementID] {
                        server.checks.serveStaticInvoice = server.checks.serveStaticInvoice.without(rule)
                    }
                }
            ),
        LawfulVariant("C-22", "b", "keeps the invoice that was made last, and drops older ones without a word")
            .playing(.server, onReceive: .serve_static_invoice) { message, party in
                let acknowledged = Set(party.sent(.static_invoice_persisted).map(\.message.over))
                let kept = party.received(.serve_static_invoice, over: .invoiceUpdate)
                    .filter { $0.message.context == message.context }
                    .filter { $0.message.reply_path.map(acknowledged.contains) ?? false }
                let newest = kept.compactMap { party.creation(in: $0.message.content) }.max()
                guard let newest, let made = party.creation(in: message.content), made < newest else { return message }
                return nil
            },
        LawfulVariant("C-80", "b", "stores invoices that have ended").playing(
            .server {
                $0.checks.serveStaticInvoice = $0.checks.serveStaticInvoice.without("B12-SI-R5").without("B12-SI-R6")
            }
        ),
        LawfulVariant("C-121", "b", "stores invoices without a look at their paths")
            .playing(
                .server { server in
                    for rule in ["B12-SI-R7", "B12-SI-R8", "B12-SI-R9", "B12-SI-R17"] as [RequirementID] {
                        server.checks.serveStaticInvoice = server.checks.serveStaticInvoice.without(rule)
                    }
                }
            ),
        LawfulVariant(
            "C-92",
            "b",
            "writes an invoice by itself, then with its forward path, and acknowledges after both"
        )
        .changingMemory(.server, [UInt64: [StoreResult]]()) { event, party, results in
            guard case .stored(let put, let result) = event else { return party.take(event).flatMap(inTwoWrites) }
            let original = (put + 1) / 2
            let both = results.change { results in
                results[original, default: []].append(result)
                return results[original] ?? []
            }
            guard both.count == 2 else { return [] }
            let worst = both.first { $0 != .ok } ?? .ok
            return party.take(.stored(put: original, worst)).flatMap(inTwoWrites)
        },
    ]

    /// The server's own write stays the second, and is the one that it reads after a start.
    @Sendable
    private static func inTwoWrites(_ effect: PartyEffect) -> [PartyEffect] {
        guard case .put(let put) = effect else { return [effect] }
        let copies = put.records.map { record in
            let stream = record.value.flatMap { try? TLVSchema.serve_static_invoice.decode($0).stream }
            return StorePut.Record(key: "copy/\(record.key)", value: stream?[0].map(Array.init))
        }
        return [
            .put(StorePut(put: 2 * put.put - 1, records: copies)),
            .put(StorePut(put: 2 * put.put, records: put.records)),
        ]
    }

    /// What a server sends to payers.
    private static let serverServing = [
        LawfulVariant("C-13", "b", "answers a request for a slot's former offer with the slot's invoice")
            .playing(.server) { event, party in
                let effects = party.take(event)
                guard let message = party.refused("B12-IRQ-7", event, effects), let reply_path = message.reply_path,
                    let context = party.context(message, for: .offer)
                else { return effects }
                let invoices = party.received(.serve_static_invoice, over: .invoiceUpdate)
                    .filter { ClientSlot($0.context) == ClientSlot(context) }
                    .map { party.invoice(in: $0.message.content) }
                let offer = party.offerID(in: message.content.value)
                guard let last = invoices.last, party.offerID(in: last) != offer,
                    invoices.contains(where: { party.offerID(in: $0) == offer })
                else { return effects }
                return effects + [.send(SentMessage(party.builder.static_invoice(last), over: reply_path))]
            },
        LawfulVariant("C-16", "b", "forwards requests with a reply path of its own, and hands on what comes over it")
            .changingMemory(.server, [[UInt8]: BlindedPath]()) { event, party, payers in
                if case .message(let answer) = event, let context = party.context(answer, for: .invoiceReply),
                    let payer = payers.change({ $0[context.discriminator] })
                {
                    return [.send(SentMessage(answer.content, over: payer))]
                }
                return party.take(event).map { effect in
                    guard let message = party.message(.invoice_request, in: effect),
                        let (id, path) = party.replyPathOfItsOwn()
                    else { return effect }
                    payers.change { $0[id] = message.reply_path }
                    return message.reply_path == nil ? effect : .send(message.with(reply_path: path))
                }
            },
        LawfulVariant("C-17", "b", "forwards requests only after it has answered them")
            .playing(.server, onReceive: .invoice_request) { message, party in
                let isCutOff = party.linksDown.contains {
                    message.reply_path?.introduction == .pubkey($0.bytes[...])
                }
                return isCutOff ? nil : message
            },
        LawfulVariant("C-18", "b", "sends an invoice_error where it stores no invoice")
            .playing(.server) { event, party in
                answeringWithAnError(event, &party, where: "B66-SRV-1", "there is no invoice for this offer")
            },
        LawfulVariant("C-84", "a", "forwards requests that it rejects").playing(.server) { event, party in
            let effects = party.take(event)
            guard let request = party.refused(["B12-IRQ-3", "B12-IRQ-4", "B12-IRQ-5", "B12-IRQ-7"], event, effects),
                let context = party.context(request, for: .offer)
            else { return effects }
            let last = party.received(.serve_static_invoice, over: .invoiceUpdate)
                .last { ClientSlot($0.context) == ClientSlot(context) }
            guard let path = last.flatMap({ party.forward_path(in: $0.message.content) }) else { return effects }
            return effects + [.send(SentMessage(request.content, over: path, reply_path: request.reply_path))]
        },
        LawfulVariant("C-83", "b", "sends an invoice_error where the stored invoice has ended")
            .playing(.server) { event, party in
                answeringWithAnError(event, &party, where: "B12-IRQ-2", "the invoice for this offer has ended")
            },
    ]

    /// What the reference does, and an invoice_error where it passes a request over on account of the requirement.
    private static func answeringWithAnError(
        _ event: PartyEvent,
        _ party: inout OriginalParty,
        where requirement: RequirementID,
        _ text: String
    ) -> [PartyEffect] {
        let effects = party.take(event)
        guard let request = party.refused(requirement, event, effects), let reply_path = request.reply_path else {
            return effects
        }
        // BOLT 12, `invoice_error`: record 5 is the text.
        let error = TLVStream(sorting: [TLVRecord(type: 5, value: Array(text.utf8))])
        return effects + [.send(SentMessage(TLVRecord(type: 68, value: error.bytes), over: reply_path))]
    }

    static let recipientVariants = [
        LawfulVariant("C-20", "b", "makes an offer of each answer to its request")
            .playing(.recipient { $0.checks.offerPaths = $0.checks.offerPaths.without("B66-OP-R3") }),
        LawfulVariant("C-90", "b", "drops offers that were not acknowledged before a restart")
            .playing(
                .recipient.configured { configuration in
                    configuration.store = configuration.store.filter {
                        RecipientSlot(record: $0.value)?.isReady != false
                    }
                }
            ),
        LawfulVariant("C-113", "b", "releases payments of invoices that have ended")
            .playing(.recipient { $0.checks.heldPath = MutatedContextChecks.withoutEnd("ASY-S1", .heldMessage) }),
    ]

    private static let signedAsStaticInvoice = Check<KeysendInvoiceOfOffer>("SALT-20", .signature) { subject in
        let records = subject.invoice.records
        guard let key = subject.offer.offer_issuer_id, let signature = records.signature else {
            return .fails("no key")
        }
        let isSigned = Bolt12Signature.verify(
            signature,
            records.decoded.stream,
            messagename: StaticInvoice.messagename,
            by: key
        )
        return .require(isSigned, "the signature is not that of the offer's key over a static invoice")
    }

    static let saltVariants = [
        LawfulVariant("C-58", "b", "drops messages whose salt it never granted")
            .changingMemory(.counterparty, [[UInt8]]()) { event, party, granted in
                let effects = party.take(event)
                for case .answer(.salt(.grant(let unique_salt, _))) in effects {
                    granted.change { $0.append(unique_salt) }
                }
                guard case .forwarding(let message) = event,
                    let salt = message.onionmsg_tlv[SaltRequest.saltType].map(Array.init),
                    !granted.change({ $0.contains(salt) })
                else { return effects }
                return effects.filter { effect in
                    if case .forward = effect { return false }
                    return true
                }
            },
        LawfulVariant("C-61", "b", "sends the invoice as a static_invoice")
            .playing(.counterparty) { event, party in
                let type = party.configuration.profile.onion_message_types.static_invoice
                return party.take(event).map { effect in
                    guard case .send(let message) = effect, message.content.type == KeysendInvoice.invoiceType else {
                        return effect
                    }
                    return .send(message.with(content: TLVRecord(type: type, value: message.content.value)))
                }
            }
            .playing(.payer { $0.checks.invoice = [signedAsStaticInvoice] + $0.checks.invoice.without("SALT-20") }) {
                event,
                party in
                let type = party.configuration.profile.onion_message_types.static_invoice
                guard case .message(let message) = event else { return party.take(event) }
                switch message.content.type {
                case KeysendInvoice.invoiceType: return []
                case type:
                    let content = TLVRecord(type: KeysendInvoice.invoiceType, value: message.content.value)
                    return party.take(.message(message.with(content: content)))
                default: return party.take(event)
                }
            }
            .playing(.receiver { $0.policy.messagename = KeysendInvoice.Form.static_invoice.messagename }),
        LawfulVariant("C-112", "b", "gives a payment up after a wrong invoice")
            .changingMemory(.payer, [PathContext]()) { event, party, givenUp in
                guard case .message(let message) = event, let context = party.context(message, for: .invoiceReply)
                else {
                    return party.take(event)
                }
                if givenUp.change({ $0.contains(context) }) { return [] }
                let effects = party.take(event)
                let isWrong = effects.contains { effect in
                    if case .ignored = effect { return true }
                    return false
                }
                if isWrong { givenUp.change { $0.append(context) } }
                return effects
            },
    ]
}

extension LawfulVariant {
    /// - Parameter onEvent: what is done when something happens.
    fileprivate func playing(_ base: MutantBase, onEvent: @escaping MutantParty.Mutation) -> LawfulVariant {
        playing(MutantBase(role: base.role) { MutantParty(base.party($0), $0, onEvent) })
    }

    /// - Parameter hears: what a message of the kind is taken for; `nil` when it is dropped.
    fileprivate func playing(
        _ base: MutantBase,
        onReceive kind: MessageKind,
        _ hears: @escaping @Sendable (ReceivedMessage, OriginalParty) -> ReceivedMessage?
    ) -> LawfulVariant {
        playing(base) { event, party in
            guard let message = party.message(kind, in: event) else { return party.take(event) }
            return hears(message, party).map { party.take(.message($0)) } ?? []
        }
    }

    /// - Parameter sends: what goes out in a message's place.
    fileprivate func playing(
        _ base: MutantBase,
        onSend kind: MessageKind,
        _ sends: @escaping @Sendable (SentMessage, inout OriginalParty) -> SentMessage
    ) -> LawfulVariant {
        playing(base) { event, party in
            party.take(event).map { effect in
                party.message(kind, in: effect).map { .send(sends($0, &party)) } ?? effect
            }
        }
    }

    /// Something is kept in mind until the next start.
    fileprivate func changingMemory<Memory: Sendable>(
        _ base: MutantBase,
        _ memory: Memory,
        _ onEvent: @escaping @Sendable (PartyEvent, inout OriginalParty, MutantMemory<Memory>) -> [PartyEffect]
    ) -> LawfulVariant {
        playing(
            MutantBase(role: base.role) { configuration in
                let kept = MutantMemory(memory)
                return MutantParty(base.party(configuration), configuration) { event, party in
                    onEvent(event, &party, kept)
                }
            }
        )
    }
}

extension OriginalParty {
    /// The invoice request that was passed over on account of the requirement.
    fileprivate func refused(
        _ requirement: RequirementID,
        _ event: PartyEvent,
        _ effects: [PartyEffect]
    ) -> ReceivedMessage? {
        refused([requirement], event, effects)
    }

    /// On account of one of the requirements.
    fileprivate func refused(
        _ requirements: [RequirementID],
        _ event: PartyEvent,
        _ effects: [PartyEffect]
    ) -> ReceivedMessage? {
        let isRefused = effects.contains { effect in
            if case .ignored(let finding) = effect { return requirements.contains(finding.requirement) }
            return false
        }
        return isRefused ? message(.invoice_request, in: event) : nil
    }

    /// A path over which a recipient may answer, and what tells it from others.
    fileprivate mutating func replyPathOfItsOwn() -> (id: [UInt8], path: BlindedPath)? {
        let id = randomness.bytes(8)
        return path(PathContext(.invoiceReply, discriminator: id)).map { (id, $0) }
    }

    /// When the invoice in a serve_static_invoice was made.
    fileprivate func creation(in content: TLVRecord) -> UInt64? {
        var validation = Validation(.strict)
        let invoice = try? StaticInvoice.read(invoice(in: content)[...], configuration.profile, &validation)
        return invoice?.invoice_created_at
    }
}
