internal import CSodium

/// ChaCha20 as a stream cipher (RFC 8439, 2.4), 32-byte key, 12-byte nonce.
package enum ChaCha20 {
    package static let zeroNonce = [UInt8](repeating: 0, count: 12)

    /// Combines `bytes` with the key stream that starts at block `counter`.
    /// - Throws: a `.length` error unless the nonce has 12 bytes.
    package static func xor(
        _ bytes: some Collection<UInt8>,
        key: Bytes32,
        nonce: some Collection<UInt8> = zeroNonce,
        counter: UInt32 = 0
    ) throws(PrimitiveError) -> [UInt8] {
        try checkNonce(nonce)
        CryptoLibraries.prepare()
        return bytesWritten(bytes.count) { output in
            withBytes(of: bytes) { input, count in
                withBytes(of: nonce) { nonce, _ in
                    key.withPointer { key in
                        _ = crypto_stream_chacha20_ietf_xor_ic(output, input, UInt64(count), nonce, counter, key)
                    }
                }
            }
        }
    }

    /// The first `count` bytes of the key stream: BOLT 4's `generateCipherStream` with its zero nonce.
    package static func stream(
        key: Bytes32,
        count: Int,
        nonce: some Collection<UInt8> = zeroNonce
    ) throws(PrimitiveError) -> [UInt8] {
        try xor([UInt8](repeating: 0, count: count), key: key, nonce: nonce)
    }

    static func checkNonce(_ nonce: some Collection<UInt8>) throws(PrimitiveError) {
        guard nonce.count == 12 else {
            throw PrimitiveError(.length, "a nonce takes 12 bytes, there are \(nonce.count)")
        }
    }
}

/// The AEAD of RFC 8439; ciphertexts carry their 16-byte tag at the end.
package enum ChaCha20Poly1305 {
    package static let tagSize = 16

    /// - Throws: a `.length` error unless the nonce has 12 bytes.
    package static func seal(
        _ plaintext: some Collection<UInt8>,
        key: Bytes32,
        nonce: some Collection<UInt8> = ChaCha20.zeroNonce,
        associatedData: some Collection<UInt8> = [UInt8]()
    ) throws(PrimitiveError) -> [UInt8] {
        try ChaCha20.checkNonce(nonce)
        CryptoLibraries.prepare()
        return bytesWritten(plaintext.count + tagSize) { output in
            withInputs(plaintext, nonce, associatedData, key) { text, textCount, nonce, data, dataCount, key in
                crypto_aead_chacha20poly1305_ietf_encrypt(
                    output,
                    nil,
                    text,
                    textCount,
                    data,
                    dataCount,
                    nil,
                    nonce,
                    key
                )
            }
        }
    }

    /// - Throws: a `.tag` error when the ciphertext is shorter than a tag or is not authentic, a `.length` error unless
    ///   the nonce has 12 bytes.
    package static func open(
        _ ciphertext: some Collection<UInt8>,
        key: Bytes32,
        nonce: some Collection<UInt8> = ChaCha20.zeroNonce,
        associatedData: some Collection<UInt8> = [UInt8]()
    ) throws(PrimitiveError) -> [UInt8] {
        try ChaCha20.checkNonce(nonce)
        CryptoLibraries.prepare()
        guard ciphertext.count >= tagSize else {
            throw PrimitiveError(.tag, "\(ciphertext.count) bytes are too few for a 16-byte tag")
        }
        var status: Int32 = -1
        let plaintext = bytesWritten(ciphertext.count - tagSize) { output in
            status = withInputs(ciphertext, nonce, associatedData, key) {
                text,
                textCount,
                nonce,
                data,
                dataCount,
                key in
                crypto_aead_chacha20poly1305_ietf_decrypt(
                    output,
                    nil,
                    nil,
                    text,
                    textCount,
                    data,
                    dataCount,
                    nonce,
                    key
                )
            }
        }
        guard status == 0 else { throw PrimitiveError(.tag, "the tag does not match the ciphertext") }
        return plaintext
    }

    private typealias Bytes = UnsafePointer<UInt8>

    @discardableResult
    private static func withInputs(
        _ text: some Collection<UInt8>,
        _ nonce: some Collection<UInt8>,
        _ associatedData: some Collection<UInt8>,
        _ key: Bytes32,
        _ call: (_ text: Bytes, UInt64, _ nonce: Bytes, _ data: Bytes, UInt64, _ key: Bytes) -> Int32
    ) -> Int32 {
        withBytes(of: text) { text, textCount in
            withBytes(of: nonce) { nonce, _ in
                withBytes(of: associatedData) { data, dataCount in
                    key.withPointer { call(text, UInt64(textCount), nonce, data, UInt64(dataCount), $0) }
                }
            }
        }
    }
}

/// Poly1305 (RFC 8439, 2.5) with a one-time key.
package enum Poly1305 {
    /// The 16-byte tag of `message`.
    package static func tag(_ message: some Collection<UInt8>, oneTimeKey: Bytes32) -> [UInt8] {
        CryptoLibraries.prepare()
        return bytesWritten(16) { output in
            withBytes(of: message) { message, count in
                oneTimeKey.withPointer { key in
                    _ = crypto_onetimeauth(output, message, UInt64(count), key)
                }
            }
        }
    }
}
