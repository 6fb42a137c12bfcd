/// A cursor over bytes. It hands out slices of its input and never copies.
///
/// A slice keeps its parent's indices, so offsets in errors are counted from the start of the outermost input.
package struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    /// Where the next byte stands, in the indices of the input.
    package private(set) var offset: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    @inline(__always)
    package var isAtEnd: Bool { offset == bytes.endIndex }

    /// How many bytes are left.
    @inline(__always)
    package var count: Int { bytes.endIndex - offset }

    package var rest: ArraySlice<UInt8> { bytes[offset...] }

    /// The next byte, which stays the next; `nil` at the end.
    @inline(__always)
    package var next: UInt8? { isAtEnd ? nil : bytes[offset] }

    /// The big-endian integer that stands some bytes behind the next one; all of it is there.
    @inline(__always)
    func integer(behind distance: Int, width: Int) -> UInt64 {
        let start = offset + distance
        var value: UInt64 = 0
        for index in start..<start + width { value = value << 8 | UInt64(bytes[index]) }
        return value
    }

    /// Passes over bytes that are there.
    @inline(__always)
    mutating func skip(_ count: Int) { offset += count }

    /// The next `count` bytes.
    /// - Throws: a `.valueLength` fault when fewer remain.
    package mutating func read(_ count: Int, _ what: @autoclosure () -> String) throws(WireError) -> ArraySlice<UInt8> {
        let start = offset
        try advance(count, what())
        return bytes[start..<offset]
    }

    /// The next `width` (1 to 8) bytes as a big-endian integer (BOLT 1, "Fundamental Types").
    @inline(__always)
    package mutating func readInteger(
        width: Int,
        _ what: @autoclosure () -> String
    ) throws(WireError) -> UInt64 {
        let start = offset
        try advance(width, what())
        var value: UInt64 = 0
        for index in start..<offset { value = value << 8 | UInt64(bytes[index]) }
        return value
    }

    @inline(__always)
    private mutating func advance(_ wanted: Int, _ what: @autoclosure () -> String) throws(WireError) {
        guard wanted <= count else {
            throw WireError(.valueLength, at: offset, "\(what()) needs \(wanted) bytes, \(count) are left")
        }
        offset += wanted
    }

    /// All bytes that are left.
    package mutating func readRest() -> ArraySlice<UInt8> {
        defer { offset = bytes.endIndex }
        return rest
    }

    package mutating func readByte(_ what: @autoclosure () -> String) throws(WireError) -> UInt8 {
        UInt8(truncatingIfNeeded: try readInteger(width: 1, what()))
    }

    package mutating func readU16(_ what: @autoclosure () -> String) throws(WireError) -> UInt16 {
        UInt16(truncatingIfNeeded: try readInteger(width: 2, what()))
    }

    package mutating func readU32(_ what: @autoclosure () -> String) throws(WireError) -> UInt32 {
        UInt32(truncatingIfNeeded: try readInteger(width: 4, what()))
    }

    package mutating func readU64(_ what: @autoclosure () -> String) throws(WireError) -> UInt64 {
        try readInteger(width: 8, what())
    }
}

extension ArraySlice<UInt8> {
    /// The value of at most 8 bytes, most significant first. Longer slices keep their last 8 bytes.
    package var bigEndian: UInt64 {
        reduce(0) { value, byte in value << 8 | UInt64(byte) }
    }
}
