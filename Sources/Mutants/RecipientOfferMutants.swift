internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// How a recipient comes by an offer and hands invoices over: B66-OPR-S1, B66-OP-R2 to R4, B66-SSI-S1 to S3, B66-OV-1.
extension MutantRegistry {
    static let recipientOffers: [Mutant] =
        asking + lifetime + handingOver + offers + updatePath + parts + beforehand

    private static let asking: [Mutant] = [
        Mutant("B66-OPR-S1/no-reply-path", .recipient, onSend: .offer_paths_request) { message, _ in
            message.with(reply_path: nil)
        },
        Mutant("B66-OPR-S1/reply-path-ends-at-the-server", .recipient, onSend: .offer_paths_request) { message, _ in
            message.with(reply_path: message.over)
        },
    ]

    /// B66-OP-R2: paths that do not hold for long enough are not used.
    private static let lifetime: [Mutant] = [
        Mutant(
            "B66-OP-R2/end-ignored",
            .recipient { recipient in
                recipient.checks.offerPaths = recipient.checks.offerPaths.without("B66-OP-R2")
            }
        ),
        lifeLeft("B66-OP-R2/compared-the-wrong-way") { end, now, needed in end < now + needed },
    ]

    /// Another rule for the stated end of offer paths.
    private static func lifeLeft(
        _ name: String,
        _ isEnough: @escaping @Sendable (_ end: UInt64, _ now: UInt64, _ needed: UInt64) -> Bool
    ) -> Mutant {
        let rule = Check<ReceivedOfferPaths>("B66-OP-R2", .expired) { message in
            guard let end = message.paths_absolute_expiry else { return .notApplicable("the paths do not expire") }
            return .require(isEnough(end, message.now, message.min_paths_lifetime), "the paths end at \(end)")
        }
        return Mutant(name, .recipient { $0.checks.offerPaths = $0.checks.offerPaths.without("B66-OP-R2") + [rule] })
    }

    /// B66-OP-R3: the invoice goes over the reply path of the offer_paths that it answers.
    private static let handingOver: [Mutant] = [
        Mutant("B66-OP-R3/mute", .recipient, onSend: .serve_static_invoice) { _, _ in nil },
        Mutant("B66-OP-R3/first-reply-path-for-all", .recipient, onReceive: .offer_paths) { message, party in
            let first = party.received(.offer_paths, over: .offerPathsReply).first
            return message.with(reply_path: first?.message.reply_path)
        },
        Mutant("B66-OP-R3/hands-over-along-the-client-path", .recipient, onSend: .serve_static_invoice) {
            message,
            party in
            message.with(over: party.serverPath ?? message.over)
        },
        Mutant("B66-OP-R3/hands-over-where-it-can", .recipient, onReceive: .offer_paths) { message, party in
            message.with(reply_path: message.reply_path ?? party.serverPath)
        },
        // Answers for other slots than the lowest that waits are dropped.
        Mutant("B66-OP-R3/only-the-first-request-counts", .recipient, onReceive: .offer_paths) { message, party in
            let answered = party.received(.offer_paths, over: .offerPathsReply).dropLast().map(\.context.slot)
            let asked = party.sent(.offer_paths_request).compactMap { party.invoice_slot(in: $0.message.content) }
            let waiting = asked.filter { !answered.contains($0) }
            return party.context(message)?.slot == waiting.min() ? message : nil
        },
    ]

    /// B66-SSI-S1: the offer is made with the paths of the answer.
    private static let offers: [Mutant] = [
        Mutant("B66-SSI-S1/no-paths", .recipient, onSend: .serve_static_invoice) { message, party in
            let invoice = party.invoice(in: message.content)
            let key = party.issuerKey(signing: invoice)
            let changed = key.flatMap { party.signed(invoice, by: $0) { $0.filter { $0.type != offerPathsType } } }
            return message.with(content: party.replacing(message.content, static_invoice: changed))
        },
        Mutant("B66-SSI-S1/paths-of-its-own", .recipient, onReceive: .offer_paths) { message, party in
            let paths = [party.path(.forward)].compactMap(\.self)
            return message.with(content: party.replacing(message.content, offer_paths: paths))
        },
        // Where there are none it uses one of its own.
        Mutant("B66-SSI-S1/offer-of-no-paths", .recipient, onReceive: .offer_paths) { message, party in
            guard party.offer_paths(in: message.content).isEmpty else { return message }
            let paths = [party.path(.forward)].compactMap(\.self)
            return message.with(content: party.builder.offer_paths(paths))
        },
        Mutant("B66-SSI-S1/paths-of-an-earlier-answer", .recipient, onReceive: .offer_paths) { message, party in
            let first = party.received(.offer_paths, over: .offerPathsReply).first
            return message.with(content: first?.message.content ?? message.content)
        },
        Mutant("B66-SSI-S1/invoice-of-the-other-offer", .recipient, onSend: .serve_static_invoice) { message, party in
            let first = party.sent(.serve_static_invoice).first.map { party.invoice(in: $0.message.content) }
            return message.with(content: party.replacing(message.content, static_invoice: first))
        },
    ]

    /// B66-OP-R4: the reply path of offer_paths is kept for updates.
    private static let updatePath: [Mutant] = [
        Mutant("B66-OP-R4/last-update-path-only", .recipient, onSend: .serve_static_invoice) { message, party in
            let last = party.received(.offer_paths, over: .offerPathsReply).last
            return message.with(over: last?.message.reply_path ?? message.over)
        },
        Mutant("B66-OP-R4/takes-any-reply-path", .recipient, onSend: .serve_static_invoice) { message, party in
            let stray = party.received.last { received in
                received.kind == .offer_paths && received.context.map { $0.purpose != .offerPathsReply } ?? false
            }
            return message.with(over: stray?.message.reply_path ?? message.over)
        },
        Mutant("B66-OP-R4/update-path-in-memory", .recipient, onSend: .serve_static_invoice) { message, party in
            party.received.contains { $0.message.reply_path == message.over } ? message : nil
        },
    ]

    /// B66-SSI-S2, B66-SSI-S3: what else stands in serve_static_invoice.
    private static let parts: [Mutant] = [
        Mutant("B66-SSI-S2/dead", .recipient, onReceive: .invoice_request) { _, _ in nil },
        Mutant("B66-SSI-S2/ends-at-the-server", .recipient, onSend: .serve_static_invoice) { message, party in
            message.with(content: party.replacing(message.content, forward_path: party.serverPath))
        },
        Mutant("B66-SSI-S2/left-out", .recipient, onSend: .serve_static_invoice) { message, party in
            let invoice = TLVRecord(type: 0, value: party.invoice(in: message.content))
            return message.with(content: party.builder.make(.serveStaticInvoice, [invoice]))
        },
        Mutant("B66-SSI-S3/no-reply-path", .recipient, onSend: .serve_static_invoice) { message, _ in
            message.with(reply_path: nil)
        },
    ]

    /// B66-OV-1: no offer before a server answers for it.
    private static let beforehand: [Mutant] = [
        Mutant("B66-OV-1/offer-before-the-paths", .recipient) { effect, party in
            guard case .answer(.offer(nil)) = effect, party.sent(.serve_static_invoice).isEmpty else { return effect }
            let key = DerivedKey.secretKey("offer issuer", [0, 0], of: party.paths.node_key)
            let paths = [party.path(.forward)].compactMap(\.self)
            let offer = try? OfferBuilder(offer_paths: paths, offer_issuer_id: key.publicKey).build()
            return .answer(.offer(offer?.text))
        }
    ]
}

/// Of the record of an offer's paths.
private let offerPathsType: UInt64 = 16

extension OriginalParty {
    /// The server's, over which the last request for paths went.
    var serverPath: BlindedPath? { sent(.offer_paths_request).last?.message.over }

    /// The key of the slot whose offer is in the invoice.
    func issuerKey(signing invoice: [UInt8]) -> SecretKey? {
        let keys = (0..<UInt16(clamping: configuration.limits.offers)).map { slot in
            let number = slot.bigEndianBytes
            return DerivedKey.secretKey("offer issuer", number, of: paths.node_key)
        }
        let issuer = offer(in: invoice)?.offer_issuer_id
        return keys.first { $0.publicKey == issuer }
    }
}
