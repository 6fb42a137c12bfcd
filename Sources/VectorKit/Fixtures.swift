package import Lightning
package import Primitives
package import StrictJSON
package import Wire

/// Keys, paths and records that the generators share. All come from words, so that anybody can make them again.
package enum Fixtures {
    /// The secret key of a named party: SHA-256 of "blip66 vectors: " and the name.
    package static func key(_ name: String) -> SecretKey {
        var randomness = SeededRandomness(seed: "blip66 vectors: \(name)")
        return randomness.secretKey()
    }

    package static func point(_ name: String) -> ArraySlice<UInt8> { key(name).publicKey.bytes[...] }

    /// A well-formed path of `hops` hops. Its blobs are not sealed for anybody: nothing here opens them.
    package static func path(_ name: String, hops: Int = 2, introduction: SciddirOrPubkey? = nil) -> BlindedPath {
        var randomness = SeededRandomness(seed: "blip66 vectors: path \(name)")
        return BlindedPath(
            introduction: introduction ?? .pubkey(point("introduction of \(name)")),
            path_key: randomness.secretKey().publicKey.bytes[...],
            hops: (0..<hops).map { _ in
                BlindedPath.Hop(
                    blinded_node_id: randomness.secretKey().publicKey.bytes[...],
                    encrypted_recipient_data: randomness.bytes(51)[...]
                )
            }
        )
    }

    package static let payinfo = BlindedPayinfo(
        fee_base_msat: 1000,
        fee_proportional_millionths: 100,
        cltv_expiry_delta: 144,
        htlc_minimum_msat: 1,
        htlc_maximum_msat: 100_000_000
    )

    /// 33 bytes like a point's: no point on the curve has x = 5, since 5³ + 7 is no square modulo p.
    package static let pointOffCurve: [UInt8] = [2] + [UInt8](repeating: 0, count: 31) + [5]

    /// 14 November 2023, 22:13:20 UTC.
    package static let createdAt: UInt64 = 1_700_000_000
}

/// Records of BOLT 12 objects, for building streams record by record.
extension TLVRecord {
    package static func tu64(_ type: UInt64, _ value: UInt64) -> TLVRecord {
        TLVRecord(type: type, value: TruncatedInteger.encode(value))
    }

    package static func paths(_ type: UInt64, _ paths: [BlindedPath]) -> TLVRecord {
        TLVRecord(type: type, value: FieldFormat.list(.blinded_path).encode(.list(paths.map(\.value))) ?? [])
    }

    package static func payinfos(_ type: UInt64, _ payinfos: [BlindedPayinfo]) -> TLVRecord {
        TLVRecord(type: type, value: FieldFormat.list(.blinded_payinfo).encode(.list(payinfos.map(\.value))) ?? [])
    }

    package static func text(_ type: UInt64, _ text: String) -> TLVRecord {
        TLVRecord(type: type, value: Array(text.utf8))
    }
}

extension BlindedPath {
    /// The path as plain parts.
    package var parts: PathParts {
        PathParts(
            introduction: introduction,
            path_key: Array(path_key),
            hops: hops.map { (Array($0.blinded_node_id), Array($0.encrypted_recipient_data)) }
        )
    }

    package var bytes: [UInt8] { parts.bytes }
}

/// A feature bitmap with these bits.
package func bitmap(_ bits: [Int]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (bits.max() ?? -8) / 8 + 1)
    for bit in bits { bytes[bytes.count - 1 - bit / 8] |= 1 << (bit % 8) }
    return bytes
}

extension [BlindedPath] {
    /// An array of path objects.
    package var json: JSON { .array(map(\.parts.json)) }
}
