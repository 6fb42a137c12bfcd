/// The two namespaces of BOLT 1, Appendix B.
extension TLVSchema {
    package static let n1 = TLVSchema(
        "n1",
        [
            Record(1, "tlv1", .tu64),
            Record(2, "tlv2", .shortChannelID),
            Record(
                3,
                "tlv3",
                .structure([
                    FieldFormat.Member("node_id", .point),
                    FieldFormat.Member("amount_msat_1", .u64),
                    FieldFormat.Member("amount_msat_2", .u64),
                ])
            ),
            Record(254, "tlv4", .u16),
        ]
    )

    package static let n2 = TLVSchema("n2", [Record(0, "tlv1", .tu64), Record(11, "tlv2", .tu32)])
}
