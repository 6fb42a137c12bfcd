/// What each record is for, in a line. Keyed by the record's name in the BOLT.
enum RecordMeanings {
    static func of(_ name: String) -> String? { meanings[name] }

    private static let meanings = [
        "invreq_metadata": "bytes by which the payer knows its own request again",
        "offer_chains": "the chains on which the offer can be paid; bitcoin when absent",
        "offer_metadata": "bytes for the issuer's own use",
        "offer_currency": "the currency of the amount; millisatoshi when absent",
        "offer_amount": "the price of one item",
        "offer_description": "what the payment is for",
        "offer_features": "what a payer must or may understand",
        "offer_absolute_expiry": "the last second at which an invoice may be asked for",
        "offer_paths": "ways to the node that answers invoice requests",
        "offer_issuer": "who makes the offer",
        "offer_quantity_max": "how many items one invoice may be for; 0 is any number",
        "offer_issuer_id": "the key that signs invoices for the offer",
        "invreq_chain": "the chain on which the payer will pay; bitcoin when absent",
        "invreq_amount": "how much the payer will pay",
        "invreq_features": "what the payer supports",
        "invreq_quantity": "how many items the payer wants",
        "invreq_payer_id": "a fresh key that signs the request",
        "invreq_payer_note": "a word from the payer",
        "invreq_paths": "ways to the payer",
        "invreq_bip_353_name": "the name by which the payer found the offer",
        "invoice_paths": "ways for the payment, the preferred ones first",
        "invoice_blindedpay": "what each way costs, in the same order",
        "invoice_created_at": "when the invoice was made",
        "invoice_relative_expiry": "for how many seconds it is good",
        "invoice_payment_hash": "the hash that binds an ordinary invoice; a static one has none",
        "invoice_amount": "how much is to be paid; a static invoice has none",
        "invoice_fallbacks": "addresses on the chain",
        "invoice_features": "what a payer must or may do",
        "invoice_node_id": "the key that signed this invoice",
        "static_invoice_message_paths": "ways on which the recipient is told of a held payment",
        "signature": "BIP-340 signature over all other records",
    ]
}
