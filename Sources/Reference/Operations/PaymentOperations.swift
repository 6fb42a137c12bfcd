package import InvoiceServer
package import Lightning
internal import Primitives
package import Rules
internal import StrictJSON
internal import Wire

/// `payload.*`: BOLT 4, "`payload` format", with PR 1149.
let paymentOperations = [payloadBuild(PaymentWriterChecks.all), payloadValidate(PaymentReaderChecks.all)]

/// `payload.build` with the checks that it applies to what it writes.
package func payloadBuild(_ checks: [Check<PaymentWriterOutput>]) -> Operation {
    Operation("payload.build") { profile, input, validation in
        let bytes = try TLVSchema.payload(profile).stream(try input.member("fields")).bytes
        let payload = try PaymentPayload.read(bytes[...], profile, &validation)
        try validation.apply(checks, to: PaymentWriterOutput(payload: payload))
        return ["payload": .hex(bytes)]
    }
}

/// `payload.validate` with the checks that it applies to the payment, and to the invoice request in it.
package func payloadValidate(
    _ checks: [Check<PaymentReaderInput>],
    ofRequest requestChecks: [Check<InvoiceRequestReaderInput>] = InvoiceRequestReaderChecks.ofRequestAlone
) -> Operation {
    Operation("payload.validate") { profile, input, validation in
        let payment_hash = try input.member("payment_hash").bytes32()
        let amount_msat = try input.member("amount_msat").decimal()
        let cltv_expiry = try input.member("cltv_expiry").number(atMost: UInt64(UInt32.max))
        let height = try input.member("height").number(atMost: UInt64(UInt32.max))
        let offer = try input.optional("offer").map { try offerStream($0) }
        let data = try input.optional("encrypted_data_tlv")?.hex()
        let payload = try PaymentPayload.read(try input.member("payload").hex()[...], profile, &validation)
        let subject = PaymentReaderInput(
            payload: payload,
            payment_hash: payment_hash,
            amount_msat: amount_msat,
            cltv_expiry: cltv_expiry,
            height: height,
            request: try payload.invoice_request.map { try InvoiceRequest.read($0, &validation) },
            offer: offer,
            data: try data.map { try EncryptedData.read($0[...], profile, &validation) }
        )
        try validation.apply(checks, to: subject)
        if let request = subject.request {
            let alone = InvoiceRequestReaderInput(alone: request, profile)
            try validation.apply(requestChecks, to: alone)
        }
        return ["fields": TLVSchema.payload(profile).fields(payload.decoded)]
    }
}
