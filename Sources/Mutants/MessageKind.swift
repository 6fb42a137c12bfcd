internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// The kinds of messages that faults tell apart, as the texts spell them.
enum MessageKind: String, Sendable, CaseIterable {
    case invoice_request, offer_paths_request, offer_paths, serve_static_invoice, static_invoice_persisted
    case held_htlc_available, release_held_htlc, static_invoice

    static func of(_ content: TLVRecord, _ profile: Profile) -> MessageKind? {
        if content.type == MessageBuilder.invoice_request_type { return .invoice_request }
        let message = Profile.Message.allCases.first { profile.onion_message_types.type(of: $0) == content.type }
        return message.flatMap { MessageKind(rawValue: $0.rawValue) }
    }
}

extension ReceivedMessage {
    func with(context: ArraySlice<UInt8>?) -> ReceivedMessage {
        ReceivedMessage(context: context, content: content, reply_path: reply_path)
    }

    func with(reply_path: BlindedPath?) -> ReceivedMessage {
        ReceivedMessage(context: context, content: content, reply_path: reply_path)
    }

    func with(content: TLVRecord) -> ReceivedMessage {
        ReceivedMessage(context: context, content: content, reply_path: reply_path)
    }
}

extension SentMessage {
    func with(content: TLVRecord) -> SentMessage { SentMessage(content, over: over, reply_path: reply_path) }
    func with(over: BlindedPath) -> SentMessage { SentMessage(content, over: over, reply_path: reply_path) }
    func with(reply_path: BlindedPath?) -> SentMessage { SentMessage(content, over: over, reply_path: reply_path) }
}

extension TLVRecord {
    /// The lowest bit of the last byte is another.
    var withLastBitFlipped: TLVRecord {
        TLVRecord(type: type, value: value.dropLast() + (value.last.map { [$0 ^ 1] } ?? []))
    }
}

/// What the messages carry.
extension OriginalParty {
    private func read(_ message: Profile.Message, _ content: TLVRecord) -> Message? {
        var validation = Validation(.strict)
        return try? Message.read(message, content, configuration.profile, &validation)
    }

    func offer_paths(in content: TLVRecord) -> [BlindedPath] { read(.offerPaths, content)?.offer_paths ?? [] }

    /// offer_paths with other paths, and the end as it is.
    func replacing(_ content: TLVRecord, offer_paths: [BlindedPath]) -> TLVRecord {
        builder.offer_paths(offer_paths, paths_absolute_expiry: read(.offerPaths, content)?.paths_absolute_expiry)
    }

    /// offer_paths with another end.
    func replacing(_ content: TLVRecord, paths_absolute_expiry: UInt64) -> TLVRecord {
        builder.offer_paths(offer_paths(in: content), paths_absolute_expiry: paths_absolute_expiry)
    }

    func invoice_slot(in content: TLVRecord) -> UInt16? { read(.offerPathsRequest, content)?.invoice_slot }

    func forward_path(in content: TLVRecord) -> BlindedPath? {
        read(.serveStaticInvoice, content)?.forward_invoice_request_path
    }

    /// None where there is no serve_static_invoice.
    func invoice(in content: TLVRecord?) -> [UInt8] {
        Array(content.flatMap { read(.serveStaticInvoice, $0)?.static_invoice } ?? [])
    }

    /// serve_static_invoice with another invoice or forward path.
    func replacing(
        _ content: TLVRecord,
        static_invoice: [UInt8]? = nil,
        forward_path other: BlindedPath? = nil
    ) -> TLVRecord {
        guard let forward_path = other ?? forward_path(in: content) else { return content }
        return builder.serve_static_invoice(
            static_invoice ?? invoice(in: content),
            forward_invoice_request_path: forward_path
        )
    }

    /// The offer in an invoice or in a request.
    func offer(in bytes: some Collection<UInt8>) -> Offer? {
        guard let stream = try? TLVStream.read(Array(bytes)[...], known: .unspecified) else { return nil }
        let records = stream.records.filter { Bolt12Range.isOffer($0.type) }
        return (try? TLVSchema.offer.decode(TLVStream(sorting: records).bytes)).map { Offer($0) }
    }

    func offerID(in bytes: some Collection<UInt8>) -> OfferID? {
        (try? TLVStream.read(Array(bytes)[...], known: .unspecified)).map { OfferID(of: $0) }
    }

    /// An invoice with other records, signed by this key.
    func signed(
        _ static_invoice: some Collection<UInt8>,
        by key: SecretKey,
        _ change: ([TLVRecord]) -> [TLVRecord] = { $0 }
    ) -> [UInt8]? {
        guard let stream = try? TLVStream.read(Array(static_invoice)[...], known: .unspecified) else { return nil }
        let unsigned = TLVStream(sorting: change(stream.records.filter { $0.type != Bolt12Signature.type }))
        let signature = Bolt12Signature(unsigned, messagename: StaticInvoice.messagename, key: key)
        return signature?.added(to: unsigned).bytes
    }
}
