/// A `blinded_payinfo` (BOLT 12, "Invoices"): what it costs to pay over one path.
package struct BlindedPayinfo: Hashable, Sendable {
    package var fee_base_msat: UInt32
    package var fee_proportional_millionths: UInt32
    package var cltv_expiry_delta: UInt16
    package var htlc_minimum_msat: UInt64
    package var htlc_maximum_msat: UInt64
    package var features: ArraySlice<UInt8>

    package init(
        fee_base_msat: UInt32,
        fee_proportional_millionths: UInt32,
        cltv_expiry_delta: UInt16,
        htlc_minimum_msat: UInt64,
        htlc_maximum_msat: UInt64,
        features: ArraySlice<UInt8> = []
    ) {
        self.fee_base_msat = fee_base_msat
        self.fee_proportional_millionths = fee_proportional_millionths
        self.cltv_expiry_delta = cltv_expiry_delta
        self.htlc_minimum_msat = htlc_minimum_msat
        self.htlc_maximum_msat = htlc_maximum_msat
        self.features = features
    }

    /// - Returns: `nil` when the value is not of the format `blinded_payinfo`.
    package init?(_ value: FieldValue) {
        guard case .structure(let members) = value, members.count == 6,
            case .integer(let base) = members[0], case .integer(let proportional) = members[1],
            case .integer(let delta) = members[2], case .integer(let minimum) = members[3],
            case .integer(let maximum) = members[4], case .bytes(let features) = members[5]
        else { return nil }
        self.init(
            fee_base_msat: UInt32(truncatingIfNeeded: base),
            fee_proportional_millionths: UInt32(truncatingIfNeeded: proportional),
            cltv_expiry_delta: UInt16(truncatingIfNeeded: delta),
            htlc_minimum_msat: minimum,
            htlc_maximum_msat: maximum,
            features: features
        )
    }

    package var value: FieldValue {
        .structure([
            .integer(UInt64(fee_base_msat)),
            .integer(UInt64(fee_proportional_millionths)),
            .integer(UInt64(cltv_expiry_delta)),
            .integer(htlc_minimum_msat),
            .integer(htlc_maximum_msat),
            .bytes(features),
        ])
    }
}
