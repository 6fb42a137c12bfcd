package import Lightning
package import Rules

/// What makes up a message of the protocol, or the records that extend one of BOLT 2: a row of the table in `all`.
package struct MessageForm: Sendable {
    /// As the bLIP or BOLT names it; for an extension the name of its stream.
    package let name: String
    /// The type of the onion message record, or of the BOLT 2 message that is extended.
    package let type: UInt64
    package let framing: Profile.Framing
    package let schema: TLVSchema
    /// Which requirement gives the number.
    package let numberedBy: RequirementID
    /// Which requirement says that there is, or is not, a length before the stream; `nil` for BOLT 2's messages.
    package let framedBy: RequirementID?
    /// Which requirement says what the stream holds.
    package let definedBy: RequirementID
    /// The record that holds a static invoice.
    package var staticInvoiceType: UInt64?
    /// What a reader insists on beyond the encoding.
    package var readerChecks: [Check<Message>] = []
    /// What a writer has to keep beside that.
    package var writerChecks: [Check<Message>] = []

    /// - Returns: `nil` for a name that the table does not have.
    package static func named(_ name: String, _ profile: Profile) -> MessageForm? {
        // Those of the server need no table of the profile's own: they are looked through first.
        ofServer(profile).first { $0.name == name } ?? all(profile).first { $0.name == name }
    }

    /// All forms, under the profile's numbers and framing.
    package static func all(_ profile: Profile) -> [MessageForm] {
        ofServer(profile) + ofHeldPayments(profile) + ofChannels(profile)
    }

    /// bLIP-66, "Specification". That all records but the expiry must be there is the reading C-4.
    private static func ofServer(_ profile: Profile) -> [MessageForm] {
        let types = profile.onion_message_types
        return [
            MessageForm(
                name: "offer_paths_request",
                type: types.offer_paths_request,
                framing: types.framing,
                schema: .offer_paths_request,
                numberedBy: "B66-D1",
                framedBy: "B66-D6",
                definedBy: "B66-D2",
                readerChecks: [MessageChecks.present(0, "B66-D2")]
            ),
            MessageForm(
                name: "offer_paths",
                type: types.offer_paths,
                framing: types.framing,
                schema: .offer_paths,
                numberedBy: "B66-D3",
                framedBy: "B66-D6",
                definedBy: "B66-D3",
                readerChecks: [
                    MessageChecks.present(0, "B66-D3"), MessageChecks.pathsHaveHops(0, "B66-D10"),
                ],
                writerChecks: [MessageChecks.anyPath(0, "B66-OP-S1")]
            ),
            MessageForm(
                name: "serve_static_invoice",
                type: types.serve_static_invoice,
                framing: types.framing,
                schema: .serve_static_invoice,
                numberedBy: "B66-D4",
                framedBy: "B66-D6",
                definedBy: "B66-D4",
                staticInvoiceType: 0,
                readerChecks: [
                    MessageChecks.present(0, "B66-D4"), MessageChecks.present(2, "B66-D4"),
                    MessageChecks.pathsHaveHops(2, "B66-D10"),
                ]
            ),
            MessageForm(
                name: "static_invoice_persisted",
                type: types.static_invoice_persisted,
                framing: types.framing,
                schema: .static_invoice_persisted,
                numberedBy: "B66-D5",
                framedBy: "B66-D6",
                definedBy: "B66-D5",
                writerChecks: [MessageChecks.noRecords("B66-D5")]
            ),
        ]
    }

    /// PR 1149, "TLV fields for `held_htlc_available`" and "for `release_held_htlc`"; the numbers are LDK's (C-36).
    private static func ofHeldPayments(_ profile: Profile) -> [MessageForm] {
        let types = profile.onion_message_types
        return [
            MessageForm(
                name: "held_htlc_available",
                type: types.held_htlc_available,
                framing: types.framing,
                schema: .held_htlc_available,
                numberedBy: "ASY-D1",
                framedBy: "ASY-D1",
                definedBy: "ASY-D1",
                writerChecks: [MessageChecks.noRecords("ASY-D1")]
            ),
            MessageForm(
                name: "release_held_htlc",
                type: types.release_held_htlc,
                framing: types.framing,
                schema: .release_held_htlc,
                numberedBy: "ASY-D2",
                framedBy: "ASY-D2",
                definedBy: "ASY-D2",
                writerChecks: [MessageChecks.noRecords("ASY-D2")]
            ),
        ]
    }

    /// PR 1149 on BOLT 2, `update_add_htlc` (128) and `revoke_and_ack` (133).
    private static func ofChannels(_ profile: Profile) -> [MessageForm] {
        let releasePaths = profile.async_payment.release_paths_type
        return [
            MessageForm(
                name: "update_add_htlc_tlvs",
                type: 128,
                framing: .raw,
                schema: .update_add_htlc_tlvs(profile),
                numberedBy: "ASY-D4",
                framedBy: nil,
                definedBy: "ASY-D4"
            ),
            MessageForm(
                name: "revoke_and_ack_tlvs",
                type: 133,
                framing: .raw,
                schema: .revoke_and_ack_tlvs(profile),
                numberedBy: "ASY-D4",
                framedBy: nil,
                definedBy: "ASY-D4",
                readerChecks: [MessageChecks.pathsHaveHops(releasePaths, "ASY-D4")]
            ),
        ]
    }
}
