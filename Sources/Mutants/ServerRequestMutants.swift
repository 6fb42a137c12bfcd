internal import InvoiceServer
internal import Lightning
internal import Rules

/// How a server reads invoice requests: B12-IRQ-*.
extension MutantRegistry {
    static let serverRequests: [Mutant] = [
        Mutant("B12-IRQ-1/forwards-once", .server, onSend: .invoice_request) { message, party in
            party.sent(.invoice_request).contains { $0.message.over == message.over } ? nil : message
        },
        Mutant("B12-IRQ-2/answers-once", .server, onSend: .static_invoice) { message, party in
            party.sent(.static_invoice).contains { $0.message.content == message.content } ? nil : message
        },
        Mutant("B12-IRQ-3/payer-id-not-needed", .server { $0.checks.invoiceRequest.removeFirst("B12-IRQ-3") }),
        Mutant("B12-IRQ-3/metadata-not-needed", .server { $0.checks.invoiceRequest.removeLast("B12-IRQ-3") }),
        without("B12-IRQ-4/any-record"),
        without("B12-IRQ-5/signature-not-looked-at"),
        without("B12-IRQ-7/offer-not-compared"),
    ]

    /// The check of the requirement that the variant is named after is left out.
    private static func without(_ name: String) -> Mutant {
        let id = RequirementID(String(name.prefix { $0 != "/" }))
        return Mutant(name, .server { $0.checks.invoiceRequest = $0.checks.invoiceRequest.without(id) })
    }
}

extension [Check<InvoiceRequestReaderInput>] {
    /// Of the two checks of one requirement, one is left out: that of invreq_payer_id is the first, that of
    /// invreq_metadata the last.
    fileprivate mutating func removeFirst(_ id: RequirementID) {
        if let index = firstIndex(where: { $0.id == id }) { remove(at: index) }
    }

    fileprivate mutating func removeLast(_ id: RequirementID) {
        if let index = lastIndex(where: { $0.id == id }) { remove(at: index) }
    }
}
