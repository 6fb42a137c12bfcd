internal import InvoiceServer
internal import Lightning
internal import Rules

/// What a server gives to a client: paths outside the protocol, and offer_paths.
extension MutantRegistry {
    static let serverOffering: [Mutant] = clientPaths + answers + pathsInAnswers + slots + updatePaths + ends

    private static let clientPaths: [Mutant] = [
        Mutant("B66-OOB-1/no-paths", .server) { effect, _ in
            if case .answer(.paths) = effect { return .answer(.paths([])) }
            return effect
        },
        Mutant("B66-OOB-1/paths-end-elsewhere", .server) { effect, party in
            if case .answer(.paths) = effect { return .answer(.paths([party.pathToPeer()].compactMap(\.self))) }
            return effect
        },
        Mutant("B66-OPR-R2/client-paths-in-memory", .server, onReceive: .offer_paths_request) { message, party in
            party.creationTime(message) == nil ? nil : message
        },
    ]

    private static let answers: [Mutant] = [
        Mutant("B66-OPR-R2/mute", .server, onSend: .offer_paths) { _, _ in nil },
        Mutant("B66-OPR-R2/first-reply-path-for-all", .server, onReceive: .offer_paths_request) { message, party in
            let earlier = party.received(.offer_paths_request, over: .clientRequest)
            let first = earlier.first { $0.context.client == party.context(message)?.client }
            return message.with(reply_path: first?.message.reply_path ?? message.reply_path)
        },
    ]

    private static let pathsInAnswers: [Mutant] = [
        Mutant("B66-OP-S1/no-paths", .server, onSend: .offer_paths) { message, party in
            message.with(content: party.replacing(message.content, offer_paths: []))
        },
        Mutant("B66-OP-S1/paths-end-at-a-peer", .server, onSend: .offer_paths) { message, party in
            let paths = [party.pathToPeer()].compactMap(\.self)
            return message.with(content: party.replacing(message.content, offer_paths: paths))
        },
        Mutant("B66-OP-S3/no-reply-path", .server, onSend: .offer_paths) { message, _ in
            message.with(reply_path: nil)
        },
        Mutant("B66-OP-S3/reply-path-ends-at-a-peer", .server, onSend: .offer_paths) { message, party in
            message.with(reply_path: party.pathToPeer())
        },
    ]

    /// B66-OP-S2: which invoice a path stands for.
    private static let slots: [Mutant] = [
        Mutant("B66-OP-S2/key-by-client", .server { $0.policy.slot = { ClientSlot(client: $0.client, slot: 0) } }),
        Mutant("B66-OP-S2/key-by-slot", .server { $0.policy.slot = { ClientSlot(client: "", slot: $0.slot) } }),
        Mutant("B66-OP-S2/last-invoice-for-all", .server, onSend: .static_invoice) { message, party in
            let last = party.received(.serve_static_invoice, over: .invoiceUpdate).last
            return message.with(content: party.builder.static_invoice(party.invoice(in: last?.message.content)))
        },
        Mutant("B66-OP-S2/clients-not-told-apart", .server) { event, party in
            guard case .command(.issueClientPaths) = event, let first = party.clients.first else {
                return party.take(event)
            }
            return party.take(.command(.issueClientPaths(client: first)))
        },
        Mutant("B66-OP-S2/lookup-in-memory", .server, onReceive: .invoice_request) { message, party in
            party.creationTime(message) == nil ? nil : message
        },
        Mutant(
            "B66-OP-S2/any-invoice-of-the-client",
            .server { $0.checks.invoiceRequest = anyOffer($0.checks.invoiceRequest) },
            onReceive: .invoice_request
        ) { message, party in
            guard var context = party.context(message, for: .offer) else { return message }
            let places = party.places.filter { $0.client == context.client }
            if !places.contains(ClientSlot(context)) { context.slot = places.map(\.slot).min() ?? context.slot }
            return party.moved(message, to: context)
        },
    ]

    /// Without those that compare request and stored offer, which would hide that the wrong invoice was taken.
    private static func anyOffer(_ checks: [Check<InvoiceRequestReaderInput>]) -> [Check<InvoiceRequestReaderInput>] {
        checks.without("B12-IRQ-7").without("B12-IRQ-8")
    }

    /// B66-OP-S4: what the reply path of offer_paths is good for.
    private static let updatePaths: [Mutant] = [
        Mutant("B66-OP-S4/reply-path-for-a-day", .server, onReceive: .serve_static_invoice) { message, party in
            guard let made = party.creationTime(message), party.now > made + 86_400 else { return message }
            return nil
        },
        Mutant("B66-OP-S4/reply-path-in-memory", .server, onReceive: .serve_static_invoice) { message, party in
            party.creationTime(message) == nil ? nil : message
        },
        Mutant("B66-OP-S4/reply-path-once", .server, onReceive: .serve_static_invoice) { message, party in
            let uses = party.received(.serve_static_invoice, over: .invoiceUpdate)
            return uses.count { $0.message.context == message.context } > 2 ? nil : message
        },
        // The slot is that of the offer's path.
        Mutant("B66-OP-S4/slot-from-the-body", .server, onReceive: .serve_static_invoice) { message, party in
            guard var context = party.context(message, for: .invoiceUpdate) else { return message }
            let offer = party.offer(in: party.invoice(in: message.content))
            guard let path = offer?.offer_paths?.first else { return message }
            let other = party.context(message.with(context: party.paths.context(of: path)), for: .offer)
            context.slot = other?.slot ?? context.slot
            return party.moved(message, to: context)
        },
        Mutant("B66-OP-S4/slot-of-the-last-request", .server, onReceive: .serve_static_invoice) { message, party in
            guard var context = party.context(message, for: .invoiceUpdate) else { return message }
            let requests = party.received(.offer_paths_request, over: .clientRequest)
            let last = requests.last { $0.context.client == context.client }
            context.slot = last.flatMap { party.invoice_slot(in: $0.message.content) } ?? context.slot
            return party.moved(message, to: context)
        },
    ]

    /// B66-OP-S5: how long the paths hold.
    private static let ends: [Mutant] = [
        Mutant("B66-OP-S5/end-as-a-duration", .server, onSend: .offer_paths) { message, party in
            let life = party.configuration.limits.paths_lifetime
            return message.with(content: party.replacing(message.content, paths_absolute_expiry: life))
        },
        Mutant("B66-OP-S5/end-in-the-past", .server, onSend: .offer_paths) { message, party in
            message.with(content: party.replacing(message.content, paths_absolute_expiry: party.now - 1))
        },
        Mutant("B66-OP-S5/ends-sooner-than-stated", .server, onReceive: .invoice_request) { message, party in
            let half = party.configuration.limits.paths_lifetime / 2
            guard let end = party.context(message)?.expiry, party.now + half > end else { return message }
            return nil
        },
    ]
}
