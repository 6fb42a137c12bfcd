package import Lightning
internal import Primitives
package import Rules
internal import StrictJSON

/// `offer.*`: BOLT 12, "Offers".
let offerOperations = [
    Operation("offer.decode") { _, input, examination in
        let offer = try readOffer(input, &examination)
        return decodedObject(offer, .offer)
    },
    offerValidate(OfferReaderChecks.all, whenAsync: OfferReaderChecks.ofAsyncOffer),
]

/// `offer.validate` with the checks that it applies, and those beside them for an offer that another node answers.
package func offerValidate(_ checks: [Check<OfferReading>], whenAsync asyncChecks: [Check<OfferReading>]) -> Operation {
    Operation("offer.validate") { profile, input, examination in
        let reading = OfferReading(
            offer: try readOffer(input, &examination),
            now: try input.member("now").decimal(),
            chain: try chain(input)
        )
        try examination.apply(checks, to: reading)
        if try input.optional("async")?.bool() ?? false { try examination.apply(asyncChecks, to: reading) }
        return [:]
    }
}

/// The offer of a request: `{offer}` as text, or `{bytes}`.
private func readOffer(_ input: JSONReader, _ examination: inout Examination) throws -> Offer {
    if let text = try input.optional("offer") {
        return try Offer.read(text: try text.string(), &examination)
    }
    guard let bytes = try input.optional("bytes") else { throw input.fail("\"offer\" or \"bytes\" is needed") }
    return try Offer.read(try bytes.hex()[...], &examination)
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
    Operation("invreq.decode") { _, input, examination in
        let request = try InvoiceRequest.read(try input.member("bytes").hex()[...], &examination)
        return decodedObject(request, .invoice_request)
    },
    invoiceRequestValidateFor(InvoiceRequestReaderChecks.all),
]

/// `invreq.validate_for` with the checks that it applies.
package func invoiceRequestValidateFor(_ checks: [Check<InvoiceRequestReading>]) -> Operation {
    Operation("invreq.validate_for") { profile, input, examination in
        let table = TLVSchema.static_invoice(profile)
        let invoice = try contextStream(input.member("invoice"), table)
        let arrivedOver = try input.member("arrived_over")
        let reading = InvoiceRequestReading(
            request: try InvoiceRequest.read(try input.member("bytes").hex()[...], &examination),
            invoice: StaticInvoice(try table.decode(invoice.bytes), profile),
            profile: profile,
            now: try input.member("now").decimal(),
            chain: try chain(input),
            arrivedOver: arrivedOver.value == .null ? nil : Int(try arrivedOver.number(atMost: 255))
        )
        try examination.apply(checks, to: reading)
        return [:]
    }
}
