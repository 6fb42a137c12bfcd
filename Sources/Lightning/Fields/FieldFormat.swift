internal import Primitives
package import Wire

/// How a field is written, composed as the BOLTs compose it. One description serves reading, writing, JSON and display.
package enum FieldFormat: Sendable {
    /// u8, u16, u32, u64 by their width in bytes.
    case integer(width: Int)
    /// tu16, tu32, tu64 by their width in bytes. Takes all bytes that are left.
    case truncated(width: Int)
    /// A tu64 of millisatoshi or satoshi with its bound (B1-T-5).
    case amount(atMost: UInt64)
    /// All bytes that are left.
    case bytes
    /// A fixed number of bytes: hashes, signatures.
    case fixed(Int)
    /// Bytes behind their length, an integer of so many bytes.
    case prefixed(width: Int)
    /// All bytes that are left, as text.
    case text
    case point
    case node
    /// Eight bytes, shown as sixteen hexadecimal digits.
    case shortChannelID
    /// A record whose presence says it all.
    case flag
    case structure([Member])
    /// Elements up to the end: the BOLTs' `...*`.
    indirect case list(FieldFormat)
    /// Elements behind their number, one byte.
    indirect case counted(FieldFormat)

    package struct Member: Sendable {
        package let name: String
        package let format: FieldFormat

        package init(_ name: String, _ format: FieldFormat) {
            self.name = name
            self.format = format
        }
    }
}

/// What a field holds, in the shape that its format gives it.
package enum FieldValue: Hashable, Sendable {
    case integer(UInt64)
    case bytes(ArraySlice<UInt8>)
    case text(String)
    case node(SciddirOrPubkey)
    case present
    case structure([FieldValue])
    case list([FieldValue])
}

extension FieldFormat {
    /// Decodes a value that takes the whole of `bytes`.
    /// - Throws: faults of B1-TLV-4, B1-TLV-5 and B1-T-2 to B1-T-5; through `onFault` where the rest can still be read.
    package func decode(
        _ bytes: ArraySlice<UInt8>,
        onFault: FaultHandler = throwFault
    ) throws(WireError) -> FieldValue {
        var points = ParsedPoints()
        return try decode(bytes, &points, onFault: onFault)
    }

    /// The same as a part of something larger.
    /// - `points`: those that were met before; new ones are added.
    func decode(
        _ bytes: ArraySlice<UInt8>,
        _ points: inout ParsedPoints,
        onFault: FaultHandler
    ) throws(WireError) -> FieldValue {
        var reader = ByteReader(bytes)
        let value = try read(&reader, &points, onFault)
        if !reader.isAtEnd {
            try onFault(
                WireError(.valueLength, at: reader.offset, "\(reader.count) bytes are left after the value")
            )
        }
        return value
    }

    fileprivate func read(
        _ reader: inout ByteReader,
        _ points: inout ParsedPoints,
        _ onFault: FaultHandler
    ) throws(WireError) -> FieldValue {
        switch self {
        case .integer(let width):
            return .integer(try reader.readInteger(width: width, "u\(8 * width)"))
        case .truncated(let width):
            return .integer(try TruncatedInteger.decode(reader.readRest(), width: width, onFault: onFault))
        case .amount(let bound):
            return .integer(try readAmount(&reader, bound, onFault))
        case .bytes:
            return .bytes(reader.readRest())
        case .fixed(let count):
            return .bytes(try reader.read(count, "a value of \(count) bytes"))
        case .prefixed(let width):
            return .bytes(try readPrefixed(&reader, width))
        case .text:
            return .text(try UTF8Text.decode(reader.readRest(), onFault: onFault))
        case .point:
            return .bytes(try readPoint(&reader, &points, onFault))
        case .node:
            return .node(try readNode(&reader, &points, onFault))
        case .shortChannelID:
            return .integer(try reader.readU64("short channel id"))
        case .flag:
            return .present
        case .structure(let members):
            var values: [FieldValue] = []
            values.reserveCapacity(members.count)
            for member in members {
                values.append(try member.format.read(as: member.name, &reader, &points, onFault))
            }
            return .structure(values)
        case .list(let element):
            var values: [FieldValue] = []
            while !reader.isAtEnd { values.append(try element.read(at: values.count, &reader, &points, onFault)) }
            return .list(values)
        case .counted(let element):
            let count = try reader.readByte("number of elements")
            var values: [FieldValue] = []
            for index in 0..<count { values.append(try element.read(at: Int(index), &reader, &points, onFault)) }
            return .list(values)
        }
    }

    private func readAmount(
        _ reader: inout ByteReader,
        _ bound: UInt64,
        _ onFault: FaultHandler
    ) throws(WireError) -> UInt64 {
        let offset = reader.offset
        let value = try TruncatedInteger.decode(reader.readRest(), width: 8, onFault: onFault)
        try Amount.check(value, atMost: bound, offset: offset, onFault: onFault)
        return value
    }

    private func readPrefixed(_ reader: inout ByteReader, _ width: Int) throws(WireError) -> ArraySlice<UInt8> {
        let length = try reader.readInteger(width: width, "length")
        // A width of 1 or 2 bytes: the length always fits.
        return try reader.read(Int(clamping: length), "a value of \(length) bytes")
    }

    private func readPoint(
        _ reader: inout ByteReader,
        _ points: inout ParsedPoints,
        _ onFault: FaultHandler
    ) throws(WireError) -> ArraySlice<UInt8> {
        let bytes = try reader.read(33, "point")
        try checkPoint(bytes, &points, onFault)
        return bytes
    }

    private func readNode(
        _ reader: inout ByteReader,
        _ points: inout ParsedPoints,
        _ onFault: FaultHandler
    ) throws(WireError) -> SciddirOrPubkey {
        let node = try SciddirOrPubkey.read(&reader)
        if case .pubkey(let bytes) = node { try checkPoint(bytes, &points, onFault) }
        return node
    }

    private func checkPoint(
        _ bytes: ArraySlice<UInt8>,
        _ points: inout ParsedPoints,
        _ onFault: FaultHandler
    ) throws(WireError) {
        do {
            try points.parse(bytes)
        } catch {
            try onFault(WireError(.point, at: bytes.startIndex, error.detail))
        }
    }
}

extension FieldFormat {
    /// What a fault names in place of a member when it is in an element of a list behind the first.
    package static let later = "later"

    /// Reads an element of a list.
    private func read(
        at index: Int,
        _ reader: inout ByteReader,
        _ points: inout ParsedPoints,
        _ onFault: FaultHandler
    ) throws(WireError) -> FieldValue {
        index == 0 ? try read(&reader, &points, onFault) : try read(as: Self.later, &reader, &points, onFault)
    }

    /// Reads a part of something larger, and says in each fault whose it is.
    private func read(
        as name: String,
        _ reader: inout ByteReader,
        _ points: inout ParsedPoints,
        _ onFault: FaultHandler
    ) throws(WireError) -> FieldValue {
        do throws(WireError) {
            return try read(&reader, &points) { fault throws(WireError) in
                do throws(WireError) {
                    try onFault(fault.within(name))
                } catch {
                    // It passes through the `catch` below, which names the part.
                    throw fault
                }
            }
        } catch {
            throw error.within(name)
        }
    }
}

extension FieldFormat {
    /// Writes a value of this format's shape.
    /// - Returns: `nil` when the value has another shape or does not fit, which only a caller's mistake can cause.
    package func encode(_ value: FieldValue) -> [UInt8]? {
        switch (self, value) {
        case (.integer(let width), .integer(let number)):
            return encodeInteger(number, width: width)
        case (.truncated(let width), .integer(let number)):
            let bytes = TruncatedInteger.encode(number)
            return bytes.count <= width ? bytes : nil
        case (.amount, .integer(let number)):
            return TruncatedInteger.encode(number)
        case (.shortChannelID, .integer(let number)):
            return encodeInteger(number, width: 8)
        case (.bytes, .bytes(let bytes)):
            return Array(bytes)
        case (.fixed(let count), .bytes(let bytes)):
            return bytes.count == count ? Array(bytes) : nil
        case (.point, .bytes(let bytes)):
            return bytes.count == 33 ? Array(bytes) : nil
        case (.prefixed(let width), .bytes(let bytes)):
            return encodeInteger(UInt64(bytes.count), width: width).map { $0 + bytes }
        case (.text, .text(let text)):
            return Array(text.utf8)
        case (.node, .node(let node)):
            return node.bytes
        case (.flag, .present):
            return []
        case (.structure(let members), .structure(let values)):
            guard members.count == values.count else { return nil }
            return concatenated(zip(members, values).map { $0.format.encode($1) })
        case (.list(let element), .list(let values)):
            return concatenated(values.map(element.encode))
        case (.counted(let element), .list(let values)):
            guard let count = encodeInteger(UInt64(values.count), width: 1) else { return nil }
            return concatenated([count] + values.map(element.encode))
        default:
            return nil
        }
    }

    private func encodeInteger(_ number: UInt64, width: Int) -> [UInt8]? {
        let bytes = number.bigEndianBytes
        return bytes.prefix(8 - width).allSatisfy { $0 == 0 } ? bytes.suffix(width) : nil
    }

    private func concatenated(_ parts: [[UInt8]?]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for part in parts {
            guard let part else { return nil }
            bytes += part
        }
        return bytes
    }
}
