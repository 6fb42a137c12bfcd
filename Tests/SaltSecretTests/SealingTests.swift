import Lightning
import Primitives
import Rules
import TestSupport
import Testing

import SaltSecret

@Suite struct SealingTests {
    private let E = Array(UInt8(1)...16)
    private let nonce = [UInt8](repeating: 5, count: 12)

    private func seal(_ sealing: Sealing, _ text: [UInt8]) throws -> [UInt8] {
        try sealing.seal(text, under: E, nonce: sealing.hasNonce ? nonce : nil).sealed
    }

    @Test(arguments: Sealing.allCases)
    func whatIsSealedOpens(_ sealing: Sealing) throws {
        for text in RandomInputs.noise("paths", count: 60) {
            #expect(try sealing.open(seal(sealing, text), under: E) == text)
        }
    }

    @Test(arguments: Sealing.allCases)
    func whatWasTamperedWithDoesNotOpen(_ sealing: Sealing) throws {
        let sealed = try seal(sealing, RandomInputs.noise("path", count: 1, upTo: 90)[0])
        for input in RandomInputs.damaged(sealed, seed: "tampering") {
            #expect(finding { _ = try sealing.open(input, under: E) }?.requirement == "SALT-18")
        }
        for input in RandomInputs.noise("noise", count: 500) {
            #expect(finding { _ = try sealing.open(input, under: E) }?.requirement == "SALT-18")
        }
    }

    @Test(arguments: Sealing.allCases)
    func aChangedMaskedSecretOpensNothing(_ sealing: Sealing) throws {
        let sealed = try seal(sealing, [1, 2, 3])
        for index in E.indices {
            var other = E
            other[index] ^= 0x80
            #expect(finding { _ = try sealing.open(sealed, under: other) }?.requirement == "SALT-18")
        }
    }

    @Test(arguments: Sealing.allCases)
    func aMaskedSecretOfAnotherSizeIsAFinding(_ sealing: Sealing) {
        for count in 0...100 where count != 16 && count != 48 {
            let E = [UInt8](repeating: 1, count: count)
            #expect(finding { _ = try sealing.seal([], under: E, nonce: nonce) }?.requirement == "SALT-2")
            #expect(finding { _ = try sealing.open([], under: E) }?.requirement == "SALT-2")
        }
    }

    @Test func aMaskedSecretOf48BytesGoesWithTheHashedKeysOnly() throws {
        let E = [UInt8](repeating: 1, count: 48)
        for sealing in [Sealing.RA, .RB] {
            #expect(try sealing.open(sealing.seal([9], under: E).sealed, under: E) == [9])
        }
        for sealing in [Sealing.RC, .RD] {
            #expect(finding { _ = try sealing.seal([9], under: E, nonce: nonce) }?.requirement == "SALT-13")
        }
    }

    @Test func aNonceOfAnotherSizeIsAFinding() {
        #expect(finding { _ = try Sealing.RD.seal([], under: E) }?.requirement == "SALT-13")
        for count in 0...40 where count != 12 {
            let nonce = [UInt8](repeating: 1, count: count)
            #expect(finding { _ = try Sealing.RD.seal([], under: E, nonce: nonce) }?.requirement == "SALT-13")
        }
    }

    /// The key that HMAC256("rho", E) gives for the anchor of SA, worked out with another program (C-51).
    @Test func theKeyOfTheDefaultSealingIsTheAnchors() throws {
        let E = try Hex.decode("1b76ad9c6a9a55b9ce6e914f139fdddc")
        let rho = "a8daccac633e85e8e611fa9e7a622b8215a20126e6c4f7dbf5947bcf0f926dd3"
        #expect(Hex.encode(try Sealing.RA.seal([1], under: E).key) == rho)
    }

    /// SALT-SEC-1.
    @Test func allButTheSealingWithANonceRepeatTheirKeyStream() throws {
        for sealing in Sealing.allCases {
            let one = try sealing.seal([0, 0, 0], under: E, nonce: nonce)
            let two = try sealing.seal([1, 2, 3], under: E, nonce: nonce.map { $0 ^ 1 })
            let difference = zip(one.ciphertext, two.ciphertext).map { $0 ^ $1 }
            #expect((difference == [1, 2, 3]) == !sealing.hasNonce)
        }
    }

    @Test func randomPlaintextsAreNoPathsAndFindings() {
        for bytes in RandomInputs.noise("plaintexts", count: 2000) {
            var validation = Validation(.collecting)
            let found = finding { _ = try ReplyPath.decode(bytes, &validation) }
            #expect(found != nil || !validation.findings.isEmpty)
        }
    }
}
