package import Lightning
internal import Primitives
package import Rules
package import StrictJSON
package import Wire

/// `static_invoice.*`: BOLT 12, "Invoices", with PR 1149.
let staticInvoiceOperations = [
    Operation("static_invoice.decode") { profile, input, validation in
        let invoice = try StaticInvoice.read(try input.member("bytes").hex()[...], profile, &validation)
        return decodedObject(invoice, .static_invoice(profile))
    },
    Operation("static_invoice.sign") { _, input, validation in
        let stream = try readStream(input, &validation)
        let key = SigningKey(try input.member("secret_key").secretKey())
        guard let invoice_node_id = stream[176] else {
            throw Finding("B12-SI-W7", .missing, "there is no invoice_node_id (176)")
        }
        if !invoice_node_id.elementsEqual(key.publicKey.bytes) {
            try validation.report(
                Finding("B12-SI-W9", .signature, "the secret key is not that of invoice_node_id")
            )
        }
        return try sign(stream, messagename: StaticInvoice.messagename, key, input)
    },
    staticInvoiceVerify(StaticInvoiceSignatureChecks.all),
    staticInvoiceBuild(
        ofOffer: OfferReaderChecks.ofContent + OfferReaderChecks.ofChains,
        ofPlan: StaticInvoiceBuilder.checks
    ),
    staticInvoiceValidate(StaticInvoiceReaderChecks.all),
]

/// `static_invoice.verify` with the checks that it applies.
package func staticInvoiceVerify(_ checks: [Check<TLVStream>]) -> Operation {
    Operation("static_invoice.verify") { _, input, validation in
        let stream = try readStream(input, &validation)
        try validation.apply(checks, to: stream)
        return [:]
    }
}

/// `static_invoice.build` with the checks that it applies to the offer, and to the plan of the invoice.
package func staticInvoiceBuild(
    ofOffer offerChecks: [Check<OfferReaderInput>],
    ofPlan planChecks: [Check<StaticInvoiceBuilder>]
) -> Operation {
    Operation("static_invoice.build") { profile, input, validation in
        let builder = try staticInvoiceBuilder(input, profile, &validation)
        try validation.apply(offerChecks, to: builder.offerReaderInput)
        let key = try input.member("secret_key").secretKey()
        return ["bytes": .hex(try builder.build(key: key, checks: planChecks, &validation).bytes)]
    }
}

/// `static_invoice.validate` with the checks that it applies.
package func staticInvoiceValidate(_ checks: [Check<StaticInvoiceReaderInput>]) -> Operation {
    Operation("static_invoice.validate") { profile, input, validation in
        let subject = try staticInvoiceReaderInput(input, profile, &validation)
        try validation.apply(checks, to: subject)
        return [:]
    }
}

/// The invoice of a request with all that is said of its circumstances.
package func staticInvoiceReaderInput(
    _ input: JSONReader,
    _ profile: Profile,
    _ validation: inout Validation
) throws -> StaticInvoiceReaderInput {
    let arrival = try input.optional("arrived_over").map { reader in
        guard let arrival = StaticInvoiceReaderInput.Arrival(rawValue: try reader.string()) else {
            throw reader.fail("reply_path, other_reply_path or none is needed")
        }
        return arrival
    }
    let offer = try input.optional("offer").map { try offerStream($0) }
    let request = try input.optional("invoice_request").map { try contextStream($0, .invoice_request) }
    return StaticInvoiceReaderInput(
        invoice: try StaticInvoice.read(try input.member("bytes").hex()[...], profile, &validation),
        profile: profile,
        now: try input.member("now").decimal(),
        chain: try chain(input),
        offer: offer,
        invoiceRequest: request,
        pathUsed: try input.optional("path_used").map { Int(try $0.number(atMost: 255)) },
        arrival: arrival
    )
}

/// An offer that is context, not the thing judged: text or hex. One that cannot be read is the request's fault.
func offerStream(_ reader: JSONReader) throws -> TLVStream {
    let text = try reader.string()
    guard text.lowercased().hasPrefix(Offer.prefix) || text.contains("+") else {
        return try contextStream(reader, .offer)
    }
    do {
        return try TLVSchema.offer.decode(OfferText.decode(prefix: Offer.prefix, text)).stream
    } catch {
        throw reader.fail("the offer cannot be read: \(error)")
    }
}

/// A stream in hex that is context, not the thing judged.
func contextStream(_ reader: JSONReader, _ schema: TLVSchema) throws -> TLVStream {
    try contextObject(reader, schema).stream
}

/// The same, with the values of its records.
func contextObject(_ reader: JSONReader, _ schema: TLVSchema) throws -> DecodedStream {
    let bytes = try reader.hex()
    do {
        return try schema.decode(bytes)
    } catch {
        throw reader.fail("the \(schema.name) cannot be read: \(error.detail) (\(error.requirement))")
    }
}

/// What `static_invoice.build` is asked to make.
package func staticInvoiceBuilder(
    _ input: JSONReader,
    _ profile: Profile,
    _ validation: inout Validation
) throws -> StaticInvoiceBuilder {
    let payment_paths = try input.member("payment_paths").elements().map { element in
        guard let path = BlindedPath(try FieldFormat.blinded_path.value(element.member("path"))),
            let payinfo = BlindedPayinfo(try FieldFormat.blinded_payinfo.value(element.member("payinfo")))
        else { throw element.fail("a path with its payinfo is needed") }
        return StaticInvoiceBuilder.PaymentPath(path: path, payinfo: payinfo)
    }
    let message_paths = try input.member("message_paths").elements().compactMap { element in
        BlindedPath(try FieldFormat.blinded_path.value(element))
    }
    let text = try input.member("offer").string()
    let isText = text.lowercased().hasPrefix(Offer.prefix)
    let offer =
        isText
        ? try Offer.read(text: text, &validation)
        : try Offer.read(try input.member("offer").hex()[...], &validation)
    return StaticInvoiceBuilder(
        offer: offer,
        message_paths: message_paths,
        payment_paths: payment_paths,
        created_at: try input.member("created_at").decimal(),
        relative_expiry: try input.optional("relative_expiry").map {
            UInt32(try $0.number(atMost: UInt64(UInt32.max)))
        },
        features: try input.optional("features")?.hex(),
        profile: profile
    )
}
