import InvoiceServer
import Lightning
import Primitives
import Rules
import Testing
import Wire

/// What a party seals into its paths, and what it authenticates of what it finds there.
struct PathContextTests {
    private let key: PathContextKey
    private let otherKey: PathContextKey
    private let context = PathContext(.offer, client: "rita", slot: 7, expiry: 1000, discriminator: [1, 2, 3])

    init() throws {
        key = PathContextKey(node_key: try SecretKey(Bytes32(repeating: 1)))
        otherKey = PathContextKey(node_key: try SecretKey(Bytes32(repeating: 2)))
    }

    private func broken(_ bytes: [UInt8]?, now: UInt64 = 1000) throws -> [ReasonClass] {
        var validation = Validation(.collecting)
        let sealed = SealedContext(bytes?[...], key: key, now: now)
        try validation.apply(PathContextChecks.all("B12-IRQ-8", .offer), to: sealed)
        #expect(validation.findings.allSatisfy { $0.requirement == "B12-IRQ-8" })
        return validation.findings.map(\.reason)
    }

    @Test(arguments: [
        PathContext(.clientRequest, client: "rita"),
        PathContext(.payment, slot: 65_535, discriminator: [UInt8](repeating: 9, count: 255)),
        PathContext(.invoiceUpdate, client: String(repeating: "ä", count: 127), slot: 1, expiry: 0),
        PathContext(.offer, client: "rita", slot: 7, expiry: 1000, discriminator: [1, 2, 3]),
    ])
    func whatIsSealedIsFoundAgain(context: PathContext) {
        let sealed = SealedContext(context.sealed(with: key)[...], key: key, now: 0)
        #expect(sealed.context == context)
        #expect(sealed.isAuthentic)
    }

    @Test func aContextOfOnesOwnIsBelievedUpToItsLastSecond() throws {
        #expect(try broken(context.sealed(with: key)) == [])
        #expect(try broken(context.sealed(with: key), now: 1001) == [.expired])
    }

    @Test func aContextOfSomebodyElseIsNot() throws {
        #expect(try broken(context.sealed(with: otherKey)) == [.context])
    }

    @Test func aContextForAnotherPurposeIsNot() throws {
        var other = context
        for purpose in PathContext.Purpose.allCases where purpose != .offer {
            other.purpose = purpose
            #expect(try broken(other.sealed(with: key)) == [.context])
        }
    }

    @Test func noContextAndMalformedOnesAreNot() throws {
        #expect(try broken(nil).first == .context)
        #expect(try broken([]).first == .context)
        let sealed = context.sealed(with: key)
        for count in 0..<sealed.count { #expect(try broken(Array(sealed.prefix(count))).first == .context) }
        #expect(try broken(sealed + [0]).first == .context)
    }

    @Test func everyBitIsBound() throws {
        let sealed = context.sealed(with: key)
        for index in sealed.indices {
            for bit in 0..<8 {
                var flipped = sealed
                flipped[index] ^= 1 << bit
                #expect(try !broken(flipped).isEmpty, "bit \(bit) of byte \(index)")
            }
        }
    }

    @Test(arguments: ["blip66-draft", "ldk-0.2", "ldk-0.3"])
    func aPathOfOnesOwnIsOpenedWithoutHavingBeenRemembered(profile: String) throws {
        let profile = try TestProfile.named(profile)
        let node_key = try SecretKey(Bytes32(repeating: 1))
        let paths = OwnPaths(node_key: node_key, profile)
        let path = try paths.messagePath(context, session_key: SecretKey(Bytes32(repeating: 5)))
        let again = OwnPaths(node_key: node_key, profile)
        #expect(again.context(of: path) == context.sealed(with: again.contextKey)[...])
        let stranger = OwnPaths(node_key: try SecretKey(Bytes32(repeating: 2)), profile)
        #expect(stranger.context(of: path) == nil)
    }

    @Test(arguments: ["blip66-draft", "ldk-0.2", "ldk-0.3"])
    func pathsThroughAPeerKeepTheRulesForTheirWriter(profile: String) throws {
        let profile = try TestProfile.named(profile)
        let node_key = try SecretKey(Bytes32(repeating: 1))
        let peer = try SecretKey(Bytes32(repeating: 2))
        let session_key = try SecretKey(Bytes32(repeating: 5))
        let paths = OwnPaths(node_key: node_key, profile)
        let channel = Channel(
            peer: peer.publicKey,
            scid: 0x10000_02_0003,
            fee_base_msat: 1000,
            fee_proportional_millionths: 100,
            cltv_expiry_delta: 144,
            htlc_minimum_msat: 1,
            htlc_maximum_msat: 5000
        )
        var validation = Validation(.collecting)
        let message = try paths.messagePath(context, through: [peer.publicKey], session_key: session_key)
        let open = try message.walk([node_key, peer], profile)
        #expect(open.endsAt == node_key.publicKey)
        try validation.apply(BlindedPathChecks.all + BlindedPathChecks.should, to: open)

        let payment = try paths.paymentPath(context, over: channel, startsAtPeer: true, session_key: session_key)
        let priced = try payment.path.walk([node_key, peer], purpose: .payment, profile)
        #expect(priced.endsAt == node_key.publicKey)
        try validation.apply(
            BlindedPathChecks.all + BlindedPathChecks.should + BlindedPathChecks.payment,
            to: priced
        )
        let total = PaymentRelay(cltv_expiry_delta: 162, fee_proportional_millionths: 100, fee_base_msat: 1000)
        #expect(payment.payinfo.cltv_expiry_delta == 162)
        #expect(
            PricedPath.check.evaluate(PricedPath(path: priced, total: total, min_final_cltv_expiry_delta: 18)) == .meets
        )
        #expect(validation.findings.isEmpty)
    }
}
