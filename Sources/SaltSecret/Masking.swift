internal import Primitives
package import Rules

/// How `counterparty_secret` becomes `encrypted_counterparty_secret` (SALT-3), in every reading of a text whose sizes do not
/// fit the cipher that it names (C-50).
///
/// In all of them the secret is key and plaintext at once, and the salt supplies the nonce.
package enum Masking: String, Hashable, Sendable, CaseIterable {
    case SA
    case SA2
    case SB16
    case SC_ct16_head = "SC-ct16-head"
    case SC_ct16_tail = "SC-ct16-tail"
    case SC_tag16_head = "SC-tag16-head"
    case SC_tag16_tail = "SC-tag16-tail"
    case SD_head = "SD-head"
    case SD_tail = "SD-tail"

    /// The reading that the suite takes.
    package static let recommended = Masking.SB16

    /// Bytes of every `unique_salt`.
    package static let saltSize = 16

    /// Bytes of `counterparty_secret`, which the text does not state.
    package var secretSize: Int {
        switch self {
        case .SA, .SA2: 16
        case .SB16, .SC_ct16_head, .SC_ct16_tail, .SC_tag16_head, .SC_tag16_tail, .SD_head, .SD_tail: 32
        }
    }

    /// Bytes of `encrypted_counterparty_secret` (SALT-2).
    package var maskedSize: Int {
        switch self {
        case .SD_head, .SD_tail: 48
        case .SA, .SA2, .SB16, .SC_ct16_head, .SC_ct16_tail, .SC_tag16_head, .SC_tag16_tail: 16
        }
    }

    /// The sealings that take such a masked secret: a hash does whatever its size, a key has 16 bytes (C-51).
    package var sealings: [Sealing] { maskedSize == 16 ? Sealing.allCases : [.RA, .RB] }

    /// - Throws: SALT-1 and SALT-3 for a salt and a secret of another size than the reading's.
    package func mask(_ counterparty_secret: [UInt8], with unique_salt: [UInt8]) throws(Finding) -> MaskedSecret {
        try checkSaltSize(unique_salt)
        guard counterparty_secret.count == secretSize else {
            throw Finding(
                "SALT-3",
                .semantic("counterparty_secret"),
                "under \(rawValue) a counterparty_secret has \(secretSize) bytes, this one has \(counterparty_secret.count)"
            )
        }
        do {
            return try computed(counterparty_secret, unique_salt)
        } catch {
            throw Finding("SALT-3", .semantic("counterparty_secret"), error.detail)
        }
    }

    private func computed(_ secret: [UInt8], _ salt: [UInt8]) throws(PrimitiveError) -> MaskedSecret {
        switch self {
        case .SA:
            // The secret is a key of 16 bytes, and all of it is the plaintext.
            let block = SaltBlock(salt)
            let keystream = try ChaCha20ShortKey(key: secret, nonce: block.nonce).block(block.counter)
            return .masked(secret, key: secret, block, keystream)
        case .SA2:
            // The secret twice is a key of 32 bytes; once it is the plaintext.
            let block = SaltBlock(salt)
            let key = secret + secret
            return .masked(secret, key: key, block, try block.keystream(key))
        case .SB16:
            // The secret is a key of 32 bytes; its first 16 are the plaintext.
            let block = SaltBlock(salt)
            return .masked(Array(secret.prefix(16)), key: secret, block, try block.keystream(secret))
        case .SC_ct16_head: return try .sealed(secret, nonce: salt.prefix(12)).keeping { $0.prefix(16) }
        case .SC_ct16_tail: return try .sealed(secret, nonce: salt.suffix(12)).keeping { $0.prefix(16) }
        case .SC_tag16_head: return try .sealed(secret, nonce: salt.prefix(12)).keeping { $0.suffix(16) }
        case .SC_tag16_tail: return try .sealed(secret, nonce: salt.suffix(12)).keeping { $0.suffix(16) }
        case .SD_head: return try .sealed(secret, nonce: salt.prefix(12))
        case .SD_tail: return try .sealed(secret, nonce: salt.suffix(12))
        }
    }
}

/// A masked secret with what led to it.
package struct MaskedSecret: Hashable, Sendable {
    package let encrypted_counterparty_secret: [UInt8]
    package let key: [UInt8]
    /// 12 bytes.
    package let nonce: [UInt8]
    /// Where one block of key stream masks the secret: which one.
    package let counter: UInt32?
    package let plaintext: [UInt8]
    /// Where one block masks the secret: as much of it as there is plaintext.
    package let keystream: [UInt8]?
    /// Where RFC 8439's AEAD seals the secret: ciphertext and tag, of which a reading may keep a part.
    package let sealed: [UInt8]?
}

extension MaskedSecret {
    /// The plaintext under the start of one block of key stream.
    fileprivate static func masked(
        _ plaintext: [UInt8],
        key: [UInt8],
        _ block: SaltBlock,
        _ keystream: [UInt8]
    ) -> MaskedSecret {
        MaskedSecret(
            encrypted_counterparty_secret: zip(plaintext, keystream).map { $0 ^ $1 },
            key: key,
            nonce: block.nonce,
            counter: block.counter,
            plaintext: plaintext,
            keystream: Array(keystream.prefix(plaintext.count)),
            sealed: nil
        )
    }

    /// The secret sealed under itself: 32 bytes of ciphertext and a tag of 16 (RFC 8439, 2.8, without associated data).
    fileprivate static func sealed(
        _ secret: [UInt8],
        nonce: ArraySlice<UInt8>
    ) throws(PrimitiveError) -> MaskedSecret {
        let sealed = try ChaCha20Poly1305.seal(secret, key: Bytes32(secret), nonce: nonce)
        return MaskedSecret(
            encrypted_counterparty_secret: sealed,
            key: secret,
            nonce: Array(nonce),
            counter: nil,
            plaintext: secret,
            keystream: nil,
            sealed: sealed
        )
    }

    /// The same, of which only a part is handed out.
    fileprivate func keeping(_ part: ([UInt8]) -> ArraySlice<UInt8>) -> MaskedSecret {
        MaskedSecret(
            encrypted_counterparty_secret: Array(part(encrypted_counterparty_secret)),
            key: key,
            nonce: nonce,
            counter: counter,
            plaintext: plaintext,
            keystream: keystream,
            sealed: sealed
        )
    }
}

/// A salt as the name of one block of key stream: a counter of 4 bytes, the lowest first, and a nonce of 12. That is how 16
/// bytes were split before RFC 8439, and in LDK's functions for single blocks (C-50).
private struct SaltBlock {
    let counter: UInt32
    let nonce: [UInt8]

    init(_ salt: [UInt8]) {
        counter = littleEndianWord(salt.prefix(4))
        nonce = Array(salt.dropFirst(4))
    }

    /// All of the block, under a key of 32 bytes.
    func keystream(_ key: [UInt8]) throws(PrimitiveError) -> [UInt8] {
        try ChaCha20.xor([UInt8](repeating: 0, count: 64), key: Bytes32(key), nonce: nonce, counter: counter)
    }
}

func checkSaltSize(_ unique_salt: [UInt8]) throws(Finding) {
    guard unique_salt.count == Masking.saltSize else {
        throw Finding(
            "SALT-1",
            .semantic("unique_salt"),
            "a unique_salt has \(Masking.saltSize) bytes, this one has \(unique_salt.count)"
        )
    }
}
