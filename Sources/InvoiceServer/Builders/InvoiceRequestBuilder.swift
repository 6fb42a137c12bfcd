package import Lightning
package import Primitives
internal import Wire

/// What a payer asks for (BOLT 12, "Invoice Requests", the writer).
package struct InvoiceRequestBuilder: Sendable {
    package var offer: Offer
    /// Of this request alone, and of nobody's foreknowledge (B12-IRQW-7).
    package var invreq_metadata: [UInt8]
    /// Left out for bitcoin (B12-IRQW-2).
    package var chain: Bytes32 = Chain.bitcoin
    /// Millisatoshi; needed where the offer names no amount (B12-IRQW-3).
    package var invreq_amount: UInt64?
    package var invreq_quantity: UInt64?
    package var invreq_payer_note: String?

    package init(_ offer: Offer, invreq_metadata: [UInt8], invreq_amount: UInt64? = nil) {
        self.offer = offer
        self.invreq_metadata = invreq_metadata
        self.invreq_amount = invreq_amount
    }

    /// The signed stream.
    /// - Parameter payer_key: for this request alone (B12-IRQW-6); its public key is `invreq_payer_id`.
    package func build(payer_key: SecretKey) -> [UInt8] {
        var values: [(String, FieldValue)] = [
            ("invreq_metadata", .bytes(invreq_metadata[...])),
            ("invreq_payer_id", .bytes(payer_key.publicKey.bytes[...])),
        ]
        if chain != Chain.bitcoin { values.append(("invreq_chain", .bytes(chain.bytes[...]))) }
        if let invreq_amount { values.append(("invreq_amount", .integer(invreq_amount))) }
        if let invreq_quantity { values.append(("invreq_quantity", .integer(invreq_quantity))) }
        if let invreq_payer_note { values.append(("invreq_payer_note", .text(invreq_payer_note))) }
        // B12-IRQW-1: all records of the offer, the unknown ones too.
        let records = offer.decoded.stream.records + values.compactMap { TLVSchema.invoice_request.encode($0.0, $0.1) }
        let unsigned = TLVStream(sorting: records)
        let signature = Bolt12Signature(unsigned, messagename: InvoiceRequest.messagename, key: payer_key)
        return (signature?.added(to: unsigned) ?? unsigned).bytes
    }
}
