package import Lightning
package import Primitives
package import Rules
internal import Wire

/// What an offer is to say for which another node answers (BOLT 12 "Offers" with PR 1149).
package struct OfferBuilder: Sendable {
    package var offer_paths: [BlindedPath]
    /// The key of who signs the invoices (B12-OFF-W6, C-31); `nil` leaves it out.
    package var offer_issuer_id: PublicKey?
    /// Seconds since 1970.
    package var offer_absolute_expiry: UInt64?
    /// Left out for bitcoin, which an offer without chains means (B12-OFF-W1: never more than one).
    package var chain: Bytes32 = Chain.bitcoin
    /// Millisatoshi, with a description (B12-OFF-W4).
    package var offer_amount: UInt64?
    package var offer_description: String?
    package var offer_quantity_max: UInt64?

    package init(
        offer_paths: [BlindedPath],
        offer_issuer_id: PublicKey?,
        offer_absolute_expiry: UInt64? = nil
    ) {
        self.offer_paths = offer_paths
        self.offer_issuer_id = offer_issuer_id
        self.offer_absolute_expiry = offer_absolute_expiry
    }

    /// - Throws: what a reader would find wrong with the encoding.
    package func build() throws(Finding) -> Offer {
        var values: [(String, FieldValue)] = [("offer_paths", .list(offer_paths.map(\.value)))]
        if chain != Chain.bitcoin { values.append(("offer_chains", .list([.bytes(chain.bytes[...])]))) }
        if let offer_issuer_id { values.append(("offer_issuer_id", .bytes(offer_issuer_id.bytes[...]))) }
        if let offer_absolute_expiry { values.append(("offer_absolute_expiry", .integer(offer_absolute_expiry))) }
        if let offer_amount { values.append(("offer_amount", .integer(offer_amount))) }
        if let offer_description { values.append(("offer_description", .text(offer_description))) }
        if let offer_quantity_max { values.append(("offer_quantity_max", .integer(offer_quantity_max))) }
        let stream = TLVStream(sorting: values.compactMap { TLVSchema.offer.encode($0.0, $0.1) })
        return Offer(try TLVSchema.offer.decode(stream.bytes))
    }
}
