internal import CSodium

/// SHA-256 (FIPS 180-4), HMAC-SHA256 (RFC 2104) and the tagged hash of BIP-340.
package enum Hash {
    package static func sha256(_ parts: (any Collection<UInt8>)...) -> Bytes32 {
        var state = SHA256()
        for part in parts { state.update(part) }
        return state.finish()
    }

    package static func sha256(_ first: some Collection<UInt8>, _ second: Bytes32) -> Bytes32 {
        var state = SHA256()
        state.update(first)
        state.update(second)
        return state.finish()
    }

    package static func hmac(key: some Collection<UInt8>, _ message: Bytes32) -> Bytes32 {
        var state = crypto_auth_hmacsha256_state()
        withBytes(of: key) { _ = crypto_auth_hmacsha256_init(&state, $0, $1) }
        message.withPointer { _ = crypto_auth_hmacsha256_update(&state, $0, 32) }
        return Bytes32 { _ = crypto_auth_hmacsha256_final(&state, $0) }
    }

    package static func hmac(
        key: Bytes32,
        _ first: some Collection<UInt8>,
        _ second: some Collection<UInt8>
    ) -> Bytes32 {
        var state = crypto_auth_hmacsha256_state()
        key.withPointer { _ = crypto_auth_hmacsha256_init(&state, $0, 32) }
        withBytes(of: first) { _ = crypto_auth_hmacsha256_update(&state, $0, UInt64($1)) }
        withBytes(of: second) { _ = crypto_auth_hmacsha256_update(&state, $0, UInt64($1)) }
        return Bytes32 { _ = crypto_auth_hmacsha256_final(&state, $0) }
    }

    /// HMAC-SHA256 with a key of any length, as BOLT 4 writes `HMAC256(key, message)`.
    package static func hmac(key: some Collection<UInt8>, _ parts: (any Collection<UInt8>)...) -> Bytes32 {
        var state = crypto_auth_hmacsha256_state()
        withBytes(of: key) { _ = crypto_auth_hmacsha256_init(&state, $0, $1) }
        for part in parts {
            withBytes(of: part) { _ = crypto_auth_hmacsha256_update(&state, $0, UInt64($1)) }
        }
        return Bytes32 { _ = crypto_auth_hmacsha256_final(&state, $0) }
    }
}

/// SHA-256 over bytes that come in parts.
package struct SHA256: Sendable {
    private var state = crypto_hash_sha256_state()

    package init() { crypto_hash_sha256_init(&state) }

    package mutating func update(_ bytes: some Collection<UInt8>) {
        withBytes(of: bytes) { _ = crypto_hash_sha256_update(&state, $0, UInt64($1)) }
    }

    package mutating func update(_ bytes: Bytes32) {
        bytes.withPointer { _ = crypto_hash_sha256_update(&state, $0, 32) }
    }

    package mutating func finish() -> Bytes32 {
        Bytes32 { _ = crypto_hash_sha256_final(&state, $0) }
    }
}

/// H(tag, message) = SHA256(SHA256(tag) || SHA256(tag) || message) (BIP-340, "Design"; BOLT 12, "Signature Calculation").
///
/// Holds the state after the tag, so that hashing many messages under one tag hashes the tag once.
package struct TaggedHash: Sendable {
    private let afterTag: SHA256

    package init(_ tag: some Collection<UInt8>) {
        let tagHash = Hash.sha256(tag)
        var state = SHA256()
        state.update(tagHash)
        state.update(tagHash)
        afterTag = state
    }

    package init(_ tag: String) { self.init(Array(tag.utf8)) }

    package func callAsFunction(_ message: some Collection<UInt8>) -> Bytes32 {
        var state = afterTag
        state.update(message)
        return state.finish()
    }

    package func callAsFunction(_ first: Bytes32, _ second: Bytes32) -> Bytes32 {
        var state = afterTag
        state.update(first)
        state.update(second)
        return state.finish()
    }
}
