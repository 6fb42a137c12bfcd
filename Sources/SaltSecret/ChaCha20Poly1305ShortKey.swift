package import Primitives

/// The AEAD of RFC 8439, 2.8 with a key of 16 bytes and no associated data (C-51, reading RC).
package enum ChaCha20Poly1305ShortKey {
    package static let tagSize = 16

    package static func seal(
        _ plaintext: some Collection<UInt8>,
        key: [UInt8],
        nonce: [UInt8]
    ) throws(PrimitiveError) -> [UInt8] {
        let cipher = try ChaCha20ShortKey(key: key, nonce: nonce)
        let ciphertext = cipher.xor(plaintext, from: 1)
        return try ciphertext + tag(ciphertext, cipher)
    }

    /// - Throws: a `.tag` error when the ciphertext is shorter than a tag or is not authentic.
    package static func open(_ sealed: some Collection<UInt8>, key: [UInt8], nonce: [UInt8]) throws(PrimitiveError)
        -> [UInt8]
    {
        let cipher = try ChaCha20ShortKey(key: key, nonce: nonce)
        guard sealed.count >= tagSize else {
            throw PrimitiveError(.tag, "\(sealed.count) bytes are too few for a 16-byte tag")
        }
        let ciphertext = Array(sealed.dropLast(tagSize))
        guard ConstantTime.equal(try tag(ciphertext, cipher), Array(sealed.suffix(tagSize))) else {
            throw PrimitiveError(.tag, "the tag does not match the ciphertext")
        }
        return cipher.xor(ciphertext, from: 1)
    }

    /// Poly1305 under the first half of block 0, over the ciphertext, zeros up to a multiple of 16, and the two lengths.
    private static func tag(_ ciphertext: [UInt8], _ cipher: ChaCha20ShortKey) throws(PrimitiveError) -> [UInt8] {
        let oneTimeKey = try Bytes32(cipher.block(0).prefix(32))
        let padding = [UInt8](repeating: 0, count: (16 - ciphertext.count % 16) % 16)
        let lengths = littleEndian(UInt64(0)) + littleEndian(UInt64(ciphertext.count))
        return Poly1305.tag(ciphertext + padding + lengths, oneTimeKey: oneTimeKey)
    }
}
