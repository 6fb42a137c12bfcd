package import Lightning
package import Primitives
package import Rules
package import Wire

/// The payload of a payment at its recipient, with the HTLC that it came in.
package struct PaymentReaderInput: Sendable {
    package let payload: PaymentPayload
    package let payment_hash: Bytes32
    /// What the HTLC carries, in millisatoshi.
    package let amount_msat: UInt64
    /// The block height at which the HTLC ends.
    package let cltv_expiry: UInt64
    /// The height of the chain.
    package let height: UInt64
    /// The request in the payload, as far as it can be read.
    package let request: InvoiceRequest?
    /// The recipient's offer, where it is known.
    package let offer: TLVStream?
    /// What the recipient put into the last hop of its path for itself, where that is known.
    package let data: EncryptedData?

    var constraints: PaymentConstraints? {
        data.flatMap { PaymentConstraints($0.decoded[PaymentConstraints.type]) }
    }

    package init(
        payload: PaymentPayload,
        payment_hash: Bytes32,
        amount_msat: UInt64,
        cltv_expiry: UInt64,
        height: UInt64,
        request: InvoiceRequest? = nil,
        offer: TLVStream? = nil,
        data: EncryptedData? = nil
    ) {
        self.payload = payload
        self.payment_hash = payment_hash
        self.amount_msat = amount_msat
        self.cltv_expiry = cltv_expiry
        self.height = height
        self.request = request
        self.offer = offer
        self.data = data
    }
}

/// The bounds that the maker of a payment path set at its last hop (BOLT 4: `payment_constraints`).
package struct PaymentConstraints: Hashable, Sendable {
    /// A block height.
    package let max_cltv_expiry: UInt64
    /// Millisatoshi.
    package let htlc_minimum_msat: UInt64

    package static let type: UInt64 = 12

    /// - Returns: `nil` when the value is not of this format.
    package init?(_ value: FieldValue?) {
        guard case .structure(let members) = value, members.count == 2,
            case .integer(let max_cltv_expiry) = members[0], case .integer(let htlc_minimum_msat) = members[1]
        else { return nil }
        self.max_cltv_expiry = max_cltv_expiry
        self.htlc_minimum_msat = htlc_minimum_msat
    }
}

/// The rules for the recipient of an asynchronous payment: BOLT 4's for the last hop of a blinded path, with the list of
/// records extended by PR 1149's two (C-35). A payload with neither of the two is that of any payment to a blinded path.
package enum PaymentReaderChecks {
    package typealias Input = PaymentReaderInput

    package static let all: [Check<Input>] = [
        inBlindedPath, amountsPresent, preimagePresent, requestPresent, nothingElse, amountReached, expiryReached,
        notPast, expiryWithinConstraints, amountWithinConstraints, featuresKnown, oneNextHop, preimageMatches,
        reachesRequest, forOffer,
    ]

    /// A static invoice is paid over its own paths alone.
    static let inBlindedPath = Check<Input>("B12-SI-W16", .missing) { input in
        .require(input.payload.decoded.contains(10), "there is no encrypted_recipient_data")
    }

    static let amountsPresent = Check<Input>("ASY-P5", .missing) { input in input.payload.hasAmounts }

    static let preimagePresent = Check<Input>("ASY-P1", .missing) { input in
        guard input.payload.hasRequest else { return .notApplicable("the payment is not asynchronous") }
        return .require(input.payload.hasPreimage, "there is no sender_provided_payment_preimage to claim with")
    }

    static let requestPresent = Check<Input>("ASY-P3", .missing) { input in
        guard input.payload.hasPreimage else { return .notApplicable("the payment is not asynchronous") }
        return .require(input.payload.hasRequest, "there is no invoice_request to tell what is paid")
    }

    static let nothingElse = Check<Input>("ASY-P6", "onion.payload", reading: "C-35") { input in
        input.payload.hasNothingElse(
            unknownOddAccepted: input.payload.profile.async_payment.payload_unknown_odd_accepted
        )
    }

    static let amountReached = Check<Input>("ASY-R2", .semantic("amt_to_forward")) { input in
        guard let amount = input.payload.amt_to_forward else { return .notApplicable("there is no amt_to_forward") }
        return .require(
            input.amount_msat >= amount,
            "the HTLC carries \(input.amount_msat) msat, \(amount) are stated"
        )
    }

    static let expiryReached = Check<Input>("ASY-R2", .semantic("outgoing_cltv_value")) { input in
        guard let stated = input.payload.outgoing_cltv_value else {
            return .notApplicable("there is no outgoing_cltv_value")
        }
        return .require(input.cltv_expiry >= stated, "the HTLC ends at \(input.cltv_expiry), \(stated) is stated")
    }

    /// BOLT 4 adds the recipient's own `min_final_cltv_expiry_delta` to the height. It is not known here; whatever it is, an
    /// HTLC that ended before the present height is too late.
    static let notPast = Check<Input>("ASY-R2", .semantic("outgoing_cltv_value")) { input in
        .require(
            input.cltv_expiry >= input.height,
            "the HTLC ended at \(input.cltv_expiry), the height is \(input.height)"
        )
    }

    static let expiryWithinConstraints = Check<Input>("ASY-R2", .semantic("payment_constraints")) { input in
        guard let bounds = input.constraints else { return .notApplicable("the path's bounds are not known") }
        return .require(
            input.cltv_expiry <= bounds.max_cltv_expiry,
            "the HTLC ends at \(input.cltv_expiry), the path at \(bounds.max_cltv_expiry)"
        )
    }

    static let amountWithinConstraints = Check<Input>("ASY-R2", .semantic("payment_constraints")) { input in
        guard let bounds = input.constraints else { return .notApplicable("the path's bounds are not known") }
        return .require(
            input.amount_msat >= bounds.htlc_minimum_msat,
            "the HTLC carries \(input.amount_msat) msat, the path takes \(bounds.htlc_minimum_msat) or more"
        )
    }

    /// No feature of payments over blinded paths is defined.
    static let featuresKnown = Check<Input>("ASY-R2", .features) { input in
        guard let features = input.data?.allowed_features else {
            return .notApplicable("allowed_features is not set, or not known")
        }
        guard let bit = features.bits.first else { return .meets }
        return .fails("allowed_features has the unknown bit \(bit)")
    }

    static let oneNextHop = Check<Input>("ASY-R2", .semantic("short_channel_id")) { input in
        guard let data = input.data else { return .notApplicable("the path's data are not known") }
        return .require(
            data.short_channel_id == nil || data.next_node_id == nil,
            "both next_node_id and short_channel_id are set"
        )
    }

    static let preimageMatches = Check<Input>("ASY-R2", .semantic("sender_provided_payment_preimage")) { input in
        input.payload.preimageMatches(input.payment_hash)
    }

    /// One HTLC may be a part: the total counts.
    static let reachesRequest = Check<Input>("ASY-R2", .semantic("total_amount_msat")) { input in
        guard let expected = input.request?.expected_msat, let total = input.payload.total_amount_msat else {
            return .notApplicable("no amount is asked for, or none is stated")
        }
        return .require(total >= expected, "\(total) msat are paid, \(expected) are asked for")
    }

    static let forOffer = Check<Input>("ASY-R2", .context) { input in
        guard let offer = input.offer, let request = input.request else {
            return .notApplicable("the offer is not known, or there is no request")
        }
        return haveSameOffer(offer, request.decoded.stream, "the recipient's offer")
    }
}
