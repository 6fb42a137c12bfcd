internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import StrictJSON
internal import Wire

/// Judges of what the parties of the scheme of salt and secret make, by someone who has the secrets and the keys of all hops.
extension WriterOutputValidator {
    /// The masked secret of a grant.
    static let maskedSecretOfGrant = WriterOutputValidator { _, input, out, validation in
        let writing = MaskingWriterOutput(
            reading: try masking(input.member("reading")),
            encrypted_counterparty_secret: try out.member("encrypted_counterparty_secret").hex(),
            expected: try maskedSecret(input)
        )
        try validation.apply(MaskingChecks.all, to: writing)
    }

    /// A sealed reply path: it must open, to the path that was asked for.
    static let sealedReplyPath = WriterOutputValidator { _, input, out, validation in
        let plaintext = try open(input, out)
        let path = try ReplyPath.decode(plaintext, &validation)
        if path.value != (try BlindedPath.format.value(input.member("reply_path"))) {
            let detail = "what was sealed is not the payer's reply path"
            try validation.report(Finding("SALT-13", .semantic("reply_path"), detail))
        }
    }

    /// What does not open for the counterparty (SALT-18) was not sealed rightly.
    private static func open(_ input: JSONReader, _ out: JSONReader) throws -> [UInt8] {
        let sealing = try sealing(input.member("sealing"))
        let E = try input.member("encrypted_counterparty_secret").hex()
        do {
            return try sealing.open(try out.member("sealed").hex(), under: E)
        } catch let finding as Finding {
            throw finding.attributed(to: "SALT-13")
        }
    }

    /// The payloads of a payer's request.
    static let saltPayloads = WriterOutputValidator { _, input, out, validation in
        var payloads: [TLVStream] = []
        for payload in try out.member("payloads").elements() {
            let bytes = try payload.hex()
            payloads.append(
                try validation.decodeWhole { onFault throws(WireError) in
                    try TLVStream.read(bytes[...], known: .unspecified, onFault: onFault)
                }
            )
        }
        let writing = SaltRequestWriterOutput(payloads: payloads, request: try saltRequest(input))
        try validation.apply(SaltPayloadChecks.all, to: writing)
    }

    /// What a receiver makes of a grant: the offer, and the invoice that it leaves with the counterparty, if it is there.
    ///
    /// In: `grant`; `counterparty` and `receiver`, their node ids; `node_keys`, of the hops; `invoice_form` (C-61), the
    /// recommended one where it is left out. Out: `offer`, and `invoice`.
    static func checkReceiver(
        _ profile: Profile,
        _ input: JSONReader,
        _ out: JSONReader,
        _ validation: inout Validation
    ) throws {
        let keys = try input.member("node_keys").elements().map { try $0.secretKey() }
        let offer = try Offer.read(text: try out.member("offer").string(), &validation)
        let grant = try input.member("grant")
        let writing = SaltOfferWriterOutput(
            offer: offer,
            grant: try SaltGrant(
                unique_salt: try grant.member("unique_salt").hex(),
                encrypted_counterparty_secret: try grant.member("encrypted_counterparty_secret").hex()
            ),
            counterparty: try input.member("counterparty").publicKey(),
            receiver: try input.member("receiver").publicKey(),
            paths: try (offer.offer_paths ?? []).map { try $0.walk(keys, profile) }
        )
        try validation.apply(SaltOfferChecks.all, to: writing)
        guard let bytes = try out.optional("invoice")?.hex() else { return }
        let invoice = KeysendInvoice(
            form: try invoiceForm(input),
            records: try StaticInvoice.read(bytes[...], profile, &validation)
        )
        let subject = KeysendInvoiceOfOffer(invoice: invoice, offer: offer)
        try validation.apply(KeysendInvoiceChecks.ofWriter, to: subject)
    }

    private static func invoiceForm(_ input: JSONReader) throws -> KeysendInvoice.Form {
        guard let reader = try input.optional("invoice_form") else { return .recommended }
        guard let form = KeysendInvoice.Form(rawValue: try reader.string()) else {
            throw reader.fail("invoice or static_invoice is needed")
        }
        return form
    }
}
