internal import InvoiceServer
internal import Lightning
internal import Primitives
package import Rules
package import StrictJSON
internal import Wire

/// Judges answers of operations that write, by the checks of the writer's rules, over request and answer. An answer need not be
/// the reference's byte for byte: a writer has freedoms.
package struct WriterOutputValidator: Sendable {
    package typealias Body = @Sendable (Profile, JSONReader, JSONReader, inout Validation) throws -> Void

    private let body: Body

    init(_ body: @escaping Body) { self.body = body }

    /// The judge of an operation's answers, if its answers are judged and not only compared.
    package static func of(_ operation: String) -> WriterOutputValidator? { validators[operation] }

    private static let validators: [String: WriterOutputValidator] = [
        "tlv.encode": stream,
        "path.create": createdPath,
        "om.send_over": sentMessage,
        "om.peel": relayedMessage,
        "static_invoice.build": staticInvoice,
        "recipient.get_offer": offer,
        "payer.pay_offer": invoiceRequest,
        "msg.encode": message,
        "payload.build": payload,
        "salt.mask": maskedSecretOfGrant,
        "salt.seal": sealedReplyPath,
        "salt.build_payloads": saltPayloads,
        "init": announcement,
    ]

    /// All that is wrong with the answer `out` to the request `input`.
    package func findings(_ profile: Profile, _ input: JSON, _ out: JSON) -> [Finding] {
        var validation = Validation(.collecting)
        do {
            try body(profile, JSONReader(input, path: "in"), JSONReader(out, path: "out"), &validation)
        } catch let finding as Finding {
            validation.note(finding)
        } catch {
            validation.note(Finding("ANSWER", "policy", "the answer cannot be checked: \(error)"))
        }
        return validation.findings
    }

    /// The answer is the request's records, as a writer must put them (B1-TLV-12).
    private static let stream = WriterOutputValidator { _, input, out, validation in
        let bytes = try out.member("bytes").hex()
        let written = try validation.decodeWhole { error in
            Finding("B1-TLV-12", ReasonClass(rawValue: error.fault.reason), error.detail, offset: error.offset)
        } _: { onFault throws(WireError) in
            try TLVStream.read(bytes[...], known: .unspecified, onFault: onFault)
        }
        let types = Set(try input.member("records").elements().map { try $0.member("type").decimal() })
        if Set(written.records.map(\.type)) != types {
            try validation.report(Finding("B1-TLV-12", .context, "the records are not those of the request"))
        }
    }

    private static let staticInvoice = WriterOutputValidator { profile, input, out, validation in
        var planning = Validation(.collecting)
        let builder = try staticInvoiceBuilder(input, profile, &planning)
        let invoice = try StaticInvoice.read(try out.member("bytes").hex()[...], profile, &validation)
        try validation.apply(
            StaticInvoiceWriterChecks.all,
            to: StaticInvoiceWriterOutput(invoice: invoice, builder: builder)
        )
    }

    /// In: `ends`, the time from which the offer is not to be paid, if there is one; `private`, whether the recipient has private
    /// channels alone; with `grant`, the offer is one of the scheme of salt and secret, and judged as such.
    private static let offer = WriterOutputValidator { profile, input, out, validation in
        if try input.optional("grant") != nil {
            return try checkReceiver(profile, input, out, &validation)
        }
        let text = try out.member("offer").string()
        let writing = OfferWriterOutput(
            offer: try Offer.read(text: text, &validation),
            text: text,
            ends: try input.optional("ends")?.decimal()
        )
        try validation.apply(OfferWriterChecks.all, to: writing)
    }

    /// Number, framing and contents of a message: those of the form, and the fields that were asked for.
    private static let message = WriterOutputValidator { profile, input, out, validation in
        let form = try messageForm(input, MessageForm.all(profile))
        let type = try out.member("type").decimal()
        if type != form.type {
            let detail = "\(form.name) has the number \(form.type), not \(type)"
            try validation.report(Finding(form.numberedBy, .semantic(form.name), detail))
        }
        let message = try Message.read(try out.member("bytes").hex()[...], form, profile, &validation)
        try validation.apply(form.writerChecks, to: message)
        if validation.findings.isEmpty,
            try form.schema.stream(try input.member("fields")).bytes != message.decoded.bytes
        {
            let detail = "the records are not those that were asked for"
            try validation.report(Finding(form.definedBy, .semantic(form.name), detail))
        }
    }

    /// In, each where it is known: `payment_hash`; `invoice_request`, the one that was sent; `invoice`, `static` or
    /// `with_payment_hash`.
    private static let payload = WriterOutputValidator { profile, input, out, validation in
        let writing = PaymentWriterOutput(
            payload: try PaymentPayload.read(try out.member("payload").hex()[...], profile, &validation),
            payment_hash: try input.optional("payment_hash")?.bytes32(),
            invoice_request: try input.optional("invoice_request")?.hex(),
            invoice: try input.optional("invoice").map { reader in
                guard let invoice = PaymentWriterOutput.Invoice(rawValue: try reader.string()) else {
                    throw reader.fail("static or with_payment_hash is needed")
                }
                return invoice
            }
        )
        try validation.apply(PaymentWriterChecks.all, to: writing)
    }

    /// Out: `features`, the bitmap that the node announces, if it says so.
    private static let announcement = WriterOutputValidator { profile, _, out, validation in
        guard let features = try out.optional("features")?.hex() else { return }
        let announced = AnnouncedFeatures(FeatureBits(features[...]), profile)
        try validation.apply(AnnouncedFeatures.checks, to: announced)
    }

    /// In: `offer`, and `earlier`, the payer's other requests, if any.
    private static let invoiceRequest = WriterOutputValidator { _, input, out, validation in
        var reading = Validation(.strict)
        let earlier = try input.optional("earlier")?.elements().map { element in
            try InvoiceRequest.read(try element.hex()[...], &reading)
        }
        let writing = InvoiceRequestWriterOutput(
            request: try InvoiceRequest.read(try out.member("invoice_request").hex()[...], &validation),
            offer: try Offer.read(text: try input.member("offer").string(), &reading),
            earlier: earlier ?? []
        )
        try validation.apply(InvoiceRequestWriterChecks.all, to: writing)
    }
}
