internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorKit
internal import Wire

/// A comparison, sum or product that the texts ask for: the last right input and the first wrong one, on both sides where there
/// are two, and where it overflows.
struct Comparison: Sendable {
    struct Side: Sendable {
        let name: String
        let isRight: Bool
        let lazyReader: String
        let input: JSON
        let under: [Under]
        /// What a right side is answered with, where that shows the comparison.
        var out: JSONObject = [:]

        func testCase(of comparison: Comparison) -> String { "\(comparison.name)-\(name)" }
    }

    /// In front of the names of its cases.
    let name: String
    /// As the texts have it.
    let row: String
    let family: String
    let operation: String
    let requirement: RequirementID
    let reasons: [ReasonClass]
    let sides: [Side]
    /// The accepted case that the wrong sides differ from; the first right side where nothing is said.
    var neighbour: String?

    static func right(
        _ name: String,
        _ input: JSON,
        _ lazyReader: String,
        under: [Under] = [],
        out: JSONObject = [:]
    ) -> Side {
        Side(name: name, isRight: true, lazyReader: lazyReader, input: input, under: under, out: out)
    }

    static func wrong(_ name: String, _ input: JSON, _ lazyReader: String, under: [Under] = []) -> Side {
        Side(name: name, isRight: false, lazyReader: lazyReader, input: input, under: under)
    }
}

/// The comparisons of BOLT 12, PR 1149 and the last payload of a payment.
enum Comparisons {
    static func once(_ draft: Profile) -> [Comparison] {
        [offerEnd, offerCap] + ChainComparisons.once + SignatureComparisons.once + TagComparisons.once
    }

    static func each(_ profile: Profile) -> [Comparison] {
        [
            life(profile), defaultLife(profile), payinfos(profile), price(profile), quantity(profile),
            requestCap(profile),
            requestOfferEnd(profile), storedLife(profile), storedDefaultLife(profile),
        ] + payments(profile) + preimages(profile) + [paymentPrice(profile)] + ChainComparisons.each(profile)
            + MirrorComparisons.each(profile)
            + SignatureComparisons.each(profile) + SignerComparisons.each(profile)
            + TagComparisons.each(profile)
    }

    static let highBit: UInt64 = 1 << 63

    // MARK: Offers

    private static let offerEnd: Comparison = {
        func input(_ expiry: UInt64, now: UInt64) -> JSON {
            ["bytes": .hex(OfferFixture().without(16).with(.tu64(14, expiry)).bytes), "now": .decimal(now)]
        }
        let op = "offer.validate.now"
        return Comparison(
            name: "offer-end",
            row: "now ≤ offer_absolute_expiry",
            family: "bolt12/offer-comparisons",
            operation: "offer.validate",
            requirement: "B12-OFF-R10",
            reasons: ["expired"],
            sides: [
                Comparison.right("same-second", input(1_800_000_000, now: 1_800_000_000), "lazy-plus-one@\(op)"),
                Comparison.wrong("second-later", input(1_800_000_000, now: 1_800_000_001), "lazy-minus-one@\(op)"),
                Comparison.right("at-zero", input(0, now: 0), "lazy-plus-one@\(op)"),
                Comparison.wrong("second-after-zero", input(0, now: 1), "lazy-no-B12-OFF-R10"),
                Comparison.right("above-32-bits", input(1 << 32, now: 1 << 32), "lazy-plus-one@\(op)"),
                Comparison.wrong("above-32-bits-late", input((1 << 32) - 1, now: 1 << 32), "lazy-32-bits@\(op)"),
                Comparison.wrong("above-53-bits-late", input(1 << 53, now: (1 << 53) + 1), "lazy-double@\(op)"),
                Comparison.wrong("highest-bit-late", input(highBit - 1, now: highBit), "lazy-63-bits@\(op)"),
                Comparison.right("highest-end", input(.max, now: .max), "lazy-end-signed"),
            ]
        )
    }()

    private static let offerCap = Comparison(
        name: "offer-amount-cap",
        row: "offer_amount ≤ 21 million bitcoin",
        family: "bolt12/offer-comparisons",
        operation: "offer.validate",
        requirement: "B1-T-5",
        reasons: ["tlv.range", "semantic.offer_amount"],
        sides: {
            func input(_ amount: UInt64) -> JSON {
                [
                    "bytes": .hex(OfferFixture().without(16).with(.tu64(8, amount)).bytes),
                    "now": .decimal(Fixtures.createdAt),
                ]
            }
            return [
                Comparison.right("all-there-is", input(Amount.maxMillisatoshi), "lazy-cap-excluded"),
                Comparison.wrong(
                    "one-more",
                    input(Amount.maxMillisatoshi + 1),
                    "lazy-no-B1-T-5",
                    under: [.accept("C-97 b")]
                ),
                Comparison.wrong("highest", input(.max), "lazy-no-B1-T-5", under: [.accept("C-97 b")]),
            ]
        }()
    )

    // MARK: Static invoices

    private static func life(_ profile: Profile) -> Comparison {
        func input(_ created: UInt64, _ life: UInt64, now: UInt64) -> JSON {
            InvoiceFixture(profile).with(.tu64(164, created)).with(.tu64(166, life)).input(now: now)
        }
        let longest = UInt64(UInt32.max)
        return Comparison(
            name: "life",
            row: "now ≤ invoice_created_at + invoice_relative_expiry",
            family: "bolt12/invoice-comparisons",
            operation: "static_invoice.validate",
            requirement: "B12-SI-R5",
            reasons: ["expired"],
            sides: [
                Comparison.right(
                    "last-second",
                    input(1_700_000_000, 3600, now: 1_700_003_600),
                    "lazy-life-a-second-short"
                ),
                Comparison.wrong(
                    "second-after",
                    input(1_700_000_000, 3600, now: 1_700_003_601),
                    "lazy-life-a-second-long"
                ),
                Comparison.right(
                    "no-life-same-second",
                    input(1_700_000_000, 0, now: 1_700_000_000),
                    "lazy-life-a-second-short"
                ),
                Comparison.wrong(
                    "no-life-second-after",
                    input(1_700_000_000, 0, now: 1_700_000_001),
                    "lazy-life-a-second-long"
                ),
                Comparison.right(
                    "sum-above-32-bits",
                    input(1_700_000_000, longest, now: 1_700_000_000 + longest),
                    "lazy-sum-in-32-bits"
                ),
                Comparison.wrong(
                    "sum-above-32-bits-late",
                    input(1_700_000_000, longest, now: 1_700_000_001 + longest),
                    "lazy-life-a-second-long"
                ),
                Comparison.right(
                    "far-in-the-future",
                    input(1_700_000_000, 60, now: 1_600_000_000),
                    "lazy-age-without-sign",
                    under: [.reject("C-108 b", ["policy", "expired", "semantic.invoice_created_at"])]
                ),
                Comparison.right(
                    "high-bit-in-the-future",
                    input(highBit, 60, now: 1_700_000_000),
                    "lazy-sum-signed",
                    under: [.reject("C-108 b", ["policy", "expired", "semantic.invoice_created_at"])]
                ),
                Comparison.wrong("made-at-zero", input(0, 60, now: 1_700_000_000), "lazy-created-zero-is-absent"),
                Comparison.right("sum-above-63-bits", input(highBit - 1, 5, now: highBit + 4), "lazy-sum-in-63-bits"),
                Comparison.wrong(
                    "sum-above-63-bits-late",
                    input(highBit - 1, 5, now: highBit + 5),
                    "lazy-life-a-second-long"
                ),
                Comparison.right("sum-highest", input(.max - 5, 5, now: .max), "lazy-life-a-second-short"),
                Comparison.right("sum-overflows", input(.max - 5, 6, now: .max), "lazy-sum-wraps"),
                Comparison.right("sum-overflows-far", input(.max, longest, now: .max), "lazy-sum-wraps"),
                Comparison.wrong("highest-time-late", input(.max - 6, 5, now: .max), "lazy-life-a-second-long"),
            ]
        )
    }

    private static func defaultLife(_ profile: Profile) -> Comparison {
        func input(_ created: UInt64, now: UInt64) -> JSON {
            InvoiceFixture(profile).with(.tu64(164, created)).input(now: now)
        }
        let life = profile.static_invoice.default_relative_expiry
        return Comparison(
            name: "default-life",
            row: "now ≤ invoice_created_at + the default",
            family: "bolt12/invoice-comparisons",
            operation: "static_invoice.validate",
            requirement: "B12-SI-R6",
            reasons: ["expired"],
            sides: [
                // Any default does here (C-30).
                Comparison.right("sum-overflows", input(.max - 100, now: .max), "lazy-sum-wraps"),
                Comparison.wrong("highest-time-late", input(.max - life - 1, now: .max), "lazy-life-a-second-long"),
            ]
        )
    }

    private static func payinfos(_ profile: Profile) -> Comparison {
        func input(_ count: Int) -> JSON {
            InvoiceFixture(profile).with(.payinfos(162, [BlindedPayinfo](repeating: Fixtures.payinfo, count: count)))
                .input()
        }
        return Comparison(
            name: "payinfos",
            row: "number of payinfos = number of invoice_paths",
            family: "bolt12/invoice-comparisons",
            operation: "static_invoice.validate",
            requirement: "B12-SI-R9",
            reasons: ["semantic.invoice_blindedpay", "tlv.length"],
            sides: [
                Comparison.right("as-many", input(2), "lazy-one-payinfo"),
                Comparison.wrong("one-fewer", input(1), "lazy-too-few-payinfos"),
                Comparison.wrong("one-more", input(3), "lazy-too-many-payinfos"),
                Comparison.wrong("none", input(0), "lazy-too-few-payinfos"),
            ]
        )
    }

    // MARK: Invoice requests

    static func request(
        _ profile: Profile,
        _ offer: [TLVRecord],
        _ records: [TLVRecord],
        now: UInt64 = Fixtures.createdAt
    ) -> JSON {
        var invoice = InvoiceFixture(profile)
        for record in offer { invoice = invoice.with(record) }
        var request = RequestFixture(invoice)
        for record in records { request = request.with(record) }
        return [
            "bytes": .hex(request.bytes), "invoice": .hex(invoice.bytes), "now": .decimal(now), "arrived_over": 0,
        ]
    }

    private static func price(_ profile: Profile) -> Comparison {
        func input(_ price: UInt64, _ quantity: UInt64, _ amount: UInt64) -> JSON {
            request(profile, [.tu64(8, price), .tu64(20, 0)], [.tu64(86, quantity), .tu64(82, amount)])
        }
        let double: UInt64 = (1 << 53) + 1
        return Comparison(
            name: "price",
            row: "invreq_amount ≥ offer_amount × invreq_quantity",
            family: "bolt12/invoice-comparisons",
            operation: "invreq.validate_for",
            requirement: "B12-IRQ-11",
            reasons: ["semantic.invreq_amount", "tlv.range"],
            sides: [
                Comparison.right("exact", input(1000, 3, 3000), "lazy-price-excluded"),
                Comparison.wrong("one-less", input(1000, 3, 2999), "lazy-price-less-one"),
                Comparison.wrong("for-one", input(1000, 3, 1000), "lazy-price-of-one"),
                Comparison.right("one-msat", input(1, 1, 1), "lazy-price-excluded"),
                Comparison.wrong("nothing-for-one-msat", input(1, 1, 0), "lazy-price-less-one"),
                Comparison.right("product-above-32-bits", input(1 << 16, 1 << 16, 1 << 32), "lazy-price-excluded"),
                Comparison.wrong(
                    "product-above-32-bits-less",
                    input(1 << 16, 1 << 16, (1 << 32) - 1),
                    "lazy-product-in-32-bits"
                ),
                Comparison.right("product-above-53-bits", input(double, 1, double), "lazy-price-excluded"),
                Comparison.wrong("product-above-53-bits-less", input(double, 1, double - 1), "lazy-price-as-double"),
                Comparison.right(
                    "product-at-the-cap",
                    input(Amount.maxMillisatoshi / 2, 2, Amount.maxMillisatoshi),
                    "lazy-price-excluded"
                ),
                Comparison.wrong(
                    "product-of-64-bits",
                    input(1 << 60, 15, Amount.maxMillisatoshi),
                    "lazy-no-B12-IRQ-11"
                ),
                Comparison.wrong(
                    "product-overflows-to-zero",
                    input(1 << 60, 16, Amount.maxMillisatoshi),
                    "lazy-product-wraps"
                ),
                Comparison.wrong(
                    "product-overflows-to-little",
                    input((1 << 60) + 1, 16, Amount.maxMillisatoshi),
                    "lazy-product-wraps"
                ),
            ]
        )
    }

    private static func quantity(_ profile: Profile) -> Comparison {
        func input(_ most: UInt64, _ quantity: UInt64) -> JSON {
            request(profile, [.tu64(20, most)], [.tu64(86, quantity)])
        }
        return Comparison(
            name: "quantity",
            row: "1 ≤ invreq_quantity ≤ offer_quantity_max",
            family: "bolt12/invoice-comparisons",
            operation: "invreq.validate_for",
            requirement: "B12-IRQ-10",
            reasons: ["semantic.invreq_quantity"],
            sides: [
                Comparison.right("bound", input(5, 5), "lazy-quantity-excluded"),
                Comparison.wrong("bound-and-one", input(5, 6), "lazy-quantity-one-more"),
                Comparison.right("one", input(5, 1), "lazy-quantity-bound-alone"),
                Comparison.wrong("zero", input(5, 0), "lazy-quantity-zero"),
                Comparison.wrong("above-32-bits", input(5, (1 << 32) + 1), "lazy-quantity-in-32-bits"),
                Comparison.right("high-bit-bound", input(highBit, 1), "lazy-quantity-signed"),
                Comparison.wrong("high-bit-quantity", input(5, highBit + 1), "lazy-quantity-signed"),
                Comparison.right("highest", input(.max, .max), "lazy-quantity-excluded"),
            ]
        )
    }

    private static func requestCap(_ profile: Profile) -> Comparison {
        func input(_ amount: UInt64) -> JSON { request(profile, [], [.tu64(82, amount)]) }
        return Comparison(
            name: "request-amount-cap",
            row: "invreq_amount ≤ 21 million bitcoin",
            family: "bolt12/invoice-comparisons",
            operation: "invreq.validate_for",
            requirement: "B1-T-5",
            reasons: ["tlv.range", "semantic.invreq_amount"],
            sides: [
                Comparison.right("all-there-is", input(Amount.maxMillisatoshi), "lazy-cap-excluded"),
                Comparison.wrong(
                    "one-more",
                    input(Amount.maxMillisatoshi + 1),
                    "lazy-above-the-cap@invoice_request",
                    under: [.accept("C-97 b")]
                ),
            ]
        )
    }

    private static func requestOfferEnd(_ profile: Profile) -> Comparison {
        let now = Fixtures.createdAt
        func input(_ expiry: UInt64) -> JSON { request(profile, [.tu64(14, expiry)], [], now: now) }
        return Comparison(
            name: "request-offer-end",
            row: "now ≤ offer_absolute_expiry of the offer asked for",
            family: "bolt12/invoice-comparisons",
            operation: "invreq.validate_for",
            requirement: "B12-IRQ-7",
            reasons: ["expired"],
            sides: [
                Comparison.right("same-second", input(now), "lazy-plus-one@invreq.validate_for.now"),
                Comparison.wrong("second-later", input(now - 1), "lazy-minus-one@invreq.validate_for.now"),
                Comparison.wrong("long-ago", input(0), "lazy-no-B12-IRQ-7"),
                Comparison.right("above-32-bits", input(1 << 32), "lazy-request-end-in-32-bits"),
                Comparison.right("high-bit-end", input(highBit), "lazy-request-end-signed"),
                Comparison.right("highest-end", input(.max), "lazy-request-end-signed"),
            ]
        )
    }

    // MARK: Payments

    /// The preimage that comes with a payment, wrong in one place.
    private static func preimages(_ profile: Profile) -> [Comparison] {
        let right = payment(profile) { $0.asked = $0.total }
        guard case .object(let input) = right, let hash = input["payment_hash"]?.string.flatMap({ try? Hex.decode($0) })
        else { return [] }
        func side(_ name: String, _ index: Int, _ bit: UInt8, _ compares: String) -> Comparison.Side {
            var other = hash
            other[index] ^= bit
            var input = input
            input["payment_hash"] = .hex(other)
            return Comparison.wrong(name, .object(input), "lazy-\(compares)@payload.validate.payment_hash")
        }
        return [
            Comparison(
                name: "preimage",
                row: "SHA-256 of the preimage = payment_hash",
                family: "async/payment-comparisons",
                operation: "payload.validate",
                requirement: "ASY-R2",
                reasons: [.semantic("sender_provided_payment_preimage"), "policy", "context"],
                sides: [
                    Comparison.right("right", right, "lazy-nothing-matches@payload.validate.payment_hash"),
                    side("first-byte", 0, 0x80, "but-head"), side("middle-bit", 17, 1, "ends"),
                    side("behind-byte-16", 16, 0xff, "head"), side("last-byte", 31, 1, "but-tail"),
                ]
            )
        ]
    }

    struct HTLC {
        var stated: UInt64 = 1_000_000
        var carried: UInt64 = 1_000_000
        var total: UInt64 = 1_000_000
        var outgoing: UInt64 = 800_100
        var cltv: UInt64 = 800_144
        var height: UInt64 = 800_000
        var asked: UInt64?
        /// What the offer asks for, how many of it the request wants, and a currency.
        var offered: (price: UInt64, quantity: UInt64?, currency: String?)?
        /// Of `payment_constraints`: the greatest height, the least amount.
        var bounds: (UInt64, UInt64)?

        /// The request that is paid; `nil` where the payment is any other.
        func request(_ profile: Profile) -> [UInt8]? {
            guard asked != nil || offered != nil else { return nil }
            var request = RequestFixture(InvoiceFixture(profile)).without(82)
            if let asked { request = request.with(.tu64(82, asked)) }
            if let offered {
                request = request.with(.tu64(8, offered.price))
                if let quantity = offered.quantity { request = request.with(.tu64(20, 0), .tu64(86, quantity)) }
                if let currency = offered.currency { request = request.with(.text(6, currency)) }
            }
            return request.bytes
        }
    }

    /// - request: in place of the one that the HTLC tells of.
    static func payment(_ profile: Profile, request: [UInt8]? = nil, _ change: (inout HTLC) -> Void) -> JSON {
        var htlc = HTLC()
        change(&htlc)
        let numbers = profile.async_payment
        let preimage = Hash.sha256(Array("blip66 vectors: preimage".utf8)).bytes
        var records: [UInt64: [UInt8]] = [
            2: MessageParts.truncated(htlc.stated), 4: MessageParts.truncated(htlc.outgoing), 10: [0xb1],
            18: MessageParts.truncated(htlc.total),
        ]
        if let request = request ?? htlc.request(profile) {
            records[numbers.payload_invoice_request_type] = request
            records[numbers.payload_preimage_type] = preimage
        }
        let stream = records.sorted { $0.key < $1.key }.flatMap { MessageParts.record($0.key, $0.value) }
        var input: JSONObject = [
            "payload": .hex(stream), "payment_hash": .hex(Hash.sha256(preimage)),
            "amount_msat": .decimal(htlc.carried), "cltv_expiry": .integer(Int64(htlc.cltv)),
            "height": .integer(Int64(htlc.height)),
        ]
        if let (height, amount) = htlc.bounds {
            let value = MessageParts.bigEndian(height, 4) + MessageParts.truncated(amount)
            input["encrypted_data_tlv"] = .hex(MessageParts.record(12, value))
        }
        return .object(input)
    }

    private static func payments(_ profile: Profile) -> [Comparison] {
        let op = "payload.validate"
        let highest = UInt64(UInt32.max)
        func comparison(_ name: String, _ row: String, _ reason: ReasonClass, _ sides: [Comparison.Side]) -> Comparison
        {
            Comparison(
                name: name,
                row: row,
                family: "async/payment-comparisons",
                operation: op,
                requirement: "ASY-R2",
                reasons: [reason, "policy"],
                sides: sides,
                // Of the height nothing is right for certain; there an HTLC with time to spare is the neighbour.
                neighbour: sides.contains(where: \.isRight) ? nil : "expiry-exact"
            )
        }
        func pay(_ change: (inout HTLC) -> Void) -> JSON { payment(profile, change) }
        return [
            comparison(
                "amount",
                "HTLC's amount ≥ amt_to_forward",
                .semantic("amt_to_forward"),
                [
                    Comparison.right("exact", pay { _ in }, "lazy-minus-one@\(op).amount_msat"),
                    Comparison.wrong("one-less", pay { $0.carried -= 1 }, "lazy-plus-one@\(op).amount_msat"),
                    Comparison.right(
                        "above-32-bits",
                        pay { ($0.stated, $0.carried, $0.total) = (1 << 32, 1 << 32, 1 << 32) },
                        "lazy-32-bits@\(op).amount_msat"
                    ),
                    Comparison.wrong(
                        "above-53-bits",
                        pay { ($0.stated, $0.carried, $0.total) = ((1 << 53) + 4, (1 << 53) + 3, (1 << 53) + 4) },
                        "lazy-double@\(op).amount_msat"
                    ),
                ]
            ),
            comparison(
                "expiry",
                "HTLC's expiry ≥ outgoing_cltv_value",
                .semantic("outgoing_cltv_value"),
                [
                    Comparison.right("exact", pay { $0.cltv = $0.outgoing }, "lazy-minus-one@\(op).cltv_expiry"),
                    Comparison.wrong("one-less", pay { $0.cltv = $0.outgoing - 1 }, "lazy-plus-one@\(op).cltv_expiry"),
                    Comparison.right(
                        "highest",
                        pay { ($0.outgoing, $0.cltv) = (highest, highest) },
                        "lazy-31-bits@\(op).cltv_expiry"
                    ),
                ]
            ),
            comparison(
                "height",
                // The recipient's own min_final_cltv_expiry_delta stands between: no last right input can be told.
                "HTLC's expiry ≥ the chain's height",
                .semantic("outgoing_cltv_value"),
                [
                    Comparison.wrong(
                        "one-late",
                        pay { ($0.outgoing, $0.cltv) = ($0.height - 1, $0.height - 1) },
                        "lazy-minus-one@\(op).height"
                    ),
                    Comparison.wrong(
                        "high-bit-late",
                        pay { ($0.height, $0.cltv) = (1 << 31, (1 << 31) - 1) },
                        "lazy-31-bits@\(op).height"
                    ),
                ]
            ),
            comparison(
                "max-cltv-expiry",
                "HTLC's expiry ≤ max_cltv_expiry",
                .semantic("payment_constraints"),
                [
                    Comparison.right("same", pay { $0.bounds = ($0.cltv, 1) }, "lazy-plus-one@\(op).cltv_expiry"),
                    Comparison.wrong(
                        "one-more",
                        pay { $0.bounds = ($0.cltv - 1, 1) },
                        "lazy-minus-one@\(op).cltv_expiry"
                    ),
                    Comparison.wrong(
                        "high-bit-more",
                        pay { ($0.cltv, $0.outgoing, $0.height, $0.bounds) = (1 << 31, 0, 0, ((1 << 31) - 1, 1)) },
                        "lazy-31-bits@\(op).cltv_expiry"
                    ),
                ]
            ),
            comparison(
                "htlc-minimum",
                "HTLC's amount ≥ htlc_minimum_msat",
                .semantic("payment_constraints"),
                [
                    Comparison.right(
                        "same",
                        pay { $0.bounds = ($0.cltv, $0.carried) },
                        "lazy-minus-one@\(op).amount_msat"
                    ),
                    Comparison.wrong(
                        "one-less",
                        pay { $0.bounds = ($0.cltv, $0.carried + 1) },
                        "lazy-plus-one@\(op).amount_msat"
                    ),
                    Comparison.wrong("highest", pay { $0.bounds = ($0.cltv, .max) }, "lazy-no-ASY-R2"),
                ]
            ),
            comparison(
                "total",
                "total_amount_msat ≥ the amount asked for",
                .semantic("total_amount_msat"),
                [
                    Comparison.right("same", pay { $0.asked = $0.total }, "lazy-total-excluded"),
                    Comparison.wrong("one-less", pay { $0.asked = $0.total + 1 }, "lazy-total-less-one"),
                    Comparison.right(
                        "above-32-bits",
                        pay {
                            let whole: UInt64 = (1 << 32) + 5
                            ($0.asked, $0.stated, $0.carried, $0.total) = (whole, whole, whole, whole)
                        },
                        "lazy-total-excluded"
                    ),
                    Comparison.wrong(
                        "above-32-bits-less",
                        pay { ($0.asked, $0.total) = ((1 << 32) + 1_000_000, 1_000_000) },
                        "lazy-total-in-32-bits"
                    ),
                    Comparison.wrong(
                        "above-53-bits-less",
                        pay { ($0.asked, $0.total) = ((1 << 53) + 1, 1 << 53) },
                        "lazy-total-as-double"
                    ),
                ]
            ),
        ]
    }
}
