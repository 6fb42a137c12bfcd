import InvoiceServer
import Lightning
import Primitives
import Rules
import Testing
import Wire

/// The payer of static invoices alone: what it goes on with after a kill, and what it gives up while it writes.
struct AsyncPayerTests {
    private let profile: Profile
    private let offer: Offer
    private static let end: UInt64 = 1_700_000_000

    init() throws {
        profile = try TestProfile.draft()
        let server = try SecretKey(Bytes32(repeating: 2))
        let path = try OwnPaths(node_key: server, profile).messagePath(PathContext(.offer), session_key: server)
        offer = try OfferBuilder(
            offer_paths: [path],
            offer_issuer_id: server.publicKey,
            offer_absolute_expiry: Self.end
        )
        .build()
    }

    private func payer(_ store: [String: [UInt8]] = [:]) throws -> AsyncPayer {
        AsyncPayer(
            PartyConfiguration(
                profile: profile,
                node_key: try SecretKey(Bytes32(repeating: 1)),
                randomness: SeededRandomness(seed: "payer"),
                store: store
            )
        )
    }

    private var pay: PartyEvent { .command(.payOffer(OfferPayment(offer: offer.text, amount_msat: 5000))) }

    private func name(_ effects: [PartyEffect]) throws -> String {
        guard case .answer(.payment(let name))? = effects.first else { return try #require(nil) }
        return name
    }

    private func put(_ effects: [PartyEffect]) throws -> StorePut {
        try #require(effects.compactMap { if case .put(let put) = $0 { put } else { nil } }.first)
    }

    private func requests(_ effects: [PartyEffect]) -> [SentMessage] {
        effects.compactMap { effect in
            guard case .send(let message) = effect, message.content.type == 64 else { return nil }
            return message
        }
    }

    /// It was written, and the process ended before anything was sent.
    @Test func whatWasWrittenIsAskedForAfterAKill() throws {
        var before = try payer()
        let record = try #require(try put(before.handle(pay, at: 0)).records.first)
        var after = try payer([record.key: try #require(record.value)])
        let asked = requests(after.handle(.tick, at: Self.end))
        #expect(asked.count == 1)
        #expect(asked.first?.over == offer.offer_paths?.first)
        #expect(requests(after.handle(.tick, at: Self.end + 1)).isEmpty, "the offer has ended")
    }

    @Test func whatIsGivenUpWhileItIsWrittenIsNotAskedFor() throws {
        var payer = try payer()
        let begun = payer.handle(pay, at: 0)
        #expect(payer.handle(.command(.abandon(payment: try name(begun))), at: 0).isEmpty)
        let written = payer.handle(.stored(put: try put(begun).put, .ok), at: 0)
        #expect(requests(written).isEmpty)
        let givenUp = payer.handle(.stored(put: try put(written).put, .ok), at: 0)
        #expect(givenUp.isEmpty)
        #expect(payer.handle(.tick, at: 0).isEmpty)
    }

    /// The last of three parts has to be carried too.
    @Test func noPartIsMoreThanItsPathCarries() throws {
        let payinfo = BlindedPayinfo(
            fee_base_msat: 0,
            fee_proportional_millionths: 0,
            cltv_expiry_delta: 0,
            htlc_minimum_msat: 1,
            htlc_maximum_msat: 2500
        )
        let path = try #require(offer.offer_paths?.first)
        let builder = StaticInvoiceBuilder(
            offer: offer,
            message_paths: [path, path],
            payment_paths: [
                StaticInvoiceBuilder.PaymentPath(path: path, payinfo: payinfo),
                StaticInvoiceBuilder.PaymentPath(path: path, payinfo: payinfo),
            ],
            created_at: 0,
            relative_expiry: nil,
            features: [1, 0, 0],
            profile: profile
        )
        var validation = Validation(.strict)
        let stream = try builder.build(key: try SecretKey(Bytes32(repeating: 2)), &validation)
        let invoice = try StaticInvoice.read(stream.bytes[...], profile, &validation)
        for (amount, carried) in [(5000, 2), (5001, 0)] as [(UInt64, Int)] {
            // State, amount, fee and hold, and six parts of no bytes.
            let record = [1] + amount.bigEndianBytes + UInt64(0).bigEndianBytes + [UInt8](repeating: 0, count: 25)
            let payment = try #require(AsyncPayment(record: record))
            #expect(PayableInvoice(invoice: invoice, payment: payment).usable.count == carried)
        }
    }
}
