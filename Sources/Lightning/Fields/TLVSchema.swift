package import Primitives
package import Rules
package import Wire

/// The table of a `tlv_stream`: which records it knows, by what name and in what format.
package struct TLVSchema: Sendable {
    package struct Record: Sendable {
        package let type: UInt64
        package let name: String
        package let format: FieldFormat

        package init(_ type: UInt64, _ name: String, _ format: FieldFormat) {
            self.type = type
            self.name = name
            self.format = format
        }
    }

    package let name: String
    package let records: [Record]
    private let indexOfType: [UInt64: Int]

    package init(_ name: String, _ records: [Record]) {
        self.name = name
        self.records = records
        indexOfType = Dictionary(zip(records.map(\.type), records.indices), uniquingKeysWith: { first, _ in first })
    }

    package subscript(type: UInt64) -> Record? { indexOfType[type].map { records[$0] } }

    package func record(named name: String) -> Record? { records.first { $0.name == name } }
}

/// A stream read by its table: the records as they stood, and the values of those that the table knows.
package struct DecodedStream: Sendable {
    package let stream: TLVStream
    /// By type. A record that is unknown or malformed has no value here.
    package let values: [UInt64: FieldValue]
    /// The points in the values.
    private let points: ParsedPoints

    package init(stream: TLVStream, values: [UInt64: FieldValue], points: ParsedPoints = ParsedPoints()) {
        self.stream = stream
        self.values = values
        self.points = points
    }

    /// The point that stands there as these bytes; `nil` where it is none.
    package func point(_ bytes: ArraySlice<UInt8>) -> PublicKey? { points[bytes] ?? (try? PublicKey(bytes)) }

    package subscript(type: UInt64) -> FieldValue? { values[type] }

    package func contains(_ type: UInt64) -> Bool { stream.contains(type) }

    package var bytes: [UInt8] { stream.bytes }
}

extension DecodedStream: Hashable {
    /// Points follow from the values.
    package static func == (left: DecodedStream, right: DecodedStream) -> Bool {
        left.stream == right.stream && left.values == right.values
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(stream)
        hasher.combine(values)
    }
}

extension TLVSchema {
    /// Reads a whole stream: BOLT 1's rules for the stream, then each known record's own format.
    /// - `finding`: what a fault in the value of a record breaks; by default what the fault itself says.
    package func read(
        _ bytes: ArraySlice<UInt8>,
        _ validation: inout Validation,
        faultInRecord finding: (Record, WireError) -> Finding = { Finding($1) }
    ) throws(Finding) -> DecodedStream {
        let stream = try validation.decodeWhole(as: { Finding($0).placed(place(of: $0)) }) {
            onFault throws(WireError) in
            try TLVStream.read(bytes, known: .these { indexOfType[$0] != nil }, onFault: onFault)
        }
        var values: [UInt64: FieldValue] = [:]
        values.reserveCapacity(min(stream.records.count, records.count))
        var points = ParsedPoints()
        for record in stream.records {
            guard let known = self[record.type] else { continue }
            values[record.type] = try validation.decode(as: { finding(known, $0).placed(place(of: $0, known)) }) {
                onFault throws(WireError) in
                try known.format.decode(record.value, &points, onFault: onFault)
            }
        }
        return DecodedStream(stream: stream, values: values, points: points)
    }

    private func place(of fault: WireError, _ record: Record? = nil) -> Finding.Place {
        Finding.Place(object: name, field: (record.map { [$0.name] } ?? []) + fault.members, rule: fault.fault.rule)
    }

    /// Reads a stream strictly.
    package func decode(_ bytes: some Collection<UInt8>) throws(Finding) -> DecodedStream {
        var validation = Validation(.strict)
        return try read(Array(bytes)[...], &validation)
    }
}

extension WireError.Fault {
    fileprivate var rule: RequirementID { RequirementID(requirement) }
}

extension Finding {
    /// The finding for a fault of encoding.
    package init(_ error: WireError) {
        let finding = Finding(
            RequirementID(error.fault.requirement),
            ReasonClass(rawValue: error.fault.reason),
            error.detail,
            offset: error.offset
        )
        self = finding.placed(Place(object: "", field: error.members, rule: error.fault.rule))
    }
}

extension Validation {
    /// Runs a reader of `Wire`, turning its faults into findings.
    /// - `finding`: what a fault breaks here; by default what the fault itself says.
    /// - Returns: what the reader returned; `nil` when a collecting validation met a fault that left nothing to return.
    package mutating func decode<Value>(
        as finding: (WireError) -> Finding = { Finding($0) },
        _ read: (FaultHandler) throws(WireError) -> Value
    ) throws(Finding) -> Value? {
        let isStrict = mode == .strict
        var faults: [WireError] = []
        var value: Value?
        do {
            value = try read { fault throws(WireError) in
                if isStrict { throw fault }
                faults.append(fault)
            }
        } catch {
            faults.append(error)
        }
        for fault in faults { try report(finding(fault)) }
        return value
    }

    /// Runs a reader without whose value nothing more can be said: a fault that leaves none ends a collecting validation too.
    package mutating func decodeWhole<Value>(
        as finding: (WireError) -> Finding = { Finding($0) },
        _ read: (FaultHandler) throws(WireError) -> Value
    ) throws(Finding) -> Value {
        let value = try decode(as: finding, read)
        if let value { return value }
        throw findings[findings.count - 1]
    }
}
