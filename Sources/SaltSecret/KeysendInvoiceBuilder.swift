package import Lightning
package import Primitives
package import Rules
package import Wire

/// What a receiver's invoice without payment hash is to be made of (SALT-7), in the form of BOLT 12's invoice (C-61).
package struct KeysendInvoiceBuilder: Sendable {
    package var offer: Offer
    package var payment_paths: [StaticInvoiceBuilder.PaymentPath]
    /// Seconds since 1970.
    package var created_at: UInt64
    /// Seconds; `nil` for the profile's default.
    package var relative_expiry: UInt32?
    package var profile: Profile

    package init(
        offer: Offer,
        payment_paths: [StaticInvoiceBuilder.PaymentPath],
        created_at: UInt64,
        relative_expiry: UInt32? = nil,
        profile: Profile
    ) {
        self.offer = offer
        self.payment_paths = payment_paths
        self.created_at = created_at
        self.relative_expiry = relative_expiry
        self.profile = profile
    }

    /// The records to be signed: the offer's and the invoice's own. What a payer has to pay is left to its request.
    package var records: [TLVRecord] {
        var values: [(String, FieldValue)] = [
            ("invoice_paths", .list(payment_paths.map(\.path.value))),
            ("invoice_blindedpay", .list(payment_paths.map(\.payinfo.value))),
            ("invoice_created_at", .integer(created_at)),
        ]
        if let relative_expiry { values.append(("invoice_relative_expiry", .integer(UInt64(relative_expiry)))) }
        if let issuer = offer.decoded.stream[22] { values.append(("invoice_node_id", .bytes(issuer))) }
        let table = TLVSchema.static_invoice(profile)
        return offer.decoded.stream.records + values.compactMap { table.encode($0.0, $0.1) }
    }

    /// The signed stream.
    /// - `alter`: what becomes of the records before they are signed.
    /// - Throws: B12-SI-W10 when there is no way to pay.
    package func build(
        key: SecretKey,
        messagename: String = KeysendInvoice.Form.recommended.messagename,
        _ alter: ([TLVRecord]) -> [TLVRecord] = { $0 }
    ) throws(Finding) -> TLVStream {
        guard !payment_paths.isEmpty else { throw Finding("B12-SI-W10", .missing, "there is no payment path") }
        let unsigned = TLVStream(sorting: alter(records))
        let signature = Bolt12Signature(unsigned, messagename: messagename, key: key)
        return signature?.added(to: unsigned) ?? unsigned
    }
}
