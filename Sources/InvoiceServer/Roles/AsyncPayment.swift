package import Lightning
internal import Rules
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
        /// The owner has given it up.
        case abandoned
    }

    package let id: [UInt8]
    package var state: State
    package let amount_msat: UInt64
    /// What a payment path may ask for beyond the amount.
    package let max_fee_msat: UInt64
    /// The payer's peer holds the HTLC.
    package let hold: Bool
    package let preimage: [UInt8]
    package let offer: [UInt8]
    package let request: [UInt8]
    package var invoice: [UInt8]
    /// Where it is held: the holder's paths for the release.
    package var release_paths: [BlindedPath] = []

    /// Each variable part stands behind its length.
    package var record: [UInt8] {
        var writer = ByteWriter()
        writer.write(state.rawValue)
        writer.write(amount_msat)
        writer.write(max_fee_msat)
        writer.write(hold ? 1 : 0 as UInt8)
        for part in [id, preimage, offer, request, invoice, Self.encode(release_paths)] {
            writer.write(UInt32(clamping: part.count))
            writer.write(part)
        }
        return writer.bytes
    }

    private static func encode(_ paths: [BlindedPath]) -> [UInt8] { paths.flatMap(\.encoding) }
}

extension AsyncPayment {
    /// - Returns: `nil` for bytes that are no such record.
    package init?(record bytes: [UInt8]) {
        var reader = ByteReader(bytes[...])
        guard let state = State(rawValue: (try? reader.readByte("state")) ?? 0),
            let amount_msat = try? reader.readU64("amount"), let max_fee_msat = try? reader.readU64("fee"),
            let hold = try? reader.readByte("hold"),
            let id = Self.part(&reader), let preimage = Self.part(&reader), let offer = Self.part(&reader),
            let request = Self.part(&reader), let invoice = Self.part(&reader), let paths = Self.part(&reader),
            reader.isAtEnd
        else { return nil }
        self.init(
            id: id,
            state: state,
            amount_msat: amount_msat,
            max_fee_msat: max_fee_msat,
            hold: hold == 1,
            preimage: preimage,
            offer: offer,
            request: request,
            invoice: invoice,
            release_paths: Self.paths(paths)
        )
    }

    private static func paths(_ bytes: [UInt8]) -> [BlindedPath] {
        guard case .list(let values)? = try? FieldFormat.list(.blinded_path).decode(bytes[...]) else { return [] }
        return values.compactMap { BlindedPath($0) }
    }

    private static func part(_ reader: inout ByteReader) -> [UInt8]? {
        guard let count = try? reader.readU32("length"), let part = try? reader.read(Int(count), "part") else {
            return nil
        }
        return Array(part)
    }
}
