internal import InvoiceServer
internal import Lightning
internal import Primitives
package import Rules
package import StrictJSON
internal import Wire

/// Judges answers of operations that write, by the checks of the writer's rules, over request and answer. An answer need not be
/// the reference's byte for byte: a writer has freedoms.
package struct WriterJudge: Sendable {
    package typealias Body = @Sendable (Profile, JSONReader, JSONReader, inout Examination) throws -> Void

    private let body: Body

    init(_ body: @escaping Body) { self.body = body }

    /// The judge of an operation's answers, if its answers are judged and not only compared.
    package static func of(_ operation: String) -> WriterJudge? { judges[operation] }

    private static let judges: [String: WriterJudge] = [
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
        var examination = Examination(.complete)
        do {
            try body(profile, JSONReader(input, path: "in"), JSONReader(out, path: "out"), &examination)
        } catch let finding as Finding {
            examination.note(finding)
        } catch {
            examination.note(Finding("ANSWER", "policy", "the answer cannot be judged: \(error)"))
        }
        return examination.findings
    }

    /// The answer is the request's records, as a writer must put them (B1-TLV-12).
    private static let stream = WriterJudge { _, input, out, examination in
        let bytes = try out.member("bytes").hex()
        let written = try examination.examineWhole { error in
            Finding("B1-TLV-12", ReasonClass(rawValue: error.fault.reason), error.detail, offset: error.offset)
        } _: { onFault throws(WireError) in
            try TLVStream.read(bytes[...], known: .unspecified, onFault: onFault)
        }
        let types = Set(try input.member("records").elements().map { try $0.member("type").decimal() })
        if Set(written.records.map(\.type)) != types {
            try examination.report(Finding("B1-TLV-12", .context, "the records are not those of the request"))
        }
    }

    private static let staticInvoice = WriterJudge { profile, input, out, examination in
        var planning = Examination(.complete)
        let plan = try staticInvoicePlan(input, profile, &planning)
        let invoice = try StaticInvoice.read(try out.member("bytes").hex()[...], profile, &examination)
        try examination.apply(StaticInvoiceWriterChecks.all, to: StaticInvoiceWriting(invoice: invoice, plan: plan))
    }

    /// In: `ends`, the time from which the offer is not to be paid, if there is one; `private`, whether the recipient has private
    /// channels alone; with `grant`, the offer is one of the scheme of salt and secret, and judged as such.
    private static let offer = WriterJudge { profile, input, out, examination in
        if try input.optional("grant") != nil {
            return try judgeReceiver(profile, input, out, &examination)
        }
        let text = try out.member("offer").string()
        let writing = OfferWriting(
            offer: try Offer.read(text: text, &examination),
            text: text,
            ends: try input.optional("ends")?.decimal()
        )
        try examination.apply(OfferWriterChecks.all, to: writing)
    }

    /// Number, framing and contents of a message: those of the form, and the fields that were asked for.
    private static let message = WriterJudge { profile, input, out, examination in
        let form = try messageForm(input, MessageForm.all(profile))
        let type = try out.member("type").decimal()
        if type != form.type {
            let detail = "\(form.name) has the number \(form.type), not \(type)"
            try examination.report(Finding(form.numberedBy, .semantic(form.name), detail))
        }
        let message = try Message.read(try out.member("bytes").hex()[...], form, profile, &examination)
        try examination.apply(form.writerChecks, to: message)
        if examination.findings.isEmpty,
            try form.schema.stream(try input.member("fields")).bytes != message.decoded.bytes
        {
            let detail = "the records are not those that were asked for"
            try examination.report(Finding(form.definedBy, .semantic(form.name), detail))
        }
    }

    /// In, each where it is known: `payment_hash`; `invoice_request`, the one that was sent; `invoice`, `static` or
    /// `with_payment_hash`.
    private static let payload = WriterJudge { profile, input, out, examination in
        let writing = PaymentWriting(
            payload: try PaymentPayload.read(try out.member("payload").hex()[...], profile, &examination),
            payment_hash: try input.optional("payment_hash")?.bytes32(),
            invoice_request: try input.optional("invoice_request")?.hex(),
            invoice: try input.optional("invoice").map { reader in
                guard let invoice = PaymentWriting.Invoice(rawValue: try reader.string()) else {
                    throw reader.fail("static or with_payment_hash is needed")
                }
                return invoice
            }
        )
        try examination.apply(PaymentWriterChecks.all, to: writing)
    }

    /// Out: `features`, the bitmap that the node announces, if it says so.
    private static let announcement = WriterJudge { profile, _, out, examination in
        guard let features = try out.optional("features")?.hex() else { return }
        let announced = AnnouncedFeatures(FeatureBits(features[...]), profile)
        try examination.apply(AnnouncedFeatures.checks, to: announced)
    }

    /// In: `offer`, and `earlier`, the payer's other requests, if any.
    private static let invoiceRequest = WriterJudge { _, input, out, examination in
        var reading = Examination(.strict)
        let earlier = try input.optional("earlier")?.elements().map { element in
            try InvoiceRequest.read(try element.hex()[...], &reading)
        }
        let writing = InvoiceRequestWriting(
            request: try InvoiceRequest.read(try out.member("invoice_request").hex()[...], &examination),
            offer: try Offer.read(text: try input.member("offer").string(), &reading),
            earlier: earlier ?? []
        )
        try examination.apply(InvoiceRequestWriterChecks.all, to: writing)
    }
}
