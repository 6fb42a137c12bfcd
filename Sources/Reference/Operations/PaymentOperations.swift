package import InvoiceServer
internal import Lightning
internal import Primitives
package import Rules
internal import StrictJSON
internal import Wire

/// `payload.*`: BOLT 4, "`payload` format", with PR 1149.
let paymentOperations = [payloadBuild(PaymentWriterChecks.all), payloadValidate(PaymentReaderChecks.all)]

/// `payload.build` with the checks that it applies to what it writes.
package func payloadBuild(_ checks: [Check<PaymentWriting>]) -> Operation {
    Operation("payload.build") { profile, input, examination in
        let bytes = try TLVSchema.payload(profile).stream(try input.member("fields")).bytes
        let payload = try PaymentPayload.read(bytes[...], profile, &examination)
        try examination.apply(checks, to: PaymentWriting(payload: payload))
        return ["payload": .hex(bytes)]
    }
}

/// `payload.validate` with the checks that it applies beside those of the invoice request alone.
package func payloadValidate(_ checks: [Check<PaymentReading>]) -> Operation {
    Operation("payload.validate") { profile, input, examination in
        let payment_hash = try input.member("payment_hash").bytes32()
        let amount_msat = try input.member("amount_msat").decimal()
        let cltv_expiry = try input.member("cltv_expiry").number(atMost: UInt64(UInt32.max))
        let height = try input.member("height").number(atMost: UInt64(UInt32.max))
        let offer = try input.optional("offer").map { try offerStream($0) }
        let data = try input.optional("encrypted_data_tlv")?.hex()
        let payload = try PaymentPayload.read(try input.member("payload").hex()[...], profile, &examination)
        let reading = PaymentReading(
            payload: payload,
            payment_hash: payment_hash,
            amount_msat: amount_msat,
            cltv_expiry: cltv_expiry,
            height: height,
            request: try payload.invoice_request.map { try InvoiceRequest.read($0, &examination) },
            offer: offer,
            constraints: try data.flatMap { try paymentConstraints($0, &examination) }
        )
        try examination.apply(checks, to: reading)
        if let request = reading.request {
            let alone = InvoiceRequestReading(alone: request, profile)
            try examination.apply(InvoiceRequestReaderChecks.ofRequestAlone, to: alone)
        }
        return ["fields": TLVSchema.payload(profile).fields(payload.decoded)]
    }
}

/// `payment_constraints` in an `encrypted_data_tlv`, of which nothing else counts here.
private func paymentConstraints(_ bytes: [UInt8], _ examination: inout Examination) throws -> PaymentConstraints? {
    let stream = try examination.examineWhole { onFault throws(WireError) in
        try TLVStream.read(bytes[...], known: .unspecified, onFault: onFault)
    }
    guard let value = stream[PaymentConstraints.type] else { return nil }
    let decoded = try examination.examine { onFault throws(WireError) in
        try FieldFormat.payment_constraints.decode(value, onFault: onFault)
    }
    return PaymentConstraints(decoded)
}
