internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON

/// `static_invoice.*`: BOLT 12, "Invoices", with PR 1149.
let staticInvoiceOperations = [
    Operation("static_invoice.decode") { profile, input, examination in
        let invoice = try StaticInvoice.read(try input.member("bytes").hex()[...], profile, &examination)
        return decodedObject(invoice, .static_invoice(profile))
    },
    Operation("static_invoice.sign") { _, input, examination in
        let stream = try readStream(input, &examination)
        let key = try input.member("secret_key").secretKey()
        guard let invoice_node_id = stream[176] else {
            throw Finding("B12-SI-W7", .missing, "there is no invoice_node_id (176)")
        }
        if Array(invoice_node_id) != key.publicKey.bytes {
            try examination.report(
                Finding("B12-SI-W9", .signature, "the secret key is not that of invoice_node_id")
            )
        }
        return try sign(stream, messagename: StaticInvoice.messagename, input)
    },
    Operation("static_invoice.verify") { _, input, examination in
        let stream = try readStream(input, &examination)
        try examination.apply(StaticInvoiceSignatureChecks.all, to: stream)
        return [:]
    },
]
