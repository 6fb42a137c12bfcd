internal import Wire

/// A payment of a static invoice, as its payer keeps it.
package struct AsyncPayment: Hashable, Sendable {
    package enum State: UInt8, Hashable, Sendable {
        /// An invoice is awaited.
        case requested = 1
        /// There is an invoice, and the recipient is awaited.
        case waiting
        /// The HTLC has gone out.
        case sent
    }

    package let id: [UInt8]
    package var state: State
    package let amount_msat: UInt64
    package let preimage: [UInt8]
    package let offer: [UInt8]
    package let request: [UInt8]
    package var invoice: [UInt8]

    /// Each variable part stands behind its length.
    package var record: [UInt8] {
        var writer = ByteWriter()
        writer.write(state.rawValue)
        writer.write(amount_msat)
        for part in [id, preimage, offer, request, invoice] {
            writer.write(UInt32(clamping: part.count))
            writer.write(part)
        }
        return writer.bytes
    }
}

extension AsyncPayment {
    /// - Returns: `nil` for bytes that are no such record.
    package init?(record bytes: [UInt8]) {
        var reader = ByteReader(bytes[...])
        guard let state = State(rawValue: (try? reader.readByte("state")) ?? 0),
            let amount_msat = try? reader.readU64("amount"),
            let id = Self.part(&reader), let preimage = Self.part(&reader), let offer = Self.part(&reader),
            let request = Self.part(&reader), let invoice = Self.part(&reader), reader.isAtEnd
        else { return nil }
        self.init(
            id: id,
            state: state,
            amount_msat: amount_msat,
            preimage: preimage,
            offer: offer,
            request: request,
            invoice: invoice
        )
    }

    private static func part(_ reader: inout ByteReader) -> [UInt8]? {
        guard let count = try? reader.readU32("length"), let part = try? reader.read(Int(count), "part") else {
            return nil
        }
        return Array(part)
    }
}
