internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `async/payment-payload`: the last hop's payload of a payment to a static invoice.
func paymentPayloadFamily(_ context: GenerationContext, _ profile: Profile) throws(GenerationError) -> GeneratedFamily {
    var family = PaymentPayloadBuilder(context, profile)
    family.addPayments()
    try family.addExtraRecords()
    try family.addFaultyRecords()
    try family.addFaultyPreimages()
    try family.addFaultyAmounts()
    try family.addFaultyExpiries()
    family.addFaultyData()
    try family.addFaultyRequests()
    family.addBuilt()
    family.addSamples()
    return family.builder.build()
}

/// The parts of the family.
private struct PaymentPayloadBuilder {
    let profile: Profile
    let invoice: InvoiceFixture
    let request: RequestFixture
    let base: PayloadFixture
    var builder: FamilyBuilder

    init(_ context: GenerationContext, _ profile: Profile) {
        self.profile = profile
        invoice = InvoiceFixture(profile)
        request = RequestFixture(invoice)
        base = PayloadFixture(profile, request)
        builder = FamilyBuilder(
            "async/payment-payload",
            title: "The last payload of a payment to a static invoice: preimage, invoice request, amounts, expiry",
            profile: profile,
            in: context,
            flags: [
                VectorFamily.Flag("boundary", "One step before or behind a limit: off by one, or the wrong comparison"),
                VectorFamily.Flag("missing", "A record that must be there is not"),
                VectorFamily.Flag("extra", "A record that has no place in such a payload"),
                VectorFamily.Flag("preimage", "Not the preimage of this payment: it could not be claimed"),
                VectorFamily.Flag("request", "Not a right request for the recipient's offer"),
                VectorFamily.Flag("encoding", "The stream itself is malformed"),
                MessageFamily.sample,
            ]
        )
    }

    private mutating func takes(
        _ name: String,
        _ ids: [RequirementID],
        _ comment: String,
        _ flags: [String] = [],
        payment: PayloadFixture,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.accept(
            name,
            "payload.validate",
            ids,
            comment,
            flags: flags,
            in: payment.input,
            out: ["fields": payment.fields],
            under: under,
            file: file,
            line: line
        )
    }

    private mutating func rejects(
        _ name: String,
        _ id: RequirementID,
        _ reasons: [ReasonClass],
        _ comment: String,
        _ flags: [String],
        neighbour: String = "plain",
        in input: JSON,
        under: [Under] = [],
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        builder.reject(
            name,
            "payload.validate",
            [id],
            reasons,
            comment,
            neighbour: neighbour,
            flags: flags,
            in: input,
            under: under,
            file: file,
            line: line
        )
    }

    private var priced: InvoiceFixture { invoice.with(.tu64(8, 300_000)) }

    /// `encrypted_data_tlv` with `payment_constraints`: up to the HTLC's own end, from its own amount on.
    private func constrained(maxExpiry: UInt64, minimum: UInt64) -> PayloadFixture {
        let value = MessageParts.bigEndian(maxExpiry, 4) + MessageParts.truncated(minimum)
        let data = MessageParts.record(6, [1, 2, 3, 4]) + MessageParts.record(12, value)
        return base.changed { $0.more = [("encrypted_data_tlv", .hex(data))] }
    }

    mutating func addPayments() {
        let offer = invoice.offer.bytes
        let part = MessageParts.truncated(400_000)
        let unstated = RequestFixture(priced).without(82)
        let unpaid = PayloadFixture(profile, unstated).with(18, MessageParts.truncated(300_000))
        let all: [RequirementID] = ["ASY-R2", "ASY-D3", "ASY-P1", "ASY-P2", "ASY-P3", "ASY-P5", "ASY-P6"]
        takes("plain", all, "what was asked for, with the request and the preimage", payment: base)
        takes(
            "for-the-known-offer",
            ["ASY-R2"],
            "the request is for the recipient's offer",
            payment: base.changed { $0.more = [("offer", .hex(offer))] }
        )
        takes(
            "with-path-key",
            ["ASY-P6"],
            "the last hop is the first one too: the path key comes in the payload",
            payment: base.with(12, Array(Fixtures.point("path key of a payment")))
        )
        takes(
            "one-part",
            ["ASY-R2"],
            "this HTLC carries a part: the total counts",
            payment: base.with(2, part).changed { $0.amount_msat = 400_000 },
            under: [.reject("C-106 b", ["policy", "onion.payload", "semantic.total_amount_msat"])]
        )
        takes(
            "more-than-asked-for",
            ["ASY-R2"],
            "a tip, and an HTLC that carries more than stated",
            payment: base.with(18, MessageParts.truncated(1_500_000)).changed { $0.amount_msat = 1_500_000 }
        )
        takes(
            "price-of-the-offer",
            ["ASY-R2"],
            "the request states no amount: the offer's price counts",
            ["boundary"],
            payment: unpaid.with(2, MessageParts.truncated(300_000)).changed { $0.amount_msat = 300_000 }
        )
        takes(
            "ends-as-stated",
            ["ASY-R2"],
            "the HTLC ends at outgoing_cltv_value",
            ["boundary"],
            payment: base.changed { $0.cltv_expiry = PayloadFixture.height + 100 }
        )
        takes(
            "within-the-paths-bounds",
            ["ASY-R2"],
            "the HTLC reaches both bounds exactly",
            ["boundary"],
            payment: constrained(maxExpiry: base.cltv_expiry, minimum: base.amount_msat)
        )
        takes(
            "ordinary-payment",
            ["ASY-P4", "ASY-P5"],
            "a payment to an invoice with a payment hash has neither of the two records",
            payment: base.without(base.requestType, base.preimageType)
        )
    }

    mutating func addExtraRecords() throws(GenerationError) {
        let payload: ReasonClass = "onion.payload"
        let extras: [(name: String, type: UInt64, value: [UInt8], reasons: [ReasonClass], comment: String)] = [
            (
                "with-short-channel-id", 6, MessageParts.bigEndian(0x0001_0000_0200_03, 8),
                [payload, "semantic.short_channel_id"], "there is no next hop"
            ),
            (
                "with-payment-data", 8, [UInt8](repeating: 5, count: 32) + MessageParts.truncated(1_000_000),
                [payload, "semantic.payment_data"], "blinded paths know no payment secret"
            ),
            (
                "with-payment-metadata", 16, [1], [payload, "semantic.payment_metadata"],
                "blinded paths know no metadata"
            ),
        ]
        for (name, type, value, reasons, comment) in extras {
            rejects(name, "ASY-P6", reasons, comment, ["extra"], in: base.with(type, value).input)
        }
        let unknown = base.with(65_539, [1])
        if profile.async_payment.payload_unknown_odd_accepted {
            takes(
                "with-unknown-odd-record",
                ["B1-TLV-7"],
                "under this profile record 65539 is the application's matter",
                ["extra"],
                payment: unknown
            )
        } else {
            rejects(
                "with-unknown-odd-record",
                "ASY-P6",
                [payload],
                "record 65539: odd ones have no place here either",
                ["extra"],
                in: unknown.input
            )
        }
        rejects(
            "with-unknown-even-record",
            "B1-TLV-6",
            ["tlv.unknown_even"],
            "record 14 must be understood",
            ["extra"],
            in: base.with(14, []).input
        )
    }

    mutating func addFaultyRecords() throws(GenerationError) {
        let missing: [(name: String, id: RequirementID, type: UInt64, comment: String)] = [
            ("without-amount", "ASY-P5", 2, "amt_to_forward is missing"),
            ("without-expiry", "ASY-P5", 4, "outgoing_cltv_value is missing"),
            ("without-total", "ASY-P5", 18, "total_amount_msat is missing"),
            ("without-recipients-data", "B12-SI-W16", 10, "not over a path of the invoice"),
            ("without-preimage", "ASY-P1", base.preimageType, "there is nothing to claim with"),
            ("without-request", "ASY-P3", base.requestType, "nobody knows what is paid for"),
        ]
        for (name, id, type, comment) in missing {
            rejects(
                name,
                id,
                ["tlv.missing", "onion.payload", "policy"],
                comment,
                ["missing"],
                in: base.without(type).input,
                under: type == base.requestType
                    ? [.accept("C-105 b", ["fields": base.without(type).fields])] : []
            )
        }
        let bytes = base.bytes
        rejects(
            "cut",
            "B1-TLV-3",
            ["tlv.truncated"],
            "the last record lacks a byte",
            ["encoding"],
            in: base.input(Array(bytes.dropLast()))
        )
        rejects(
            "unknown-odd-record-cut",
            "B1-TLV-9",
            ["tlv.truncated", "tlv.length"],
            "record 5482373487 is passed over, and announces 5 bytes of which 2 are there",
            ["encoding"],
            in: base.input(bytes + MessageParts.bigSize(5_482_373_487) + [5, 1, 2])
        )
        rejects(
            "total-with-leading-zero",
            "B1-TLV-5",
            ["tlv.minimal"],
            "a tu64 has one form",
            ["encoding"],
            in: base.with(18, [0] + MessageParts.truncated(PayloadFixture.amount)).input
        )
        let aboveTheCap = base.with(18, MessageParts.truncated(Amount.maxMillisatoshi + 1))
        rejects(
            "total-above-the-cap",
            "B1-T-5",
            ["tlv.range", "semantic.total_amount_msat"],
            "more than 21 million bitcoin",
            ["encoding"],
            in: aboveTheCap.input,
            under: [.accept("C-97 b", ["fields": aboveTheCap.fields])]
        )
    }

    mutating func addFaultyPreimages() throws(GenerationError) {
        let preimage = PayloadFixture.preimage
        let size: [ReasonClass] = ["tlv.length", "tlv.truncated"]
        for (name, value, comment) in [
            ("preimage-of-31-bytes", Array(preimage.dropLast()), "a byte too few"),
            ("preimage-of-33-bytes", preimage + [0], "a byte too many"),
        ] {
            rejects(
                name,
                "ASY-D3",
                size,
                comment,
                ["preimage"],
                in: base.with(base.preimageType, value).input
            )
        }
        let mismatch: [ReasonClass] = ["semantic.sender_provided_payment_preimage", "context", "policy"]
        let hash = Hash.sha256(preimage)
        let others: [(name: String, hash: Bytes32, comment: String)] = [
            ("preimage-of-another-payment", Hash.sha256(hash.bytes), "the hash belongs to something else"),
            ("payment-hash-of-zeros", .zero, "no hash at all"),
        ]
        for (name, hash, comment) in others {
            rejects(
                name,
                "ASY-R2",
                mismatch,
                comment,
                ["preimage"],
                in: base.changed { $0.payment_hash = hash }.input
            )
        }
        rejects(
            "preimage-is-the-hash",
            "ASY-R2",
            mismatch,
            "the payment hash itself stands where the preimage should",
            ["preimage"],
            in: base.with(base.preimageType, hash.bytes).input
        )
    }

    mutating func addFaultyAmounts() throws(GenerationError) {
        rejects(
            "htlc-below-stated-amount",
            "ASY-R2",
            ["semantic.amt_to_forward"],
            "somebody on the way kept a millisatoshi",
            ["boundary"],
            in: base.changed { $0.amount_msat -= 1 }.input
        )
        rejects(
            "below-requested-amount",
            "ASY-R2",
            ["semantic.total_amount_msat", "semantic.amt_to_forward", "semantic.invreq_amount"],
            "a millisatoshi less than the request says",
            ["boundary"],
            in: base.with(2, MessageParts.truncated(999_999)).with(18, MessageParts.truncated(999_999)).input
        )
        let unstated = PayloadFixture(profile, RequestFixture(priced).without(82))
        rejects(
            "below-price-of-the-offer",
            "ASY-R2",
            ["semantic.total_amount_msat", "semantic.amt_to_forward", "semantic.invreq_amount"],
            "a millisatoshi less than the offer asks for",
            ["boundary"],
            neighbour: "price-of-the-offer",
            in: unstated.with(2, MessageParts.truncated(299_999)).with(18, MessageParts.truncated(299_999)).input
        )
        rejects(
            "below-the-paths-minimum",
            "ASY-R2",
            ["semantic.payment_constraints"],
            "a millisatoshi less than the path takes",
            ["boundary"],
            neighbour: "within-the-paths-bounds",
            in: constrained(maxExpiry: base.cltv_expiry, minimum: base.amount_msat + 1).input
        )
    }

    mutating func addFaultyExpiries() throws(GenerationError) {
        rejects(
            "ends-before-stated",
            "ASY-R2",
            ["semantic.outgoing_cltv_value"],
            "the HTLC ends a block before outgoing_cltv_value",
            ["boundary"],
            neighbour: "ends-as-stated",
            in: base.changed { $0.cltv_expiry = PayloadFixture.height + 99 }.input
        )
        let past = base.with(4, MessageParts.truncated(PayloadFixture.height - 1))
        rejects(
            "ended-already",
            "ASY-R2",
            ["semantic.outgoing_cltv_value", "expired", "policy"],
            "the HTLC ended a block ago: too late whatever time the recipient wants",
            ["boundary"],
            in: past.changed { $0.cltv_expiry = PayloadFixture.height - 1 }.input
        )
        rejects(
            "ends-behind-the-path",
            "ASY-R2",
            ["semantic.payment_constraints", "expired"],
            "the path ends a block before the HTLC",
            ["boundary"],
            neighbour: "within-the-paths-bounds",
            in: constrained(maxExpiry: base.cltv_expiry - 1, minimum: base.amount_msat).input
        )
    }

    /// The data in the last hop of the path: BOLT 4's rules for them, whatever the payload says.
    mutating func addFaultyData() {
        func holding(_ records: [UInt8]) -> PayloadFixture {
            base.changed { $0.more = [("encrypted_data_tlv", .hex(records))] }
        }
        let own = MessageParts.record(6, [1, 2, 3, 4])
        let node = MessageParts.record(4, Array(Fixtures.point("server")))
        let channel = MessageParts.record(2, MessageParts.bigEndian(0x0000_0100_0002_0003, 8))
        let taken: [(name: String, comment: String, data: [UInt8])] = [
            ("data-without-bounds", "a path_id alone", own),
            ("data-empty", "nothing at all", []),
            ("data-with-no-features", "allowed_features is there, and empty", own + MessageParts.record(14, [])),
            ("data-with-features-of-zero", "allowed_features has no bit", own + MessageParts.record(14, [0, 0])),
            ("data-with-unknown-odd-record", "record 99 is passed over", own + MessageParts.record(99, [1])),
            ("data-padded", "padding stands in front", MessageParts.record(1, [0, 0, 0]) + own),
        ]
        for (name, comment, data) in taken { takes(name, ["ASY-R2"], comment, payment: holding(data)) }
        let faults: [(name: String, id: RequirementID, reasons: [ReasonClass], comment: String, data: [UInt8])] = [
            (
                "data-with-odd-feature", "ASY-R2", ["features"], "bit 1 is odd, and unknown all the same",
                own + MessageParts.record(14, [2])
            ),
            ("data-with-even-feature", "ASY-R2", ["features"], "bit 0 is unknown", own + MessageParts.record(14, [1])),
            (
                "data-with-feature-beyond-128", "ASY-R2", ["features"], "bit 200 is unknown",
                own + MessageParts.record(14, bitmap([200]))
            ),
            (
                "data-with-both-next-hops", "ASY-R2",
                ["semantic.short_channel_id", "semantic.next_node_id", "onion.payload"], "a node and a channel",
                channel + node + own
            ),
            (
                "data-with-unknown-even-record", "RB-E2", ["tlv.unknown_even"], "record 16 must be understood",
                own + MessageParts.record(16, [1])
            ),
            (
                "data-unordered", "RB-E2", ["tlv.order"], "the path_id stands before padding",
                own + MessageParts.record(1, [0])
            ),
            ("data-cut", "RB-E2", ["tlv.truncated", "tlv.length"], "the last byte is missing", own.dropLast()),
            (
                "data-with-bounds-cut", "RB-E2", ["tlv.length", "tlv.truncated"], "max_cltv_expiry has three bytes",
                own + MessageParts.record(12, [0x0c, 0x35, 0])
            ),
        ]
        // Where the profile rejects two next hops in messages too, the one fault breaks both rules.
        let isTwofold = profile.blinded_path.both_next_hops == .refuse
        for (name, id, reasons, comment, data) in faults where !isTwofold || name != "data-with-both-next-hops" {
            rejects(name, id, reasons, comment, ["encoding"], neighbour: "data-without-bounds", in: holding(data).input)
        }
    }

    mutating func addFaultyRequests() throws(GenerationError) {
        func paying(_ bytes: [UInt8]) -> PayloadFixture { base.with(base.requestType, bytes) }
        let other = InvoiceFixture(profile).with(.text(10, "tea"))
        rejects(
            "request-for-another-offer",
            "ASY-R2",
            ["context", "semantic.offer", "semantic.offer_description", "semantic.invoice_request"],
            "the request is right, but for another offer than the recipient's",
            ["request"],
            neighbour: "for-the-known-offer",
            in: paying(RequestFixture(other).bytes)
                .changed { $0.more = [("offer", .hex(invoice.offer.bytes))] }.input
        )
        let signed = request.with(.text(89, "for the coffee")).signature()
        let faults: [(name: String, id: RequirementID, reasons: [ReasonClass], comment: String, bytes: [UInt8])] = [
            (
                "request-unsigned", "B12-IRQ-5", ["signature", "tlv.missing"], "anybody could have made it",
                request.unsigned.bytes
            ),
            (
                "request-altered", "B12-IRQ-5", ["signature"], "the signature is over something else",
                request.bytes(signature: signed)
            ),
            (
                "request-without-payer", "B12-IRQ-3", ["tlv.missing", "semantic.invreq_payer_id"], "nobody asks",
                request.without(88).bytes
            ),
            (
                "request-cut", "B1-TLV-3", ["tlv.truncated", "semantic.invoice_request"], "its last byte is missing",
                Array(request.bytes.dropLast())
            ),
            (
                "request-with-unknown-even-record", "B1-TLV-6", ["tlv.unknown_even", "semantic.invoice_request"],
                "record 92 must be understood", request.with(92, [1]).bytes
            ),
        ]
        takes(
            "request-with-payers-paths",
            ["B12-IRQ-15"],
            "the payer's own path, which nobody needs for a static invoice",
            ["request"],
            payment: paying(request.with(.paths(90, [Fixtures.path("payer")])).bytes)
        )
        rejects(
            "request-with-payers-path-without-hops",
            "B12-IRQ-15",
            ["path.zero_hops", "semantic.invoice_request"],
            "num_hops is 0",
            ["request"],
            neighbour: "request-with-payers-paths",
            in: paying(request.with(.paths(90, [Fixtures.pathWithoutHops])).bytes).input
        )
        // Of a price above all that there is only none can be paid for.
        func none(at price: UInt64) -> PayloadFixture {
            let offer = invoice.with(.tu64(8, price)).with(20, [])
            return paying(RequestFixture(offer).with(86, []).without(82).bytes)
        }
        takes(
            "request-for-none",
            ["B12-IRQ-10", "B1-T-5"],
            "none is asked for where the offer sets no bound: nothing is to be paid, and a tip is",
            ["request"],
            payment: none(at: Amount.maxMillisatoshi),
            under: [.reject("C-98 b", ["semantic.invreq_quantity"])]
        )
        let aboveTheCap = none(at: Amount.maxMillisatoshi + 1)
        rejects(
            "request-for-none-above-the-cap",
            "B1-T-5",
            ["tlv.range", "semantic.offer_amount", "semantic.invreq_quantity"],
            "the offer's price is more than 21 million bitcoin",
            ["request"],
            neighbour: "request-for-none",
            in: aboveTheCap.input,
            under: [.accept("C-97 b", ["fields": aboveTheCap.fields])]
        )
        let priced = RequestFixture(priced)
        let more: [(name: String, id: RequirementID, reasons: [ReasonClass], comment: String, bytes: [UInt8])] = [
            (
                "request-with-even-feature", "B12-IRQ-6", ["features"], "an unknown even bit",
                request.with(84, bitmap([100])).bytes
            ),
            (
                "request-with-record-161", "B12-IRQ-4", ["tlv.range"], "a record of invoices",
                request.with(161, [1]).bytes
            ),
            (
                "request-with-quantity-not-offered", "B12-IRQ-9", ["semantic.invreq_quantity"], "the offer has none",
                request.with(.tu64(86, 1)).bytes
            ),
            (
                "request-without-quantity", "B12-IRQ-9", ["semantic.invreq_quantity", "tlv.missing"],
                "the offer asks how many", request.with(.tu64(20, 5)).bytes
            ),
            (
                "request-for-too-many", "B12-IRQ-10", ["semantic.invreq_quantity"], "six of at most five",
                request.with(.tu64(20, 5), .tu64(86, 6)).bytes
            ),
            (
                "request-below-price", "B12-IRQ-11", ["semantic.invreq_amount"], "a millisatoshi below the price",
                priced.with(.tu64(82, 299_999)).bytes
            ),
            (
                "request-without-amount", "B12-IRQ-12", ["tlv.missing", "semantic.invreq_amount"],
                "neither offer nor request has an amount", request.without(82).bytes
            ),
            (
                "request-with-strange-name", "B12-IRQ-14", ["semantic.invreq_bip_353_name"], "a blank in the name",
                request.with(91, [1, 0x20, 1, 0x61]).bytes
            ),
            (
                "request-without-metadata", "B12-IRQ-3", ["tlv.missing", "semantic.invreq_metadata"],
                "invreq_metadata is missing", request.without(0).bytes
            ),
            (
                "request-with-repeated-record", "B1-TLV-2", ["tlv.order", "semantic.invoice_request"],
                "the signature stands twice",
                request.bytes + TLVRecord(type: 240, value: request.signature()).encoding
            ),
        ]
        for (name, id, reasons, comment, bytes) in faults + more {
            rejects(name, id, reasons, comment, ["request"], in: paying(bytes).input)
        }
    }

    // MARK: Writing

    mutating func addBuilt() {
        let hop = PayloadFixture(profile, request)
            .without(2, 4, 18, base.requestType, base.preimageType)
            .with(12, Array(Fixtures.point("path key of a payment")))
        for (name, ids, comment, payload) in [
            (
                "built", ["ASY-D3", "ASY-P1", "ASY-P3", "ASY-P5", "ASY-P6"],
                "the records in order, each number in its shortest form", base
            ), ("built-for-a-hop", ["ASY-P6"], "the first hop of a path, not the last", hop),
        ] as [(String, [RequirementID], String, PayloadFixture)] {
            builder.accept(
                name,
                "payload.build",
                ids,
                comment,
                in: ["fields": payload.fields],
                out: ["payload": .hex(payload.bytes)]
            )
        }
        let missing: [ReasonClass] = ["tlv.missing", "onion.payload"]
        let faults:
            [(name: String, id: RequirementID, reasons: [ReasonClass], comment: String, payload: PayloadFixture)] =
                [
                    (
                        "built-without-recipients-data", "RB-U2", missing,
                        "what the path holds for its last hop does not go along", base.without(10)
                    ),
                    ("built-without-total", "ASY-P5", missing, "total_amount_msat is missing", base.without(18)),
                    (
                        "built-without-preimage", "ASY-P1", missing, "no preimage goes along",
                        base.without(base.preimageType)
                    ),
                    (
                        "built-without-request", "ASY-P3", missing, "no request goes along",
                        base.without(base.requestType)
                    ),
                    (
                        "built-with-short-channel-id", "ASY-P6", ["onion.payload", "semantic.short_channel_id"],
                        "there is no next hop", base.with(6, MessageParts.bigEndian(1, 8))
                    ),
                    (
                        "built-with-payment-data", "ASY-P6", ["onion.payload", "semantic.payment_data"],
                        "the path's data stand for the secret",
                        base.with(8, Hash.sha256(PayloadFixture.preimage).bytes + [1])
                    ),
                    (
                        "built-with-payment-metadata", "ASY-P6", ["onion.payload", "semantic.payment_metadata"],
                        "no invoice of this kind states any", base.with(16, [1])
                    ),
                    (
                        "built-with-unknown-record", "ASY-P6", ["onion.payload"], "nothing else goes along",
                        base.with(65_539, [1])
                    ),
                ]
        for (name, id, reasons, comment, payload) in faults {
            builder.reject(
                name,
                "payload.build",
                [id],
                reasons,
                comment,
                neighbour: "built",
                flags: [id == "ASY-P6" ? "extra" : "missing"],
                in: ["fields": payload.fields]
            )
        }
    }

    /// Recorded payloads, on which the payer's checks are tested with what the payer knows.
    mutating func addSamples() {
        func known(_ invoice: String, hash: Bytes32 = Hash.sha256(PayloadFixture.preimage)) -> JSON {
            [
                "invoice": .string(invoice), "payment_hash": .hex(hash),
                "invoice_request": .hex(request.bytes),
            ]
        }
        let ordinary = base.without(base.requestType, base.preimageType)
        for (name, ids, comment, input, payload) in [
            (
                "sample-static", ["ASY-P1", "ASY-P2", "ASY-P3", "ASY-P5", "ASY-P6"], "for a static invoice",
                known("static"), base
            ),
            (
                "sample-with-payment-hash", ["ASY-P4"], "for an invoice with a payment hash",
                known("with_payment_hash"), ordinary
            ),
        ] as [(String, [RequirementID], String, JSON, PayloadFixture)] {
            builder.accept(
                name,
                "payload.build",
                ids,
                comment,
                flags: ["sample"],
                in: input,
                sample: ["payload": .hex(payload.bytes)]
            )
        }
        let hashOfHash = Hash.sha256(Hash.sha256(PayloadFixture.preimage).bytes)
        let other = request.with(0, Array("metadata of another payment".utf8))
        let semantic = ReasonClass.semantic("sender_provided_payment_preimage")
        let faults:
            [(
                name: String, id: RequirementID, reason: ReasonClass, comment: String, neighbour: String, input: JSON,
                payload: PayloadFixture
            )] = [
                (
                    "sample-hash-of-hash", "ASY-P2", semantic, "the payment hash is hashed once too often",
                    "sample-static", known("static", hash: hashOfHash), base
                ),
                (
                    "sample-request-of-another-payment", "ASY-P3", .semantic("invoice_request"),
                    "not the request that this payment goes back to", "sample-static", known("static"),
                    base.with(base.requestType, other.bytes)
                ),
                (
                    "sample-without-preimage", "ASY-P1", .missing, "a static invoice, and nothing to claim with",
                    "sample-static", known("static"), base.without(base.preimageType)
                ),
                (
                    "sample-preimage-for-payment-hash", "ASY-P4", semantic,
                    "the recipient has the preimage: this one opens nothing", "sample-with-payment-hash",
                    known("with_payment_hash"), ordinary.with(base.preimageType, PayloadFixture.preimage)
                ),
            ]
        for (name, id, reason, comment, neighbour, input, payload) in faults {
            builder.reject(
                name,
                "payload.build",
                [id],
                [reason],
                comment,
                neighbour: neighbour,
                flags: ["sample"],
                in: input,
                sample: ["payload": .hex(payload.bytes)]
            )
        }
    }
}
