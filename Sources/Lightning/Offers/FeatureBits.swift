/// Feature bitmaps (BOLT 9): bit 0 is the lowest bit of the last byte. Even bits are compulsory, odd ones optional.
package struct FeatureBits: Hashable, Sendable {
    /// Without leading zero bytes, so that equal sets compare equal.
    private let bytes: ArraySlice<UInt8>

    package init(_ bytes: ArraySlice<UInt8>?) { self.bytes = (bytes ?? []).drop { $0 == 0 } }

    /// The set bits, lowest first.
    package var bits: [Int] {
        var bits: [Int] = []
        for (index, byte) in bytes.reversed().enumerated() where byte != 0 {
            for bit in 0..<8 where byte >> bit & 1 == 1 { bits.append(8 * index + bit) }
        }
        return bits
    }

    package func contains(_ bit: Int) -> Bool { bits.contains(bit) }

    /// The lowest set even bit that `known` does not hold.
    package func unknownEven(known: Set<Int>) -> Int? {
        bits.first { $0.isMultiple(of: 2) && !known.contains($0) }
    }
}
