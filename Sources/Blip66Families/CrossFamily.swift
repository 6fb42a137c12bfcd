internal import Lightning
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit

/// `profiles/cross`: what another profile writes, at a reader of this one. Each message stands twice: as this profile has it,
/// accepted, and as the other has it.
func crossFamily(_ context: GenerationContext, _ profile: Profile) throws(GenerationError) -> GeneratedFamily {
    if profile.onion_message_types.known.isEmpty { return unknownMessagesFamily(context, profile) }
    var family = CrossBuilder(context, profile)
    try family.addFramings()
    try family.addInvoices()
    family.addPayloads()
    try family.addChannelRecords()
    family.addWrittenNumbers()
    family.addNumbersInOnions()
    return family.family.builder.build()
}

/// `profiles/cross` for nodes that know none of the protocol's messages: under whatever number one comes, it is dropped.
private func unknownMessagesFamily(_ context: GenerationContext, _ profile: Profile) -> GeneratedFamily {
    var builder = FamilyBuilder(
        "profiles/cross",
        title: "Messages of other profiles at a node that knows BOLT 12's alone: dropped",
        profile: profile,
        in: context,
        flags: [VectorFamily.Flag("number", "A record under a number that another profile gives it")]
    )
    let request = RequestFixture(InvoiceFixture(profile)).bytes
    builder.accept(
        "invoice-request-in-an-onion",
        "om.classify",
        ["OM-R9"],
        "the last hop's layer, record 64",
        flags: ["number"],
        in: lastLayer(64, request, profile),
        out: ["content": ["type": "64", "value": .hex(request)]]
    )
    let (types, foreign) = (profile.onion_message_types, ForeignNumbers(profile))
    let ofTheServer: [(message: Profile.Message, stream: [UInt8], other: UInt64)] = [
        (.offerPathsRequest, MessageParts.record(0, [0, 1]), foreign.offer_paths_request),
        (.offerPaths, MessageParts.record(0, Fixtures.path("server one").bytes), foreign.offer_paths),
        (.serveStaticInvoice, MessageParts.record(0, InvoiceFixture(profile).bytes), foreign.serve_static_invoice),
        (.staticInvoicePersisted, [], foreign.static_invoice_persisted),
    ]
    let others: [(message: Profile.Message, stream: [UInt8], number: UInt64)] = [
        (.staticInvoice, InvoiceFixture(profile).bytes, types.static_invoice),
        (.heldHTLCAvailable, [], types.held_htlc_available), (.releaseHeldHTLC, [], types.release_held_htlc),
    ]
    let numbered = ofTheServer.flatMap { message, stream, other in
        [(message, stream, types.type(of: message)), (message, stream, other)]
    }
    for (message, stream, number) in numbered + others {
        let isOfTheServer = ofTheServer.contains { $0.message == message }
        let name = message.rawValue.split(separator: "_").joined(separator: "-")
        builder.reject(
            "\(name)-in-an-onion-under-\(number)",
            "om.classify",
            ["OM-R1"],
            ["tlv.unknown_even", "onion.payload"],
            "record \(number) is even and unknown: the message is dropped",
            alsoExercises: isOfTheServer ? ["B66-D9"] : [],
            neighbour: "invoice-request-in-an-onion",
            flags: ["number"],
            in: lastLayer(number, stream, profile)
        )
    }
    return builder.build()
}

/// The last hop's layer in clear: some `encrypted_recipient_data`, and the message.
private func lastLayer(_ type: UInt64, _ body: [UInt8], _ profile: Profile) -> JSON {
    [
        "onionmsg_tlv": .hex(MessageParts.record(4, [1]) + MessageParts.record(type, body)),
        "encrypted_data_tlv": .hex(Array(RouteFixture(profile: profile).context().encoding)),
        "final": true,
    ]
}

/// The parts of the family.
private struct CrossBuilder {
    let profile: Profile
    let foreign: ForeignNumbers
    let invoice: InvoiceFixture
    var family: MessageFamily

    /// What the bytes of a body in the wrong framing may earn: how far a reader comes is chance.
    private static let anyEncoding: [ReasonClass] = [
        "tlv.unknown_even", "tlv.missing", "tlv.order", "tlv.truncated", "tlv.noncanonical", "tlv.length", "point",
    ]

    init(_ context: GenerationContext, _ profile: Profile) {
        self.profile = profile
        foreign = ForeignNumbers(profile)
        invoice = InvoiceFixture(profile)
        family = MessageFamily(
            "profiles/cross",
            title: "Messages of another profile: refused, or passed over where a number is odd",
            profile,
            context,
            flags: [
                MessageFamily.framing, MessageFamily.sample,
                VectorFamily.Flag("number", "A record under a number that another profile gives it"),
            ]
        )
    }

    /// The invoice as the other profile has it: its message paths under the other number.
    private var foreignInvoice: InvoiceFixture {
        invoice.without(profile.static_invoice.message_paths_type)
            .with(.paths(foreign.message_paths, InvoiceFixture.messagePaths))
    }

    private func serving(_ invoice: InvoiceFixture, _ path: BlindedPath) -> [UInt8] {
        MessageParts.record(0, invoice.bytes) + MessageParts.record(2, path.bytes)
    }

    // MARK: Framing

    private struct Body {
        let name: String
        let message: String
        let framed: RequirementID
        let stream: [UInt8]
    }

    private var bodies: [Body] {
        let slots: [(String, [UInt8])] = [("slot-zero", [0, 0]), ("slot-1", [0, 1]), ("slot-highest", [0xff, 0xff])]
        let one = Fixtures.path("server one").bytes
        let two = one + Fixtures.path("server two", hops: 3).bytes
        let expiry = MessageParts.record(2, MessageParts.bigEndian(Fixtures.createdAt, 8))
        let lists: [(String, [UInt8])] = [
            ("one-path", MessageParts.record(0, one) + expiry), ("two-paths", MessageParts.record(0, two) + expiry),
            ("paths-without-expiry", MessageParts.record(0, two)),
        ]
        let invoices: [(String, [UInt8])] = [
            ("invoice", serving(invoice, Fixtures.path("forward"))),
            ("invoice-with-long-path", serving(invoice, Fixtures.path("forward long", hops: 10))),
        ]
        func bodies(_ message: String, _ named: [(String, [UInt8])]) -> [Body] {
            named.map { Body(name: $0, message: message, framed: "B66-D6", stream: $1) }
        }
        let requests = slots.map { ($0, MessageParts.record(0, $1)) }
        return bodies("offer_paths_request", requests) + bodies("offer_paths", lists)
            + bodies("serve_static_invoice", invoices) + bodies("static_invoice_persisted", [("persisted", [])])
            + [
                Body(name: "held", message: "held_htlc_available", framed: "ASY-D1", stream: []),
                Body(name: "release", message: "release_held_htlc", framed: "ASY-D2", stream: []),
            ]
    }

    mutating func addFramings() throws(GenerationError) {
        for body in bodies {
            family.builder.accept(
                body.name,
                "msg.decode",
                [body.framed],
                "as this profile frames it",
                flags: ["framing"],
                in: ["message": .string(body.message), "bytes": .hex(MessageParts.body(body.stream, profile))]
            )
            family.rejects(
                "\(body.name)-in-the-other-framing",
                body.message,
                body.framed,
                Self.anyEncoding,
                "the same contents as the other profile frames them",
                ["framing"],
                neighbour: body.name,
                body: MessageParts.bodyOtherwise(body.stream, profile),
                under: family.readAsEmpty(body.stream)
            )
        }
        let foreignStream = serving(foreignInvoice, Fixtures.path("forward"))
        family.rejects(
            "invoice-and-framing-of-the-other-profile",
            "serve_static_invoice",
            "B66-D6",
            Self.anyEncoding,
            "the whole message as the other profile has it",
            ["framing"],
            neighbour: "invoice",
            body: MessageParts.bodyOtherwise(foreignStream, profile),
            under: family.readAsEmpty(foreignStream)
        )
    }

    // MARK: Numbers of records

    mutating func addInvoices() throws(GenerationError) {
        try family.rejects(
            "invoice-of-the-other-profile",
            "serve_static_invoice",
            "B66-D4",
            ["tlv.unknown_even"],
            "framed as here, but the invoice has its message paths in record \(foreign.message_paths)",
            ["number"],
            neighbour: "invoice",
            stream: serving(foreignInvoice, Fixtures.path("forward"))
        )
        family.builder.accept(
            "invoice-alone",
            "static_invoice.decode",
            ["B12-SI-R17"],
            "message paths in record \(profile.static_invoice.message_paths_type)",
            flags: ["number"],
            in: ["bytes": .hex(invoice.bytes)]
        )
        family.builder.reject(
            "invoice-alone-of-the-other-profile",
            "static_invoice.decode",
            ["B1-TLV-6"],
            ["tlv.unknown_even"],
            "message paths in record \(foreign.message_paths)",
            neighbour: "invoice-alone",
            flags: ["number"],
            in: ["bytes": .hex(foreignInvoice.bytes)]
        )
    }

    /// The request stands under an odd number in both: here it is not found.
    mutating func addPayloads() {
        let request = RequestFixture(invoice)
        let payload = PayloadFixture(profile, request)
        let other = payload.without(payload.requestType).with(foreign.payload_invoice_request, request.bytes)
        let rejectsUnknown = !profile.async_payment.payload_unknown_odd_accepted
        var fieldsOfOther = payload.without(payload.requestType).fields.object ?? [:]
        fieldsOfOther["unknown"] = [
            ["type": .decimal(foreign.payload_invoice_request), "value": .hex(request.bytes)]
        ]
        family.builder.accept(
            "payload",
            "payload.validate",
            ["ASY-D3", "ASY-P3"],
            "the invoice request in record \(payload.requestType)",
            flags: ["number"],
            in: payload.input
        )
        family.builder.reject(
            "payload-of-the-other-profile",
            "payload.validate",
            rejectsUnknown ? ["ASY-P3", "ASY-P6"] : ["ASY-P3"],
            ["tlv.missing", "onion.payload"],
            "the invoice request in record \(foreign.payload_invoice_request): here it is missing",
            neighbour: "payload",
            flags: ["number"],
            in: other.input,
            under: rejectsUnknown ? [] : [.accept("C-105 b", ["fields": .object(fieldsOfOther)])]
        )
    }

    mutating func addChannelRecords() throws(GenerationError) {
        let point = Array(Fixtures.point("path key of a payment"))
        let path = Fixtures.path("release one").bytes
        let numbers = profile.async_payment
        let element = (numbers.release_paths_with_htlc_id ? MessageParts.bigEndian(7, 8) : []) + path
        let otherElement = (numbers.release_paths_with_htlc_id ? [] : MessageParts.bigEndian(7, 8)) + path
        // Records with an unknown number stand behind the known ones or before them, as their numbers have it.
        let records: [(name: String, message: String, own: [UInt8], number: UInt64, value: [UInt8], comment: String)] =
            [
                (
                    "hold-flag", "update_add_htlc_tlvs", MessageParts.record(0, point), foreign.hold_htlc, [],
                    "to be held"
                ),
                (
                    "release-paths", "revoke_and_ack_tlvs", MessageParts.record(numbers.release_paths_type, element),
                    foreign.release_paths, otherElement, "where to send the release"
                ),
            ]
        for (name, message, own, number, value, comment) in records {
            family.builder.accept(
                name,
                "msg.decode",
                ["ASY-D4"],
                "\(comment), as this profile has it",
                flags: ["number"],
                in: ["message": .string(message), "bytes": .hex(own)]
            )
            let stream = MessageParts.record(number, value)
            if number.isMultiple(of: 2) {
                family.rejects(
                    "\(name)-of-the-other-profile",
                    message,
                    "B1-TLV-6",
                    ["tlv.unknown_even"],
                    "\(comment), in record \(number)",
                    ["number"],
                    neighbour: name,
                    body: stream
                )
            } else {
                family.reads(
                    "\(name)-of-the-other-profile",
                    message,
                    ["B1-TLV-7"],
                    "\(comment), in record \(number): odd, so it is passed over",
                    ["number"],
                    body: stream,
                    as: ["unknown": [["type": .decimal(number), "value": .hex(value)]]]
                )
            }
        }
    }

    // MARK: Numbers of messages

    /// Recorded answers of a writer under the other profile's numbers.
    mutating func addWrittenNumbers() {
        let types = profile.onion_message_types
        let messages:
            [(message: String, id: RequirementID, fields: JSON, stream: [UInt8], own: UInt64, other: UInt64)] = [
                (
                    "offer_paths_request", "B66-D1", ["invoice_slot": 1], MessageParts.record(0, [0, 1]),
                    types.offer_paths_request, foreign.offer_paths_request
                ),
                (
                    "offer_paths", "B66-D3", ["offer_paths": [Fixtures.path("server one")].json],
                    MessageParts.record(0, Fixtures.path("server one").bytes), types.offer_paths,
                    foreign.offer_paths
                ),
                (
                    "serve_static_invoice", "B66-D4",
                    [
                        "static_invoice": .hex(invoice.bytes),
                        "forward_invoice_request_path": Fixtures.path("forward").parts.json,
                    ], serving(invoice, Fixtures.path("forward")), types.serve_static_invoice,
                    foreign.serve_static_invoice
                ),
                (
                    "static_invoice_persisted", "B66-D5", [:], [], types.static_invoice_persisted,
                    foreign.static_invoice_persisted
                ),
            ]
        for (message, id, fields, stream, own, other) in messages {
            let name = message.split(separator: "_").joined(separator: "-")
            let body = MessageParts.body(stream, profile)
            family.writes(
                "\(name)-written",
                message,
                [id],
                "under number \(own)",
                fields: fields,
                type: own,
                body: body
            )
            family.faults(
                "sample-\(name)-under-\(other)",
                message,
                id,
                .semantic(message),
                "under the other profile's number",
                neighbour: "\(name)-written",
                fields: fields,
                type: other,
                body: body
            )
        }
    }

    /// The four messages in the last hop's layer of an onion, under this profile's numbers and under the other's.
    mutating func addNumbersInOnions() {
        let types = profile.onion_message_types
        let messages: [(message: Profile.Message, id: RequirementID, stream: [UInt8], own: UInt64, other: UInt64)] = [
            (
                .offerPathsRequest, "B66-D1", MessageParts.record(0, [0, 1]), types.offer_paths_request,
                foreign.offer_paths_request
            ),
            (
                .offerPaths, "B66-D3", MessageParts.record(0, Fixtures.path("server one").bytes),
                types.offer_paths, foreign.offer_paths
            ),
            (
                .serveStaticInvoice, "B66-D4", serving(invoice, Fixtures.path("forward")),
                types.serve_static_invoice, foreign.serve_static_invoice
            ),
            (.staticInvoicePersisted, "B66-D5", [], types.static_invoice_persisted, foreign.static_invoice_persisted),
        ]
        for (message, id, stream, own, other) in messages where types.known.contains(message) {
            let name = message.rawValue.split(separator: "_").joined(separator: "-")
            let body = MessageParts.body(stream, profile)
            family.builder.accept(
                "\(name)-in-an-onion",
                "om.classify",
                [id],
                "the last hop's layer, record \(own)",
                flags: ["number"],
                in: lastLayer(own, body, profile),
                out: ["content": ["type": .decimal(own), "value": .hex(body)]]
            )
            family.builder.reject(
                "\(name)-in-an-onion-under-\(other)",
                "om.classify",
                ["OM-R1"],
                ["tlv.unknown_even", "onion.payload"],
                "record \(other) is even and unknown: the message is dropped",
                neighbour: "\(name)-in-an-onion",
                flags: ["number"],
                in: lastLayer(other, body, profile)
            )
        }
    }
}
