internal import CSecp256k1

/// A point of secp256k1 other than infinity; on the wire 33 bytes, compressed (BOLT 1, `point`; B1-T-2).
package struct PublicKey: Sendable {
    private let point: secp256k1_pubkey

    init(_ point: secp256k1_pubkey) { self.point = point }

    /// Parses 33 bytes.
    /// - Throws: a `.length` error for another size, a `.point` error for a prefix other than 02 and 03 and for an
    ///   x coordinate that is not on the curve.
    package init(_ bytes: some Collection<UInt8>) throws(PrimitiveError) {
        guard bytes.count == 33 else {
            throw PrimitiveError(.length, "a point takes 33 bytes, there are \(bytes.count)")
        }
        var point = secp256k1_pubkey()
        let isParsed = withBytes(of: bytes) { bytes, count in
            secp256k1_ec_pubkey_parse(CryptoLibraries.shared.secp256k1, &point, bytes, count) == 1
        }
        guard isParsed else {
            throw PrimitiveError(.point, "\(Hex.encode(bytes)) is not a compressed point on secp256k1")
        }
        self.point = point
    }

    /// The compressed form, 33 bytes.
    package var bytes: [UInt8] {
        bytesWritten(33) { output in
            var count = 33
            let form = UInt32(SECP256K1_EC_COMPRESSED)
            _ = withPoint { secp256k1_ec_pubkey_serialize(CryptoLibraries.shared.secp256k1, output, &count, $0, form) }
        }
    }

    package var hex: String { Hex.encode(bytes) }

    /// The x coordinate alone, 32 bytes: a public key of BIP-340.
    package var xOnly: ArraySlice<UInt8> { bytes.dropFirst() }

    /// This point times a scalar.
    package func multiplied(by factor: SecretKey) -> PublicKey {
        var product = point
        // A scalar that is not zero times a point that is not infinity is not infinity.
        _ = factor.bytes.withPointer {
            secp256k1_ec_pubkey_tweak_mul(CryptoLibraries.shared.secp256k1, &product, $0)
        }
        return PublicKey(product)
    }

    /// The point of the same x on the other side.
    package var negated: PublicKey {
        var other = point
        _ = secp256k1_ec_pubkey_negate(CryptoLibraries.shared.secp256k1, &other)
        return PublicKey(other)
    }

    /// The sum of two points; `nil` for infinity.
    package func adding(_ other: PublicKey) -> PublicKey? {
        withPoint { first in
            other.withPoint { second in
                var sum = secp256k1_pubkey()
                var points: [UnsafePointer<secp256k1_pubkey>?] = [first, second]
                let isPoint = secp256k1_ec_pubkey_combine(CryptoLibraries.shared.secp256k1, &sum, &points, 2) == 1
                return isPoint ? PublicKey(sum) : nil
            }
        }
    }

    func withPoint<Result>(_ body: (UnsafePointer<secp256k1_pubkey>) -> Result) -> Result {
        withUnsafePointer(to: point, body)
    }
}

extension PublicKey: Hashable {
    package static func == (left: PublicKey, right: PublicKey) -> Bool {
        left.withPoint { left in
            right.withPoint { secp256k1_ec_pubkey_cmp(CryptoLibraries.shared.secp256k1, left, $0) == 0 }
        }
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
