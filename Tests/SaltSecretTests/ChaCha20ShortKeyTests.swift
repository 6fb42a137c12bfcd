import Primitives
import TestSupport
import Testing

import SaltSecret

@Suite struct ChaCha20ShortKeyTests {
    private let key = Array(UInt8(0)...31)

    /// RFC 8439, 2.3.2.
    @Test func theBlockOfTheRFCComesOut() throws {
        let cipher = try ChaCha20ShortKey(key: key, nonce: [0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0])
        let block =
            "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
            + "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"
        #expect(Hex.encode(cipher.block(1)) == block)
    }

    @Test func withAKeyOf32BytesItIsLibsodiums() throws {
        var randomness = SeededRandomness(seed: "long keys")
        for _ in 0..<200 {
            let (key, nonce) = (randomness.next32(), randomness.bytes(12))
            let text = randomness.bytes(randomness.integer(below: 300))
            let counter = UInt32(truncatingIfNeeded: randomness.integer(below: 1 << 31))
            let sodium = try ChaCha20.xor(text, key: key, nonce: nonce, counter: counter)
            #expect(try ChaCha20ShortKey(key: key.bytes, nonce: nonce).xor(text, from: counter) == sodium)
        }
    }

    /// draft-strombergson-chacha-test-vectors-01, TC1, 128-bit key, 20 rounds: key and nonce of zeros.
    @Test func theFirstBlockUnderAKeyOf16ZerosIsThePublishedOne() throws {
        let zeros = [UInt8](repeating: 0, count: 16)
        let block = try ChaCha20ShortKey(key: zeros, nonce: zeros.prefix(12)).block(0)
        let published =
            "89670952608364fd00b2f90936f031c8e756e15dba04b8493d00429259b20f46"
            + "cc04f111246b6c2ce066be3bfb32d9aa0fddfbc12123d4b9e44f34dca05a103f"
        #expect(Hex.encode(block) == published)
    }

    @Test func combiningTwiceGivesTheTextBack() throws {
        let cipher = try ChaCha20ShortKey(key: key.prefix(16), nonce: key.suffix(12))
        for text in RandomInputs.noise("texts", count: 50) {
            #expect(cipher.xor(cipher.xor(text, from: 9), from: 9) == text)
        }
    }

    @Test func theCounterGoesOnFromItsEnd() throws {
        let cipher = try ChaCha20ShortKey(key: key.prefix(16), nonce: key.suffix(12))
        let stream = cipher.xor([UInt8](repeating: 0, count: 128), from: .max)
        #expect(stream == cipher.block(.max) + cipher.block(0))
    }

    @Test func otherSizesAreErrors() {
        for count in 0...40 where count != 16 && count != 32 {
            #expect(throws: PrimitiveError.self) {
                try ChaCha20ShortKey(key: [UInt8](repeating: 0, count: count), nonce: key.prefix(12))
            }
        }
        for count in 0...40 where count != 12 {
            #expect(throws: PrimitiveError.self) {
                try ChaCha20ShortKey(key: key.prefix(16), nonce: [UInt8](repeating: 0, count: count))
            }
        }
    }

    /// The construction around the cipher, under keys for which libsodium has it too.
    @Test func theSealIsLibsodiumsUnderAKeyOf32Bytes() throws {
        var randomness = SeededRandomness(seed: "long keys for seals")
        for text in RandomInputs.noise("sealed texts", count: 100) {
            let (key, nonce) = (randomness.next32(), randomness.bytes(12))
            let sealed = try ChaCha20Poly1305ShortKey.seal(text, key: key.bytes, nonce: nonce)
            #expect(sealed == (try ChaCha20Poly1305.seal(text, key: key, nonce: nonce)))
        }
    }
}
