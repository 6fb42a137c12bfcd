internal import Wire

/// An HTLC that its holder is to pass on, as it is written down.
package struct HeldHTLC: Hashable, Sendable {
    package enum State: UInt8, Hashable, Sendable {
        case waiting = 1
        case forwarded
        /// Failed back to whom it came from.
        case failed
        /// It is no more, and not by this node's doing.
        case removed
    }

    package let htlc_id: UInt64
    /// `hold_htlc` was set.
    package let hold: Bool
    package let amount_msat: UInt64
    package let cltv_expiry: UInt64
    /// Both sides have committed to it.
    package var isCommitted = false
    package var isReleased = false
    package var state = State.waiting

    package init(_ htlc: AddedHTLC) {
        htlc_id = htlc.htlc_id
        hold = htlc.hold
        amount_msat = htlc.amount_msat
        cltv_expiry = htlc.cltv_expiry
    }

    /// All members in the order of their declaration.
    package var record: [UInt8] {
        var writer = ByteWriter()
        writer.write(htlc_id)
        writer.write(hold ? 1 : 0 as UInt8)
        writer.write(amount_msat)
        writer.write(cltv_expiry)
        writer.write(isCommitted ? 1 : 0 as UInt8)
        writer.write(isReleased ? 1 : 0 as UInt8)
        writer.write(state.rawValue)
        return writer.bytes
    }

    /// - Returns: `nil` for bytes that are no such record.
    package init?(record bytes: [UInt8]) {
        var reader = ByteReader(bytes[...])
        guard let htlc_id = try? reader.readU64("htlc_id"), let hold = try? reader.readByte("hold"),
            let amount_msat = try? reader.readU64("amount_msat"), let cltv_expiry = try? reader.readU64("cltv_expiry"),
            let isCommitted = try? reader.readByte("committed"), let isReleased = try? reader.readByte("released"),
            let state = State(rawValue: (try? reader.readByte("state")) ?? 0), reader.isAtEnd
        else { return nil }
        self.htlc_id = htlc_id
        self.hold = hold == 1
        self.amount_msat = amount_msat
        self.cltv_expiry = cltv_expiry
        self.isCommitted = isCommitted == 1
        self.isReleased = isReleased == 1
        self.state = state
    }
}
