package import Rules

/// The rules of the node that holds HTLCs, as values.
package struct HTLCHolderChecks: Sendable {
    /// A release comes over a path that was made for an HTLC (ASY-H2, ASY-H7).
    package var releasePath = PathContextChecks.all("ASY-H2", .heldHTLC)

    package init() {}
}

/// What the node that holds HTLCs decides that is no check.
package struct HTLCHolderPolicy: Sendable {
    /// The HTLC that a release is for, by what the path says.
    package typealias Choice = @Sendable ([UInt8], [UInt64: HeldHTLC]) -> UInt64?

    /// Paths for the release of each HTLC (ASY-H4).
    package var paths = 2
    package var htlcOfRelease: Choice = { id, _ in UInt64(bigEndian: id) }
    /// Something may still become of it.
    package var isOpen: @Sendable (HeldHTLC) -> Bool = { $0.state == .waiting }
    package var takesRelease: @Sendable (HeldHTLC) -> Bool = { $0.hold }
    /// An HTLC goes on when both sides have committed to it (BOLT 2) and, where it is held, it was released (ASY-H2).
    package var mayForward: @Sendable (HeldHTLC) -> Bool = { htlc in
        htlc.isCommitted && (!htlc.hold || htlc.isReleased)
    }
    /// Some blocks before its end, at this height, an HTLC is failed back rather than passed on: the next channel needs some.
    package var endsTooSoon: @Sendable (HeldHTLC, UInt64) -> Bool = { htlc, height in htlc.cltv_expiry < height + 18 }
    package var stored: @Sendable (HeldHTLC) -> HeldHTLC = { $0 }

    package init() {}
}

extension UInt64 {
    /// - Returns: `nil` unless there are eight bytes.
    package init?(bigEndian bytes: [UInt8]) {
        guard bytes.count == 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
