internal import Catalogue

/// Mutants that nobody can tell from the reference by what the texts say, each with an argument. Whoever finds an input that tells one,
/// and on which the texts say who is right, refutes it.
package enum EquivalentMutants {
    package static let all: [(pattern: String, argument: String)] =
        unread + wanted + ofOperations + ofPaths + ofServers + ofRecipients + ofPayers + [
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
        + ["payment_data", "payment_metadata", "short_channel_id"].map {
            (
                "B1-T-1/never-sees-\($0)@payload.validate.payload",
                "It has no place in the last payload of a blinded path (ASY-P6), whatever it says."
            )
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

    // MARK: Checks of roles

    private static func each(_ names: [String], _ argument: String) -> [(pattern: String, argument: String)] {
        names.map { ($0, argument) }
    }

    /// What was found in the path that a message came over: `left-out` is that something is there, `-2` that it is this node's own,
    /// `-3` that the path was made for this purpose, `-4` that it has not ended.
    private static let ofPaths =
        each(
            [
                "B66-OPR-R1/left-out@server.requestPath", "B66-SSI-R1/left-out@server.serveStaticInvoicePath",
                "B12-IRQ-8/left-out@server.offerPath", "B66-OP-R1/left-out@recipient.offerPathsPath",
                "B66-SIP-R1/left-out@recipient.persistedPath", "RB-E5/left-out@recipient.forwardPath",
                "ASY-S1/left-out@recipient.heldPath", "ASY-R2/left-out@recipient.paymentPath",
                "B12-SI-R16/left-out@payer.invoicePath", "ASY-S2/left-out@payer.releasePath",
                "ASY-H2/left-out@holder.releasePath",
            ],
            "The next check looks for this node's MAC, and the node puts that over contexts of its form alone: what passes is there."
        )
        + each(
            [
                "B66-OPR-R1/left-out-4@server.requestPath", "ASY-R2/left-out-4@recipient.paymentPath",
                "B12-SI-R16/left-out-4@payer.invoicePath", "ASY-S2/left-out-4@payer.releasePath",
                "ASY-H2/left-out-4@holder.releasePath",
            ],
            "The node makes paths for this without an end, and what it did not make is rejected before."
        )
        + each(
            ["B12-IRQ-8/left-out-4@server.offerPath", "B66-SSI-R1/left-out-4@server.serveStaticInvoicePath"],
            "A server has to take messages over its paths until the end that it states (B66-OP-S5). No text forbids it to do so later."
        )
        + each(
            ["B12-IRQ-8/left-out-2@server.offerPath", "B12-IRQ-8/left-out-3@server.offerPath"],
            "The whole context is compared with those in the paths of the offer at hand as well. A client may make its offer of what paths it likes, and B12-IRQ-8 wants no more than that the request came over one of them."
        )
        + [
            (
                "B66-OP-R1/left-out-4@recipient.offerPathsPath",
                "No text says until when an answer to offer_paths_request may come."
            ),
            (
                "B66-SIP-R1/left-out-4@recipient.persistedPath",
                "The path ends with its offer, which is given to nobody from then on, ready or not; that the slot has another one by then is another check's to see."
            ),
            (
                "B12-SI-R16/left-out-3@payer.invoicePath",
                "The other paths that name a payment are made when its invoice is there, and a payment that has its invoice takes none (ASY-M1)."
            ),
            ("ASY-H2/left-out-3@holder.releasePath", "A holder makes paths for nothing but releases."),
        ]

    private static let ofServers =
        each(
            ["B66-OPR-S1/left-out@server.request", "B66-SSI-S3/left-out@server.serveStaticInvoice"],
            "Without a reply path there is nowhere to answer, and the server does nothing more, with the check or without."
        )
        + [
            ("OM-R12/left-out@server.*", "A limit on how much is answered is allowed (MAY), and so is none."),
            (
                "B66-SSI-R3/left-out@server.request",
                "A server that gives paths for which it will store nothing keeps to its bound all the same: the check on serve_static_invoice does."
            ),
        ]

    private static let ofRecipients =
        each(
            ["B66-OP-S3/left-out@recipient.offerPaths", "ASY-S1/left-out@recipient.held"],
            "Without a reply path there is nowhere to answer, and the recipient does nothing more, with the check or without."
        )
        + each(
            [
                "B1-T-5/left-out@recipient.invoiceRequest", "B12-IRQ-10/left-out@recipient.invoiceRequest",
                "B12-IRQ-11/left-out@recipient.invoiceRequest",
            ],
            "The recipient's own offers have neither a price nor a quantity, and a request for another offer is rejected (B12-IRQ-7)."
        )
        + each(
            ["ASY-P1/left-out@recipient.payment", "ASY-P3/left-out@recipient.payment"],
            "Without preimage there is nothing to claim with, and without a request nothing to compare: the recipient fails such a payment behind the list too."
        )
        + [
            (
                "B66-SIP-R1/left-out@recipient.persisted",
                "A slot gets another offer only when the former has ended, and the path of the acknowledgement ended with that."
            ),
            (
                "B12-SI-W16/left-out@recipient.payment",
                "The data of the path are opened before the list is gone through, and where there are none the payment is failed then."
            ),
            (
                "ASY-R2/left-out-11@recipient.payment",
                "The list is not told which offer is paid: that is compared with the path behind it (recipient.paidRequest)."
            ),
        ]

    private static let ofPayers =
        each(
            ["B12-SI-R20/left-out@payer.invoice", "B12-SI-R20/left-out-2@payer.invoice"],
            "The payer's request repeats the records of its offer unchanged: an invoice has those of both or of neither, and the other of the two checks is there."
        )
        + each(
            ["B12-SI-R7/left-out@payer.invoice", "B12-SI-R10/left-out@payer.invoice"],
            "Without paths, or with such alone as need what nobody knows, no path carries the amount (ASY-M3), which is looked at next."
        )
        + [
            (
                "B1-T-5/left-out@payer.offer",
                "A price above all the money there is makes the payment too much for anybody, one of it or several (B12-IRQW-4, payer.wanted)."
            ),
            (
                "B12-OFF-R8/left-out@payer.offer",
                "The payer of static invoices sends nothing for an offer without paths (B12-OFF-R11), whoever issues it."
            ),
            (
                "B12-SI-R3/left-out@payer.invoice",
                "The offer was for the payer's chain (B12-OFF-R4, R5, R13). The invoice is for the same chains (B12-SI-R20), and where there are several it is rejected (B12-SI-R21)."
            ),
            (
                "B12-SI-R16/left-out@payer.invoice",
                "The payer comes to the list with invoices over the reply path alone: payer.invoicePath is looked at before."
            ),
            (
                "ASY-M3/left-out@payer.payable",
                "Where no path carries the amount there are fewer than one, and the check on their number (B12-SI-R15) rejects the invoice."
            ),
        ]

    package static func argument(for name: String) -> String? {
        all.first { IDPattern($0.pattern).matches(name) }?.argument
    }
}
