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
        // Of text in offers BOLT 12's own vectors decide what BOLT 1 leaves open (C-85).
        let decoded = try TLVSchema.offer.read(bytes, &validation) { _, fault in
            fault.fault == .text ? Finding(fault).attributed(to: "B12-OFF-R14") : Finding(fault)
        }
        return Offer(decoded)
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
