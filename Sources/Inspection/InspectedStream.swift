internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import Wire

/// The records of an object: where they stand in its bytes, and by which table they are read.
struct InspectedStream {
    /// `nil` where no table says what the records are.
    let schema: TLVSchema?
    let bytes: ArraySlice<UInt8>
    /// Objects in records, that have records of their own.
    private let inner: [(type: UInt64, schema: TLVSchema)]

    /// - Returns: `nil` for an object that is no stream.
    init?(_ kind: Inspection.Kind, _ bytes: [UInt8], _ context: Inspection.Context) {
        let profile = context.profile
        switch kind {
        case .path, .onion: return nil
        case .tlv: self.init(nil, bytes[...])
        case .offer: self.init(.offer, bytes[...])
        case .invoiceRequest: self.init(.invoice_request, bytes[...])
        case .staticInvoice: self.init(.static_invoice(profile), bytes[...])
        case .salt: self.init(.salt, bytes[...], [(SaltRequest.invoiceRequestType, .invoice_request)])
        case .payload:
            self.init(
                .payload(profile),
                bytes[...],
                [(profile.async_payment.payload_invoice_request_type, .invoice_request)]
            )
        case .message:
            guard let form = context.message.flatMap({ MessageForm.named($0, profile) }) else { return nil }
            let stream = try? form.framing.stream(in: bytes[...], onFault: { _ in })
            self.init(
                form.schema,
                stream ?? bytes[...],
                form.staticInvoiceType.map { [($0, .static_invoice(profile))] } ?? []
            )
        }
    }

    private init(
        _ schema: TLVSchema?,
        _ bytes: ArraySlice<UInt8>,
        _ inner: [(type: UInt64, schema: TLVSchema)] = []
    ) {
        self.schema = schema
        self.bytes = Array(bytes)[...]
        self.inner = inner
    }

    /// Records that the table knows have values, as far as they can be read.
    func decoded() -> DecodedStream? {
        var validation = Validation(.collecting)
        return schema.flatMap { try? $0.read(bytes, &validation) }
    }

    var lines: [String] {
        let decoded = decoded()
        let stream = decoded?.stream ?? (try? TLVStream.read(bytes, known: .unspecified) { _ in })
        guard let stream else { return ["  cannot be read as records: \(Hex.encode(bytes.prefix(32)))…"] }
        if stream.records.isEmpty { return ["  no records"] }
        let text = RecordText(schema: schema, decoded: decoded)
        return stream.records.flatMap(text.lines) + innerLines(stream)
    }

    private func innerLines(_ stream: TLVStream) -> [String] {
        inner.flatMap { type, schema -> [String] in
            guard let value = stream[type] else { return [] }
            return ["", "in record \(type), a stream of its own: \(schema.name)"] + RecordText.lines(value, schema)
        }
    }
}

extension TLVSchema {
    /// The records of the older scheme, in an offer and in a hop's payload, with the payload's other ones.
    fileprivate static let salt = TLVSchema(
        "salt",
        [
            Record(SaltRequest.replyPathType, "reply_path", .blinded_path),
            Record(4, "encrypted_recipient_data", .bytes),
            Record(SaltRequest.invoiceRequestType, "invoice_request", .bytes),
            Record(SaltRequest.sealedReplyPathType, "payer_encrypted_reply_path", .bytes),
            Record(SaltRequest.saltType, "unique_salt", .bytes),
            Record(SaltOfferRecords.encrypted_counterparty_secret, "encrypted_counterparty_secret", .bytes),
            Record(SaltOfferRecords.unique_salt, "unique_salt", .bytes),
        ]
    )
}

extension SaltRequest {
    fileprivate static let replyPathType: UInt64 = 2
    fileprivate static let invoiceRequestType: UInt64 = 64
}
