internal import Lightning
internal import Primitives
internal import Reference
internal import StrictJSON
internal import VectorKit
internal import Wire

/// A right value of a field, put together along the BOLTs' own composition, with the JSON form that a reader gives it.
///
/// It is a tree, so that one part can be replaced by a faulty one while all around it stays as it is.
indirect enum Sample: Sendable {
    case leaf([UInt8], JSON)
    case structure([(name: String, value: Sample)])
    case list([Sample])
    /// Behind the number of elements, one byte.
    case counted([Sample])
    /// Behind the number of bytes.
    case prefixed(width: Int, [UInt8])

    var bytes: [UInt8] {
        switch self {
        case .leaf(let bytes, _): bytes
        case .structure(let members): members.flatMap(\.value.bytes)
        case .list(let elements): elements.flatMap(\.bytes)
        case .counted(let elements): [UInt8(elements.count)] + elements.flatMap(\.bytes)
        case .prefixed(let width, let bytes): MessageParts.bigEndian(UInt64(bytes.count), width) + bytes
        }
    }

    var json: JSON {
        switch self {
        case .leaf(_, let json): json
        case .structure(let members): .object(JSONObject(members.map { ($0.name, $0.value.json) }))
        case .list(let elements), .counted(let elements): .array(elements.map(\.json))
        case .prefixed(_, let bytes): .hex(bytes)
        }
    }

    /// The value with another part at a path; elements of lists are passed through, or the last one where the path says `later`.
    func replacing(_ path: [String], by part: Sample) -> Sample {
        switch self {
        case .structure(let members):
            .structure(
                members.map { member in
                    guard member.name == path.first else { return member }
                    let rest = Array(path.dropFirst())
                    return (member.name, rest.isEmpty ? part : member.value.replacing(rest, by: part))
                }
            )
        case .list(let elements): .list(Self.replacing(path, in: elements, by: part))
        case .counted(let elements): .counted(Self.replacing(path, in: elements, by: part))
        case .leaf, .prefixed: self
        }
    }

    private static func replacing(_ path: [String], in elements: [Sample], by part: Sample) -> [Sample] {
        guard path.first == FieldFormat.later, let last = elements.last else {
            return elements.map { $0.replacing(path, by: part) }
        }
        let rest = Array(path.dropFirst())
        return elements.dropLast() + [rest.isEmpty ? part : last.replacing(rest, by: part)]
    }

    /// The value with the last element of the list at a path twice.
    func doubled(_ path: [String]) -> Sample {
        switch self {
        case .structure(let members):
            .structure(
                members.map { ($0.name, $0.name == path.first ? $0.value.doubled(Array(path.dropFirst())) : $0.value) }
            )
        case .list(let elements):
            .list(path.isEmpty ? elements + elements.suffix(1) : elements.map { $0.doubled(path) })
        case .counted(let elements):
            .counted(path.isEmpty ? elements + elements.suffix(1) : elements.map { $0.doubled(path) })
        case .leaf, .prefixed: self
        }
    }

    // MARK: Leaves

    static func integer(_ value: UInt64, width: Int) -> Sample {
        .leaf(MessageParts.bigEndian(value, width), number(value, width: width))
    }

    static func truncated(_ value: UInt64, width: Int) -> Sample {
        .leaf(MessageParts.truncated(value), number(value, width: width))
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> Sample { .leaf(Array(bytes), .hex(bytes)) }
    static func text(_ text: String) -> Sample { .leaf(Array(text.utf8), .string(text)) }

    /// Numbers of up to 32 bits are JSON numbers, others decimal strings.
    private static func number(_ value: UInt64, width: Int) -> JSON {
        width < 8 ? .integer(Int64(value)) : .decimal(value)
    }

    /// A number of a format.
    static func number(_ value: UInt64, _ format: FieldFormat) -> Sample? {
        switch format {
        case .integer(let width): integer(value, width: width)
        case .truncated(let width): truncated(value, width: width)
        case .amount: truncated(value, width: 8)
        default: nil
        }
    }

    /// The plainest value of a format; `nil` for one that nobody gave a sample yet, which leaves a hole in the grid.
    static func plain(_ format: FieldFormat) -> Sample? {
        switch format {
        case .integer, .truncated, .amount: number(7, format)
        case .bytes: hex([0xb1, 0xb2])
        case .fixed(let count): hex([UInt8](repeating: 0xb1, count: count))
        case .prefixed(let width): .prefixed(width: width, Array("abc".utf8))
        case .text: text("tea")
        case .point: hex(Fixtures.point("of the grid"))
        case .node: .leaf(Array(Fixtures.point("of the grid")), ["node_id": .hex(Fixtures.point("of the grid"))])
        case .shortChannelID: hex(MessageParts.bigEndian(0x0000_0100_0002_0003, 8))
        case .flag: .leaf([], true)
        case .structure(let members): plain(members)
        case .list(let element): plain(element).map { .list([$0]) }
        case .counted(let element): plain(element).map { .counted([$0]) }
        }
    }

    private static func plain(_ members: [FieldFormat.Member]) -> Sample? {
        var values: [(String, Sample)] = []
        for member in members {
            guard let value = plain(member.format) else { return nil }
            values.append((member.name, value))
        }
        return .structure(values)
    }
}
