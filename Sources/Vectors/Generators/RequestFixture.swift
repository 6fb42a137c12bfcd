internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// An invoice request as a set of records that a case changes one at a time and signs again.
struct RequestFixture {
    private(set) var records: [UInt64: [UInt8]]
    private(set) var signer = "payer"

    /// A request for the offer behind an invoice, for 1,000 satoshi.
    init(_ invoice: InvoiceFixture) {
        records = invoice.records.filter { Bolt12Range.isOffer($0.key) }
        records[0] = Array("metadata of the payer".utf8)
        records[82] = TruncatedInteger.encode(1_000_000)
        records[88] = Array(Fixtures.point("payer"))
    }

    func with(_ records: TLVRecord...) -> RequestFixture {
        var copy = self
        for record in records { copy.records[record.type] = Array(record.value) }
        return copy
    }

    func with(_ type: UInt64, _ value: [UInt8]) -> RequestFixture { with(TLVRecord(type: type, value: value)) }

    func without(_ types: UInt64...) -> RequestFixture {
        var copy = self
        for type in types { copy.records[type] = nil }
        return copy
    }

    func signed(by name: String) -> RequestFixture {
        var copy = self
        copy.signer = name
        return copy
    }

    var unsigned: TLVStream { TLVStream(sorting: records.map { TLVRecord(type: $0.key, value: $0.value) }) }

    func signature(messagename: String = "invoice_request") -> [UInt8] {
        let root = MerkleDerivation(unsigned.records).root
        let digest = MerkleDerivation.taggedHash("lightning" + messagename + "signature", root.bytes)
        return Schnorr.sign(digest, with: Fixtures.key(signer))
    }

    var bytes: [UInt8] { bytes(signature: signature()) }

    func bytes(signature: [UInt8]) -> [UInt8] {
        TLVStream(sorting: unsigned.records + [TLVRecord(type: 240, value: signature)]).bytes
    }
}
