package import Lightning
package import Wire

/// What a server decides that is no check: seams at which a mutant differs from the reference in one thing.
package struct ServerPolicy: Sendable {
    /// What is sealed into a path of the server's own.
    package var seals: @Sendable (PathContext) -> PathContext = { $0 }

    /// Which invoice a path stands for (B66-OP-S2): that of its client and slot, and never anything that the message says
    /// (C-12).
    package var slot: @Sendable (PathContext) -> ClientSlot = { ClientSlot(client: $0.client, slot: $0.slot) }

    /// Whether it is time to acknowledge, when a write begins (`nil`) and when it has ended (B66-SIP-S1).
    package var acknowledges: @Sendable (StoreResult?) -> Bool = { $0 == .ok }

    /// What is stored when an invoice comes for a slot that may have one (B66-SSI-R2).
    package var replaces: @Sendable (_ old: StoredInvoice?, _ new: StoredInvoice) -> StoredInvoice = { $1 }

    /// What is done with an invoice request; none of the three depends on another (C-17).
    package var onInvoiceRequest: [@Sendable (ServedInvoiceRequest) -> PartyEffect?] = [
        ServedInvoiceRequest.answered, ServedInvoiceRequest.forwarded, ServedInvoiceRequest.wake,
    ]

    package init() {}
}

/// An invoice request that is to be served.
package struct ServedInvoiceRequest: Sendable {
    package let client: String
    /// The record as it came.
    package let content: TLVRecord
    /// The payer's.
    package let reply_path: BlindedPath?
    package let stored: StoredInvoice
    /// The first hop of the forward path is a connected peer.
    package let isRecipientConnected: Bool
    package let builder: MessageBuilder

    /// B66-SRV-1: the stored bytes, over the payer's reply path.
    package static let answered: @Sendable (ServedInvoiceRequest) -> PartyEffect? = { request in
        guard let reply_path = request.reply_path else { return nil }
        return .send(SentMessage(request.builder.static_invoice(request.stored.static_invoice), over: reply_path))
    }

    /// B66-SRV-2a: the request's bytes over the stored path, with the payer's reply path (C-16), so that the recipient can
    /// answer the payer itself.
    package static let forwarded: @Sendable (ServedInvoiceRequest) -> PartyEffect? = { request in
        let path = request.stored.forward_invoice_request_path
        return .send(SentMessage(request.content, over: path, reply_path: request.reply_path))
    }

    /// B66-SRV-2b.
    package static let wake: @Sendable (ServedInvoiceRequest) -> PartyEffect? = { request in
        request.isRecipientConnected ? nil : .wake(client: request.client)
    }
}
