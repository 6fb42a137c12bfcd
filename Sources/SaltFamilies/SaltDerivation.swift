internal import Primitives
internal import VectorFormat
internal import VectorKit
internal import Wire

/// The computations of the salt/secret scheme put together from RFC 8439's parts, apart from the reference. Key streams are
/// libsodium's where the key has 32 bytes, and `ChaChaDerivation`'s where it has 16.
enum SaltDerivation {
    /// What masks a secret, and the result.
    struct Masked {
        let key: [UInt8]
        let nonce: [UInt8]
        var counter: UInt32?
        let plaintext: [UInt8]
        var keystream: [UInt8]?
        var ciphertext: [UInt8]?
        var tag: [UInt8]?
        let E: [UInt8]
    }

    /// C-50, by the names of the adapter protocol.
    static func mask(_ reading: String, secret: [UInt8], salt: [UInt8]) throws(GenerationError) -> Masked {
        switch reading {
        case "SA": try block(secret, key: secret, salt)
        case "SA2": try block(secret, key: secret + secret, salt)
        case "SB16": try block(Array(secret[..<16]), key: secret, salt)
        case "SC-ct16-head": try sealed(secret, nonce: Array(salt[..<12])) { $0.ciphertext[..<16] }
        case "SC-ct16-tail": try sealed(secret, nonce: Array(salt[4...])) { $0.ciphertext[..<16] }
        case "SC-tag16-head": try sealed(secret, nonce: Array(salt[..<12])) { $0.tag[...] }
        case "SC-tag16-tail": try sealed(secret, nonce: Array(salt[4...])) { $0.tag[...] }
        case "SD-head": try sealed(secret, nonce: Array(salt[..<12])) { ($0.ciphertext + $0.tag)[...] }
        case "SD-tail": try sealed(secret, nonce: Array(salt[4...])) { ($0.ciphertext + $0.tag)[...] }
        default: throw GenerationError(id: "salt", problems: ["there is no reading \(reading)"])
        }
    }

    /// The plaintext under the block that the salt names: four bytes of counter, the lowest first, and twelve of nonce.
    private static func block(_ plaintext: [UInt8], key: [UInt8], _ salt: [UInt8]) throws(GenerationError) -> Masked {
        let counter = UInt32(salt[0]) + UInt32(salt[1]) << 8 + UInt32(salt[2]) << 16 + UInt32(salt[3]) << 24
        let nonce = Array(salt[4...])
        let keystream = Array(try stream(key, nonce: nonce, from: counter, count: 64)[..<plaintext.count])
        return Masked(
            key: key,
            nonce: nonce,
            counter: counter,
            plaintext: plaintext,
            keystream: keystream,
            E: SealDerivation.xor(plaintext, keystream)
        )
    }

    private static func sealed(
        _ secret: [UInt8],
        nonce: [UInt8],
        _ part: ((ciphertext: [UInt8], tag: [UInt8])) -> ArraySlice<UInt8>
    ) throws(GenerationError) -> Masked {
        let (ciphertext, tag) = try aead(secret, key: secret, nonce: nonce)
        return Masked(
            key: secret,
            nonce: nonce,
            plaintext: secret,
            ciphertext: ciphertext,
            tag: tag,
            E: Array(part((ciphertext, tag)))
        )
    }

    // MARK: Sealing

    /// A sealed reply path, and what sealed it.
    struct Sealed {
        let key: [UInt8]
        let nonce: [UInt8]
        let plaintext: [UInt8]
        let ciphertext: [UInt8]
        let tag: [UInt8]
        let bytes: [UInt8]
    }

    /// C-51, by the names of the adapter protocol.
    static func seal(
        _ sealing: String,
        E: [UInt8],
        _ plaintext: [UInt8],
        nonce given: [UInt8]? = nil
    ) throws(GenerationError) -> Sealed {
        let key =
            switch sealing {
            case "RB": Hash.sha256(E).bytes
            case "RC": E
            default: HopDerivation.hmac(Array("rho".utf8), E).bytes
            }
        let nonce = given ?? ChaCha20.zeroNonce
        let (ciphertext, tag) = try aead(plaintext, key: key, nonce: nonce)
        let front = sealing == "RD" ? nonce : []
        return Sealed(
            key: key,
            nonce: nonce,
            plaintext: plaintext,
            ciphertext: ciphertext,
            tag: tag,
            bytes: front + ciphertext + tag
        )
    }

    /// RFC 8439, 2.8, without associated data: block 0 gives the key of the tag, the text is encrypted from block 1 on.
    private static func aead(
        _ plaintext: [UInt8],
        key: [UInt8],
        nonce: [UInt8]
    ) throws(GenerationError) -> (ciphertext: [UInt8], tag: [UInt8]) {
        let stream = try stream(key, nonce: nonce, from: 0, count: 64 + plaintext.count)
        let ciphertext = SealDerivation.xor(plaintext, stream[64...])
        let filled = [UInt8](repeating: 0, count: (16 - ciphertext.count % 16) % 16)
        let lengths = [UInt8](repeating: 0, count: 8) + MessageParts.bigEndian(UInt64(ciphertext.count), 8).reversed()
        guard let oneTimeKey = try? Bytes32(stream[..<32]) else {
            throw GenerationError(id: "salt", problems: ["there is no key for the tag"])
        }
        return (ciphertext, Poly1305.tag(ciphertext + filled + lengths, oneTimeKey: oneTimeKey))
    }

    private static func stream(
        _ key: [UInt8],
        nonce: [UInt8],
        from counter: UInt32,
        count: Int
    ) throws(GenerationError) -> [UInt8] {
        if key.count == 16 { return try ChaChaDerivation.stream(key, nonce: nonce, from: counter, count: count) }
        do {
            let zeros = [UInt8](repeating: 0, count: count)
            return try ChaCha20.xor(zeros, key: Bytes32(key), nonce: nonce, counter: counter)
        } catch {
            throw GenerationError(id: "salt", problems: [error.detail])
        }
    }
}

/// ChaCha20 written row by row, as a matrix whose diagonals are turned into columns and back: another form than the
/// reference's, which goes by RFC 8439's indices.
enum ChaChaDerivation {
    private typealias Row = SIMD4<UInt32>

    /// Key stream under a key of 16 bytes. libsodium has no such keys; so the same rounds must first give libsodium's stream and
    /// the block of RFC 8439, 2.3.2, for keys of 32, and for a key of 16 the block that was published.
    static func stream(
        _ key: [UInt8],
        nonce: [UInt8],
        from counter: UInt32,
        count: Int
    ) throws(GenerationError) -> [UInt8] {
        try checkRounds(nonce, counter)
        let blocks = UInt32((count + 63) / 64)
        return Array((0..<blocks).flatMap { block("expand 16-byte k", key + key, nonce, counter &+ $0) }[..<count])
    }

    private static func checkRounds(_ nonce: [UInt8], _ counter: UInt32) throws(GenerationError) {
        let key = Array(UInt8(0)...31)
        let ours = block("expand 32-byte k", key, nonce, counter)
        let zeros = [UInt8](repeating: 0, count: 64)
        let sodium = try? ChaCha20.xor(zeros, key: Bytes32(key), nonce: nonce, counter: counter)
        let rfc = block("expand 32-byte k", key, [0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0], 1)
        let zero = block("expand 16-byte k", Array(zeros[..<32]), Array(zeros[..<12]), 0)
        guard ours == sodium, Hex.encode(rfc) == blockOfRFC8439, Hex.encode(zero) == blockUnderZeros else {
            throw GenerationError(id: "salt", problems: ["the rounds of the derivation are not ChaCha20's"])
        }
    }

    /// RFC 8439, 2.3.2: the serialized block.
    private static let blockOfRFC8439 =
        "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
        + "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"

    /// draft-strombergson-chacha-test-vectors-01, TC1, 20 rounds: the first block under 16 zeros.
    private static let blockUnderZeros =
        "89670952608364fd00b2f90936f031c8e756e15dba04b8493d00429259b20f46"
        + "cc04f111246b6c2ce066be3bfb32d9aa0fddfbc12123d4b9e44f34dca05a103f"

    private static func block(_ constants: String, _ key: [UInt8], _ nonce: [UInt8], _ counter: UInt32) -> [UInt8] {
        let words = words(Array(constants.utf8) + key) + [counter] + words(nonce)
        let start = (0..<4).map { Row(words[4 * $0..<4 * $0 + 4]) }
        var rows = start
        for _ in 0..<10 {
            halfRound(&rows)
            for row in 1...3 { rows[row] = turned(rows[row], by: row) }
            halfRound(&rows)
            for row in 1...3 { rows[row] = turned(rows[row], by: 4 - row) }
        }
        return zip(rows, start).flatMap { row, start in
            (0..<4).flatMap { column in
                let word = row[column] &+ start[column]
                return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> $0) }
            }
        }
    }

    /// Four quarter rounds side by side, one a column.
    private static func halfRound(_ rows: inout [Row]) {
        for (first, second) in [(16, 12), (8, 7)] as [(UInt32, UInt32)] {
            rows[0] = rows[0] &+ rows[1]
            rows[3] = rotated(rows[3] ^ rows[0], first)
            rows[2] = rows[2] &+ rows[3]
            rows[1] = rotated(rows[1] ^ rows[2], second)
        }
    }

    private static func rotated(_ row: Row, _ bits: UInt32) -> Row {
        row &<< Row(repeating: bits) | row &>> Row(repeating: 32 - bits)
    }

    private static func turned(_ row: Row, by places: Int) -> Row {
        Row((0..<4).map { row[($0 + places) % 4] })
    }

    private static func words(_ bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count, by: 4).map { at in
            (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) }
        }
    }
}
