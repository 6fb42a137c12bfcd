package import Primitives

/// ChaCha20 for both sizes of key that the cipher was published with: 32 bytes, the only one of RFC 8439, and 16.
///
/// libsodium has the longer one alone. The shorter one differs in two places of the state: the constants end in "16-byte k",
/// and the key stands twice (C-50, readings SA and RC). All else is RFC 8439, 2.1 to 2.4.
package struct ChaCha20ShortKey {
    /// The state before the rounds, with 0 for the counter.
    private let state: [UInt32]

    /// - Parameters:
    ///   - key: 16 bytes; with 32 this is RFC 8439's own, with which the tests compare.
    ///   - nonce: 12 bytes.
    package init(key: some Collection<UInt8>, nonce: some Collection<UInt8>) throws(PrimitiveError) {
        guard key.count == 16 || key.count == 32 else {
            throw PrimitiveError(.length, "a key takes 16 or 32 bytes, there are \(key.count)")
        }
        guard nonce.count == 12 else {
            throw PrimitiveError(.length, "a nonce takes 12 bytes, there are \(nonce.count)")
        }
        let constants = key.count == 16 ? "expand 16-byte k" : "expand 32-byte k"
        let keyWords = Self.words(key)
        state = Self.words(constants.utf8) + keyWords + (key.count == 16 ? keyWords : []) + [0] + Self.words(nonce)
    }

    /// The 64 bytes of key stream of one block (RFC 8439, 2.3).
    package func block(_ counter: UInt32) -> [UInt8] {
        var start = state
        start[12] = counter
        var working = start
        for _ in 0..<10 {
            for (a, b, c, d) in Self.columns { Self.quarterRound(&working, a, b, c, d) }
            for (a, b, c, d) in Self.diagonals { Self.quarterRound(&working, a, b, c, d) }
        }
        return zip(working, start).flatMap { littleEndian($0 &+ $1) }
    }

    /// Combines `bytes` with the key stream from block `counter` on.
    package func xor(_ bytes: some Collection<UInt8>, from counter: UInt32) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var counter = counter
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            output += zip(rest, block(counter)).map { $0 ^ $1 }
            rest = rest.dropFirst(64)
            counter &+= 1
        }
        return output
    }

    private static let columns = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)]
    private static let diagonals = [(0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]

    /// RFC 8439, 2.1.
    private static func quarterRound(_ x: inout [UInt32], _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        func step(_ sum: Int, _ addend: Int, _ mixed: Int, _ bits: UInt32) {
            x[sum] &+= x[addend]
            x[mixed] ^= x[sum]
            x[mixed] = x[mixed] << bits | x[mixed] >> (32 - bits)
        }
        step(a, b, d, 16)
        step(c, d, b, 12)
        step(a, b, d, 8)
        step(c, d, b, 7)
    }

    private static func words(_ bytes: some Collection<UInt8>) -> [UInt32] {
        let bytes = Array(bytes)
        return stride(from: 0, to: bytes.count, by: 4).map { littleEndianWord(bytes[$0..<$0 + 4]) }
    }
}

/// Four bytes as a number, the lowest first: how ChaCha20 reads its words, and how a salt holds a counter (C-50).
package func littleEndianWord(_ bytes: some Collection<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
}

package func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
