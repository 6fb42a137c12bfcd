package import Lightning
package import Rules
package import Wire

/// The messages of the protocol as records for an onion message's last hop, under a profile's numbers and framing.
///
/// Nothing is checked here: a wrong message is as easy to make as the original.
package struct MessageBuilder: Sendable {
    package let profile: Profile

    package init(_ profile: Profile) { self.profile = profile }

    package func offer_paths_request(invoice_slot: UInt16) -> TLVRecord {
        make(.offerPathsRequest, [TLVRecord(type: 0, value: invoice_slot.bigEndianBytes)])
    }

    package func offer_paths(_ paths: [BlindedPath], paths_absolute_expiry: UInt64? = nil) -> TLVRecord {
        let expiry = paths_absolute_expiry.map { TLVRecord(type: 2, value: $0.bigEndianBytes) }
        return make(.offerPaths, [.paths(0, paths)] + [expiry].compactMap(\.self))
    }

    /// - `static_invoice`: its whole signed stream.
    package func serve_static_invoice(
        _ static_invoice: [UInt8],
        forward_invoice_request_path: BlindedPath
    ) -> TLVRecord {
        make(
            .serveStaticInvoice,
            [TLVRecord(type: 0, value: static_invoice), .paths(2, [forward_invoice_request_path])]
        )
    }

    package func static_invoice_persisted() -> TLVRecord { make(.staticInvoicePersisted, []) }

    package func held_htlc_available() -> TLVRecord { make(.heldHTLCAvailable, []) }

    package func release_held_htlc() -> TLVRecord { make(.releaseHeldHTLC, []) }

    /// BOLT 4: `invoice_request`.
    package static let invoice_request_type: UInt64 = 64

    /// BOLT 12's message, which has no framing of its own.
    package func invoice_request(_ invoice_request: [UInt8]) -> TLVRecord {
        TLVRecord(type: Self.invoice_request_type, value: invoice_request)
    }

    /// The answer to an invoice request (PR 1149): the signed stream as it is.
    package func static_invoice(_ static_invoice: [UInt8]) -> TLVRecord {
        TLVRecord(type: profile.onion_message_types.static_invoice, value: static_invoice)
    }

    /// Any message of the profile with these records.
    package func make(_ message: Profile.Message, _ records: [TLVRecord]) -> TLVRecord {
        let types = profile.onion_message_types
        return TLVRecord(type: types.type(of: message), value: types.framing.body(TLVStream(sorting: records).bytes))
    }
}

extension TLVRecord {
    /// A record of blinded paths, one after the other.
    package static func paths(_ type: UInt64, _ paths: [BlindedPath]) -> TLVRecord {
        TLVRecord(type: type, value: FieldFormat.list(.blinded_path).encode(.list(paths.map(\.value))) ?? [])
    }
}

/// The records of the messages, by the names that bLIP-66 gives them; `nil` when absent.
extension Message {
    package var invoice_slot: UInt16? {
        if case .integer(let slot) = decoded[0] { return UInt16(exactly: slot) }
        return nil
    }

    package var offer_paths: [BlindedPath]? { paths(0) }

    package var paths_absolute_expiry: UInt64? {
        if case .integer(let seconds) = decoded[2] { return seconds }
        return nil
    }

    /// The whole signed stream, as it came.
    package var static_invoice: ArraySlice<UInt8>? { decoded.stream[0] }

    package var forward_invoice_request_path: BlindedPath? { BlindedPath(decoded[2]) }

    /// Reads a message of the protocol out of an onion message's record.
    /// - Returns: `nil` when the record carries another message than this.
    package static func read(
        _ message: Profile.Message,
        _ content: TLVRecord,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> Message? {
        guard content.type == profile.onion_message_types.type(of: message),
            let form = MessageForm.named(message.rawValue, profile)
        else { return nil }
        return try read(content.value, form, profile, &validation)
    }
}
