internal import Primitives
package import Rules

/// How the payer seals its reply path with `encrypted_counterparty_secret`, `E` below (SALT-13). The text does not say how a
/// value of 16 bytes is to do that (C-51).
package enum Sealing: String, Hashable, Sendable, CaseIterable {
    /// Key HMAC256("rho", E), nonce zero: how BOLT 4 makes a key of a shared secret.
    case RA
    /// Key SHA256(E), nonce zero.
    case RB
    /// E itself as a key of 16 bytes, nonce zero.
    case RC
    /// Key as in RA; a nonce of the payer's stands before the ciphertext.
    case RD

    /// The reading that the suite takes.
    package static let recommended = Sealing.RA

    package static let nonceSize = 12

    /// The payer chooses a nonce. With a fixed one, all payers of an offer use the same key stream (SALT-SEC-1).
    package var hasNonce: Bool { self == .RD }

    /// Seals the encoding of a reply path.
    /// - `nonce`: 12 bytes, for `RD`.
    /// - Throws: SALT-2 and SALT-13 for values of a wrong size.
    package func seal(
        _ reply_path: [UInt8],
        under encrypted_counterparty_secret: [UInt8],
        nonce: [UInt8]? = nil
    ) throws(Finding) -> SealedReplyPath {
        let key = try key(encrypted_counterparty_secret)
        let nonce = try usedNonce(nonce)
        let ciphertext = try sized { () throws(PrimitiveError) in
            try key.isShort
                ? ChaCha20Poly1305ShortKey.seal(reply_path, key: key.bytes, nonce: nonce)
                : ChaCha20Poly1305.seal(reply_path, key: Bytes32(key.bytes), nonce: nonce)
        }
        let sealed = hasNonce ? nonce + ciphertext : ciphertext
        return SealedReplyPath(sealed: sealed, key: key.bytes, nonce: nonce, plaintext: reply_path)
    }

    /// Opens what a payer sealed: ciphertext with its tag at the end, under `RD` behind a nonce.
    /// - Throws: SALT-18 when it is not authentic, SALT-2 and SALT-13 for a masked secret of a wrong size.
    package func open(
        _ sealed: some Collection<UInt8>,
        under encrypted_counterparty_secret: [UInt8]
    ) throws(Finding) -> [UInt8] {
        let key = try key(encrypted_counterparty_secret)
        let sealed = Array(sealed)
        let front = hasNonce ? Self.nonceSize : 0
        guard sealed.count >= front + ChaCha20Poly1305.tagSize else {
            throw Finding("SALT-18", "aead", "\(sealed.count) bytes are too few under \(rawValue)")
        }
        let nonce = hasNonce ? Array(sealed.prefix(front)) : ChaCha20.zeroNonce
        let ciphertext = sealed.dropFirst(front)
        do {
            return try key.isShort
                ? ChaCha20Poly1305ShortKey.open(ciphertext, key: key.bytes, nonce: nonce)
                : ChaCha20Poly1305.open(ciphertext, key: Bytes32(key.bytes), nonce: nonce)
        } catch {
            throw Finding("SALT-18", "aead", error.detail)
        }
    }

    private struct Key {
        let bytes: [UInt8]
        var isShort: Bool { bytes.count == 16 }
    }

    /// The key that E leads to.
    ///
    /// E has 48 bytes where a masking cuts nothing off. RA and RB hash it, whatever its size; RC needs a key of 16 bytes, and RD
    /// is kept to the size that the text states.
    private func key(_ E: [UInt8]) throws(Finding) -> Key {
        try SaltGrant.checkMaskedSize(E)
        switch self {
        case .RA:
            return Key(bytes: Hash.hmac(key: Array("rho".utf8), E).bytes)
        case .RB:
            return Key(bytes: Hash.sha256(E).bytes)
        case .RC:
            try checkShort(E)
            return Key(bytes: E)
        case .RD:
            try checkShort(E)
            return Key(bytes: Hash.hmac(key: Array("rho".utf8), E).bytes)
        }
    }

    private func checkShort(_ E: [UInt8]) throws(Finding) {
        guard E.count == 16 else {
            throw Finding(
                "SALT-13",
                .semantic("encrypted_counterparty_secret"),
                "\(rawValue) goes with an encrypted_counterparty_secret of 16 bytes, this one has \(E.count)"
            )
        }
    }

    private func usedNonce(_ given: [UInt8]?) throws(Finding) -> [UInt8] {
        guard hasNonce else { return ChaCha20.zeroNonce }
        let nonce = given ?? []
        guard nonce.count == Self.nonceSize else {
            throw Finding(
                "SALT-13",
                .semantic("nonce"),
                "\(rawValue) takes a nonce of \(Self.nonceSize) bytes, this one has \(nonce.count)"
            )
        }
        return nonce
    }

    /// Sizes were checked; what the primitives still find is a finding all the same.
    private func sized(_ body: () throws(PrimitiveError) -> [UInt8]) throws(Finding) -> [UInt8] {
        do {
            return try body()
        } catch {
            throw Finding("SALT-13", .semantic("encrypted_counterparty_secret"), error.detail)
        }
    }
}

/// A sealed reply path, as record 4141 carries it, with what led to it.
package struct SealedReplyPath: Hashable, Sendable {
    package let sealed: [UInt8]
    package let key: [UInt8]
    package let nonce: [UInt8]
    package let plaintext: [UInt8]

    /// The 16 bytes at the end.
    package var tag: ArraySlice<UInt8> { sealed.suffix(16) }
    /// As long as the plaintext.
    package var ciphertext: ArraySlice<UInt8> { sealed.dropLast(16).suffix(plaintext.count) }
}
