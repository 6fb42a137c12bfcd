package import Rules

/// The record tables of BOLT 12. Each object mirrors the records of the one before it.
extension TLVSchema {
    /// BOLT 12, "TLV Fields for Offers".
    package static let offer = TLVSchema("offer", offerRecords)

    /// BOLT 12, "TLV Fields for `invoice_request`".
    package static let invoice_request = TLVSchema(
        "invoice_request",
        [Record(0, "invreq_metadata", .bytes)] + offerRecords + invoiceRequestRecords + [signature]
    )

    /// BOLT 12, "Invoices", with `static_invoice_message_paths` of PR 1149 under the profile's number.
    package static func static_invoice(_ profile: Profile) -> TLVSchema {
        let message_paths_type = profile.static_invoice.message_paths_type
        return staticInvoices.schema(message_paths_type) {
            TLVSchema(
                "static_invoice",
                [Record(0, "invreq_metadata", .bytes)] + offerRecords + invoiceRequestRecords + invoiceRecords
                    + [Record(message_paths_type, "static_invoice_message_paths", .list(.blinded_path)), signature]
            )
        }
    }

    private static let staticInvoices = SchemaCache<UInt64>()

    private static let signature = Record(240, "signature", .bip340sig)

    private static let offerRecords = [
        Record(2, "offer_chains", .list(.chain_hash)),
        Record(4, "offer_metadata", .bytes),
        Record(6, "offer_currency", .text),
        Record(8, "offer_amount", .tu64),
        Record(10, "offer_description", .text),
        Record(12, "offer_features", .bytes),
        Record(14, "offer_absolute_expiry", .tu64),
        Record(16, "offer_paths", .list(.blinded_path)),
        Record(18, "offer_issuer", .text),
        Record(20, "offer_quantity_max", .tu64),
        Record(22, "offer_issuer_id", .point),
    ]

    private static let invoiceRequestRecords = [
        Record(80, "invreq_chain", .chain_hash),
        Record(82, "invreq_amount", .msat),
        Record(84, "invreq_features", .bytes),
        Record(86, "invreq_quantity", .tu64),
        Record(88, "invreq_payer_id", .point),
        Record(89, "invreq_payer_note", .text),
        Record(90, "invreq_paths", .list(.blinded_path)),
        Record(91, "invreq_bip_353_name", .bip_353_name),
    ]

    private static let invoiceRecords = [
        Record(160, "invoice_paths", .list(.blinded_path)),
        Record(162, "invoice_blindedpay", .list(.blinded_payinfo)),
        Record(164, "invoice_created_at", .tu64),
        Record(166, "invoice_relative_expiry", .tu32),
        Record(168, "invoice_payment_hash", .sha256),
        Record(170, "invoice_amount", .msat),
        Record(172, "invoice_fallbacks", .list(.fallback_address)),
        Record(174, "invoice_features", .bytes),
        Record(176, "invoice_node_id", .point),
    ]
}

/// The ranges of record types that BOLT 12 sets apart.
package enum Bolt12Range {
    /// Records of an offer.
    package static func isOffer(_ type: UInt64) -> Bool {
        (1...79).contains(type) || (1_000_000_000...1_999_999_999).contains(type)
    }

    /// Records of an invoice request, those of its offer included.
    package static func isInvoiceRequest(_ type: UInt64) -> Bool {
        (0...159).contains(type) || (1_000_000_000...2_999_999_999).contains(type)
    }

    /// Signature records, which are not part of what is signed.
    package static func isSignature(_ type: UInt64) -> Bool { (240...1000).contains(type) }
}
