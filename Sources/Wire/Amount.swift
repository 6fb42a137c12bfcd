/// The bound on amounts (BOLT 1, "Fundamental Types"): 21 million BTC.
package enum Amount {
    package static let maxSatoshi: UInt64 = 0x0007_75f0_5a07_4000
    package static let maxMillisatoshi: UInt64 = 0x1d24_b2df_ac52_0000

    /// - Throws: through `onFault`, `.amount` (B1-T-5).
    package static func check(
        _ value: UInt64,
        atMost bound: UInt64,
        offset: Int,
        onFault: FaultHandler = throwFault
    ) throws(WireError) {
        if value > bound {
            try onFault(WireError(.amount, at: offset, "\(value) is more than 21 million BTC (\(bound))"))
        }
    }
}
