internal import Rules

extension Profile {
    /// A profile of which names of records alone are wanted: they are the same in all.
    static let numbers = Profile(
        name: "numbers",
        title: "",
        onion_message_types: OnionMessageTypes(
            offer_paths_request: 65540,
            offer_paths: 65542,
            serve_static_invoice: 65544,
            static_invoice_persisted: 65546,
            held_htlc_available: 72,
            release_held_htlc: 74,
            static_invoice: 70,
            framing: .raw
        ),
        static_invoice: StaticInvoice(
            message_paths_type: 178,
            empty_message_paths_accepted: false,
            min_message_paths: 2,
            default_relative_expiry: 1_209_600,
            payinfo_features_checked: true,
            issuer_id_required: true,
            any_path_may_sign: false,
            offer_checked: false,
            refused_ranges: []
        ),
        blinded_path: BlindedPath(
            context_type: 6,
            dummy_hop_type: nil,
            final_hop_tag: .standard,
            both_next_hops: .nodeID
        ),
        async_payment: AsyncPayment(
            payload_invoice_request_type: 1,
            payload_preimage_type: 5_482_373_484,
            hold_htlc_type: 2,
            release_paths_type: 0,
            release_paths_with_htlc_id: false,
            hold_feature_bit: 52
        )
    )
}
