internal import CSecp256k1

/// A secret key with its public key, worked out once: whoever signs needs both (BIP-340, "Default Signing").
package struct SigningKey: Sendable {
    private let pair: secp256k1_keypair

    package init(_ key: SecretKey) {
        var pair = secp256k1_keypair()
        // Cannot fail: the scalar is valid.
        _ = key.bytes.withPointer { secp256k1_keypair_create(CryptoLibraries.shared.secp256k1, &pair, $0) }
        self.pair = pair
    }

    package var publicKey: PublicKey {
        var (pair, point) = (pair, secp256k1_pubkey())
        _ = secp256k1_keypair_pub(CryptoLibraries.shared.secp256k1, &point, &pair)
        return PublicKey(point)
    }

    /// Signs a digest.
    /// - `aux`: BIP-340's auxiliary randomness. BOLT 12's vectors use 32 zero bytes, and so do ours.
    /// - Returns: 64 bytes.
    package func sign(_ message: Bytes32, aux: Bytes32 = .zero) -> [UInt8] {
        var pair = pair
        return bytesWritten(64) { signature in
            message.withPointer { message in
                aux.withPointer { aux in
                    _ = secp256k1_schnorrsig_sign32(
                        CryptoLibraries.shared.secp256k1,
                        signature,
                        message,
                        &pair,
                        aux
                    )
                }
            }
        }
    }
}
