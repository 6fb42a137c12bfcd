internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorKit
internal import Wire

/// Offers against what mirrors them: each record of the offer in turn is another, of the same length, and nothing else is.
enum MirrorComparisons {
    static func each(_ profile: Profile) -> [Comparison] {
        let records = Self.records(profile)
        let invoice = records.reduce(InvoiceFixture(profile)) { $0.with($1.type, $1.value) }
        let request = Self.request(for: invoice)
        let known = "in the invoice and in the offer"
        func sides(_ operation: String, _ right: JSON, _ wrong: (UInt64, [UInt8]) -> JSON) -> [Comparison.Side] {
            [Comparison.right("same", right, "lazy-no-offer-is-the-same@\(operation)")]
                + records.map { record in
                    Comparison.wrong(
                        "other-\(record.type)",
                        wrong(record.type, record.other),
                        "lazy-mirror-but-\(record.type)@\(operation)"
                    )
                }
        }
        func ask(_ request: RequestFixture) -> JSON {
            [
                "bytes": .hex(request.bytes), "invoice": .hex(invoice.bytes), "now": .decimal(Fixtures.createdAt),
                "arrived_over": 0,
            ]
        }
        func pay(_ offer: [UInt8]) -> JSON {
            guard case .object(var input) = Comparisons.payment(profile, request: request.bytes, { _ in }) else {
                return .null
            }
            input["offer"] = .hex(offer)
            return .object(input)
        }
        return [
            comparison(
                "payment",
                "records of the offer in the paid request and in the recipient's offer",
                "payload.validate",
                "ASY-R2",
                sides("payload.validate", pay(invoice.offer.bytes)) {
                    pay(invoice.with($0, $1).offer.bytes)
                }
            ),
            comparison(
                "request",
                "records of the offer in the request and in the invoice at hand",
                "invreq.validate_for",
                "B12-IRQ-7",
                sides("invreq.validate_for", ask(request)) { ask(request.with($0, $1)) }
            ),
            comparison(
                "offer",
                "records of the offer \(known)",
                "static_invoice.validate",
                "B12-SI-R20",
                sides("static_invoice.validate", invoice.input(("offer", .hex(invoice.offer.bytes)))) {
                    invoice.input(("offer", .hex(invoice.with($0, $1).offer.bytes)))
                }
            ),
            comparison(
                "own-request",
                "records of the offer in the invoice and in the reader's request",
                "static_invoice.validate",
                "B12-SI-R20",
                sides("static_invoice.validate", invoice.input(("invoice_request", .hex(request.bytes)))) {
                    invoice.input(("invoice_request", .hex(request.with($0, $1).bytes)))
                }
            ),
        ]
    }

    private static func comparison(
        _ name: String,
        _ row: String,
        _ operation: String,
        _ requirement: RequirementID,
        _ sides: [Comparison.Side]
    ) -> Comparison {
        Comparison(
            name: name,
            row: row,
            family: "bolt12/mirror-comparisons",
            operation: operation,
            requirement: requirement,
            reasons: ["context"],
            sides: sides
        )
    }

    private static func request(for invoice: InvoiceFixture) -> RequestFixture {
        RequestFixture(invoice).with(.tu64(86, 1), .tu64(82, 1_000_000))
    }

    /// Every record that an offer can have, and unknown odd ones at the ends of both ranges; for each, another value as long.
    private static func records(_ profile: Profile) -> [(type: UInt64, value: [UInt8], other: [UInt8])] {
        let paths = Array(TLVRecord.paths(16, InvoiceFixture.offerPaths).value)
        let all: [(UInt64, [UInt8], [UInt8])] = [
            (1, [0xb1], [0xb2]), (2, Chain.bitcoin.bytes, Chain.testnet.bytes),
            (4, Array("known".utf8), Array("knows".utf8)),
            (6, Array("USD".utf8), Array("EUR".utf8)),
            (8, TruncatedInteger.encode(1000), TruncatedInteger.encode(1001)),
            (10, Array("coffee".utf8), Array("toffee".utf8)), (12, [2], [8]),
            (14, TruncatedInteger.encode(1_800_000_000), TruncatedInteger.encode(1_800_000_001)),
            // The last byte of what is sealed for the last hop of the last path.
            (16, paths, paths.dropLast() + [(paths.last ?? 0) ^ 1]),
            (18, Array("shop".utf8), Array("stop".utf8)), (20, [5], [6]),
            (22, Array(Fixtures.point("recipient")), Array(Fixtures.point("somebody"))), (79, [0xb1], [0xb2]),
            (1_000_000_001, [0xb1], [0xb2]), (1_999_999_999, [0xb1], [0xb2]),
        ]
        let barred = profile.static_invoice.refused_ranges
        return all.filter { record in !barred.contains { $0.contains(record.0) } }
    }
}
