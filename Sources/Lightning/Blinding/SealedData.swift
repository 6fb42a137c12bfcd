package import Primitives
package import Rules

/// `encrypted_recipient_data` (BOLT 4, "Route Blinding"): ChaCha20-Poly1305 under rho, zero nonce.
///
/// LDK seals the hops that it opens itself in another way, with a key of the receiver in the tag: such a hop proves that
/// the receiver made it. The ciphertext is the same; only the tag differs.
package enum SealedData {
    /// How a tag was found to be.
    package enum Tag: String, Hashable, Sendable {
        /// RFC 8439 without associated data (RB-W9).
        case standard
        /// LDK's, with the receiver's authentication key.
        case ldk
        /// Neither of those that could be computed: LDK's, perhaps, with a key that is not at hand.
        case unverified
    }

    package static func seal(
        _ encrypted_data_tlv: some Collection<UInt8>,
        rho: Bytes32,
        receive_auth_key: Bytes32? = nil
    ) -> [UInt8] {
        guard let receive_auth_key else { return ChaCha20Poly1305.sealZeroNonce(encrypted_data_tlv, key: rho) }
        let ciphertext = ChaCha20.xorZeroNonce(encrypted_data_tlv, key: rho, from: firstBlock)
        return ciphertext + receiveAuthTag(ciphertext, rho, receive_auth_key)
    }

    /// Decrypts.
    /// - `form`: the profile's; with `.receiveAuthKey`, a tag that is not the standard one is compared with LDK's.
    /// - `receive_auth_key`: without it, what has LDK's tag is decrypted and reported as unverified.
    /// - Throws: RB-E2 when the tag is wrong.
    package static func open(
        _ encrypted_recipient_data: ArraySlice<UInt8>,
        rho: Bytes32,
        form: Profile.FinalHopTag,
        receive_auth_key: Bytes32? = nil
    ) throws(Finding) -> (plaintext: [UInt8], tag: Tag) {
        if let plaintext = try? ChaCha20Poly1305.open(encrypted_recipient_data, key: rho) {
            return (plaintext, .standard)
        }
        guard form == .receiveAuthKey, encrypted_recipient_data.count >= tagSize else { throw notAuthentic }
        let ciphertext = encrypted_recipient_data.dropLast(tagSize)
        let plaintext = ChaCha20.xorZeroNonce(ciphertext, key: rho, from: firstBlock)
        guard let receive_auth_key else { return (plaintext, .unverified) }
        let tag = receiveAuthTag(ciphertext, rho, receive_auth_key)
        guard ConstantTime.equal(tag, encrypted_recipient_data.suffix(tagSize)) else { throw notAuthentic }
        return (plaintext, .ldk)
    }

    private static let tagSize = ChaCha20Poly1305.tagSize
    /// The key stream's first block gives the Poly1305 key, the text is encrypted from the second one on (RFC 8439, 2.8).
    private static let firstBlock = 64
    private static let notAuthentic = Finding("RB-E2", "aead", "encrypted_recipient_data is not authentic under rho")

    /// Poly1305 over the ciphertext, zeros up to a multiple of 16, the receiver's key, and the two lengths.
    private static func receiveAuthTag(
        _ ciphertext: some Collection<UInt8>,
        _ rho: Bytes32,
        _ receive_auth_key: Bytes32
    ) -> [UInt8] {
        let block = ChaCha20.xorZeroNonce([UInt8](repeating: 0, count: 32), key: rho)
        guard let oneTimeKey = try? Bytes32(block) else { return [] }
        var message = Array(ciphertext)
        message += [UInt8](repeating: 0, count: (16 - ciphertext.count % 16) % 16)
        message += receive_auth_key.bytes
        message += littleEndian(UInt64(ciphertext.count)) + littleEndian(32)
        return Poly1305.tag(message, oneTimeKey: oneTimeKey)
    }

    private static func littleEndian(_ value: UInt64) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
