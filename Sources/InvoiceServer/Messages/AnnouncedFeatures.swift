package import Lightning
package import Rules

/// `option_htlc_hold` (PR 1149 on BOLT 9): what a node announces that holds HTLCs until their release.
package struct AnnouncedFeatures: Sendable {
    package let bits: FeatureBits
    /// The even bit of `option_htlc_hold`; the odd one is the next.
    package let hold_feature_bit: UInt64

    package init(_ bits: FeatureBits, _ profile: Profile) {
        self.bits = bits
        hold_feature_bit = profile.async_payment.hold_feature_bit
    }

    /// `option_onion_messages` (BOLT 9), compulsory and optional.
    static let onionMessages = [38, 39]

    package static let checks: [Check<AnnouncedFeatures>] = [
        Check("ASY-D5", .features) { features in
            let even = Int(clamping: features.hold_feature_bit)
            guard features.bits.contains(even) || features.bits.contains(even + 1) else {
                return .notApplicable("option_htlc_hold is not announced")
            }
            return .require(
                onionMessages.contains { features.bits.contains($0) },
                "option_htlc_hold is announced without option_onion_messages (38/39)"
            )
        }
    ]
}
