package import Primitives

/// BIP-340's signing, step by step, and signatures with one flaw that a careless verifier does not see.
package enum SchnorrDerivation {
    package enum Flaw: Sendable {
        /// R has an odd y: the equation holds, and the signature is none.
        case oddR
        /// Made with the key as it is, though its point has an odd y: right for who verifies with that point.
        case keyAsItIs
        /// Of R's x, the first byte alone is that of the signature.
        case firstByteOfR
        /// The last byte alone.
        case lastByteOfR
    }

    /// A signature of a digest; with a flaw, one that BIP-340 does not accept.
    package static func sign(_ digest: Bytes32, with key: SecretKey, _ flaw: Flaw? = nil) throws(GenerationError)
        -> [UInt8]
    {
        let P = key.publicKey
        var randomness = SeededRandomness(seed: digest.bytes + P.bytes)
        if flaw == .firstByteOfR || flaw == .lastByteOfR { return try partly(digest, P, flaw == .firstByteOfR) }
        var k = randomness.secretKey()
        if isOdd(k.publicKey) != (flaw == .oddR) { k = k.negated }
        let r = Array(k.publicKey.xOnly)
        let d = isOdd(P) && flaw != .keyAsItIs ? key.negated : key
        guard let s = k.adding(d.multiplied(by: try challenge(r, P, digest))) else { throw unlikely }
        return r + s.bytes.bytes
    }

    /// A key of a named party, whose point has an odd or an even y.
    package static func key(_ name: String, odd: Bool) -> SecretKey {
        let key = Fixtures.key(name)
        return isOdd(key.publicKey) == odd ? key : key.negated
    }

    /// s is tried until sG - eP has the one byte: one in 512 has.
    private static func partly(_ digest: Bytes32, _ P: PublicKey, _ isFirst: Bool) throws(GenerationError) -> [UInt8] {
        var randomness = SeededRandomness(seed: digest.bytes + P.bytes + [isFirst ? 1 : 2])
        let r = Array(randomness.secretKey().publicKey.xOnly)
        let even = isOdd(P) ? P.negated : P
        let eP = even.multiplied(by: try challenge(r, P, digest).negated)
        for _ in 0..<20_000 {
            let s = randomness.secretKey()
            guard let R = s.publicKey.adding(eP), !isOdd(R) else { continue }
            let x = Array(R.xOnly)
            if (isFirst ? x[0] == r[0] : x[31] == r[31]) && x != r { return r + s.bytes.bytes }
        }
        throw unlikely
    }

    private static func challenge(_ r: [UInt8], _ P: PublicKey, _ digest: Bytes32) throws(GenerationError) -> SecretKey
    {
        let hash = MerkleDerivation.taggedHash("BIP0340/challenge", r + P.xOnly + digest.bytes)
        guard let e = try? SecretKey(hash) else { throw unlikely }
        return e
    }

    private static func isOdd(_ point: PublicKey) -> Bool { point.bytes[0] == 3 }

    private static let unlikely = GenerationError(
        id: "a signature",
        problems: ["no scalar was found: use another seed"]
    )
}
