package import Primitives
internal import Reference
package import StrictJSON
package import Wire

/// What one hop of an onion or of a blinded path derives, worked out from BOLT 4's text apart from the reference: from the
/// hop's own key, with ECDH and HMAC spelt out, where the reference starts from the maker's key.
package struct HopDerivation {
    package let k: SecretKey
    /// The ephemeral key that reaches the hop: the packet's `public_key`, or the path key.
    package let E: PublicKey
    package let ss: Bytes32
    package let blinded_node_id_factor: SecretKey
    /// The factor between this hop's ephemeral key and the next one's.
    package let b: SecretKey

    package init(k: SecretKey, E: PublicKey) throws(GenerationError) {
        self.k = k
        self.E = E
        ss = Hash.sha256(E.multiplied(by: k).bytes)
        blinded_node_id_factor = try Self.scalar(Self.hmac(Array("blinded_node_id".utf8), ss.bytes))
        b = try Self.scalar(Hash.sha256(E.bytes + ss.bytes))
    }

    package var rho: Bytes32 { Self.hmac(Array("rho".utf8), ss.bytes) }
    package var mu: Bytes32 { Self.hmac(Array("mu".utf8), ss.bytes) }
    package var nextE: PublicKey { E.multiplied(by: b) }
    package var blinded_node_key: SecretKey { k.multiplied(by: blinded_node_id_factor) }

    /// HMAC-SHA256 (RFC 2104) for keys of at most a block.
    package static func hmac(_ key: [UInt8], _ message: [UInt8]) -> Bytes32 {
        let block = key + [UInt8](repeating: 0, count: 64 - key.count)
        let inner = Hash.sha256(block.map { $0 ^ 0x36 } + message)
        return Hash.sha256(block.map { $0 ^ 0x5c } + inner.bytes)
    }

    private static func scalar(_ hash: Bytes32) throws(GenerationError) -> SecretKey {
        do {
            return try SecretKey(hash)
        } catch {
            throw GenerationError(id: "derivation", problems: [error.detail])
        }
    }
}

/// `encrypted_recipient_data` put together from RFC 8439's parts: key stream, ciphertext, and what the tag covers.
package enum SealDerivation {
    /// The key stream under a zero nonce, from its first block on: BOLT 4's pseudo random byte stream.
    package static func stream(_ key: Bytes32, _ count: Int) -> [UInt8] {
        // A nonce of twelve zeros has the right size: this cannot fail.
        (try? ChaCha20.stream(key: key, count: count)) ?? []
    }

    package static func xor(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> [UInt8] {
        zip(left, right).map { $0 ^ $1 }
    }

    /// - `receive_auth_key`: for LDK's tag, which covers this key behind the ciphertext.
    package static func seal(_ plaintext: [UInt8], rho: Bytes32, receive_auth_key: Bytes32? = nil) -> [UInt8] {
        let stream = stream(rho, 64 + plaintext.count)
        let ciphertext = xor(plaintext, stream.dropFirst(64))
        let count = littleEndian(UInt64(ciphertext.count))
        var covered = ciphertext + [UInt8](repeating: 0, count: (16 - ciphertext.count % 16) % 16)
        if let receive_auth_key {
            covered += receive_auth_key.bytes + count + littleEndian(32)
        } else {
            covered += littleEndian(0) + count
        }
        guard let oneTimeKey = try? Bytes32(stream.prefix(32)) else { return [] }
        return ciphertext + Poly1305.tag(covered, oneTimeKey: oneTimeKey)
    }

    private static func littleEndian(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(value >> (8 * $0) & 0xff) } }
}

/// A blinded path worked out hop by hop, as each of its nodes sees it.
package struct BlindingDerivation {
    package struct Hop {
        package let key: SecretKey
        /// `encrypted_data_tlv`, padding included.
        package let data: [UInt8]
        /// Where the hop carries LDK's tag.
        package var receive_auth_key: Bytes32?
        /// Where a new chain of keys starts at this hop.
        package var session_key: SecretKey?

        package init(_ key: SecretKey, _ records: [TLVRecord]) {
            self.init(key, data: TLVStream(sorting: records).bytes)
        }

        package init(_ key: SecretKey, data: [UInt8]) {
            self.key = key
            self.data = data
        }
    }

    package let hops: [Hop]
    package let derived: [HopDerivation]
    package let parts: PathParts

    package init(
        _ hops: [Hop],
        session_key: SecretKey,
        introduction: SciddirOrPubkey? = nil
    ) throws(GenerationError) {
        var E = session_key.publicKey
        var derived: [HopDerivation] = []
        for hop in hops {
            let derivation = try HopDerivation(k: hop.key, E: hop.session_key?.publicKey ?? E)
            derived.append(derivation)
            E = derivation.nextE
        }
        self.hops = hops
        self.derived = derived
        parts = PathParts(
            introduction: introduction ?? .pubkey(hops[0].key.publicKey.bytes[...]),
            path_key: derived[0].E.bytes,
            hops: zip(hops, derived).map { hop, derivation in
                (
                    derivation.blinded_node_key.publicKey.bytes,
                    SealDerivation.seal(hop.data, rho: derivation.rho, receive_auth_key: hop.receive_auth_key)
                )
            }
        )
    }

    /// The intermediate values, under the names of the adapter protocol's `steps`.
    package var steps: JSON {
        .array(
            zip(hops, derived).map { hop, derivation in
                [
                    "E": .hex(derivation.E.bytes),
                    "ss": .hex(derivation.ss),
                    "rho": .hex(derivation.rho),
                    "blinded_node_id_factor": .hex(derivation.blinded_node_id_factor.bytes),
                    "b": .hex(derivation.b.bytes),
                    "encrypted_data_tlv": .hex(hop.data),
                ]
            }
        )
    }
}
