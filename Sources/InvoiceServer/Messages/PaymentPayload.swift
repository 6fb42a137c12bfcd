package import Lightning
internal import Primitives
package import Rules

/// The last hop's `payload` in a payment onion (BOLT 4, "`payload` format", with PR 1149), without the length before it.
///
/// A property is `nil` when its record is absent (or malformed, in a collecting validation).
package struct PaymentPayload: Sendable {
    package let decoded: DecodedStream
    package let profile: Profile

    package init(_ decoded: DecodedStream, _ profile: Profile) {
        self.decoded = decoded
        self.profile = profile
    }

    /// Reads the stream.
    /// - Throws: B1-* for faults of encoding; ASY-D3 for a preimage of another size than 32 bytes.
    package static func read(
        _ bytes: ArraySlice<UInt8>,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> PaymentPayload {
        let preimage = profile.async_payment.payload_preimage_type
        let decoded = try TLVSchema.payload(profile).read(bytes, &validation) { record, fault in
            record.type == preimage ? Finding(fault).attributed(to: "ASY-D3") : Finding(fault)
        }
        return PaymentPayload(decoded, profile)
    }

    /// Millisatoshi.
    package var amt_to_forward: UInt64? { integer(2) }
    /// A block height.
    package var outgoing_cltv_value: UInt64? { integer(4) }
    /// Millisatoshi, over all parts of the payment.
    package var total_amount_msat: UInt64? { integer(18) }
    /// The stream of the payer's invoice request.
    package var invoice_request: ArraySlice<UInt8>? { bytes(profile.async_payment.payload_invoice_request_type) }
    package var sender_provided_payment_preimage: ArraySlice<UInt8>? {
        bytes(profile.async_payment.payload_preimage_type)
    }

    package var hasRequest: Bool { decoded.contains(profile.async_payment.payload_invoice_request_type) }
    package var hasPreimage: Bool { decoded.contains(profile.async_payment.payload_preimage_type) }
    /// One of the two records of an asynchronous payment is there.
    package var isAsync: Bool { hasRequest || hasPreimage }

    private func integer(_ type: UInt64) -> UInt64? {
        if case .integer(let value) = decoded[type] { return value }
        return nil
    }

    private func bytes(_ type: UInt64) -> ArraySlice<UInt8>? {
        if case .bytes(let value) = decoded[type] { return value }
        return nil
    }
}

/// What payer and recipient alike ask of the records in such a payload.
extension PaymentPayload {
    /// What every last hop of a blinded path is told.
    var hasAmounts: Verdict {
        for (type, name) in [(2, "amt_to_forward"), (4, "outgoing_cltv_value"), (18, "total_amount_msat")]
        where !decoded.contains(UInt64(type)) {
            return .fails("there is no \(name)")
        }
        return .meets
    }

    /// Nothing beside BOLT 4's records for the last hop of a blinded path and the two of PR 1149 (C-35). Unknown even records
    /// are a fault of the stream, and none of this rule.
    func hasNothingElse(unknownOddAccepted: Bool) -> Verdict {
        let numbers = profile.async_payment
        let known: Set<UInt64> = [
            2, 4, 10, 12, 18, numbers.payload_invoice_request_type, numbers.payload_preimage_type,
        ]
        let schema = TLVSchema.payload(profile)
        let other = decoded.stream.records.first { record in
            if known.contains(record.type) { return false }
            let isUnknown = schema[record.type] == nil
            return !isUnknown || !(unknownOddAccepted || record.type.isMultiple(of: 2))
        }
        guard let other else { return .meets }
        let name = schema[other.type]?.name ?? "record \(other.type)"
        return .fails("\(name) has no place in the last payload of a blinded path")
    }

    /// SHA-256 of the preimage is the payment hash.
    func preimageMatches(_ payment_hash: Bytes32) -> Verdict {
        guard let preimage = sender_provided_payment_preimage else { return .notApplicable("there is no preimage") }
        return .require(Hash.sha256(preimage) == payment_hash, "SHA-256 of the preimage is not the payment hash")
    }
}
