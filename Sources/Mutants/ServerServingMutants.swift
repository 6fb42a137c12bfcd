internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// What a server does for payers: B66-SRV-*, B66-OV-2, B66-OV-3.
extension MutantRegistry {
    static let serverServing: [Mutant] = serving + forwarding + waking + madeUp

    /// B66-SRV-1: the stored invoice is the answer.
    private static let serving: [Mutant] = [
        Mutant("B66-SRV-1/altered", .server, onSend: .static_invoice) { message, _ in
            message.with(content: message.content.withLastBitFlipped)
        },
        Mutant("B66-SRV-1/wrong-record", .server, onSend: .static_invoice) { message, _ in
            message.with(content: TLVRecord(type: 66, value: message.content.value))
        },
        Mutant("B66-SRV-1/signature-left-out", .server, onSend: .static_invoice) { message, _ in
            guard let stream = try? TLVStream.read(message.content.value, known: .unspecified) else { return message }
            let unsigned = TLVStream(sorting: stream.records.filter { $0.type != Bolt12Signature.type })
            return message.with(content: TLVRecord(type: message.content.type, value: unsigned.bytes))
        },
        Mutant(
            "B66-SRV-1/answers-where-it-can",
            .server { server in
                let answered: @Sendable (ServedInvoiceRequest) -> PartyEffect? = { request in
                    let path = request.reply_path ?? request.stored.forward_invoice_request_path
                    return .send(SentMessage(request.builder.static_invoice(request.stored.static_invoice), over: path))
                }
                server.policy.onInvoiceRequest = [answered, ServedInvoiceRequest.forwarded, ServedInvoiceRequest.wake]
            }
        ),
        // From the beginning of a write to its success the slot is empty.
        Mutant("B66-SRV-1/lost-with-a-failed-write", .server, onReceive: .invoice_request) { message, party in
            guard let context = party.context(message, for: .offer) else { return message }
            let last = party.received(.serve_static_invoice, over: .invoiceUpdate)
                .last { ClientSlot($0.context) == ClientSlot(context) }
            let isStored = party.sent(.static_invoice_persisted)
                .contains { $0.message.over == last?.message.reply_path }
            return last == nil || isStored ? message : nil
        },
        Mutant("B66-SRV-1/only-after-forwarding", onlyAfterForwarding),
        // Who was asked once for what had ended answers no more.
        Mutant("B66-SRV-1/silent-after-the-end", .server, onReceive: .invoice_request) { message, party in
            let earlier = party.received(.invoice_request, over: .offer).dropLast()
            return earlier.count > party.sent(.static_invoice).count ? nil : message
        },
    ]

    /// No answer while the recipient is not there.
    private static let onlyAfterForwarding = MutantBase.server { server in
        server.policy.onInvoiceRequest = [
            { $0.isRecipientConnected ? ServedInvoiceRequest.answered($0) : nil },
            { $0.isRecipientConnected ? ServedInvoiceRequest.forwarded($0) : nil },
            ServedInvoiceRequest.wake,
        ]
    }

    /// B66-SRV-2a: the recipient gets the request.
    private static let forwarding: [Mutant] = [
        Mutant(
            "B66-SRV-2a/not-forwarded",
            .server { server in
                server.policy.onInvoiceRequest = [ServedInvoiceRequest.answered, ServedInvoiceRequest.wake]
            }
        ),
        Mutant("B66-SRV-2a/altered", .server, onSend: .invoice_request) { message, _ in
            message.with(content: message.content.withLastBitFlipped)
        },
        Mutant("B66-SRV-2a/altered-when-it-cannot-answer", .server, onSend: .invoice_request) { message, party in
            party.linksDown.isEmpty ? message : message.with(content: message.content.withLastBitFlipped)
        },
        Mutant("B66-SRV-2a/over-the-old-path", .server, onReceive: .serve_static_invoice) { message, party in
            let first = party.received(.serve_static_invoice, over: .invoiceUpdate)
                .first { $0.message.context == message.context }
            let path = first.flatMap { party.forward_path(in: $0.message.content) }
            return message.with(content: party.replacing(message.content, forward_path: path))
        },
    ]

    /// B66-SRV-2b: an absent recipient is told to come.
    private static let waking: [Mutant] = [
        Mutant(
            "B66-SRV-2b/does-not-wake",
            .server { server in
                server.policy.onInvoiceRequest = [ServedInvoiceRequest.answered, ServedInvoiceRequest.forwarded]
            }
        ),
        Mutant("B66-SRV-2b/wakes-for-any-request", .server) { event, party in
            let effects = party.take(event)
            guard party.message(.invoice_request, in: event) != nil, let client = party.places.first?.client else {
                return effects
            }
            return effects + [.wake(client: client)]
        },
        Mutant("B66-SRV-2b/wakes-somebody-else", .server) { effect, _ in
            if case .wake = effect { return .wake(client: "nobody") }
            return effect
        },
    ]

    /// B66-OV-2, B66-OV-3: what is served is the recipient's own, whether that is there or not.
    private static let madeUp: [Mutant] = [
        Mutant("B66-OV-2/server-signs", .server, onSend: .static_invoice) { message, party in
            let signed = party.signed(message.content.value, by: party.paths.node_key)
            return message.with(content: party.builder.static_invoice(signed ?? []))
        },
        Mutant("B66-OV-2/makes-an-invoice-up", .server) { event, party in
            answeringWithAnInvoiceOfItsOwn(event, &party, if: party.linksDown.isEmpty)
        },
        Mutant("B66-OV-3/makes-an-invoice-up", .server) { event, party in
            answeringWithAnInvoiceOfItsOwn(event, &party, if: !party.linksDown.isEmpty)
        },
        Mutant("B66-OV-3/waits-for-the-recipient", onlyAfterForwarding),
    ]

    /// What the right server does, and where it has nothing for a payer, an invoice that it makes and signs itself.
    private static func answeringWithAnInvoiceOfItsOwn(
        _ event: PartyEvent,
        _ party: inout OriginalParty,
        if condition: Bool
    ) -> [PartyEffect] {
        let effects = party.take(event)
        guard condition, let request = party.message(.invoice_request, in: event), let reply_path = request.reply_path,
            let context = party.context(request, for: .offer), !party.places.contains(ClientSlot(context)),
            let offer = party.offer(in: request.content.value)
        else { return effects }
        let builder = StaticInvoiceBuilder(
            offer: offer,
            message_paths: [party.path(.heldMessage)].compactMap(\.self),
            payment_paths: [],
            created_at: party.now,
            profile: party.configuration.profile
        )
        let invoice = party.signed(TLVStream(sorting: builder.records).bytes, by: party.paths.node_key) ?? []
        return effects + [.send(SentMessage(party.builder.static_invoice(invoice), over: reply_path))]
    }
}
