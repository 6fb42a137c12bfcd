internal import CSecp256k1

/// Signatures of BIP-340 over 32-byte messages.
package enum Schnorr {
    /// Signs a digest with a key that is used once. See `SigningKey`.
    package static func sign(_ message: Bytes32, with key: SecretKey, aux: Bytes32 = .zero) -> [UInt8] {
        SigningKey(key).sign(message, aux: aux)
    }

    /// Verifies a signature with the x coordinate of `key`, whatever the parity of its y (BOLT 12 keys have 33 bytes).
    package static func verify(_ signature: some Collection<UInt8>, _ message: Bytes32, by key: PublicKey) -> Bool {
        var xOnly = secp256k1_xonly_pubkey()
        _ = key.withPoint { secp256k1_xonly_pubkey_from_pubkey(CryptoLibraries.shared.secp256k1, &xOnly, nil, $0) }
        guard signature.count == 64 else { return false }
        return withBytes(of: signature) { signature, _ in
            message.withPointer { message in
                secp256k1_schnorrsig_verify(CryptoLibraries.shared.secp256k1, signature, message, 32, &xOnly) == 1
            }
        }
    }
}
