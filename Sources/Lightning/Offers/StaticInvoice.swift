package import Primitives
package import Rules

/// A static invoice: an `invoice` (BOLT 12, "Invoices") without payment hash, made by the recipient beforehand and
/// handed out by another node (BOLT PR 1149).
package struct StaticInvoice: Bolt12Object, Hashable {
    package let decoded: DecodedStream
    /// The record of `static_invoice_message_paths`, 178 in the draft.
    package let message_paths_type: UInt64

    /// The part of the signature's tag that names the stream (C-45).
    package static let messagename = "static_invoice"

    package init(_ decoded: DecodedStream, _ profile: Profile) {
        self.decoded = decoded
        message_paths_type = profile.static_invoice.message_paths_type
    }

    package static func read(
        _ bytes: ArraySlice<UInt8>,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> StaticInvoice {
        StaticInvoice(try TLVSchema.static_invoice(profile).read(bytes, &validation), profile)
    }

    package var invoice_paths: [BlindedPath]? { paths(160) }
    package var invoice_blindedpay: [BlindedPayinfo]? { list(162)?.compactMap { BlindedPayinfo($0) } }
    package var invoice_created_at: UInt64? { integer(164) }
    package var invoice_relative_expiry: UInt64? { integer(166) }
    package var invoice_payment_hash: ArraySlice<UInt8>? { bytes(168) }
    package var invoice_amount: UInt64? { integer(170) }
    package var invoice_features: ArraySlice<UInt8>? { bytes(174) }
    package var invoice_node_id: PublicKey? { point(176) }
    package var static_invoice_message_paths: [BlindedPath]? { paths(message_paths_type) }
    package var signature: ArraySlice<UInt8>? { bytes(240) }
}
