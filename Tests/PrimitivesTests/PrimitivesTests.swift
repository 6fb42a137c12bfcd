import Primitives
import Testing
import TestSupport

@Suite struct PrimitivesTests {
    /// FIPS 180-4's example, RFC 4231's case 2, RFC 8439's block of 2.3.2 and tag of 2.5.2.
    @Test func hashesAndCiphersAreThoseOfTheirStandards() throws {
        #expect(
            Hash.sha256(Array("abc".utf8)).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        let mac = Hash.hmac(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        #expect(mac.hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let nonce = try Hex.decode("000000090000004a00000000")
        let block = try ChaCha20.xor(
            [UInt8](repeating: 0, count: 64),
            key: Bytes32((0..<32).map { UInt8($0) }),
            nonce: nonce,
            counter: 1
        )
        #expect(Hex.encode(block.prefix(16)) == "10f1e7e4d13b5915500fdd1fa32071c4")
        let key = try Bytes32(Hex.decode("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"))
        let tag = Poly1305.tag(Array("Cryptographic Forum Research Group".utf8), oneTimeKey: key)
        #expect(Hex.encode(tag) == "a8061dc1305136c6c22b8baf0c0127a9")
    }

    @Test func bytesInPartsHashAsTheWhole() {
        let bytes = Array("static invoice".utf8)
        #expect(Hash.sha256(bytes[..<3], bytes[3...]) == Hash.sha256(bytes))
        #expect(Hash.hmac(key: [1], bytes[..<5], bytes[5...]) == Hash.hmac(key: [1], bytes))
        let tag = Hash.sha256(Array("tag".utf8)).bytes
        #expect(TaggedHash("tag")(bytes) == Hash.sha256(tag + tag + bytes))
    }

    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ])
    func zeroAndTheOrderAreNoSecretKeys(_ hex: String) throws {
        let bytes = try Hex.decode(hex)
        let error = #expect(throws: PrimitiveError.self) { try SecretKey(bytes) }
        #expect(error?.kind == .scalar)
    }

    @Test func noBytesButPointsArePublicKeys() throws {
        for bytes in RandomInputs.noise("points", count: 2_000, upTo: 70) {
            guard let key = try? PublicKey(bytes) else { continue }
            #expect(key.bytes == bytes)
        }
        #expect(throws: PrimitiveError.self) { try PublicKey([UInt8](repeating: 0, count: 33)) }
        #expect(throws: PrimitiveError.self) { try PublicKey([UInt8]()) }
    }

    @Test func productsOfKeysAndPointsAgree() {
        var randomness = SeededRandomness(seed: "products")
        for _ in 0..<50 {
            let (a, b) = (randomness.secretKey(), randomness.secretKey())
            #expect(a.multiplied(by: b).publicKey == b.publicKey.multiplied(by: a))
            #expect(a.ecdh(b.publicKey) == b.ecdh(a.publicKey))
            #expect(a.ecdh(b.publicKey) == Hash.sha256(b.publicKey.multiplied(by: a).bytes))
        }
    }

    @Test func aFlippedBitOfACiphertextIsNotAuthentic() throws {
        let key = Bytes32(repeating: 7)
        let sealed = try ChaCha20Poly1305.seal([1, 2, 3], key: key)
        #expect(try ChaCha20Poly1305.open(sealed, key: key) == [1, 2, 3])
        for bit in 0..<(8 * sealed.count) {
            var flipped = sealed
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: PrimitiveError.self) { try ChaCha20Poly1305.open(flipped, key: key) }
        }
    }

    @Test(arguments: 0..<17)
    func aCiphertextShorterThanItsTagIsRejected(_ count: Int) {
        let bytes = [UInt8](repeating: 0, count: count)
        let error = #expect(throws: PrimitiveError.self) { try ChaCha20Poly1305.open(bytes, key: .zero) }
        #expect(error?.kind == .tag)
    }

    @Test func emptyMessagesAreSealedAndOpened() throws {
        let sealed = try ChaCha20Poly1305.seal([UInt8](), key: .zero)
        #expect(sealed.count == 16)
        #expect(try ChaCha20Poly1305.open(sealed, key: .zero).isEmpty)
        #expect(try ChaCha20.stream(key: .zero, count: 0).isEmpty)
    }

    @Test func comparisonInConstantTimeSaysWhatComparisonSays() {
        #expect(ConstantTime.equal([UInt8](), [UInt8]()))
        #expect(ConstantTime.equal([1, 2], [1, 2]))
        #expect(!ConstantTime.equal([1, 2], [1, 3]))
        #expect(!ConstantTime.equal([1, 2], [1, 2, 3]))
        #expect(!ConstantTime.equal(Bytes32(repeating: 1), .zero))
    }

    @Test(arguments: ["0", "0g", "AB", "zz", "é", " 0"])
    func textThatIsNotLowerCaseHexadecimalIsRejected(_ text: String) {
        let error = #expect(throws: PrimitiveError.self) { try Hex.decode(text) }
        #expect(error?.kind == .hex)
    }

    @Test func aSeedGivesTheSameSequenceAgain() {
        var (one, other, third) = (
            SeededRandomness(seed: "a"), SeededRandomness(seed: "a"), SeededRandomness(seed: "b")
        )
        #expect(one.bytes(100) == other.bytes(100))
        #expect(one.next32() != third.next32())
        var system = SystemRandomness()
        #expect(system.next32() != system.next32())
    }

    @Test func hashesCompareByTheirFirstDifferingByte() throws {
        let low = try Bytes32([0, 255] + [UInt8](repeating: 255, count: 30))
        let high = try Bytes32([1, 0] + [UInt8](repeating: 0, count: 30))
        #expect(low < high)
        #expect(!(high < low))
        #expect(!(low < low))
    }
}
