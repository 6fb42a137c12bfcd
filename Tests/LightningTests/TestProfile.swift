import Rules

/// Profiles for the tests of this module, which does not read files.
enum TestProfile {
    static let draft = make("blip66-draft", messagePaths: 178, rejected: [], anyPath: false, context: 6)
    static let ldk = make(
        "ldk-0.2",
        messagePaths: 236,
        rejected: [0...0, 80...159, 1001...999_999_999, 2_000_000_000...2_999_999_999],
        anyPath: true,
        context: 65_537
    )

    private static func make(
        _ name: String,
        messagePaths: UInt64,
        rejected: [ClosedRange<UInt64>],
        anyPath: Bool,
        context: UInt64
    ) -> Profile {
        let isDraft = name == "blip66-draft"
        return Profile(
            name: name,
            title: name,
            onion_message_types: Profile.OnionMessageTypes(
                offer_paths_request: isDraft ? 65_540 : 75_540,
                offer_paths: isDraft ? 65_542 : 75_542,
                serve_static_invoice: isDraft ? 65_544 : 75_544,
                static_invoice_persisted: isDraft ? 65_546 : 75_546,
                held_htlc_available: 72,
                release_held_htlc: 74,
                static_invoice: 70,
                framing: isDraft ? .raw : .lengthPrefixed
            ),
            static_invoice: Profile.StaticInvoice(
                message_paths_type: messagePaths,
                empty_message_paths_accepted: !isDraft,
                min_message_paths: isDraft ? 2 : 1,
                default_relative_expiry: 1_209_600,
                payinfo_features_checked: isDraft,
                issuer_id_required: true,
                any_path_may_sign: anyPath,
                offer_checked: !isDraft,
                refused_ranges: rejected
            ),
            blinded_path: Profile.BlindedPath(
                context_type: context,
                dummy_hop_type: isDraft ? nil : 65_539,
                final_hop_tag: isDraft ? .standard : .receiveAuthKey,
                both_next_hops: isDraft ? .nodeID : .refuse
            ),
            async_payment: Profile.AsyncPayment(
                payload_invoice_request_type: isDraft ? 1 : 77_777,
                payload_preimage_type: 5_482_373_484,
                hold_htlc_type: isDraft ? 2 : 75_537,
                release_paths_type: isDraft ? 0 : 75_537,
                release_paths_with_htlc_id: !isDraft,
                hold_feature_bit: isDraft ? 52 : 152
            )
        )
    }
}
