package import Lightning
internal import Primitives
package import Rules
package import StrictJSON

/// `offer.*`: BOLT 12, "Offers".
let offerOperations = [
    Operation("offer.decode") { _, input, validation in
        let offer = try readOffer(input, &validation)
        return decodedObject(offer, .offer)
    },
    offerValidate(OfferReaderChecks.all, whenAsync: OfferReaderChecks.ofAsyncOffer),
]

/// `offer.validate` with the checks that it applies, and those beside them for an offer that another node answers.
package func offerValidate(_ checks: [Check<OfferReaderInput>], whenAsync asyncChecks: [Check<OfferReaderInput>])
    -> Operation
{
    Operation("offer.validate") { profile, input, validation in
        let subject = OfferReaderInput(
            offer: try readOffer(input, &validation),
            now: try input.member("now").decimal(),
            chain: try chain(input)
        )
        try validation.apply(checks, to: subject)
        if try input.optional("async")?.bool() ?? false { try validation.apply(asyncChecks, to: subject) }
        return [:]
    }
}

/// The offer of a request: `{offer}` as text, or `{bytes}`.
package func readOffer(_ input: JSONReader, _ validation: inout Validation) throws -> Offer {
    if let text = try input.optional("offer") {
        return try Offer.read(text: try text.string(), &validation)
    }
    guard let bytes = try input.optional("bytes") else { throw input.fail("\"offer\" or \"bytes\" is needed") }
    return try Offer.read(try bytes.hex()[...], &validation)
}

/// The chain of a request: bitcoin where it names none.
func chain(_ input: JSONReader) throws(JSONShapeError) -> Bytes32 {
    try input.optional("chain")?.bytes32() ?? Chain.bitcoin
}

/// `{records, fields}` of a BOLT 12 object.
func decodedObject(_ object: some Bolt12Object, _ schema: TLVSchema) -> JSONObject {
    ["records": object.decoded.stream.json, "fields": schema.fields(object.decoded)]
}

/// `invreq.decode`: BOLT 12, "Invoice Requests".
let invoiceRequestOperations = [
    Operation("invreq.decode") { _, input, validation in
        let request = try InvoiceRequest.read(try input.member("bytes").hex()[...], &validation)
        return decodedObject(request, .invoice_request)
    },
    invoiceRequestValidateFor(InvoiceRequestReaderChecks.all),
]

/// `invreq.validate_for` with the checks that it applies.
package func invoiceRequestValidateFor(_ checks: [Check<InvoiceRequestReaderInput>]) -> Operation {
    Operation("invreq.validate_for") { profile, input, validation in
        let table = TLVSchema.static_invoice(profile)
        let invoice = try contextObject(input.member("invoice"), table)
        let arrivedOver = try input.member("arrived_over")
        let subject = InvoiceRequestReaderInput(
            request: try InvoiceRequest.read(try input.member("bytes").hex()[...], &validation),
            invoice: StaticInvoice(invoice, profile),
            profile: profile,
            now: try input.member("now").decimal(),
            chain: try chain(input),
            arrivedOver: arrivedOver.value == .null ? nil : Int(try arrivedOver.number(atMost: 255))
        )
        try validation.apply(checks, to: subject)
        return [:]
    }
}
