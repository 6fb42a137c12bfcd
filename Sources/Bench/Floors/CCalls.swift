internal import CSecp256k1
internal import CSodium

/// libsecp256k1 and libsodium as a C program calls them: from pointer to pointer, nothing allocated, nothing checked twice.
enum C {
    typealias Bytes = UnsafeMutablePointer<UInt8>

    nonisolated(unsafe) private static let context: OpaquePointer? = {
        _ = sodium_init()
        return secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE))
    }()
    nonisolated(unsafe) private static let zeroNonce: Bytes = {
        let nonce = Bytes.allocate(capacity: 12)
        nonce.initialize(repeating: 0, count: 12)
        return nonce
    }()

    // MARK: Curve

    static func point(_ bytes: UnsafePointer<UInt8>) -> secp256k1_pubkey? {
        guard let context else { return nil }
        var point = secp256k1_pubkey()
        return secp256k1_ec_pubkey_parse(context, &point, bytes, 33) == 1 ? point : nil
    }

    static func publicKey(_ key: Bytes) -> secp256k1_pubkey {
        var point = secp256k1_pubkey()
        if let context { _ = secp256k1_ec_pubkey_create(context, &point, key) }
        return point
    }

    static func write(_ point: secp256k1_pubkey, _ output: Bytes) {
        var point = point
        var count = 33
        if let context {
            _ = secp256k1_ec_pubkey_serialize(context, output, &count, &point, UInt32(SECP256K1_EC_COMPRESSED))
        }
    }

    static func ecdh(_ output: Bytes, _ point: secp256k1_pubkey, _ key: Bytes) {
        var point = point
        if let context { _ = secp256k1_ecdh(context, output, &point, key, nil, nil) }
    }

    static func multiply(_ point: secp256k1_pubkey, _ factor: Bytes) -> secp256k1_pubkey {
        var point = point
        if let context { _ = secp256k1_ec_pubkey_tweak_mul(context, &point, factor) }
        return point
    }

    static func multiply(key: Bytes, _ factor: Bytes) {
        if let context { _ = secp256k1_ec_seckey_tweak_mul(context, key, factor) }
    }

    /// - Returns: whether the key is that of `signer`; then 64 bytes are written.
    static func sign(_ signature: Bytes, _ digest: Bytes, _ key: Bytes, signer: UnsafePointer<UInt8>, _ scratch: Bytes)
        -> Bool
    {
        guard let context else { return false }
        var pair = secp256k1_keypair()
        var point = secp256k1_pubkey()
        guard secp256k1_keypair_create(context, &pair, key) == 1 else { return false }
        _ = secp256k1_keypair_pub(context, &point, &pair)
        write(point, scratch)
        guard sodium_memcmp(scratch, signer, 33) == 0 else { return false }
        scratch.initialize(repeating: 0, count: 32)
        return secp256k1_schnorrsig_sign32(context, signature, digest, &pair, scratch) == 1
    }

    static func verify(_ signature: UnsafePointer<UInt8>, _ digest: Bytes, _ signer: secp256k1_pubkey) -> Bool {
        guard let context else { return false }
        var signer = signer
        var xOnly = secp256k1_xonly_pubkey()
        _ = secp256k1_xonly_pubkey_from_pubkey(context, &xOnly, nil, &signer)
        return secp256k1_schnorrsig_verify(context, signature, digest, 32, &xOnly) == 1
    }

    // MARK: Hashes

    static func sha256(_ output: Bytes, _ input: Bytes, _ count: Int) {
        _ = crypto_hash_sha256(output, input, UInt64(count))
    }

    static func hmac(_ output: Bytes, _ key: Bytes, _ keyCount: Int, _ input: UnsafePointer<UInt8>, _ count: Int) {
        var state = crypto_auth_hmacsha256_state()
        _ = crypto_auth_hmacsha256_init(&state, key, keyCount)
        _ = crypto_auth_hmacsha256_update(&state, input, UInt64(count))
        _ = crypto_auth_hmacsha256_final(&state, output)
    }

    /// The state behind the tag of a tagged hash.
    static func tagged(_ tag: Bytes, _ count: Int, _ scratch: Bytes) -> crypto_hash_sha256_state {
        sha256(scratch, tag, count)
        var state = crypto_hash_sha256_state()
        _ = crypto_hash_sha256_init(&state)
        _ = crypto_hash_sha256_update(&state, scratch, 32)
        _ = crypto_hash_sha256_update(&state, scratch, 32)
        return state
    }

    static func hash(
        _ output: Bytes,
        _ state: crypto_hash_sha256_state,
        _ input: UnsafePointer<UInt8>,
        _ count: Int
    ) {
        var state = state
        _ = crypto_hash_sha256_update(&state, input, UInt64(count))
        _ = crypto_hash_sha256_final(&state, output)
    }

    // MARK: Ciphers

    /// - `nonce`: twelve zeros by default.
    static func chacha20(
        _ output: Bytes,
        _ input: UnsafePointer<UInt8>,
        _ count: Int,
        _ key: Bytes,
        nonce: Bytes? = nil,
        block: UInt32 = 0
    ) {
        _ = crypto_stream_chacha20_ietf_xor_ic(output, input, UInt64(count), nonce ?? zeroNonce, block, key)
    }

    static func seal(_ output: Bytes, _ input: UnsafePointer<UInt8>, _ count: Int, _ key: Bytes) {
        _ = crypto_aead_chacha20poly1305_ietf_encrypt(
            output,
            nil,
            input,
            UInt64(count),
            nil,
            0,
            nil,
            zeroNonce,
            key
        )
    }

    static func open(_ output: Bytes, _ input: UnsafePointer<UInt8>, _ count: Int, _ key: Bytes) -> Bool {
        crypto_aead_chacha20poly1305_ietf_decrypt(
            output,
            nil,
            nil,
            input,
            UInt64(count),
            nil,
            0,
            zeroNonce,
            key
        ) == 0
    }

    static func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        sodium_memcmp(left, right, count) == 0
    }
}

/// Bytes at a fixed place, for as long as the floor that holds them.
final class Fixed {
    let start: C.Bytes
    let count: Int

    init(_ bytes: some Collection<UInt8>) {
        count = bytes.count
        start = C.Bytes.allocate(capacity: max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
        for (index, byte) in bytes.enumerated() { start[index] = byte }
    }

    convenience init(room count: Int) { self.init([UInt8](repeating: 0, count: count)) }

    convenience init(_ text: String) { self.init(Array(text.utf8)) }

    deinit { start.deallocate() }

    func bytes(_ range: Range<Int>) -> [UInt8] { range.map { start[$0] } }
}
