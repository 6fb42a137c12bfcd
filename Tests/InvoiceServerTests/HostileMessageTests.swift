import InvoiceServer
import Lightning
import Primitives
import Rules
import Testing
import TestSupport

/// Whatever comes in, it is read or refused: nothing traps, and what is read is written again as it was.
@Suite struct HostileMessageTests {
    private static let profiles = ["blip66-draft", "ldk-0.2"]

    /// - Returns: whether some profile and message could read the bytes.
    private func readEverywhere(_ bytes: [UInt8], _ profile: Profile, _ mode: Examination.Mode) throws -> Int {
        var count = 0
        for form in MessageForm.all(profile) {
            var examination = Examination(mode)
            guard let message = try? Message.read(bytes[...], form, profile, &examination) else { continue }
            guard examination.findings.isEmpty else { continue }
            count += 1
            let stream = message.decoded.bytes
            let framed = form.framedBy == nil ? stream : form.framing.body(stream)
            #expect(bytes.starts(with: framed), "\(form.name)")
        }
        return count
    }

    private func readPayload(_ bytes: [UInt8], _ profile: Profile, _ mode: Examination.Mode) throws {
        var examination = Examination(mode)
        guard let payload = try? PaymentPayload.read(bytes[...], profile, &examination) else { return }
        let request = payload.invoice_request.flatMap { try? InvoiceRequest.read($0, &examination) }
        let reading = PaymentReading(
            payload: payload,
            payment_hash: .zero,
            amount_msat: 0,
            cltv_expiry: 0,
            height: 0,
            request: request
        )
        try? examination.apply(PaymentReaderChecks.all, to: reading)
        try? examination.apply(PaymentWriterChecks.all, to: PaymentWriting(payload: payload, payment_hash: .zero))
        #expect(payload.decoded.bytes == bytes || !examination.findings.isEmpty)
    }

    @Test(arguments: profiles, [Examination.Mode.strict, .complete])
    func noiseIsReadOrRefused(_ name: String, _ mode: Examination.Mode) throws {
        let profile = try TestProfile.named(name)
        var read = 0
        for bytes in RandomInputs.noise("messages", count: 4000, upTo: 40) {
            read += try readEverywhere(bytes, profile, mode)
            try readPayload(bytes, profile, mode)
        }
        #expect(read > 0, "some of the noise is empty or has odd records alone")
    }

    @Test(arguments: profiles, FramingTests.streams.map(\.stream))
    func cutAndDamagedStreamsAreReadOrRefused(_ name: String, _ stream: String) throws {
        let profile = try TestProfile.named(name)
        let stream = try Hex.decode(stream)
        for whole in [stream, Profile.Framing.lengthPrefixed.body(stream)] {
            for bytes in RandomInputs.damaged(whole, seed: "damaged messages") {
                _ = try readEverywhere(bytes, profile, .strict)
                _ = try readEverywhere(bytes, profile, .complete)
                try readPayload(bytes, profile, .complete)
            }
        }
        #expect(try readEverywhere(profile.onion_message_types.framing.body(stream), profile, .strict) > 0)
    }
}
