import InvoiceServer
import Lightning
import Primitives
import Rules
import Testing
import TestSupport

/// Whatever comes in, it is read or rejected: nothing traps, and what is read is written again as it was.
@Suite struct HostileMessageTests {
    private static let profiles = ["blip66-draft", "ldk-0.2"]

    /// - Returns: whether some profile and message could read the bytes.
    private func readEverywhere(_ bytes: [UInt8], _ profile: Profile, _ mode: Validation.Mode) throws -> Int {
        var count = 0
        for form in MessageForm.all(profile) {
            var validation = Validation(mode)
            guard let message = try? Message.read(bytes[...], form, profile, &validation) else { continue }
            guard validation.findings.isEmpty else { continue }
            count += 1
            let stream = message.decoded.bytes
            let framed = form.framedBy == nil ? stream : form.framing.body(stream)
            #expect(bytes.starts(with: framed), "\(form.name)")
        }
        return count
    }

    private func readPayload(_ bytes: [UInt8], _ profile: Profile, _ mode: Validation.Mode) throws {
        var validation = Validation(mode)
        guard let payload = try? PaymentPayload.read(bytes[...], profile, &validation) else { return }
        let request = payload.invoice_request.flatMap { try? InvoiceRequest.read($0, &validation) }
        let reading = PaymentReaderInput(
            payload: payload,
            payment_hash: .zero,
            amount_msat: 0,
            cltv_expiry: 0,
            height: 0,
            request: request
        )
        try? validation.apply(PaymentReaderChecks.all, to: reading)
        try? validation.apply(PaymentWriterChecks.all, to: PaymentWriterOutput(payload: payload, payment_hash: .zero))
        #expect(payload.decoded.bytes == bytes || !validation.findings.isEmpty)
    }

    @Test(arguments: profiles, [Validation.Mode.strict, .collecting])
    func noiseIsReadOrRejected(_ name: String, _ mode: Validation.Mode) throws {
        let profile = try TestProfile.named(name)
        var read = 0
        for bytes in RandomInputs.noise("messages", count: 4000, upTo: 40) {
            read += try readEverywhere(bytes, profile, mode)
            try readPayload(bytes, profile, mode)
        }
        #expect(read > 0, "some of the noise is empty or has odd records alone")
    }

    @Test(arguments: profiles, FramingTests.streams.map(\.stream))
    func cutAndDamagedStreamsAreReadOrRejected(_ name: String, _ stream: String) throws {
        var profile = try TestProfile.named(name)
        // The invoice here is a signature record alone.
        profile.static_invoice.signature_verified_in_message = false
        let stream = try Hex.decode(stream)
        for whole in [stream, Profile.Framing.lengthPrefixed.body(stream)] {
            for bytes in RandomInputs.damaged(whole, seed: "damaged messages") {
                _ = try readEverywhere(bytes, profile, .strict)
                _ = try readEverywhere(bytes, profile, .collecting)
                try readPayload(bytes, profile, .collecting)
            }
        }
        #expect(try readEverywhere(profile.onion_message_types.framing.body(stream), profile, .strict) > 0)
    }
}
