internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorKit
internal import Wire

/// The objects of the grid.
enum GridObjects {
    /// Those whose bytes are the same under every profile.
    static func once(_ draft: Profile) -> [GridObject] {
        [offer, invoiceRequest, layer(draft), encryptedData(draft), payload(draft), sealedPath]
    }

    /// Those whose bytes, or the answers to them, differ by profile.
    static func each(_ profile: Profile) -> [GridObject] {
        [invoiceRequestRanges(profile), staticInvoice(profile), payloadRecords(profile)] + messages(profile)
    }

    // MARK: BOLT 12

    private static let path = Sample.plain(.blinded_path) ?? .hex([])
    /// With an unknown odd bit among its features, which nobody minds.
    private static let payinfo =
        Sample.plain(.list(.blinded_payinfo))?.replacing(["features"], by: .prefixed(width: 2, [2])) ?? .hex([])
    private static let metadata = Sample.hex(Array("metadata of the payer".utf8))

    /// Values that records of offers, requests and invoices need.
    private static let samples: GridObject.Records = [
        2: .list([.hex(Chain.bitcoin.bytes)]), 6: .text("USD"), 8: .truncated(700, width: 8), 10: .text("tea"),
        // An unknown odd bit, which nobody minds.
        12: .hex([2]), 14: .truncated(1_800_000_000, width: 8), 22: .hex(Fixtures.point("recipient")),
        80: .hex(Chain.bitcoin.bytes), 82: .truncated(1_000_000, width: 8), 84: .hex([2]),
        88: .hex(Fixtures.point("payer")),
        91: .structure([
            ("name", .prefixed(width: 1, Array("abc".utf8))),
            ("domain", .prefixed(width: 1, Array("example.org".utf8))),
        ]),
        164: .truncated(Fixtures.createdAt, width: 8), 174: .hex([2]), 176: .hex(Fixtures.point("recipient")),
    ]

    static let offer = GridObject(
        name: "offer",
        family: "bolt12/offer-encoding",
        schema: .offer,
        operation: "offer.decode",
        carrier: [10: .text("tea"), 22: .hex(Fixtures.point("recipient"))],
        beside: [6: [8: .truncated(500, width: 8)]],
        samples: samples,
        input: { bytes, _ in ["bytes": .hex(bytes)] },
        out: { out($0, .offer) },
        judged: GridObject.Judged("offer.validate") { bytes, _ in
            ["bytes": .hex(bytes), "now": .decimal(Fixtures.createdAt)]
        },
        attributed: { rule, _ in rule == "B1-T-4" ? "B12-OFF-R14" : rule },
        unknown: UnknownRecord.passedOver(1, 79, 1_000_000_001, 1_999_999_999, keeps: "B12-OFF-R1")
            + UnknownRecord.rejected(24, 78, 1_000_000_000, 1_999_999_998)
            + UnknownRecord.rejected(81, 999_999_999, 2_000_000_001, .max, as: "B12-OFF-R1", ["tlv.range"])
    )

    static let invoiceRequest = GridObject(
        name: "invoice_request",
        family: "bolt12/invreq-encoding",
        schema: .invoice_request,
        operation: "invreq.decode",
        carrier: [
            0: metadata, 22: .hex(Fixtures.point("recipient")), 82: .truncated(1_000_000, width: 8),
            88: .hex(Fixtures.point("payer")),
        ],
        without: [("offer_issuer_id", [22: nil, 16: .list([path])])],
        beside: [
            6: [8: .truncated(500, width: 8), 10: .text("tea"), 82: nil], 8: [10: .text("tea"), 82: nil],
            20: [86: .truncated(1, width: 8)], 86: [20: .truncated(0, width: 8)],
        ],
        samples: samples,
        signed: ("invoice_request", "payer"),
        input: { bytes, _ in ["bytes": .hex(bytes)] },
        out: { out($0, .invoice_request) },
        unknown: UnknownRecord.passedOver(1) + UnknownRecord.rejected(24, 158, 242, 1000, 1_000_000_000, 2_999_999_998)
    )

    /// The ranges of a request's records, at a node that has an invoice for it.
    private static func invoiceRequestRanges(_ profile: Profile) -> GridObject {
        var request = invoiceRequest
        request.family = "bolt12/invreq-ranges"
        request.onlyRecords = []
        request.without = []
        request.showsStream = false
        request.judged = GridObject.Judged("invreq.validate_for") { bytes, records in
            // The invoice mirrors the records of the offer, whichever they are.
            let offer = records.filter { Bolt12Range.isOffer($0.key) }
            var invoice = InvoiceFixture(profile).without(10, 16)
            for (type, value) in offer { invoice.records[type] = value.bytes }
            return [
                "bytes": .hex(bytes), "invoice": .hex(invoice.bytes), "now": .decimal(Fixtures.createdAt),
                "arrived_over": .null,
            ]
        }
        request.unknown =
            UnknownRecord.passedOver(1, 159, 241, 999, 1_000_000_001, 2_999_999_999, keeps: "B12-IRQ-4")
            + UnknownRecord.rejected(161, 239, 1001, 999_999_999, 3_000_000_001, .max, as: "B12-IRQ-4", ["tlv.range"])
        return request
    }

    private static func staticInvoice(_ profile: Profile) -> GridObject {
        let type = profile.static_invoice.message_paths_type
        let barred = profile.static_invoice.refused_ranges
        let odd: [UInt64] = [
            1, 81, 159, 161, 239, 241, 999, 1001, 999_999_999, 1_000_000_001, 1_999_999_999, 2_000_000_001,
            2_999_999_999,
            3_000_000_001, .max,
        ]
        let request = TLVSchema.invoice_request.records.map(\.name).filter { $0.hasPrefix("invreq_") }
        let none = "a record of the request; a static invoice has none (B12-SI-W5)"
        return GridObject(
            name: "static_invoice",
            family: "bolt12/static-invoice-encoding",
            schema: .static_invoice(profile),
            operation: "static_invoice.decode",
            carrier: [
                16: .list([path]), 22: .hex(Fixtures.point("recipient")), 160: .list([path]),
                162: payinfo, 164: .truncated(Fixtures.createdAt, width: 8),
                176: .hex(Fixtures.point("recipient")), type: .list([path]),
            ],
            // Without an issuer the end of the path signs. That there are paths is not asked for by every profile.
            without: [("offer_issuer_id", [22: nil, 16: .list([path.endingAt("recipient")])])]
                + (profile.static_invoice.offer_checked ? [] : [("offer_paths", [16: nil])]),
            beside: [6: [8: .truncated(500, width: 8), 10: .text("tea")], 8: [10: .text("tea")]],
            samples: samples,
            signed: ("static_invoice", "recipient"),
            input: { bytes, _ in ["bytes": .hex(bytes)] },
            out: { out($0, .static_invoice(profile)) },
            judged: GridObject.Judged("static_invoice.validate") { bytes, _ in
                ["bytes": .hex(bytes), "now": .decimal(Fixtures.createdAt)]
            },
            outOfPlace: Dictionary(
                uniqueKeysWithValues: request.map { ($0, none) } + [
                    ("invoice_payment_hash", "a static invoice has none (B12-SI-R19)"),
                    ("invoice_amount", "a static invoice has none (B12-SI-R19)"),
                ]
            ),
            unknown: odd.flatMap { odd in
                barred.contains { $0.contains(odd) }
                    ? UnknownRecord.rejected(odd, as: "B12-SI-R23", ["tlv.range"]) : UnknownRecord.passedOver(odd)
            } + evenTypes(barred, 24, 180, 238, 242, 1000, 1002, 999_999_998, 1_000_000_000, .max - 1)
        )
    }

    /// Even types outside the barred ranges: in them a record breaks two rules.
    private static func evenTypes(_ barred: [ClosedRange<UInt64>], _ types: UInt64...) -> [UnknownRecord] {
        types.filter { type in !barred.contains { $0.contains(type) } }.flatMap { UnknownRecord.rejected($0) }
    }

    private static func out(_ records: GridObject.Records, _ schema: TLVSchema) -> JSONObject {
        let plain = records.sorted { $0.key < $1.key }.map { type, value -> JSON in
            ["type": .decimal(type), "value": .hex(value.bytes)]
        }
        return ["records": .array(plain), "fields": fields(records, schema)]
    }

    /// The known records by their names.
    static func fields(_ records: GridObject.Records, _ schema: TLVSchema) -> JSON {
        var fields = JSONObject()
        var unknown: [JSON] = []
        for (type, value) in records.sorted(by: { $0.key < $1.key }) {
            if let record = schema[type] {
                fields[record.name] = value.json
            } else {
                unknown.append(["type": .decimal(type), "value": .hex(value.bytes)])
            }
        }
        if !unknown.isEmpty { fields["unknown"] = .array(unknown) }
        return .object(fields)
    }

    // MARK: BOLT 4

    private static let content = Sample.hex([0xb1, 0xb2])

    /// The layer of a last hop, with a request for an invoice in it, whose bytes nobody looks at here.
    private static func layer(_ profile: Profile) -> GridObject {
        GridObject(
            name: "onionmsg",
            family: "bolt04/layer-encoding",
            schema: .onionmsg(profile),
            operation: "om.classify",
            carrier: [4: .hex([UInt8](repeating: 0xb1, count: 16)), 64: content],
            input: { bytes, _ in ["onionmsg_tlv": .hex(bytes), "encrypted_data_tlv": "", "final": true] },
            out: { records in
                var out: JSONObject = ["content": ["type": "64", "value": .hex((records[64] ?? content).bytes)]]
                out["reply_path"] = records[2]?.json
                return out
            },
            attributed: { _, _ in "OM-R1" },
            subject: "OM-R1",
            onlyRecords: [2, 4],
            streamOutOfPlace: ["repeated last": "the last record is the message, and two are another fault (OM-R9)"],
            showsNumbers: false,
            unknown: UnknownRecord.passedOver(1, 63, keeps: "OM-R1")
                + UnknownRecord.rejected(0, 6, 62, as: "OM-R1")
        )
    }

    /// The data of a relay.
    private static func encryptedData(_ profile: Profile) -> GridObject {
        GridObject(
            name: "encrypted_data",
            family: "bolt04/encrypted-data-encoding",
            schema: .encrypted_data(profile),
            operation: "om.classify",
            carrier: [4: .hex(Fixtures.point("bob"))],
            beside: [2: [4: nil]],
            samples: [14: .hex([])],
            input: { bytes, _ in ["onionmsg_tlv": "0400", "encrypted_data_tlv": .hex(bytes), "final": false] },
            out: { records in
                if let node = records[4] { return ["next": ["node_id": node.json]] }
                return ["next": ["scid": records[2]?.json ?? .null]]
            },
            attributed: { _, _ in "RB-E2" },
            subject: "RB-E2",
            // The maker's own records have no place at a relay.
            outOfPlace: ["path_id": "a relay has none (OM-R4)", "context": "a relay has none (OM-R4)"],
            showsNumbers: false,
            unknown: UnknownRecord.passedOver(3, 253, 65_535, 0x1_0000_0001, .max, keeps: "RB-E2")
                + UnknownRecord.rejected(0, 16, 254, 65_536, 0x1_0000_0000, .max - 1, as: "RB-E2")
        )
    }

    // MARK: Salt and secret

    /// The reply path that a payer seals for the counterparty: opened, it is a path with nothing around it.
    private static let sealedPath: GridObject = {
        let masked = [UInt8](repeating: 0x5a, count: 16)
        return GridObject(
            name: "salt",
            family: "salt/sealed-path-encoding",
            schema: TLVSchema("salt", [TLVSchema.Record(0, "reply_path", .blinded_path)]),
            operation: "salt.open",
            carrier: [0: path],
            input: { bytes, _ in
                [
                    "sealing": "RA", "encrypted_counterparty_secret": .hex(masked),
                    "sealed": .hex(SealDerivation.seal(bytes, rho: HopDerivation.hmac(Array("rho".utf8), masked))),
                ]
            },
            out: { ["reply_path": $0[0]?.json ?? .null] },
            attributed: { _, _ in "SALT-13" },
            subject: "SALT-13",
            isBare: true,
            showsNumbers: false,
            showsStream: false
        )
    }()

    // MARK: Payments

    private static let million = Sample.truncated(1_000_000, width: 8)

    /// The last payload of any payment over a blinded path.
    private static func payload(_ profile: Profile) -> GridObject {
        let place = "no place in the last payload of a blinded path (ASY-P6)"
        return GridObject(
            name: "payload",
            family: "bolt04/final-payload-encoding",
            schema: .payload(profile),
            operation: "payload.validate",
            carrier: [2: million, 4: .truncated(800_000, width: 4), 10: .hex([0xb1, 0xb2]), 18: million],
            input: payment,
            out: { ["fields": fields($0, .payload(profile))] },
            subject: "ASY-R2",
            outOfPlace: ["short_channel_id": place, "payment_data": place, "payment_metadata": place],
            onlyRecords: [2, 4, 10, 12, 18],
            unknown: UnknownRecord.rejected(0, 14, 254, 65_536, .max - 1)
        )
    }

    /// The records of PR 1149 in it, and those that nobody knows.
    private static func payloadRecords(_ profile: Profile) -> GridObject {
        let numbers = profile.async_payment
        let preimage = Sample.hex(Hash.sha256(Array("blip66 vectors: preimage".utf8)).bytes)
        let request = Sample.hex(RequestFixture(InvoiceFixture(profile)).bytes)
        var object = payload(profile)
        object.family = "async/payload-encoding"
        object.beside = [
            numbers.payload_invoice_request_type: [numbers.payload_preimage_type: preimage],
            numbers.payload_preimage_type: [numbers.payload_invoice_request_type: request],
        ]
        object.samples = [numbers.payload_preimage_type: preimage, numbers.payload_invoice_request_type: request]
        object.attributed = { $1 == "sender_provided_payment_preimage" ? "ASY-D3" : $0 }
        object.onlyRecords = [numbers.payload_preimage_type]
        object.showsStream = false
        object.unknown = ([5, 253, 65_535, .max] as [UInt64]).flatMap {
            numbers.payload_unknown_odd_accepted
                ? UnknownRecord.passedOver($0) : UnknownRecord.rejected($0, as: "ASY-P6", ["onion.payload"])
        }
        return object
    }

    /// The HTLC that carries what the payload states.
    private static let payment: @Sendable ([UInt8], GridObject.Records) -> JSON = { bytes, records in
        func number(_ type: UInt64) -> UInt64? { records[type]?.bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return [
            "payload": .hex(bytes),
            "payment_hash": .hex(Hash.sha256(Hash.sha256(Array("blip66 vectors: preimage".utf8)).bytes)),
            "amount_msat": .decimal(number(2) ?? 0),
            "cltv_expiry": .integer(Int64(max(number(4) ?? 0, 800_000))), "height": 700_000,
        ]
    }

    // MARK: Messages

    private static func messages(_ profile: Profile) -> [GridObject] {
        let invoice = Sample.hex(InvoiceFixture(profile).bytes)
        let carriers: [String: GridObject.Records] = [
            "offer_paths_request": [0: .integer(7, width: 2)], "offer_paths": [0: .list([path])],
            "serve_static_invoice": [0: invoice, 2: path],
            "update_add_htlc_tlvs": [0: .hex(Fixtures.point("of the grid"))],
        ]
        return MessageForm.all(profile).map { form in
            let isFramed = form.framedBy != nil
            let carrier = carriers[form.name] ?? [:]
            let known = Set(form.schema.records.map(\.type))
            return GridObject(
                name: form.name,
                family: isFramed ? "blip66/message-encoding" : "async/bolt2-encoding",
                prefix: form.name.replacing("_", with: "-") + "-",
                schema: form.schema,
                operation: "msg.decode",
                carrier: carrier,
                samples: carrier,
                input: { bytes, _ in
                    [
                        "message": .string(form.name),
                        "bytes": .hex(isFramed ? MessageParts.body(bytes, profile) : bytes),
                    ]
                },
                out: { ["fields": fields($0, form.schema)] },
                attributed: { rule, _ in rule == "B1-TLV-4" ? form.definedBy : rule },
                subject: form.definedBy,
                streamOutOfPlace: isFramed
                    ? ["cut-behind-type first": "type 0 alone is an empty stream in the other framing (B66-D6)"] : [:],
                underUnknown: form.name == "static_invoice_persisted"
                    ? [.reject("C-3 b", ["tlv.range", "tlv.length"])] : [],
                unknown: ([1, 253, 65_535, 0x1_0000_0001, .max] as [UInt64]).flatMap { UnknownRecord.passedOver($0) }
                    + ([4, 254, 65_536, 0x1_0000_0000, .max - 1] as [UInt64]).filter { !known.contains($0) }
                    .flatMap { UnknownRecord.rejected($0) }
            )
        }
    }
}

extension Sample {
    /// A path of one hop, whose blinded id is the point of this name.
    fileprivate func endingAt(_ name: String) -> Sample {
        replacing(["hops", "blinded_node_id"], by: .hex(Fixtures.point(name)))
    }
}
