internal import Primitives
internal import Reference
internal import StrictJSON
internal import Wire

/// What one hop of an onion or of a blinded path derives, worked out from BOLT 4's text apart from the reference: from the
/// hop's own key, with ECDH and HMAC spelt out, where the reference starts from the maker's key.
struct HopDerivation {
    let k: SecretKey
    /// The ephemeral key that reaches the hop: the packet's `public_key`, or the path key.
    let E: PublicKey
    let ss: Bytes32
    let blinded_node_id_factor: SecretKey
    /// The factor between this hop's ephemeral key and the next one's.
    let b: SecretKey

    init(k: SecretKey, E: PublicKey) throws(GenerationError) {
        self.k = k
        self.E = E
        ss = Hash.sha256(E.multiplied(by: k).bytes)
        blinded_node_id_factor = try Self.scalar(Self.hmac(Array("blinded_node_id".utf8), ss.bytes))
        b = try Self.scalar(Hash.sha256(E.bytes + ss.bytes))
    }

    var rho: Bytes32 { Self.hmac(Array("rho".utf8), ss.bytes) }
    var mu: Bytes32 { Self.hmac(Array("mu".utf8), ss.bytes) }
    var nextE: PublicKey { E.multiplied(by: b) }
    var blinded_node_key: SecretKey { k.multiplied(by: blinded_node_id_factor) }

    /// HMAC-SHA256 (RFC 2104) for keys of at most a block.
    static func hmac(_ key: [UInt8], _ message: [UInt8]) -> Bytes32 {
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
enum SealDerivation {
    /// The key stream under a zero nonce, from its first block on: BOLT 4's pseudo random byte stream.
    static func stream(_ key: Bytes32, _ count: Int) -> [UInt8] {
        // A nonce of twelve zeros has the right size: this cannot fail.
        (try? ChaCha20.stream(key: key, count: count)) ?? []
    }

    static func xor(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> [UInt8] {
        zip(left, right).map { $0 ^ $1 }
    }

    /// - Parameter receive_auth_key: for LDK's tag, which covers this key behind the ciphertext.
    static func seal(_ plaintext: [UInt8], rho: Bytes32, receive_auth_key: Bytes32? = nil) -> [UInt8] {
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

/// A blinded path as plain parts, which a case can change one at a time.
struct PathParts {
    var introduction: SciddirOrPubkey
    var path_key: [UInt8]
    var hops: [(blinded_node_id: [UInt8], encrypted_recipient_data: [UInt8])]

    var json: JSON {
        [
            "introduction": introductionJSON,
            "path_key": .hex(path_key),
            "hops": .array(
                hops.map {
                    [
                        "blinded_node_id": .hex($0.blinded_node_id),
                        "encrypted_recipient_data": .hex($0.encrypted_recipient_data),
                    ]
                }
            ),
        ]
    }

    private var introductionJSON: JSON {
        switch introduction {
        case .pubkey(let node_id): ["node_id": .hex(node_id)]
        case .sciddir(let direction, let channel):
            ["scid": .hex(Self.bigEndian(channel)), "direction": .integer(Int64(direction))]
        }
    }

    private var introductionBytes: [UInt8] {
        switch introduction {
        case .pubkey(let node_id): Array(node_id)
        case .sciddir(let direction, let channel): [direction] + Self.bigEndian(channel)
        }
    }

    static func bigEndian(_ value: UInt64) -> [UInt8] {
        (0..<8).reversed().map { UInt8(value >> (8 * $0) & 0xff) }
    }

    var bytes: [UInt8] {
        var bytes = introductionBytes + path_key + [UInt8(hops.count)]
        for hop in hops {
            let enclen = hop.encrypted_recipient_data.count
            bytes += hop.blinded_node_id + [UInt8(enclen / 256), UInt8(enclen % 256)] + hop.encrypted_recipient_data
        }
        return bytes
    }
}

/// A blinded path worked out hop by hop, as each of its nodes sees it.
struct BlindingDerivation {
    struct Hop {
        let key: SecretKey
        /// `encrypted_data_tlv`, padding included.
        let data: [UInt8]
        /// Where the hop carries LDK's tag.
        var receive_auth_key: Bytes32?
        /// Where a new chain of keys starts at this hop.
        var session_key: SecretKey?

        init(_ key: SecretKey, _ records: [TLVRecord]) { self.init(key, data: TLVStream(sorting: records).bytes) }

        init(_ key: SecretKey, data: [UInt8]) {
            self.key = key
            self.data = data
        }
    }

    let hops: [Hop]
    let derived: [HopDerivation]
    let parts: PathParts

    init(
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
    var steps: JSON {
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
