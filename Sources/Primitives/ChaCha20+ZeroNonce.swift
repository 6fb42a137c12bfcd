internal import CSodium

/// BOLT 4 uses ChaCha20 and its AEAD with a nonce of zeros, under keys that are used once. These forms cannot fail.
extension ChaCha20 {
    /// Combines `bytes` with the key stream from its byte `offset` on: BOLT 4's `generateCipherStream`, anywhere in it.
    package static func xorZeroNonce(
        _ bytes: some Collection<UInt8>,
        key: Bytes32,
        from offset: Int = 0
    ) -> [UInt8] {
        let skipped = offset % 64
        let block = UInt32(truncatingIfNeeded: offset / 64)
        if skipped == 0 { return xorZeroNonce(bytes, key, block: block) }
        let shifted = [UInt8](repeating: 0, count: skipped) + bytes
        return Array(xorZeroNonce(shifted, key, block: block).dropFirst(skipped))
    }

    /// Combines `bytes`, at their place, with the key stream from its beginning.
    package static func xorZeroNonce(_ bytes: inout [UInt8], key: Bytes32) {
        CryptoLibraries.prepare()
        bytes.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            withBytes(of: zeroNonce) { nonce, _ in
                key.withPointer { _ = crypto_stream_chacha20_ietf_xor(start, start, UInt64(buffer.count), nonce, $0) }
            }
        }
    }

    private static func xorZeroNonce(_ bytes: some Collection<UInt8>, _ key: Bytes32, block: UInt32) -> [UInt8] {
        CryptoLibraries.prepare()
        return bytesWritten(bytes.count) { output in
            withBytes(of: bytes) { input, count in
                withBytes(of: zeroNonce) { nonce, _ in
                    key.withPointer { key in
                        _ = crypto_stream_chacha20_ietf_xor_ic(output, input, UInt64(count), nonce, block, key)
                    }
                }
            }
        }
    }
}

extension ChaCha20Poly1305 {
    /// RFC 8439 without associated data. The 16-byte tag stands at the end.
    package static func sealZeroNonce(_ plaintext: some Collection<UInt8>, key: Bytes32) -> [UInt8] {
        CryptoLibraries.prepare()
        return bytesWritten(plaintext.count + tagSize) { output in
            withBytes(of: plaintext) { text, count in
                withBytes(of: ChaCha20.zeroNonce) { nonce, _ in
                    key.withPointer { key in
                        _ = crypto_aead_chacha20poly1305_ietf_encrypt(
                            output,
                            nil,
                            text,
                            UInt64(count),
                            nil,
                            0,
                            nil,
                            nonce,
                            key
                        )
                    }
                }
            }
        }
    }
}
