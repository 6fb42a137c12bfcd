package import Rules
internal import Wire

/// An `offer` (BOLT 12, "Offers").
package struct Offer: Bolt12Object, Hashable {
    package let decoded: DecodedStream

    package init(_ decoded: DecodedStream) { self.decoded = decoded }

    package static let prefix = "lno"

    /// Reads the stream: B1-* and the formats of the known records.
    package static func read(
        _ bytes: ArraySlice<UInt8>,
        _ validation: inout Validation
    ) throws(Finding) -> Offer {
        Offer(try TLVSchema.offer.read(bytes, &validation))
    }

    /// Reads the text form: B12-ENC-*, then the stream.
    package static func read(text: String, _ validation: inout Validation) throws(Finding) -> Offer {
        let bytes = try validation.decodeWhole { onFault throws(WireError) in
            try OfferText.decode(prefix: prefix, text, onFault: onFault)
        }
        return try read(bytes[...], &validation)
    }

    package var text: String { OfferText.encode(prefix: Self.prefix, decoded.bytes) }
}
