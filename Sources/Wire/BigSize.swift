/// BigSize (BOLT 1, Appendix A): an unsigned integer in 1, 3, 5 or 9 bytes, big-endian, in the shortest form only.
package enum BigSize {
    package static func encode(_ value: UInt64) -> [UInt8] {
        var writer = ByteWriter()
        switch value {
        case 0..<0xfd:
            writer.write(UInt8(value))
        case 0xfd..<0x1_0000:
            writer.write(UInt8(0xfd))
            writer.write(UInt16(value))
        case 0x1_0000..<0x1_0000_0000:
            writer.write(UInt8(0xfe))
            writer.write(UInt32(value))
        default:
            writer.write(UInt8(0xff))
            writer.write(value)
        }
        return writer.bytes
    }

    /// Reads one BigSize.
    /// - Throws: `.bigSizeTruncated` (B1-BS-2), and through `onFault` `.bigSizeNotMinimal` (B1-BS-1).
    @inline(__always)
    package static func read(
        _ reader: inout ByteReader,
        _ what: @autoclosure () -> String,
        onFault: FaultHandler = throwFault
    ) throws(WireError) -> UInt64 {
        if let found = next(reader) {
            reader.skip(found.count)
            return found.value
        }
        // A copy, so that the reader of all that is right can stay in registers.
        var copy = reader
        defer { reader = copy }
        return try readWrong(&copy, what(), onFault)
    }

    /// What stands next, if nothing is wrong with it.
    @inline(__always)
    private static func next(_ reader: ByteReader) -> (value: UInt64, count: Int)? {
        guard let first = reader.next else { return nil }
        // Most are of one byte.
        if first < 0xfd { return (UInt64(first), 1) }
        let (width, least) = form(first)
        guard reader.count > width else { return nil }
        let value = reader.integer(behind: 1, width: width)
        return value < least ? nil : (value, 1 + width)
    }

    /// How many bytes follow the first, and the least value that needs so many.
    @inline(__always)
    private static func form(_ first: UInt8) -> (width: Int, least: UInt64) {
        switch first {
        case 0xfd: (2, 0xfd)
        case 0xfe: (4, 0x1_0000)
        default: (8, 0x1_0000_0000)
        }
    }

    /// Says what is wrong, and goes on behind a longer form than needed.
    private static func readWrong(
        _ reader: inout ByteReader,
        _ what: @autoclosure () -> String,
        _ onFault: FaultHandler
    ) throws(WireError) -> UInt64 {
        let start = reader.offset
        guard let first = reader.next else {
            throw WireError(.bigSizeTruncated, at: start, "\(what()) is missing: the input ends before it")
        }
        let width = form(first).width
        guard reader.count > width else {
            throw WireError(
                .bigSizeTruncated,
                at: start,
                "\(what()) starts with \(hexByte(first)) and takes \(1 + width) bytes, \(reader.count) are left"
            )
        }
        let value = reader.integer(behind: 1, width: width)
        reader.skip(1 + width)
        try onFault(
            WireError(
                .bigSizeNotMinimal,
                at: start,
                "\(what()) \(value) has a shorter form than \(1 + width) bytes"
            )
        )
        return value
    }

    /// Decodes bytes that hold one BigSize and nothing else.
    package static func decode(
        _ bytes: ArraySlice<UInt8>,
        onFault: FaultHandler = throwFault
    ) throws(WireError) -> UInt64 {
        var reader = ByteReader(bytes)
        let value = try read(&reader, "BigSize", onFault: onFault)
        if !reader.isAtEnd {
            try onFault(
                WireError(.valueLength, at: reader.offset, "\(reader.count) bytes follow the BigSize")
            )
        }
        return value
    }
}

func hexByte(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0\(digits)" : digits
}
