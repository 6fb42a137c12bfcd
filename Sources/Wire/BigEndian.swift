extension FixedWidthInteger {
    /// All bytes, the most significant first: BOLT 1's `u16`, `u32`, `u64`.
    package var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
