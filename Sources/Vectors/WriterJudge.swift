internal import Lightning
internal import Primitives
internal import Reference
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
        "path.create": path,
        "om.send_over": message,
        "om.peel": relay,
        "static_invoice.build": staticInvoice,
        "recipient.get_offer": offer,
        "payer.pay_offer": invoiceRequest,
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
    /// channels alone.
    private static let offer = WriterJudge { _, input, out, examination in
        let text = try out.member("offer").string()
        let writing = OfferWriting(
            offer: try Offer.read(text: text, &examination),
            text: text,
            ends: try input.optional("ends")?.decimal()
        )
        try examination.apply(OfferWriterChecks.all, to: writing)
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
