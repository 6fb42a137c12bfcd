/// A cursor over bytes. It hands out slices of its input and never copies.
///
/// A slice keeps its parent's indices, so offsets in errors are counted from the start of the outermost input.
package struct ByteReader: Sendable {
    package private(set) var rest: ArraySlice<UInt8>

    package init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    package var offset: Int { rest.startIndex }
    package var isAtEnd: Bool { rest.isEmpty }

    /// The next `count` bytes.
    /// - Throws: a `.valueLength` fault when fewer remain.
    package mutating func read(_ count: Int, _ what: @autoclosure () -> String) throws(WireError) -> ArraySlice<UInt8> {
        guard count <= rest.count else {
            throw WireError(.valueLength, at: offset, "\(what()) needs \(count) bytes, \(rest.count) are left")
        }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// The next `width` (1 to 8) bytes as a big-endian integer (BOLT 1, "Fundamental Types").
    package mutating func readInteger(
        width: Int,
        _ what: @autoclosure () -> String
    ) throws(WireError) -> UInt64 {
        try read(width, what()).bigEndian
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
