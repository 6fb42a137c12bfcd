package import Lightning
internal import Wire

/// A recipient's offer with what it takes to keep its invoice fresh.
package struct RecipientSlot: Sendable {
    package let slot: UInt16
    package let offer: Offer
    /// The reply path of the offer_paths, for updates (B66-OP-R4).
    package let update_path: BlindedPath
    /// The server has said that it holds the invoice (B66-SIP-R2).
    package var isReady: Bool
    /// When the last invoice for the offer was sent; `nil` while none was.
    package var created_at: UInt64?

    package var id: OfferID { OfferID(of: offer.decoded.stream) }

    /// An offer's last second is its expiry (B12-OFF-R10).
    package func isAlive(at now: UInt64) -> Bool { !offer.hasEnded(at: now) }

    package var listed: ListedOffer {
        ListedOffer(offer: offer.text, slot: slot, status: isReady ? .ready : .pending)
    }
}

/// As it is stored, in one record.
extension RecipientSlot {
    static func storeKey(_ slot: UInt16) -> String { "offer/\(slot)" }

    private static let schema = TLVSchema(
        "recipient_slot",
        [
            TLVSchema.Record(0, "slot", .u16),
            TLVSchema.Record(2, "offer", .bytes),
            TLVSchema.Record(4, "update_path", .blinded_path),
            TLVSchema.Record(6, "is_ready", .flag),
            TLVSchema.Record(8, "created_at", .u64),
        ]
    )

    var record: StorePut.Record {
        var values: [(String, FieldValue)] = [
            ("slot", .integer(UInt64(slot))), ("offer", .bytes(offer.decoded.bytes[...])),
            ("update_path", update_path.value),
        ]
        if isReady { values.append(("is_ready", .present)) }
        if let created_at { values.append(("created_at", .integer(created_at))) }
        let stream = TLVStream(sorting: values.compactMap { Self.schema.encode($0.0, $0.1) })
        return StorePut.Record(key: Self.storeKey(slot), value: stream.bytes)
    }

    /// - Returns: `nil` for a record that is something else.
    package init?(record: [UInt8]) {
        guard let stream = try? Self.schema.decode(record), case .integer(let slot) = stream[0],
            let number = UInt16(exactly: slot), let offer = stream.stream[2],
            let decoded = try? TLVSchema.offer.decode(offer), let update_path = BlindedPath(stream[4])
        else { return nil }
        var created_at: UInt64?
        if case .integer(let seconds) = stream[8] { created_at = seconds }
        self.init(
            slot: number,
            offer: Offer(decoded),
            update_path: update_path,
            isReady: stream.contains(6),
            created_at: created_at
        )
    }
}
