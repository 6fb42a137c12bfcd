internal import Lightning
internal import Primitives
internal import Wire

/// An invoice request as a set of records that a case changes one at a time and signs again.
package struct RequestFixture: SignedRecordFixture {
    package static let messagename = "invoice_request"

    package var records: [UInt64: [UInt8]]
    package var signer = "payer"

    /// A request for the offer behind an invoice, for 1,000 satoshi.
    package init(_ invoice: InvoiceFixture) {
        records = invoice.records.filter { Bolt12Range.isOffer($0.key) }
        records[0] = Array("metadata of the payer".utf8)
        records[82] = TruncatedInteger.encode(1_000_000)
        records[88] = Array(Fixtures.point("payer"))
    }
}
