package import Lightning
package import Rules

/// The record tables of the messages: bLIP-66, "Specification", and BOLT PR 1149.
extension TLVSchema {
    /// B66-D2.
    package static let offer_paths_request = TLVSchema("offer_paths_request", [Record(0, "invoice_slot", .u16)])

    /// B66-D3.
    package static let offer_paths = TLVSchema(
        "offer_paths",
        [Record(0, "offer_paths", .list(.blinded_path)), Record(2, "paths_absolute_expiry", .u64)]
    )

    /// B66-D4. The invoice is its whole signed stream, kept as it came (C-5).
    package static let serve_static_invoice = TLVSchema(
        "serve_static_invoice",
        [Record(0, "static_invoice", .bytes), Record(2, "forward_invoice_request_path", .blinded_path)]
    )

    /// B66-D5: no records are defined.
    package static let static_invoice_persisted = TLVSchema("static_invoice_persisted", [])

    /// ASY-D1: no records are defined.
    package static let held_htlc_available = TLVSchema("held_htlc_available", [])

    /// ASY-D2: no records are defined.
    package static let release_held_htlc = TLVSchema("release_held_htlc", [])

    /// BOLT 2, `update_add_htlc_tlvs`, with the hold flag (ASY-D4).
    package static func update_add_htlc_tlvs(_ profile: Profile) -> TLVSchema {
        TLVSchema(
            "update_add_htlc_tlvs",
            [
                Record(0, "blinded_path", .point),
                Record(profile.async_payment.hold_htlc_type, "hold_htlc", .flag),
            ]
        )
    }

    /// PR 1149, `revoke_and_ack_tlvs` (ASY-D4): paths, each behind the id of its HTLC where the profile says so (C-38).
    package static func revoke_and_ack_tlvs(_ profile: Profile) -> TLVSchema {
        let path = profile.async_payment.release_paths_with_htlc_id ? FieldFormat.release_path : .blinded_path
        return TLVSchema(
            "revoke_and_ack_tlvs",
            [Record(profile.async_payment.release_paths_type, "release_held_htlc_message_paths", .list(path))]
        )
    }

    /// BOLT 4, "`payload` format", with the two records of PR 1149 (ASY-D3).
    package static func payload(_ profile: Profile) -> TLVSchema {
        TLVSchema(
            "payload",
            payloadRecords + [
                Record(profile.async_payment.payload_invoice_request_type, "invoice_request", .bytes),
                Record(profile.async_payment.payload_preimage_type, "sender_provided_payment_preimage", .fixed(32)),
            ]
        )
    }

    private static let payloadRecords = [
        Record(2, "amt_to_forward", .msat),
        Record(4, "outgoing_cltv_value", .tu32),
        Record(6, "short_channel_id", .shortChannelID),
        Record(8, "payment_data", .payment_data),
        Record(10, "encrypted_recipient_data", .bytes),
        Record(12, "current_path_key", .point),
        Record(16, "payment_metadata", .bytes),
        Record(18, "total_amount_msat", .msat),
    ]
}

extension FieldFormat {
    /// BOLT 4: `payment_data`.
    static let payment_data = FieldFormat.structure([
        Member("payment_secret", .fixed(32)),
        Member("total_msat", .msat),
    ])

    /// LDK's element of `release_held_htlc_message_paths` (C-38).
    static let release_path = FieldFormat.structure([
        Member("htlc_id", .u64),
        Member("path", .blinded_path),
    ])
}
