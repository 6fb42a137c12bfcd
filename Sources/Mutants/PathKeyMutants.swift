internal import InvoiceServer
internal import Primitives

/// RB-W13: the first key of each path, `e_0`, is secret and fresh.
extension MutantRegistry {
    static let pathKeys: [Mutant] = [
        Mutant("RB-W13/constant-e0", .server { $0.randomness = ConstantRandomness() }),
        Mutant("RB-W13/constant-e0-of-a-recipient", .recipient { $0.randomness = ConstantRandomness() }),
    ]
}

/// The bug of a build for tests that was shipped: every key is the same.
private struct ConstantRandomness: RandomSource {
    mutating func next32() -> Bytes32 { Bytes32(repeating: 1) }
}
