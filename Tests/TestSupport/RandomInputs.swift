internal import Primitives

/// Inputs for property tests: random bytes, and every kind of damage to valid ones. The same on every run.
package enum RandomInputs {
    /// Random bytes of many sizes.
    package static func noise(_ seed: String, count: Int, upTo size: Int = 200) -> [[UInt8]] {
        var randomness = SeededRandomness(seed: seed)
        return (0..<count).map { _ in randomness.bytes(randomness.integer(below: size + 1)) }
    }

    /// All prefixes of `bytes`, and copies with one byte changed, removed or added at each of up to `limit` places.
    package static func damaged(_ bytes: [UInt8], seed: String, limit: Int = 400) -> [[UInt8]] {
        var randomness = SeededRandomness(seed: seed)
        let step = max(1, bytes.count / limit)
        var inputs: [[UInt8]] = []
        for index in stride(from: 0, to: bytes.count, by: step) {
            inputs.append(Array(bytes[..<index]))
            var changed = bytes
            changed[index] ^= UInt8(1 + randomness.integer(below: 255))
            inputs.append(changed)
            changed = bytes
            changed.remove(at: index)
            inputs.append(changed)
            changed = bytes
            changed.insert(UInt8(randomness.integer(below: 256)), at: index)
            inputs.append(changed)
        }
        return inputs
    }
}
