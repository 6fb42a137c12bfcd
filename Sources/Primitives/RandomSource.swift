internal import CSodium

/// Where random bytes come from. Code that needs them is handed a source; it never fetches its own.
package protocol RandomSource: Sendable {
    mutating func next32() -> Bytes32
}

/// The operating system's generator.
package struct SystemRandomness: RandomSource {
    package init() { CryptoLibraries.prepare() }

    package mutating func next32() -> Bytes32 {
        Bytes32 { randombytes_buf($0, 32) }
    }
}

/// A reproducible sequence: SHA-256 of a seed and a counter. For vectors, tests and replays, never for keys in use.
package struct SeededRandomness: RandomSource {
    private let seed: [UInt8]
    private var counter: UInt64 = 0

    package init(seed: some Collection<UInt8>) { self.seed = Array(seed) }

    package init(seed: String) { self.init(seed: Array(seed.utf8)) }

    package mutating func next32() -> Bytes32 {
        defer { counter += 1 }
        return Hash.sha256(seed, withUnsafeBytes(of: counter.bigEndian) { Array($0) })
    }
}

extension RandomSource {
    package mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes.append(contentsOf: next32().bytes) }
        return Array(bytes.prefix(count))
    }

    /// A secret key. Draws again in the one case in 2^128 in which the bytes are not a valid key.
    package mutating func secretKey() -> SecretKey {
        while true {
            if let key = try? SecretKey(next32()) { return key }
        }
    }

    /// An integer below `bound`, which must be above zero.
    package mutating func integer(below bound: Int) -> Int {
        Int(bytes(7).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % UInt64(max(bound, 1)))
    }
}
