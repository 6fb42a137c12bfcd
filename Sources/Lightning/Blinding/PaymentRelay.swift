/// `payment_relay` (BOLT 4, "Inside `encrypted_recipient_data`"): what a hop of a payment path asks for.
package struct PaymentRelay: Hashable, Sendable {
    /// Blocks.
    package let cltv_expiry_delta: UInt64
    package let fee_proportional_millionths: UInt64
    package let fee_base_msat: UInt64

    package init(cltv_expiry_delta: UInt64, fee_proportional_millionths: UInt64, fee_base_msat: UInt64) {
        self.cltv_expiry_delta = cltv_expiry_delta
        self.fee_proportional_millionths = fee_proportional_millionths
        self.fee_base_msat = fee_base_msat
    }

    /// - Returns: `nil` when the value is not of the format `payment_relay`.
    package init?(_ value: FieldValue?) {
        guard case .structure(let members) = value, members.count == 3, case .integer(let delta) = members[0],
            case .integer(let proportional) = members[1], case .integer(let base) = members[2]
        else { return nil }
        self.init(cltv_expiry_delta: delta, fee_proportional_millionths: proportional, fee_base_msat: base)
    }

    /// What a path of these hops asks for as a whole (RB-P4): the sums, rounded up, that BOLT 4's creator of
    /// `encrypted_recipient_data` computes from the last relay to the first.
    /// - Returns: `nil` when a sum is above 2^64, which no `blinded_payinfo` can hold.
    package static func total(of relays: [PaymentRelay], min_final_cltv_expiry_delta: UInt64 = 0) -> PaymentRelay? {
        let million: UInt128 = 1_000_000
        var base: UInt128 = 0
        var proportional: UInt128 = 0
        var delta = UInt128(min_final_cltv_expiry_delta)
        for relay in relays.reversed() {
            let hopProportional = UInt128(relay.fee_proportional_millionths)
            base = (UInt128(relay.fee_base_msat) * million + base * (million + hopProportional) + million - 1) / million
            proportional =
                ((proportional + hopProportional) * million + proportional * hopProportional + million - 1) / million
            delta += UInt128(relay.cltv_expiry_delta)
            guard base <= UInt64.max, proportional <= UInt64.max, delta <= UInt64.max else { return nil }
        }
        return PaymentRelay(
            cltv_expiry_delta: UInt64(truncatingIfNeeded: delta),
            fee_proportional_millionths: UInt64(truncatingIfNeeded: proportional),
            fee_base_msat: UInt64(truncatingIfNeeded: base)
        )
    }
}
