internal import Lightning
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit

/// `blip66/serve-static-invoice`: the client hands over an invoice, and a path to be asked itself.
func serveStaticInvoiceFamily(
    _ context: GenerationContext,
    _ profile: Profile
) throws(GenerationError) -> GeneratedFamily {
    var family = ServeStaticInvoiceBuilder(context, profile)
    try family.addMessages()
    try family.addWronglySignedInvoice()
    try family.addFaultyRecords()
    try family.addFaultyInvoices()
    try family.addFaultyPaths()
    try family.addFaultyStreams()
    family.addWritten()
    return family.family.builder.build()
}

/// The parts of the family.
private struct ServeStaticInvoiceBuilder {
    let profile: Profile
    let invoice: InvoiceFixture
    let path = Fixtures.path("forward")
    var family: MessageFamily

    private static let message = "serve_static_invoice"

    init(_ context: GenerationContext, _ profile: Profile) {
        self.profile = profile
        invoice = InvoiceFixture(profile)
        family = MessageFamily(
            "blip66/serve-static-invoice",
            title: "serve_static_invoice: the client hands over a static invoice and a path for requests",
            profile,
            context,
            flags: [
                MessageFamily.missing, MessageFamily.size, MessageFamily.path, MessageFamily.stream,
                MessageFamily.framing, MessageFamily.unknown, MessageFamily.sample,
                VectorFamily.Flag("invoice", "What should be a static invoice is none, or is not all of it"),
            ]
        )
    }

    private func stream(_ invoice: [UInt8], _ path: [UInt8]) -> [UInt8] {
        MessageParts.record(0, invoice) + MessageParts.record(2, path)
    }

    private func stream(_ path: BlindedPath) -> [UInt8] { stream(invoice.bytes, path.bytes) }

    private var plain: [UInt8] { stream(path) }

    private func fields(_ invoice: [UInt8], _ path: BlindedPath, _ more: (String, JSON)...) -> JSON {
        .object(
            JSONObject(
                [("static_invoice", .hex(invoice)), ("forward_invoice_request_path", path.parts.json)] + more
            )
        )
    }

    mutating func addMessages() throws(GenerationError) {
        let extended = invoice.with(33, [1, 2, 3])
        let byChannel = path.with(introduction: .sciddir(direction: 1, shortChannelID: 0x0001_0000_0200_03))
        let long = Fixtures.path("forward long", hops: 10)
        let messages: [(name: String, ids: [RequirementID], invoice: [UInt8], path: BlindedPath, comment: String)] = [
            (
                "plain", ["B66-D4", "B66-D6", "B66-D10"], invoice.bytes, path,
                "the invoice's whole stream, signature and all, and one path"
            ),
            (
                "invoice-with-unknown-odd-record", ["B66-D4"], extended.bytes, path,
                "what the reader does not know stays in the invoice: it is signed too"
            ),
            (
                "forward-path-by-channel", ["B66-D10"], invoice.bytes, byChannel,
                "the introduction is a channel's end, in 9 bytes"
            ),
            ("forward-path-of-ten-hops", ["B66-D10"], invoice.bytes, long, "a long path is one path"),
        ]
        for (name, ids, invoice, path, comment) in messages {
            try family.reads(
                name,
                Self.message,
                ids,
                comment,
                name == "plain" ? [] : ["unknown"].filter { _ in name.contains("unknown") },
                stream: stream(invoice, path.bytes),
                as: fields(invoice, path)
            )
        }
        try family.reads(
            "unknown-odd-record",
            Self.message,
            ["B1-TLV-7", "B66-D4"],
            "record 3 is passed over",
            ["unknown"],
            stream: plain + MessageParts.record(3, []),
            as: fields(invoice.bytes, path, ("unknown", [["type": "3", "value": ""]]))
        )
        if profile.onion_message_types.framing == .lengthPrefixed {
            family.reads(
                "bytes-after-the-stream",
                Self.message,
                ["B66-D6"],
                "what stands behind the announced stream is not read",
                ["framing"],
                body: MessageParts.body(plain, profile) + [4, 0],
                as: fields(invoice.bytes, path)
            )
        }
    }

    /// Where the profile verifies the signature while it decodes, it is a fault of the message (C-73).
    mutating func addWronglySignedInvoice() throws(GenerationError) {
        let altered = invoice.with(.text(10, "tea")).bytes(signature: invoice.signature())
        if profile.static_invoice.signature_verified_in_message {
            try family.rejects(
                "invoice-with-wrong-signature",
                Self.message,
                "B12-SI-R13",
                ["signature"],
                "under this profile the signature is verified while the message is decoded",
                ["invoice"],
                stream: stream(altered, path.bytes)
            )
        } else {
            try family.reads(
                "invoice-with-wrong-signature",
                Self.message,
                ["B66-D4"],
                "reading a message does not verify what is in it; storing the invoice is another matter",
                stream: stream(altered, path.bytes),
                as: fields(altered, path),
                under: [.reject("C-73 b", ["signature"])]
            )
        }
    }

    mutating func addFaultyRecords() throws(GenerationError) {
        try family.rejects(
            "without-invoice",
            Self.message,
            "B66-D4",
            ["tlv.missing", "semantic.static_invoice"],
            "a path and no invoice",
            ["missing"],
            stream: MessageParts.record(2, path.bytes),
            under: [.accept("C-4 b", ["fields": ["forward_invoice_request_path": path.parts.json]])]
        )
        try family.rejects(
            "without-forward-path",
            Self.message,
            "B66-D4",
            ["tlv.missing", "semantic.forward_invoice_request_path"],
            "an invoice and no path",
            ["missing"],
            stream: MessageParts.record(0, invoice.bytes),
            under: [.accept("C-4 b", ["fields": ["static_invoice": .hex(invoice.bytes)]])]
        )
    }

    mutating func addFaultyInvoices() throws(GenerationError) {
        let whole = invoice.bytes
        let second = invoice.with(.text(10, "tea")).bytes
        let foreign = ForeignNumbers(profile).message_paths
        let elsewhere = invoice.with(.paths(foreign, InvoiceFixture.messagePaths))
        let unknownEven = invoice.with(32, [1])
        let shortSignature = invoice.unsigned.bytes + MessageParts.record(240, Array(invoice.signature().dropLast()))
        let faults: [(name: String, reasons: [ReasonClass], comment: String, bytes: [UInt8])] = [
            ("invoice-empty", ["tlv.missing", "signature"], "no records, so no signature either", []),
            ("invoice-unsigned", ["tlv.missing", "signature"], "the signature is gone", invoice.unsigned.bytes),
            ("invoice-cut", ["tlv.truncated"], "its last byte is missing", Array(whole.dropLast())),
            ("byte-after-the-invoice", ["tlv.truncated"], "one byte begins another record", whole + [0xff]),
            ("invoice-twice", ["tlv.order"], "two invoices, one after the other", whole + second),
            (
                "length-before-the-invoice",
                ["tlv.order", "tlv.truncated", "tlv.unknown_even", "tlv.length", "point", "tlv.missing", "tlv.range"],
                "the record's own length says it already", MessageParts.bigSize(UInt64(whole.count)) + whole
            ),
            ("invoice-with-unknown-even-record", ["tlv.unknown_even"], "record 32", unknownEven.bytes),
            (
                "invoice-of-another-profile", ["tlv.unknown_even"],
                "its message paths stand in record \(foreign), where another profile has them", elsewhere.bytes
            ),
            ("invoice-with-short-signature", ["tlv.length", "tlv.truncated", "signature"], "63 bytes", shortSignature),
        ]
        let unsigned: Set = ["invoice-empty", "invoice-unsigned"]
        for (name, reasons, comment, bytes) in faults {
            let readWithoutSignature = unsigned.contains(name) && !profile.static_invoice.signature_verified_in_message
            try family.rejects(
                name,
                Self.message,
                "B66-D4",
                reasons,
                comment,
                ["invoice"],
                neighbour: name == "invoice-with-unknown-even-record" ? "invoice-with-unknown-odd-record" : "plain",
                stream: stream(bytes, path.bytes),
                under: readWithoutSignature ? [.accept("C-73 c", ["fields": fields(bytes, path)])] : []
            )
        }
    }

    mutating func addFaultyPaths() throws(GenerationError) {
        let one = path.bytes
        let none = Fixtures.pointOffCurve
        let faults:
            [(
                name: String, id: RequirementID, reasons: [ReasonClass], comment: String, bytes: [UInt8]
            )] =
                [
                    (
                        "two-forward-paths", "B66-D4", ["tlv.length"], "a second path behind the first",
                        one + Fixtures.path("forward two").bytes
                    ),
                    (
                        "byte-after-the-forward-path", "B66-D4", ["tlv.length"], "a byte too many",
                        one + [0]
                    ),
                    (
                        "forward-path-cut", "B66-D4", ["tlv.length", "tlv.truncated"], "a byte too few",
                        Array(one.dropLast())
                    ),
                    (
                        "forward-path-empty", "B66-D4", ["tlv.length", "tlv.truncated", "point"],
                        "the record is there, the path is not", []
                    ),
                    (
                        "forward-path-without-hops", "B66-D10", ["path.zero_hops"], "num_hops is 0",
                        Fixtures.pathWithoutHops.bytes
                    ),
                    (
                        "forward-path-introduction-of-neither-kind", "B1-T-3", ["point"],
                        "a node starts with 0 to 3, not with 4", [4] + one.dropFirst()
                    ),
                    (
                        "forward-path-key-off-the-curve", "B1-T-2", ["point"], "no point has this x coordinate",
                        path.with(path_key: none).bytes
                    ),
                    (
                        "forward-path-hop-off-the-curve", "B1-T-2", ["point"], "no point has this x coordinate",
                        path.with(firstHop: none).bytes
                    ),
                ]
        for (name, id, reasons, comment, bytes) in faults {
            try family.rejects(
                name,
                Self.message,
                id,
                reasons,
                comment,
                [id == "B66-D4" ? "size" : "path"],
                stream: stream(invoice.bytes, bytes),
                under: reasons == ["path.zero_hops"]
                    ? [.accept("C-6 b", ["fields": fields(invoice.bytes, Fixtures.pathWithoutHops)])] : []
            )
        }
    }

    mutating func addFaultyStreams() throws(GenerationError) {
        try family.rejects(
            "path-before-invoice",
            Self.message,
            "B1-TLV-1",
            ["tlv.order"],
            "record 0 behind record 2",
            ["stream"],
            stream: MessageParts.record(2, path.bytes) + MessageParts.record(0, invoice.bytes)
        )
        try family.rejectsMalformedStreams(Self.message, plain, last: 2)
        try family.rejectsOtherFraming(
            Self.message,
            "B66-D6",
            ["tlv.unknown_even", "tlv.missing", "tlv.truncated", "tlv.order"],
            plain
        )
    }

    mutating func addWritten() {
        let type = profile.onion_message_types.serve_static_invoice
        let extended = invoice.with(33, [1, 2, 3])
        let asked = fields(extended.bytes, path)
        let written = stream(extended.bytes, path.bytes)
        family.writes(
            "written",
            Self.message,
            ["B66-D4", "B66-D6", "B66-D10"],
            "the invoice goes out as it is, with the record that its writer does not know",
            fields: asked,
            type: type,
            body: MessageParts.body(written, profile)
        )
        let foreign = ForeignNumbers(profile).serve_static_invoice
        let samples: [(name: String, comment: String, type: UInt64, invoice: [UInt8])] = [
            ("sample-foreign-number", "the number of another profile", foreign, extended.bytes),
            ("sample-invoice-written-anew", "the unknown record is lost on the way", type, invoice.bytes),
        ]
        for (name, comment, type, bytes) in samples {
            family.faults(
                name,
                Self.message,
                "B66-D4",
                "semantic.serve_static_invoice",
                comment,
                neighbour: "written",
                fields: asked,
                type: type,
                body: MessageParts.body(stream(bytes, path.bytes), profile)
            )
        }
    }
}
