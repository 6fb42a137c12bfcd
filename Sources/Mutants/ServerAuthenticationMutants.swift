internal import InvoiceServer
internal import Rules

/// What a server authenticates: B66-OPR-R1, B66-SSI-R1 and B12-IRQ-8.
extension MutantRegistry {
    static let serverAuthentication: [Mutant] = offerPathsRequest + serveStaticInvoice + invoiceRequest

    private static let offerPathsRequest: [Mutant] = [
        .noAuthentication("B66-OPR-R1/no-authentication", .server, .offer_paths_request, as: firstClient),
        .contextNotChecked("B66-OPR-R1/context-not-checked", .server, .offer_paths_request, as: firstClient),
        Mutant(
            "B66-OPR-R1/any-context",
            .server { $0.checks.requestPath = MutatedContextChecks.anyPurpose("B66-OPR-R1") }
        ),
        Mutant(
            "B66-OPR-R1/context-without-mac",
            .server { $0.checks.requestPath = MutatedContextChecks.withoutMAC("B66-OPR-R1", .clientRequest) }
        ),
        Mutant(
            "B66-OPR-R1/only-the-start-compared",
            .server { $0.checks.requestPath = MutatedContextChecks.startOfMAC("B66-OPR-R1", .clientRequest) }
        ),
    ]

    static let firstClient: Mutant.SubstituteContext = { party in
        party.clients.first.map { PathContext(.clientRequest, client: $0) }
    }

    private static let serveStaticInvoice: [Mutant] = [
        .noAuthentication("B66-SSI-R1/no-authentication", .server, .serve_static_invoice, as: lastPlace),
        .contextNotChecked("B66-SSI-R1/context-not-checked", .server, .serve_static_invoice, as: lastPlace),
        Mutant(
            "B66-SSI-R1/any-context",
            .server { $0.checks.serveStaticInvoicePath = MutatedContextChecks.anyPurpose("B66-SSI-R1") }
        ),
        Mutant(
            "B66-SSI-R1/context-without-mac",
            .server { $0.checks.serveStaticInvoicePath = MutatedContextChecks.withoutMAC("B66-SSI-R1", .invoiceUpdate) }
        ),
    ]

    /// Where the last hand-over was for.
    static let lastPlace: Mutant.SubstituteContext = { party in
        party.received(.serve_static_invoice, over: .invoiceUpdate).last?.context
    }

    private static let invoiceRequest: [Mutant] = [
        // The invoice is looked up by the offer in the request.
        Mutant("B12-IRQ-8/no-path-needed", overAnyPath, onReceive: .invoice_request) { message, party in
            guard party.context(message) == nil, let offer = party.offerID(in: message.content.value) else {
                return message
            }
            let serveMessages = party.received(.serve_static_invoice, over: .invoiceUpdate)
            let match = serveMessages.last { party.offerID(in: party.invoice(in: $0.message.content)) == offer }
            return match.map { party.moved(message, to: $0.context.for(.offer)) }
        },
        // Over a client's path its lowest slot is meant.
        Mutant("B12-IRQ-8/any-context", overAnyPath, onReceive: .invoice_request) { message, party in
            guard var context = party.context(message) else { return message }
            if context.purpose == .clientRequest {
                context.slot = party.places.filter { $0.client == context.client }.map(\.slot).min() ?? 0
            }
            return party.moved(message, to: context.for(.offer))
        },
    ]

    private static let overAnyPath = MutantBase.server {
        $0.checks.invoiceRequest = $0.checks.invoiceRequest.without("B12-IRQ-8")
    }
}

extension PathContext {
    /// The same for another purpose.
    func `for`(_ purpose: Purpose) -> PathContext {
        var context = self
        context.purpose = purpose
        return context
    }
}
