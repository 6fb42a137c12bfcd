package import Primitives
package import Wire

/// Signatures of BOLT 12 streams ("Signature Calculation").
package struct Bolt12Signature: Hashable, Sendable {
    /// The record that holds the signature, `signature`.
    package static let type: UInt64 = 240

    /// Merkle root of the stream.
    package let root: Bytes32
    /// H("lightning" || messagename || "signature", root): what is signed.
    package let digest: Bytes32
    /// 64 bytes.
    package let signature: [UInt8]

    /// - Returns: `nil` for a stream with nothing to sign.
    package static func digest(_ stream: TLVStream, messagename: String) -> (root: Bytes32, digest: Bytes32)? {
        guard let root = MerkleTree(stream)?.root else { return nil }
        return (root, TaggedHash("lightning\(messagename)signature")(root.bytes))
    }

    /// Signs a stream with the secret key of its signer.
    /// - Returns: `nil` for a stream with nothing to sign.
    package init?(_ stream: TLVStream, messagename: String, key: SigningKey, aux: Bytes32 = .zero) {
        guard let (root, digest) = Self.digest(stream, messagename: messagename) else { return nil }
        self.root = root
        self.digest = digest
        signature = key.sign(digest, aux: aux)
    }

    package init?(_ stream: TLVStream, messagename: String, key: SecretKey, aux: Bytes32 = .zero) {
        self.init(stream, messagename: messagename, key: SigningKey(key), aux: aux)
    }

    /// The stream with this signature in its place, before experimental records (B12-SIG-8); one that was there is gone.
    package func added(to stream: TLVStream) -> TLVStream {
        TLVStream(sorting: stream.records + [TLVRecord(type: Self.type, value: signature)])
    }

    /// Whether `signature` over `stream` is by `key`.
    package static func verify(
        _ signature: ArraySlice<UInt8>,
        _ stream: TLVStream,
        messagename: String,
        by key: PublicKey
    ) -> Bool {
        guard let (_, digest) = digest(stream, messagename: messagename) else { return false }
        return Schnorr.verify(signature, digest, by: key)
    }
}
