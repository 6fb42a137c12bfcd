/// A `tlv_stream` (BOLT 1, "Type-Length-Value Format"): records in the order of the input.
package struct TLVStream: Hashable, Sendable {
    package let records: [TLVRecord]

    /// A stream of records that are already in order; use `init(sorting:)` where they may not be.
    init(ordered records: [TLVRecord]) { self.records = records }

    /// Sorts records by type, as a writer must (B1-TLV-12). Of records with the same type the last one stays.
    package init(sorting records: some Sequence<TLVRecord>) {
        var byType: [UInt64: TLVRecord] = [:]
        for record in records { byType[record.type] = record }
        self.init(ordered: byType.values.sorted { $0.type < $1.type })
    }

    /// The records' encodings, one after the other: byte for byte what was read.
    package var bytes: [UInt8] { records.flatMap(\.encoding) }

    /// The value of the record with this type.
    package subscript(type: UInt64) -> ArraySlice<UInt8>? {
        records.first { $0.type == type }?.value
    }

    package func contains(_ type: UInt64) -> Bool { self[type] != nil }
}

/// Which types a reader knows.
package enum KnownTypes: Sendable {
    /// No table: any type passes; order, canonical form and lengths still count.
    case unspecified
    case these(@Sendable (UInt64) -> Bool)
}

extension TLVStream {
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
        var records: [TLVRecord] = []
        while !reader.isAtEnd {
            let record = try readRecord(&reader, known, onFault)
            if let last = records.last { try checkOrder(last.type, record, onFault) }
            records.append(record)
        }
        return TLVStream(ordered: records)
    }

    private static func readRecord(
        _ reader: inout ByteReader,
        _ known: KnownTypes,
        _ onFault: FaultHandler
    ) throws(WireError) -> TLVRecord {
        let start = reader.rest
        let type = try BigSize.read(&reader, "type", onFault: onFault)
        let length = try BigSize.read(&reader, "length of type \(type)", onFault: onFault)
        let isSkipped = isUnknown(type, known) && !type.isMultiple(of: 2)
        guard let count = Int(exactly: length), count <= reader.rest.count else {
            throw WireError(
                isSkipped ? .skippedLengthPastEnd : .lengthPastEnd,
                at: reader.offset,
                "type \(type) announces \(length) bytes, \(reader.rest.count) are left"
            )
        }
        if case .these = known, isUnknown(type, known), !isSkipped {
            try onFault(WireError(.unknownEvenType, at: start.startIndex, "type \(type) is even and unknown"))
        }
        let value = try reader.read(count, "value of type \(type)")
        return TLVRecord(type: type, value: value, encoding: start[..<reader.offset])
    }

    private static func isUnknown(_ type: UInt64, _ known: KnownTypes) -> Bool {
        switch known {
        case .unspecified: true
        case .these(let isKnown): !isKnown(type)
        }
    }

    private static func checkOrder(
        _ last: UInt64,
        _ record: TLVRecord,
        _ onFault: FaultHandler
    ) throws(WireError) {
        let offset = record.encoding.startIndex
        if record.type == last {
            try onFault(WireError(.typeRepeated, at: offset, "type \(record.type) stands twice"))
        } else if record.type < last {
            try onFault(WireError(.typeNotIncreasing, at: offset, "type \(record.type) follows type \(last)"))
        }
    }
}
