package import Lightning
package import Primitives
package import Rules
package import Wire

/// The payload of a payment at its recipient, with the HTLC that it came in.
package struct PaymentReading: Sendable {
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
    package let constraints: PaymentConstraints?

    package init(
        payload: PaymentPayload,
        payment_hash: Bytes32,
        amount_msat: UInt64,
        cltv_expiry: UInt64,
        height: UInt64,
        request: InvoiceRequest? = nil,
        offer: TLVStream? = nil,
        constraints: PaymentConstraints? = nil
    ) {
        self.payload = payload
        self.payment_hash = payment_hash
        self.amount_msat = amount_msat
        self.cltv_expiry = cltv_expiry
        self.height = height
        self.request = request
        self.offer = offer
        self.constraints = constraints
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
    package typealias Reading = PaymentReading

    package static let all: [Check<Reading>] = [
        inBlindedPath, amountsPresent, preimagePresent, requestPresent, nothingElse, amountReached, expiryReached,
        notPast, expiryWithinConstraints, amountWithinConstraints, preimageMatches, reachesRequest, forOffer,
    ]

    /// A static invoice is paid over its own paths alone.
    static let inBlindedPath = Check<Reading>("B12-SI-W16", .missing) { reading in
        .require(reading.payload.decoded.contains(10), "there is no encrypted_recipient_data")
    }

    static let amountsPresent = Check<Reading>("ASY-P5", .missing) { reading in reading.payload.hasAmounts }

    static let preimagePresent = Check<Reading>("ASY-P1", .missing) { reading in
        guard reading.payload.hasRequest else { return .notApplicable("the payment is not asynchronous") }
        return .require(reading.payload.hasPreimage, "there is no sender_provided_payment_preimage to claim with")
    }

    static let requestPresent = Check<Reading>("ASY-P3", .missing) { reading in
        guard reading.payload.hasPreimage else { return .notApplicable("the payment is not asynchronous") }
        return .require(reading.payload.hasRequest, "there is no invoice_request to tell what is paid")
    }

    static let nothingElse = Check<Reading>("ASY-P6", "onion.payload", reading: "C-35") { reading in
        reading.payload.hasNothingElse(
            unknownOddAccepted: reading.payload.profile.async_payment.payload_unknown_odd_accepted
        )
    }

    static let amountReached = Check<Reading>("ASY-R2", .semantic("amt_to_forward")) { reading in
        guard let amount = reading.payload.amt_to_forward else { return .notApplicable("there is no amt_to_forward") }
        return .require(
            reading.amount_msat >= amount,
            "the HTLC carries \(reading.amount_msat) msat, \(amount) are stated"
        )
    }

    static let expiryReached = Check<Reading>("ASY-R2", .semantic("outgoing_cltv_value")) { reading in
        guard let stated = reading.payload.outgoing_cltv_value else {
            return .notApplicable("there is no outgoing_cltv_value")
        }
        return .require(reading.cltv_expiry >= stated, "the HTLC ends at \(reading.cltv_expiry), \(stated) is stated")
    }

    /// BOLT 4 adds the recipient's own `min_final_cltv_expiry_delta` to the height. It is not known here; whatever it is, an
    /// HTLC that ended before the present height is too late.
    static let notPast = Check<Reading>("ASY-R2", .semantic("outgoing_cltv_value")) { reading in
        .require(
            reading.cltv_expiry >= reading.height,
            "the HTLC ended at \(reading.cltv_expiry), the height is \(reading.height)"
        )
    }

    static let expiryWithinConstraints = Check<Reading>("ASY-R2", .semantic("payment_constraints")) { reading in
        guard let bounds = reading.constraints else { return .notApplicable("the path's bounds are not known") }
        return .require(
            reading.cltv_expiry <= bounds.max_cltv_expiry,
            "the HTLC ends at \(reading.cltv_expiry), the path at \(bounds.max_cltv_expiry)"
        )
    }

    static let amountWithinConstraints = Check<Reading>("ASY-R2", .semantic("payment_constraints")) { reading in
        guard let bounds = reading.constraints else { return .notApplicable("the path's bounds are not known") }
        return .require(
            reading.amount_msat >= bounds.htlc_minimum_msat,
            "the HTLC carries \(reading.amount_msat) msat, the path takes \(bounds.htlc_minimum_msat) or more"
        )
    }

    static let preimageMatches = Check<Reading>("ASY-R2", .semantic("sender_provided_payment_preimage")) { reading in
        reading.payload.preimageMatches(reading.payment_hash)
    }

    /// One HTLC may be a part: the total counts.
    static let reachesRequest = Check<Reading>("ASY-R2", .semantic("total_amount_msat")) { reading in
        guard let expected = reading.request?.expected_msat, let total = reading.payload.total_amount_msat else {
            return .notApplicable("no amount is asked for, or none is stated")
        }
        return .require(total >= expected, "\(total) msat are paid, \(expected) are asked for")
    }

    static let forOffer = Check<Reading>("ASY-R2", .context) { reading in
        guard let offer = reading.offer, let request = reading.request else {
            return .notApplicable("the offer is not known, or there is no request")
        }
        return haveSameOffer(offer, request.decoded.stream, "the recipient's offer")
    }
}
