internal import Wire

/// Formats that several streams share, under the names that the BOLTs give them.
extension FieldFormat {
    package static let u8 = FieldFormat.integer(width: 1)
    package static let u16 = FieldFormat.integer(width: 2)
    package static let u32 = FieldFormat.integer(width: 4)
    package static let u64 = FieldFormat.integer(width: 8)
    package static let tu16 = FieldFormat.truncated(width: 2)
    package static let tu32 = FieldFormat.truncated(width: 4)
    package static let tu64 = FieldFormat.truncated(width: 8)
    package static let msat = FieldFormat.amount(atMost: Amount.maxMillisatoshi)
    package static let sat = FieldFormat.amount(atMost: Amount.maxSatoshi)
    package static let chain_hash = FieldFormat.fixed(32)
    package static let sha256 = FieldFormat.fixed(32)
    package static let bip340sig = FieldFormat.fixed(64)

    /// BOLT 4, "Route Blinding": `blinded_path`. `num_hops` is the count of the hops.
    package static let blinded_path = FieldFormat.structure([
        Member("introduction", .node),
        Member("path_key", .point),
        Member(
            "hops",
            .counted(
                .structure([
                    Member("blinded_node_id", .point),
                    Member("encrypted_recipient_data", .prefixed(width: 2)),
                ])
            )
        ),
    ])

    /// BOLT 12, "Invoices": `blinded_payinfo`.
    package static let blinded_payinfo = FieldFormat.structure([
        Member("fee_base_msat", .u32),
        Member("fee_proportional_millionths", .u32),
        Member("cltv_expiry_delta", .u16),
        Member("htlc_minimum_msat", .u64),
        Member("htlc_maximum_msat", .u64),
        Member("features", .prefixed(width: 2)),
    ])

    /// BOLT 12, "Invoices": `fallback_address`.
    package static let fallback_address = FieldFormat.structure([
        Member("version", .u8),
        Member("address", .prefixed(width: 2)),
    ])

    /// BOLT 12, "Invoice Requests": `invreq_bip_353_name`.
    package static let bip_353_name = FieldFormat.structure([
        Member("name", .prefixed(width: 1)),
        Member("domain", .prefixed(width: 1)),
    ])
}
