/// A `tlv_stream` (BOLT 1, "Type-Length-Value Format"): its bytes, and where the records stand in them, in the order of the input.
package struct TLVStream: Sendable {
    /// The records' encodings, one after the other: byte for byte what was read.
    package let encoding: ArraySlice<UInt8>
    private let places: [Place]

    /// Where a record stands, in the indices of `encoding`. It begins where the one before ends.
    fileprivate struct Place: Sendable {
        let type: UInt64
        let value: Int
        let end: Int
    }

    fileprivate init(_ encoding: ArraySlice<UInt8>, _ places: [Place]) {
        self.encoding = encoding
        self.places = places
    }

    /// Sorts records by type, as a writer must (B1-TLV-12). Of records with the same type the last one stays.
    package init(sorting records: some Sequence<TLVRecord>) {
        var byType: [UInt64: TLVRecord] = [:]
        for record in records { byType[record.type] = record }
        var bytes: [UInt8] = []
        var places: [Place] = []
        for record in byType.values.sorted(by: { $0.type < $1.type }) {
            bytes += record.encoding
            places.append(Place(type: record.type, value: bytes.count - record.value.count, end: bytes.count))
        }
        self.init(bytes[...], places)
    }

    package var bytes: [UInt8] { Array(encoding) }

    package var records: Records { Records(stream: self) }

    /// The value of the record with this type.
    package subscript(type: UInt64) -> ArraySlice<UInt8>? {
        places.first { $0.type == type }.map { encoding[$0.value..<$0.end] }
    }

    package func contains(_ type: UInt64) -> Bool { places.contains { $0.type == type } }
}

extension TLVStream: Hashable {
    /// Where the records stand follows from the bytes.
    package static func == (left: TLVStream, right: TLVStream) -> Bool { left.encoding == right.encoding }
    package func hash(into hasher: inout Hasher) { hasher.combine(encoding) }
}

extension TLVStream {
    /// The records of a stream, each made when it is looked at.
    package struct Records: RandomAccessCollection, Sendable {
        fileprivate let stream: TLVStream

        package var startIndex: Int { 0 }
        package var endIndex: Int { stream.places.count }

        package subscript(index: Int) -> TLVRecord {
            let place = stream.places[index]
            let start = index > 0 ? stream.places[index - 1].end : stream.encoding.startIndex
            return TLVRecord(
                type: place.type,
                value: stream.encoding[place.value..<place.end],
                encoding: stream.encoding[start..<place.end]
            )
        }
    }

    /// The records' types alone.
    package var types: some RandomAccessCollection<UInt64> { places.lazy.map(\.type) }
}

/// Which types a reader knows.
package enum KnownTypes: Sendable {
    /// No table: any type passes; order, canonical form and lengths still count.
    case unspecified
    case these(@Sendable (UInt64) -> Bool)

    fileprivate var table: ((UInt64) -> Bool)? {
        if case .these(let isKnown) = self { return isKnown }
        return nil
    }
}

extension TLVStream {
    /// Most streams have no more records.
    private static var few: Int { 24 }

    /// Reads a whole stream by the rules for the receiving node.
    ///
    /// - Throws: through `onFault`, faults from which a reader can go on: order, repetition, a longer form than needed, an
    ///   unknown even type. It always throws if the input ends inside a record: then there is no stream.
    package static func read(
        _ bytes: ArraySlice<UInt8>,
        known: KnownTypes,
        onFault: FaultHandler = throwFault
    ) throws(WireError) -> TLVStream {
        var reader = ByteReader(bytes)
        var places: [Place] = []
        // A record takes two bytes at least.
        places.reserveCapacity(Swift.min(bytes.count / 2, few))
        let isKnown = known.table
        var last: UInt64?
        while !reader.isAtEnd {
            let start = reader.offset
            let place = try readRecord(&reader, isKnown, onFault)
            if let last, place.type <= last { try checkOrder(last, place.type, at: start, onFault) }
            last = place.type
            if places.count == few {
                // As many as there will be if the others are as long: room that is doubled again and again is mostly new memory.
                let average = (start - bytes.startIndex) / few
                places.reserveCapacity(bytes.count / average)
            }
            places.append(place)
        }
        return TLVStream(bytes, places)
    }

    @inline(__always)
    private static func readRecord(
        _ reader: inout ByteReader,
        _ isKnown: ((UInt64) -> Bool)?,
        _ onFault: FaultHandler
    ) throws(WireError) -> Place {
        let start = reader.offset
        let type = try BigSize.read(&reader, "type", onFault: onFault)
        let length = try BigSize.read(&reader, "length of type \(type)", onFault: onFault)
        guard length <= UInt64(reader.count) else {
            let isSkipped = !type.isMultiple(of: 2) && !(isKnown?(type) ?? false)
            throw WireError(
                isSkipped ? .skippedLengthPastEnd : .lengthPastEnd,
                at: reader.offset,
                "type \(type) announces \(length) bytes, \(reader.count) are left"
            )
        }
        if type.isMultiple(of: 2), let isKnown, !isKnown(type) {
            try onFault(WireError(.unknownEvenType, at: start, "type \(type) is even and unknown"))
        }
        let value = reader.offset
        reader.skip(Int(length))
        return Place(type: type, value: value, end: reader.offset)
    }

    private static func checkOrder(
        _ last: UInt64,
        _ type: UInt64,
        at start: Int,
        _ onFault: FaultHandler
    ) throws(WireError) {
        if type == last {
            try onFault(WireError(.typeRepeated, at: start, "type \(type) stands twice"))
        } else {
            try onFault(WireError(.typeNotIncreasing, at: start, "type \(type) follows type \(last)"))
        }
    }
}
