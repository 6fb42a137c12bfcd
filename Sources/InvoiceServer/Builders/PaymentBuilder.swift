package import Lightning
package import Primitives
package import Rules
internal import Wire

/// A payment to a static invoice (PR 1149, the payer): the payer brings the preimage, and the request that it sent.
package struct PaymentBuilder: Sendable {
    /// 32 random bytes, for this payment alone (ASY-P1).
    package var preimage: [UInt8]
    /// The stream that was sent for this payment (ASY-P3).
    package var invoice_request: [UInt8]
    package var amount_msat: UInt64
    /// Of all parts; the amount where the payment has one.
    package var total_amount_msat: UInt64
    /// The height at which the HTLC ends at the recipient.
    package var outgoing_cltv_value: UInt64
    package var profile: Profile

    package init(
        preimage: [UInt8],
        invoice_request: [UInt8],
        amount_msat: UInt64,
        outgoing_cltv_value: UInt64,
        _ profile: Profile
    ) {
        self.preimage = preimage
        self.invoice_request = invoice_request
        self.amount_msat = amount_msat
        total_amount_msat = amount_msat
        self.outgoing_cltv_value = outgoing_cltv_value
        self.profile = profile
    }

    /// SHA-256 of the preimage (ASY-P2).
    package var payment_hash: Bytes32 { Hash.sha256(preimage) }

    /// The last hop's payload, without a length before it.
    /// - Parameters:
    ///   - path: one of `invoice_paths`; the data of its last hop goes in.
    ///   - path_key: the path key that reaches the last hop, where the recipient is to find it in the payload: with a path of
    ///     one hop the path's first key, with a longer one what `lastPathKey` finds.
    package func payload(over path: BlindedPath, path_key: ArraySlice<UInt8>?) -> [UInt8] {
        let numbers = profile.async_payment
        var records = [
            TLVRecord(type: 2, value: TruncatedInteger.encode(amount_msat)),
            TLVRecord(type: 4, value: TruncatedInteger.encode(outgoing_cltv_value)),
            TLVRecord(type: 10, value: path.hops.last?.encrypted_recipient_data ?? []),
            TLVRecord(type: 18, value: TruncatedInteger.encode(total_amount_msat)),
            TLVRecord(type: numbers.payload_invoice_request_type, value: invoice_request),
            TLVRecord(type: numbers.payload_preimage_type, value: preimage),
        ]
        if let path_key { records.append(TLVRecord(type: 12, value: path_key)) }
        return TLVStream(sorting: records).bytes
    }
}

extension BlindedPath {
    /// The path key that reaches the last hop, found with the keys of the hops before it.
    /// - Returns: `nil` when a hop before the last does not open.
    package func lastPathKey(_ node_keys: [SecretKey], _ profile: Profile) -> ArraySlice<UInt8>? {
        guard hops.count > 1 else { return path_key }
        return (try? walk(node_keys, purpose: .payment, profile))?.hops.last?.path_key?.bytes[...]
    }

    /// The path as it stands in records and in the adapter protocol's `over`.
    package var encoding: [UInt8] { Self.format.encode(value) ?? [] }

    /// Reads an encoding that takes the whole of `bytes`.
    package init?(encoding bytes: ArraySlice<UInt8>) {
        guard let value = try? Self.format.decode(bytes), let path = BlindedPath(value) else { return nil }
        self = path
    }
}
