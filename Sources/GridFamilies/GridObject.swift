internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorKit
internal import Wire

/// An object that crosses the wire, as the grid sees it: its table of records, the smallest carrier, and how it is put to a
/// reader.
struct GridObject: Sendable {
    /// The records of a carrier: right ones, by type.
    typealias Records = [UInt64: Sample]

    /// As the table of records calls it.
    let name: String
    /// The family that its cases stand in, without a profile.
    var family: String
    /// In front of the cases' names, where a family has several objects.
    var prefix = ""
    let schema: TLVSchema
    /// The operation that reads it, and nothing more.
    let operation: String
    /// The smallest object that nobody has a reason to refuse.
    let carrier: Records
    /// The carrier without one of its records, which nobody refuses either: what stands in place of what; `nil` takes a record out.
    var without: [(name: String, changes: [UInt64: Sample?])] = []
    /// What must be changed beside a record so that the object stays one that nobody refuses; `nil` takes a record out.
    var beside: [UInt64: [UInt64: Sample?]] = [:]
    /// Values in place of the plainest ones.
    var samples: Records = [:]
    /// The name under which the stream is signed, and whose key signs.
    var signed: (messagename: String, signer: String)?
    /// The request's `in` for an object of these bytes.
    let input: @Sendable ([UInt8], Records) -> JSON
    /// `out` for these records.
    let out: @Sendable (Records) -> JSONObject
    /// The operation that judges it too, where rules on ranges stand: unknown records are put to that one.
    var judged: Judged?
    /// What an encoding fault is reported as, where the object has a requirement of its own for it.
    var attributed: @Sendable (RequirementID, String?) -> RequirementID = { requirement, _ in requirement }
    /// The requirement that a well-formed object of this kind keeps.
    var subject: RequirementID = "B1-TLV-7"
    /// Records whose rules have no place in this object, with the reason.
    var outOfPlace: [String: String] = [:]
    /// The table under this profile has nothing else that the draft's has not: only these records are shown.
    var onlyRecords: Set<UInt64>?
    /// Rules of the stream that have no place, as "rule position", with the reason.
    var streamOutOfPlace: [String: String] = [:]
    /// What another reading makes of an unknown record that is passed over.
    var underUnknown: [Under] = []
    /// The object is the value of its one record, with no stream around it.
    var isBare = false
    /// Whether `out` shows the numbers in the records.
    var showsNumbers = true
    /// Whether rules of the stream are shown here; not where the draft's family shows the same bytes.
    var showsStream = true
    /// The types of unknown records that are shown, and what becomes of each.
    var unknown: [UnknownRecord] = []

    struct Judged: Sendable {
        let operation: String
        let input: @Sendable ([UInt8], Records) -> JSON

        init(_ operation: String, _ input: @escaping @Sendable ([UInt8], Records) -> JSON) {
            self.operation = operation
            self.input = input
        }
    }

    /// The carrier with one record more.
    func records(with record: TLVSchema.Record, _ value: Sample? = nil) -> Records? {
        guard let value = value ?? sample(record) else { return nil }
        var records = changed(beside[record.type] ?? [:])
        records[record.type] = value
        return records
    }

    /// The carrier with these changes.
    func changed(_ changes: [UInt64: Sample?]) -> Records {
        var records = carrier
        for (type, change) in changes { records[type] = change }
        return records
    }

    func sample(_ record: TLVSchema.Record) -> Sample? {
        samples[record.type] ?? carrier[record.type] ?? Sample.plain(record.format)
    }

    /// The records whose rules are shown.
    var shown: [TLVSchema.Record] {
        schema.records.filter { outOfPlace[$0.name] == nil && (onlyRecords?.contains($0.type) ?? true) }
            .sorted { $0.type < $1.type }
    }

    /// The whole stream, with the signature that is among the records or else the right one.
    func bytes(_ records: Records) throws(GenerationError) -> [UInt8] {
        if isBare { return records.values.flatMap(\.bytes) }
        let raw = records.sorted { $0.key < $1.key }.map { RawRecord($0.key, $0.value.bytes) }
        return records[240] == nil ? try sealed(raw).bytes : raw.bytes
    }

    /// The stream with its signature over the records as they stand, be they well-formed or not.
    func sealed(_ records: [RawRecord]) throws(GenerationError) -> [RawRecord] {
        guard let signed else { return records }
        let leaves = records.filter { $0.type < 240 || $0.type > 1000 }.map(\.leaf)
        let root = MerkleDerivation(leaves).root
        let digest = MerkleDerivation.taggedHash("lightning" + signed.messagename + "signature", root.bytes)
        let signature = RawRecord(240, Schnorr.sign(digest, with: Fixtures.key(signed.signer)))
        let index = records.firstIndex { $0.type > 240 } ?? records.endIndex
        return Array(records[..<index]) + [signature] + Array(records[index...])
    }
}

/// An unknown record beside the carrier's: passed over, or rejected.
struct UnknownRecord: Sendable {
    let type: UInt64
    /// Which requirement it breaks; `nil` where it is passed over.
    let violates: RequirementID?
    let reasons: [ReasonClass]
    /// The requirement of an accepted one.
    let keeps: RequirementID

    static func passedOver(_ types: UInt64..., keeps: RequirementID = "B1-TLV-7") -> [UnknownRecord] {
        types.map { UnknownRecord(type: $0, violates: nil, reasons: [], keeps: keeps) }
    }

    static func rejected(
        _ types: UInt64...,
        as requirement: RequirementID = "B1-TLV-6",
        _ reasons: [ReasonClass] = ["tlv.unknown_even"]
    ) -> [UnknownRecord] {
        types.map { UnknownRecord(type: $0, violates: requirement, reasons: reasons, keeps: "") }
    }
}

/// A record as bytes, which may be wrong.
struct RawRecord: Sendable {
    let type: UInt64
    var bytes: [UInt8]
    private let value: [UInt8]

    init(_ type: UInt64, _ value: [UInt8]) {
        self.init(type, value, bytes: MessageParts.record(type, value))
    }

    init(_ type: UInt64, _ value: [UInt8], bytes: [UInt8]) {
        (self.type, self.value, self.bytes) = (type, value, bytes)
    }

    /// The record with its type in a longer form than it needs.
    var withLongerType: RawRecord {
        RawRecord(type, value, bytes: Self.longer(type) + MessageParts.bigSize(UInt64(value.count)) + value)
    }

    /// The record with its length in a longer form than it needs.
    var withLongerLength: RawRecord {
        RawRecord(type, value, bytes: MessageParts.bigSize(type) + Self.longer(UInt64(value.count)) + value)
    }

    /// The record with its last byte missing; one without a value loses its length.
    var cut: RawRecord { RawRecord(type, value, bytes: Array(bytes.dropLast())) }

    /// The record's type alone.
    var typeAlone: RawRecord { RawRecord(type, value, bytes: MessageParts.bigSize(type)) }

    /// The record with the greatest length that there is.
    var overlong: RawRecord {
        let length = [0xff] + MessageParts.bigEndian(.max, 8)
        return RawRecord(type, value, bytes: MessageParts.bigSize(type) + length + value)
    }

    var longerBy32Bits: RawRecord {
        let length = [0xff] + MessageParts.bigEndian((1 << 32) + UInt64(value.count), 8)
        return RawRecord(type, value, bytes: MessageParts.bigSize(type) + length + value)
    }

    /// What is hashed of it for a signature: the record as it stands.
    var leaf: TLVRecord {
        // A reader that passes over the fault of form gives the record with the bytes that it had.
        let read = try? TLVStream.read(bytes[...], known: .unspecified) { _ in }
        return read?.records.first ?? TLVRecord(type: type, value: value)
    }

    /// In the next longer form.
    private static func longer(_ number: UInt64) -> [UInt8] {
        switch number {
        case 0..<0xfd: [0xfd] + MessageParts.bigEndian(number, 2)
        case 0xfd..<0x1_0000: [0xfe] + MessageParts.bigEndian(number, 4)
        default: [0xff] + MessageParts.bigEndian(number, 8)
        }
    }
}

extension [RawRecord] {
    var bytes: [UInt8] { flatMap(\.bytes) }
}
