/// Appends fixed-width and variable-width integers to a growing byte array.
package struct ByteWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func write(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// Big-endian, as wide as its type (BOLT 1, "Fundamental Types").
    package mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func writeBigSize(_ value: UInt64) { write(BigSize.encode(value)) }
}
