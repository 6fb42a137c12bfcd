internal import Rules
internal import VectorKit

/// A rule of BOLT 1 on streams, broken at one of an object's records.
enum StreamRule: String, CaseIterable, Sendable {
    case repeated
    case unordered
    case cut
    case cutBehindType = "cut-behind-type"
    case overlong = "over-long"
    case longerBy32Bits = "longer-by-2-to-32"
    case longerType = "longer-type"
    case longerLength = "longer-length"

    enum Position: String, CaseIterable, Sendable {
        case first
        case last
        case unknown
    }

    var note: String {
        switch self {
        case .repeated: "A record stands twice: a reader that keeps the first or the last of them"
        case .unordered: "Records are not in order: a reader that sorts them"
        case .cut: "The stream ends within a value: a reader that takes what there is"
        case .cutBehindType: "The stream ends behind a type: a reader that takes no length for a length of zero"
        case .overlong: "A length of 64 ones: a reader that adds it to a position, or takes it for a negative number"
        case .longerBy32Bits: "A length that is right but for 2^32 more: a reader that keeps lengths in 32 bits"
        case .longerType: "A type in a longer form than it needs: two encodings of one object"
        case .longerLength: "A length in a longer form than it needs: two encodings of one object"
        }
    }

    var habit: String {
        switch self {
        case .repeated: "repeated"
        case .unordered: "unordered"
        case .cut, .cutBehindType, .overlong, .longerBy32Bits: "cut"
        case .longerType, .longerLength: "longer-form"
        }
    }

    /// - isSkipped: the record is unknown and odd: that its length fits is a requirement of its own then.
    func violates(isSkipped: Bool) -> RequirementID {
        switch self {
        case .repeated: "B1-TLV-2"
        case .unordered: "B1-TLV-1"
        case .cut, .overlong, .longerBy32Bits: isSkipped ? "B1-TLV-9" : "B1-TLV-3"
        case .cutBehindType: "B1-BS-2"
        case .longerType, .longerLength: "B1-BS-1"
        }
    }

    var reasons: [ReasonClass] {
        switch self {
        case .repeated, .unordered: ["tlv.order"]
        case .cut, .cutBehindType, .overlong, .longerBy32Bits: ["tlv.truncated"]
        case .longerType, .longerLength: ["tlv.noncanonical"]
        }
    }

    /// Whether the rule can be broken at that record of an object with so many records.
    func applies(at position: Position, of count: Int) -> Bool {
        switch position {
        case .first: count > 0 && (self != .unordered || count > 1)
        case .last: count > 1
        case .unknown: self != .unordered || count > 0
        }
    }

    /// Records in order, with the fault at one of them.
    func fault(in records: [RawRecord], at index: Int) -> [RawRecord] {
        var faulty = records
        switch self {
        case .repeated: faulty.insert(records[index], at: index)
        case .unordered: faulty.swapAt(index, index == 0 ? 1 : index - 1)
        case .longerType: faulty[index] = records[index].withLongerType
        case .longerLength: faulty[index] = records[index].withLongerLength
        // What the stream ends in is the last record.
        case .cut: faulty = records[..<index] + [records[index].cut]
        case .cutBehindType: faulty = records[..<index] + [records[index].typeAlone]
        case .overlong: faulty[index] = records[index].overlong
        case .longerBy32Bits: faulty[index] = records[index].longerBy32Bits
        }
        return faulty
    }
}
