internal import Catalogue

/// Mutants that nobody can tell from the reference by what the texts say, each with an argument. Whoever finds an input that tells one,
/// and on which the texts say who is right, refutes it.
package enum EquivalentMutants {
    package static let all: [(pattern: String, argument: String)] =
        unread + wanted + ofOperations + [
            (
                "ASY-P2/left-out@payload.build",
                "payload.build is given no payment hash, so there is nothing to compare the preimage with; scenarios of payers do."
            ),
            (
                "ASY-P4/left-out@payload.build",
                "payload.build is not told what kind of invoice is paid; scenarios of payers know it."
            ),
            (
                "ASY-P3/left-out-2@payload.build",
                "payload.build is not told which request was sent; scenarios of payers know it."
            ),
            (
                "B12-ENC-3/separator-is-the-first-1",
                "A text with a second 1 has one in its data, which is no letter of the alphabet, or in its prefix, which is then not lno: it is rejected either way."
            ),
            (
                "OM-R2/left-out@forwarder.checks",
                "The features are looked at when the layer is opened, before this list: a hop with an unknown one never reaches it."
            ),
            (
                "OM-R5/left-out@forwarder.checks",
                "A forwarder that is told no next node has nobody to send to."
            ),
            (
                "OM-R9/left-out*@forwarder.checks",
                "The check is of the last hop, whose message the forwarder keeps and shows to nobody."
            ),
            (
                "RB-W1/left-out@forwarder.checks",
                "The check is of the last hop, whose message the forwarder keeps and shows to nobody."
            ),
            (
                "RB-W10/left-out@forwarder.checks",
                "The check is of the last hop, whose message the forwarder keeps and shows to nobody."
            ),
            (
                "B12-OFF-R8/left-out@static_invoice.build.offer",
                "An offer with neither paths nor issuer names nobody who could sign, and is rejected for that (B12-SI-W7)."
            ),
            ("OM-R12/left-out@server.*", "A limit on how much is answered is allowed (MAY), and so is none."),
        ]

    /// Records that no valid object has.
    private static let unread: [(pattern: String, argument: String)] =
        ["metadata", "chain", "amount", "features", "quantity", "payer_id", "payer_note", "paths", "bip_353_name"].map {
            (
                "B1-T-1/never-sees-invreq_\($0)@static_invoice.decode.static_invoice",
                "A reader has to reject a static invoice with a record of a request (B12-SI-R23), whatever it reads in it."
            )
        }
        + ["amount", "payment_hash"].map {
            (
                "B1-T-1/never-sees-invoice_\($0)@static_invoice.decode.static_invoice",
                "A reader rejects a static invoice with it (B12-SI-R19), whatever it reads in it."
            )
        }
        + ["payment_data", "payment_metadata", "short_channel_id"].flatMap { name in
            [
                (
                    "B1-T-1/never-sees-\(name)@payload.validate.payload",
                    "It has no place in the last payload of a blinded path (ASY-P6), whatever it says."
                ),
                (
                    "B1-TLV-12/forgets-\(name)@payload.build.payload",
                    "It has no place in the last payload of a blinded path (ASY-P6): nobody can be asked to write it."
                ),
            ]
        }

    /// Records that no valid object lacks.
    private static let wanted: [(pattern: String, argument: String)] =
        [
            "invoice_created_at", "invoice_node_id", "invoice_paths", "invoice_blindedpay", "signature",
            "static_invoice_message_paths",
        ]
        .map {
            (
                "B1-TLV-7/wants-\($0)@static_invoice.decode.static_invoice",
                "A reader has to reject a static invoice without it (B12-SI-R1, R2, R7, R9, R13, R17); whether its decoder does so or what follows is nobody's business."
            )
        }
        + ["invreq_metadata", "invreq_payer_id", "signature"].map {
            (
                "B1-TLV-7/wants-\($0)@invreq.decode.invoice_request",
                "A reader has to reject a request without it (B12-IRQ-3, B12-IRQ-5); whether its decoder does so or what follows is nobody's business."
            )
        }
        + [
            "static_invoice@msg.decode.serve_static_invoice",
            "forward_invoice_request_path@msg.decode.serve_static_invoice",
            "invoice_slot@msg.decode.offer_paths_request", "offer_paths@msg.decode.offer_paths",
        ]
        .map { ("B1-TLV-7/wants-\($0)", "The reference wants it too (C-4).") }
        + ["amt_to_forward", "outgoing_cltv_value", "encrypted_recipient_data", "total_amount_msat"].map {
            (
                "B1-TLV-7/wants-\($0)@payload.validate.payload",
                "A recipient rejects a payload without it (ASY-P5, RB-E2)."
            )
        }

    package static func argument(for name: String) -> String? {
        all.first { IDPattern($0.pattern).matches(name) }?.argument
    }
}
