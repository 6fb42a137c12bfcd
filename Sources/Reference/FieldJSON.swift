package import Lightning
package import StrictJSON
package import Wire

/// The JSON form of field values (`Spec/adapter-protocol.md`, "Objects").
extension FieldFormat {
    /// - Returns: `null` for a value of another shape than the format's, which decoding never gives.
    package func json(_ value: FieldValue) -> JSON {
        switch (self, value) {
        case (.integer(let width), .integer(let number)), (.truncated(let width), .integer(let number)):
            return width < 8 ? .integer(Int64(clamping: number)) : .decimal(number)
        case (.amount, .integer(let number)):
            return .decimal(number)
        case (.shortChannelID, .integer(let number)):
            return .hex(number.bigEndianBytes)
        case (_, .bytes(let bytes)):
            return .hex(bytes)
        case (_, .text(let text)):
            return .string(text)
        case (_, .node(let node)):
            return Self.json(node)
        case (_, .present):
            return .bool(true)
        case (.structure(let members), .structure(let values)):
            return .object(JSONObject(zip(members, values).map { ($0.name, $0.format.json($1)) }))
        case (.list(let element), .list(let values)), (.counted(let element), .list(let values)):
            return .array(values.map(element.json))
        default:
            return .null
        }
    }

    package static func json(_ node: SciddirOrPubkey) -> JSON {
        switch node {
        case .pubkey(let point):
            return ["node_id": .hex(point)]
        case .sciddir(let direction, let shortChannelID):
            return [
                "scid": FieldFormat.shortChannelID.json(.integer(shortChannelID)),
                "direction": .integer(Int64(direction)),
            ]
        }
    }

    /// Reads the JSON form.
    package func value(_ reader: JSONReader) throws(JSONShapeError) -> FieldValue {
        switch self {
        case .integer(let width), .truncated(let width):
            return .integer(width < 8 ? try reader.number(atMost: 1 << (8 * UInt64(width)) - 1) : try reader.decimal())
        case .amount:
            return .integer(try reader.decimal())
        case .shortChannelID:
            return .integer(try Self.shortChannelID(reader))
        case .bytes:
            return .bytes(try reader.hex()[...])
        case .fixed(let count):
            return .bytes(try Self.bytes(reader, count: count...count))
        case .point:
            return .bytes(try Self.bytes(reader, count: 33...33))
        case .prefixed(let width):
            return .bytes(try Self.bytes(reader, count: 0...(1 << (8 * width) - 1)))
        case .text:
            return .text(try reader.string())
        case .node:
            return .node(try Self.node(reader))
        case .flag:
            guard try reader.bool() else { throw reader.fail("a record without a value is true, or left out") }
            return .present
        case .structure(let members):
            var values: [FieldValue] = []
            for member in members { values.append(try member.format.value(try reader.member(member.name))) }
            return .structure(values)
        case .list(let element):
            return .list(try Self.values(reader, element))
        case .counted(let element):
            let values = try Self.values(reader, element)
            guard values.count <= 255 else { throw reader.fail("at most 255 elements fit, these are \(values.count)") }
            return .list(values)
        }
    }

    private static func values(
        _ reader: JSONReader,
        _ element: FieldFormat
    ) throws(JSONShapeError) -> [FieldValue] {
        var values: [FieldValue] = []
        for entry in try reader.elements() { values.append(try element.value(entry)) }
        return values
    }

    private static func bytes(
        _ reader: JSONReader,
        count: ClosedRange<Int>
    ) throws(JSONShapeError) -> ArraySlice<UInt8> {
        let bytes = try reader.hex()
        guard count.contains(bytes.count) else {
            let wanted = count.count == 1 ? "\(count.lowerBound)" : "at most \(count.upperBound)"
            throw reader.fail("\(wanted) bytes are needed, these are \(bytes.count)")
        }
        return bytes[...]
    }

    private static func shortChannelID(_ reader: JSONReader) throws(JSONShapeError) -> UInt64 {
        try bytes(reader, count: 8...8).bigEndian
    }

    package static func node(_ reader: JSONReader) throws(JSONShapeError) -> SciddirOrPubkey {
        if let nodeID = try reader.optional("node_id") {
            return .pubkey(try bytes(nodeID, count: 33...33))
        }
        guard let scid = try reader.optional("scid") else {
            throw reader.fail("{\"node_id\"} or {\"scid\", \"direction\"} is needed")
        }
        let direction = try reader.member("direction").number(atMost: 1)
        return .sciddir(direction: UInt8(direction), shortChannelID: try shortChannelID(scid))
    }
}

/// Streams as JSON.
extension TLVStream {
    package var json: JSON { .array(records.map(\.json)) }
}

extension TLVRecord {
    package var json: JSON { ["type": .decimal(type), "value": .hex(value)] }

    /// Reads a record's JSON form.
    init(_ reader: JSONReader) throws(JSONShapeError) {
        self.init(type: try reader.member("type").decimal(), value: try reader.member("value").hex())
    }
}

extension TLVSchema {
    /// `fields`: the known records by name, the others under `unknown`.
    package func fields(_ decoded: DecodedStream) -> JSON {
        var fields = JSONObject()
        var unknown: [JSON] = []
        for record in decoded.stream.records {
            if let known = self[record.type] {
                if let value = decoded[record.type] { fields[known.name] = known.format.json(value) }
            } else {
                unknown.append(record.json)
            }
        }
        if !unknown.isEmpty { fields["unknown"] = .array(unknown) }
        return .object(fields)
    }

    /// The stream with these `fields`.
    package func stream(_ fields: JSONReader) throws(JSONShapeError) -> TLVStream {
        var records: [TLVRecord] = []
        for (name, reader) in try fields.members() {
            if name == "unknown" {
                for element in try reader.elements() { records.append(try TLVRecord(element)) }
                continue
            }
            guard let known = record(named: name) else {
                throw reader.fail("\(self.name) has no record of this name")
            }
            guard let value = known.format.encode(try known.format.value(reader)) else {
                throw reader.fail("the value does not fit its record")
            }
            records.append(TLVRecord(type: known.type, value: value))
        }
        guard Set(records.map(\.type)).count == records.count else {
            throw fields.fail("a record type stands twice")
        }
        return TLVStream(sorting: records)
    }
}
