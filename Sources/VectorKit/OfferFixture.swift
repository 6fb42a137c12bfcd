internal import Lightning
internal import Wire

/// An offer as records that a case changes one at a time.
package struct OfferFixture: RecordFixture {
    package var records: [UInt64: [UInt8]]

    /// An offer of the recipient with two paths to the node that answers.
    package init() {
        records = [
            10: Array("coffee".utf8),
            16: Array(TLVRecord.paths(16, InvoiceFixture.offerPaths).value),
            22: Array(Fixtures.point("recipient")),
        ]
    }

    package var bytes: [UInt8] { stream.bytes }
    package var text: String { OfferText.encode(prefix: "lno", bytes) }
}
