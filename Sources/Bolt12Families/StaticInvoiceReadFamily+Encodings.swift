internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// Encodings and unknown records.
extension StaticInvoiceReadBuilder {
    // MARK: Encodings

    mutating func addEncodings() throws(GenerationError) {
        let bytes = base.bytes
        let records = base.unsigned.records
        let first = Array(records[0].encoding)
        let unsigned = base.unsigned.bytes
        let longer = [unsigned[0], 0xfd, 0] + unsigned[1...]
        reject(
            "cut-by-a-byte",
            "B1-TLV-3",
            ["tlv.truncated", "tlv.length"],
            "the last byte is missing",
            ["encoding"],
            in: InvoiceFixture.input(bytes.dropLast())
        )
        reject(
            "surplus-byte",
            "B1-BS-2",
            ["tlv.truncated", "tlv.length"],
            "a type without a length follows",
            ["encoding"],
            in: InvoiceFixture.input(bytes + [0xff])
        )
        reject(
            "unknown-odd-record-cut",
            "B1-TLV-9",
            ["tlv.truncated", "tlv.length"],
            "record 3000000003 is passed over, and announces 5 bytes of which 2 are there",
            ["encoding"],
            neighbour: "experimental-invoice-record",
            in: InvoiceFixture.input(bytes + MessageParts.bigSize(3_000_000_003) + [5, 1, 2])
        )
        reject(
            "record-twice",
            "B1-TLV-2",
            ["tlv.order"],
            "the first record stands twice",
            ["encoding"],
            in: InvoiceFixture.input(try base.signedAsItStands(first + unsigned))
        )
        reject(
            "length-in-three-bytes",
            "B1-BS-1",
            ["tlv.noncanonical"],
            "the first length is longer than needed; the values are the same",
            ["encoding"],
            in: InvoiceFixture.input(try base.signedAsItStands(longer))
        )
        reject(
            "records-out-of-order",
            "B1-TLV-1",
            ["tlv.order"],
            "the first record stands behind all others",
            ["encoding"],
            in: InvoiceFixture.input(try base.signedAsItStands(unsigned.dropFirst(first.count) + first))
        )
        reject(
            "unknown-even-record",
            "B1-TLV-6",
            ["tlv.unknown_even"],
            "record 180 must be understood",
            ["unknown"],
            neighbour: "unknown-odd-invoice-record",
            in: base.with(180, [1]).input()
        )
        reject(
            "unknown-even-offer-record",
            "B1-TLV-6",
            ["tlv.unknown_even"],
            "record 24 must be understood",
            ["unknown"],
            neighbour: "unknown-odd-offer-record",
            in: base.with(24, [1]).input()
        )
        reject(
            "unknown-even-experimental-record",
            "B1-TLV-6",
            ["tlv.unknown_even"],
            "record 1000000002 must be understood",
            ["unknown"],
            neighbour: "experimental-offer-record",
            in: base.with(1_000_000_002, [1]).input()
        )
        reject(
            "created-at-with-leading-zero",
            "B1-TLV-5",
            ["tlv.minimal"],
            "five bytes for four",
            ["encoding"],
            in: base.with(164, [0, 0x65, 0x53, 0xf1, 0]).input()
        )
        reject(
            "relative-expiry-of-five-bytes",
            "B1-TLV-4",
            ["tlv.length"],
            "a tu32 has at most four",
            ["encoding"],
            neighbour: "longest-stated-life",
            in: base.with(166, [1, 0, 0, 0, 0]).input()
        )
        reject(
            "chain-of-31-bytes",
            "B1-TLV-4",
            ["tlv.length", "tlv.truncated"],
            "a byte of the chain hash is missing",
            ["encoding"],
            neighbour: "bitcoin-by-name",
            in: base.with(2, Chain.bitcoin.bytes.dropLast()).input()
        )
        reject(
            "description-not-utf8",
            "B1-T-4",
            ["utf8"],
            "c3 28 is no character",
            ["encoding"],
            in: base.with(10, [0xc3, 0x28]).input(),
            under: [.accept("C-66 b")]
        )
        reject(
            "payinfo-cut",
            "B1-TLV-4",
            ["tlv.length", "tlv.truncated"],
            "the last payinfo is a byte short",
            ["encoding"],
            in: base.with(162, Array(base.records[162]?.dropLast() ?? [])).input()
        )
        reject(
            "payment-path-cut",
            "B1-TLV-4",
            ["tlv.length", "tlv.truncated"],
            "the last payment path is a byte short",
            ["encoding"],
            in: base.with(160, Array(base.records[160]?.dropLast() ?? [])).input()
        )
        var offCurve = base.records[16] ?? []
        offCurve.replaceSubrange(33..<66, with: [2] + [UInt8](repeating: 0, count: 31) + [5])
        reject(
            "path-key-not-on-curve",
            "B1-T-2",
            ["point"],
            "the path key of an offer path is no point",
            ["encoding"],
            in: base.with(16, offCurve).input()
        )
    }

    // MARK: Unknown records

    mutating func addUnknownRecords() {
        accept(
            "unknown-odd-offer-record",
            ["B1-TLV-7", "B12-SI-R23"],
            "record 33",
            ["unknown"],
            in: base.with(33, [1]).input()
        )
        accept(
            "unknown-odd-invoice-record",
            ["B1-TLV-7"],
            "record 181",
            ["unknown"],
            in: base.with(181, [1]).input()
        )
        accept(
            "experimental-offer-record",
            ["B1-TLV-7"],
            "record 1000000001",
            ["unknown"],
            in: base.with(1_000_000_001, [1]).input()
        )
        accept(
            "experimental-invoice-record",
            ["B1-TLV-7"],
            "record 3000000001",
            ["unknown"],
            in: base.with(3_000_000_001, [1]).input()
        )
        let ranges: [(name: String, type: UInt64)] = [
            ("odd-request-record", 81), ("odd-record-behind-signatures", 1001),
            ("experimental-request-record", 2_000_000_001),
        ]
        for (name, type) in ranges {
            let input = base.with(type, [1]).input()
            if profile.static_invoice.refused_ranges.contains(where: { $0.contains(type) }) {
                reject(
                    name,
                    "B12-SI-R23",
                    ["tlv.range"],
                    "this profile bars record \(type)",
                    ["unknown"],
                    neighbour: "unknown-odd-offer-record",
                    in: input
                )
            } else {
                accept(name, ["B1-TLV-7"], "no rule for readers bars record \(type)", ["unknown"], in: input)
            }
        }
    }
}
