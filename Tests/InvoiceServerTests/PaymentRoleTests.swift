import InvoiceServer
import Lightning
import Primitives
import Rules
import Testing
import Wire

/// The node that holds an HTLC and the payer alone: what they write down, and what they make of numbers at the edge.
struct PaymentRoleTests {
    private let profile: Profile
    private let key: SecretKey

    init() throws {
        profile = try TestProfile.draft()
        key = try SecretKey(Bytes32(repeating: 1))
    }

    private func added(_ htlc_id: UInt64, hold: Bool = true) -> PartyEvent {
        .htlcAdded(
            AddedHTLC(
                htlc_id: htlc_id,
                hold: hold,
                payment_hash: Bytes32(repeating: 7),
                amount_msat: 5,
                cltv_expiry: 800_100
            )
        )
    }

    private func release(_ paths: [BlindedPath]) throws -> PartyEvent {
        let own = OwnPaths(node_key: key, profile)
        let context = try #require(paths.first.flatMap { own.context(of: $0) })
        let content = MessageBuilder(profile).release_held_htlc()
        return .message(ReceivedMessage(context: context, content: content, reply_path: nil))
    }

    /// Acknowledges all that is asked for, and gives the rest of what the holder does.
    private func settled(_ effects: [PartyEffect], _ holder: inout HTLCHolder, _ result: StoreResult = .ok)
        -> [PartyEffect]
    {
        effects.flatMap { effect -> [PartyEffect] in
            guard case .put(let put) = effect else { return [effect] }
            return settled(holder.handle(.stored(put: put.put, result), at: 0), &holder)
        }
    }

    private func holder() -> HTLCHolder {
        HTLCHolder(
            PartyConfiguration(
                profile: profile,
                node_key: key,
                height: 800_000,
                randomness: SeededRandomness(seed: "holder")
            )
        )
    }

    @Test func recordsAreReadAsTheyWereWritten() {
        var htlc = HeldHTLC(
            AddedHTLC(
                htlc_id: 9,
                hold: true,
                payment_hash: Bytes32(repeating: 7),
                amount_msat: 5,
                cltv_expiry: 800_100
            )
        )
        htlc.isReleased = true
        htlc.state = .failed
        #expect(HeldHTLC(record: htlc.record) == htlc)
        for count in 0..<htlc.record.count { #expect(HeldHTLC(record: Array(htlc.record.prefix(count))) == nil) }
        #expect(HeldHTLC(record: htlc.record + [0]) == nil)
    }

    @Test func aReleaseWhileTheCommitmentIsWrittenLetsTheHTLCGoOnce() throws {
        var holder = holder()
        let given = settled(holder.handle(added(1), at: 0), &holder)
        guard case .releasePaths(1, let paths)? = given.first else {
            Issue.record("no paths were given")
            return
        }
        let commitment = holder.handle(.htlcCommitted(htlc_id: 1), at: 0)
        let released = holder.handle(try release(paths), at: 0)
        let effects = settled(commitment + released, &holder)
        #expect(effects.count { if case .forwardHTLC = $0 { true } else { false } } == 1)
    }

    @Test func whatWasNotWrittenHasNotHappened() throws {
        var holder = holder()
        #expect(settled(holder.handle(added(1), at: 0), &holder, .error).isEmpty)
        #expect(holder.handle(.htlcCommitted(htlc_id: 1), at: 0).isEmpty)
    }

    @Test func anHTLCThatEndsIsFailedBackAndDoesNotGoOn() throws {
        var holder = holder()
        let given = settled(holder.handle(added(1), at: 0), &holder)
        guard case .releasePaths(_, let paths)? = given.first else {
            Issue.record("no paths were given")
            return
        }
        _ = settled(holder.handle(.htlcCommitted(htlc_id: 1), at: 0), &holder)
        let failed = settled(holder.handle(.height(800_099), at: 0), &holder)
        #expect(failed.contains { if case .failHTLC(1) = $0 { true } else { false } })
        let late = settled(holder.handle(try release(paths), at: 0), &holder)
        #expect(!late.contains { if case .forwardHTLC = $0 { true } else { false } })
    }

    @Test(
        arguments: [
            (1000, 3, 3000), (1000, nil, 1000), (2_100_000_000_000_000_000, 1, 2_100_000_000_000_000_000),
            (2_100_000_000_000_000_000, 2, nil), (UInt64.max, 2, nil), (1, UInt64.max, nil),
        ] as [(UInt64, UInt64?, UInt64?)]
    )
    func aPriceIsThatOfAllThatIsBought(price: UInt64, quantity: UInt64?, expected: UInt64?) throws {
        var builder = OfferBuilder(offer_paths: [], offer_issuer_id: key.publicKey)
        builder.offer_amount = price
        builder.offer_description = "something"
        let wanted = OfferPayment(offer: "", quantity: quantity)
        #expect(wanted.price(of: try builder.build()) == expected)
    }

    /// Ten dollars are not a thousand millisatoshi: without a rate the owner has to say what to pay (B12-IRQW-3).
    @Test func aPriceInAnotherCurrencyIsNoAmount() throws {
        let own = OwnPaths(node_key: key, profile)
        let path = try own.messagePath(PathContext(.offer), session_key: SecretKey(Bytes32(repeating: 2)))
        var builder = OfferBuilder(offer_paths: [path], offer_issuer_id: key.publicKey)
        builder.offer_amount = 1000
        builder.offer_description = "something"
        let records = Array(try builder.build().decoded.stream.records) + [TLVRecord(type: 6, value: Array("USD".utf8))]
        var validation = Validation(.strict)
        let offer = try Offer.read(TLVStream(sorting: records).bytes[...], &validation)
        #expect(OfferPayment(offer: offer.text).price(of: offer) == nil)

        var payer = AsyncPayer(
            PartyConfiguration(profile: profile, node_key: key, randomness: SeededRandomness(seed: "payer"))
        )
        let refused = payer.handle(.command(.payOffer(OfferPayment(offer: offer.text))), at: 0)
        #expect(
            refused.contains {
                if case .ignored(let finding) = $0 { finding.requirement == "B12-IRQW-3" } else { false }
            }
        )
        let told = payer.handle(.command(.payOffer(OfferPayment(offer: offer.text, amount_msat: 5))), at: 0)
        #expect(told.contains { if case .put = $0 { true } else { false } })
    }

    @Test(
        arguments: [(0, 0, 1, 0), (1, 1, 1, 2), (7, 1_000_000, 5, 12), (.max, .max, .max, .max)]
            as [(
                UInt32, UInt32, UInt64, UInt64
            )]
    )
    func aFeeIsRoundedUp(base: UInt32, proportional: UInt32, amount: UInt64, fee: UInt64) {
        let payinfo = BlindedPayinfo(
            fee_base_msat: base,
            fee_proportional_millionths: proportional,
            cltv_expiry_delta: 0,
            htlc_minimum_msat: 0,
            htlc_maximum_msat: .max
        )
        #expect(payinfo.fee(of: amount) == fee)
    }
}
