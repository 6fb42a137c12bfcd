internal import CSecp256k1

/// A scalar of secp256k1 that is neither zero nor above the order: a secret key, or a factor.
package struct SecretKey: Hashable, Sendable {
    package let bytes: Bytes32

    /// - Throws: a `.scalar` error for zero and for values from the group's order up.
    package init(_ bytes: Bytes32) throws(PrimitiveError) {
        let isValid = bytes.withPointer { secp256k1_ec_seckey_verify(CryptoLibraries.shared.secp256k1, $0) == 1 }
        guard isValid else { throw PrimitiveError(.scalar, "a secret key is zero or not below the group's order") }
        self.bytes = bytes
    }

    /// - Throws: a `.length` error unless there are 32 bytes, a `.scalar` error as above.
    package init(_ bytes: some Collection<UInt8>) throws(PrimitiveError) {
        try self.init(try Bytes32(bytes))
    }

    /// This key times G.
    package var publicKey: PublicKey {
        var point = secp256k1_pubkey()
        bytes.withPointer { key in
            // A valid scalar has a public key: the call cannot fail.
            _ = secp256k1_ec_pubkey_create(CryptoLibraries.shared.secp256k1, &point, key)
        }
        return PublicKey(point)
    }

    /// The product of two scalars, modulo the group's order.
    package func multiplied(by factor: SecretKey) -> SecretKey {
        var product = self.bytes
        withUnsafeMutablePointer(to: &product) { pointer in
            pointer.withMemoryRebound(to: UInt8.self, capacity: 32) { product in
                // The order is prime, so a product of two scalars that are not zero is not zero.
                _ = factor.bytes.withPointer {
                    secp256k1_ec_seckey_tweak_mul(CryptoLibraries.shared.secp256k1, product, $0)
                }
            }
        }
        return SecretKey(unchecked: product)
    }

    /// The scalar that gives zero when it is added: the key of the point on the other side.
    package var negated: SecretKey {
        var other = bytes
        withUnsafeMutablePointer(to: &other) { pointer in
            pointer.withMemoryRebound(to: UInt8.self, capacity: 32) {
                _ = secp256k1_ec_seckey_negate(CryptoLibraries.shared.secp256k1, $0)
            }
        }
        return SecretKey(unchecked: other)
    }

    /// The sum of two scalars, modulo the group's order; `nil` for zero.
    package func adding(_ other: SecretKey) -> SecretKey? {
        var sum = bytes
        let isScalar = withUnsafeMutablePointer(to: &sum) { pointer in
            pointer.withMemoryRebound(to: UInt8.self, capacity: 32) { sum in
                other.bytes.withPointer {
                    secp256k1_ec_seckey_tweak_add(CryptoLibraries.shared.secp256k1, sum, $0) == 1
                }
            }
        }
        return isScalar ? SecretKey(unchecked: sum) : nil
    }

    /// BOLT 4's `ECDH`: SHA-256 of the compressed form of `point` times this key.
    package func ecdh(_ point: PublicKey) -> Bytes32 {
        Bytes32 { output in
            bytes.withPointer { key in
                point.withPoint { _ = secp256k1_ecdh(CryptoLibraries.shared.secp256k1, output, $0, key, nil, nil) }
            }
        }
    }

    private init(unchecked bytes: Bytes32) { self.bytes = bytes }
}
