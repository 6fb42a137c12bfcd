internal import Lightning
package import Rules
package import StrictJSON

/// Which records a reader of a stream knows. A reader passes over the others (B1-TLV-7), and need not tell of them.
package struct KnownRecords: Sendable {
    private let schema: TLVSchema

    /// - Returns: `nil` where the operation has no table of records, so that all of them are the answer.
    package static func of(_ operation: String, _ input: JSON, _ profile: Profile) -> KnownRecords? {
        let schema: TLVSchema? =
            switch operation {
            case "offer.decode": .offer
            case "invreq.decode": .invoice_request
            case "static_invoice.decode": .static_invoice(profile)
            case "tlv.decode": input["schema"]?.string.flatMap { .named($0, profile) }
            default: nil
            }
        return schema.map(KnownRecords.init)
    }

    /// - Parameter type: as the adapter protocol writes it.
    package func contains(_ type: String) -> Bool { UInt64(type).map { schema[$0] != nil } ?? false }
}
