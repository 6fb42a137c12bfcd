/// tu16, tu32 and tu64 (BOLT 1, "Fundamental Types"): big-endian without leading zero bytes; zero is no bytes at all.
package enum TruncatedInteger {
    package static func encode(_ value: UInt64) -> [UInt8] {
        Array(value.bigEndianBytes.drop { $0 == 0 })
    }

    /// Decodes a value that takes the whole of `bytes`.
    /// - `width`: 2, 4 or 8, the most bytes that the type allows.
    /// - Throws: `.valueLength` when `bytes` is longer, and through `onFault` `.integerNotMinimal` on a leading zero.
    package static func decode(
        _ bytes: ArraySlice<UInt8>,
        width: Int,
        onFault: FaultHandler = throwFault
    ) throws(WireError) -> UInt64 {
        guard bytes.count <= width else {
            throw WireError(
                .valueLength,
                at: bytes.startIndex,
                "a tu\(8 * width) takes at most \(width) bytes, this has \(bytes.count)"
            )
        }
        if bytes.first == 0 {
            try onFault(
                WireError(.integerNotMinimal, at: bytes.startIndex, "a truncated integer starts with a zero byte")
            )
        }
        return bytes.bigEndian
    }
}
