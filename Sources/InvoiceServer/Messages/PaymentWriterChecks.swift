internal import Lightning
package import Primitives
package import Rules

/// A payload that a payer made, with what it pays.
package struct PaymentWriterOutput: Sendable {
    /// What kind of invoice is paid.
    package enum Invoice: String, Hashable, Sendable, CaseIterable {
        /// A static one.
        case `static`
        /// One with a payment hash.
        case hashed = "with_payment_hash"
    }

    package let payload: PaymentPayload
    /// That of the HTLC.
    package let payment_hash: Bytes32?
    /// The request that the payer sent for this payment.
    package let invoice_request: [UInt8]?
    package let invoice: Invoice?

    package init(
        payload: PaymentPayload,
        payment_hash: Bytes32? = nil,
        invoice_request: [UInt8]? = nil,
        invoice: Invoice? = nil
    ) {
        self.payload = payload
        self.payment_hash = payment_hash
        self.invoice_request = invoice_request
        self.invoice = invoice
    }

    /// A static invoice is paid: known, or told by the payload's records.
    var paysStaticInvoice: Bool { invoice.map { $0 == .static } ?? payload.isAsync }
}

/// The rules for a payer as the writer of the last payload (BOLT 4, "`payload` format", with PR 1149).
package enum PaymentWriterChecks {
    package typealias Output = PaymentWriterOutput

    package static let all: [Check<Output>] = [
        recipientsData, preimagePresent, hashIsPreimages, requestPresent, requestIsThisOne, noPreimageForHash,
        amountsPresent, nothingElse,
    ]

    /// A rule for payments to static invoices.
    private static func forStatic(
        _ id: RequirementID,
        _ reason: ReasonClass,
        reading: String? = nil,
        _ evaluate: @escaping @Sendable (Output) -> Verdict
    ) -> Check<Output> {
        Check(id, reason, reading: reading) { output in
            output.paysStaticInvoice ? evaluate(output) : .notApplicable("no static invoice is paid")
        }
    }

    static let recipientsData = forStatic("RB-U2", .missing) { output in
        .require(output.payload.decoded.contains(10), "there is no encrypted_recipient_data")
    }

    static let preimagePresent = forStatic("ASY-P1", .missing) { output in
        .require(output.payload.hasPreimage, "there is no sender_provided_payment_preimage")
    }

    static let hashIsPreimages = forStatic("ASY-P2", .semantic("sender_provided_payment_preimage")) { output in
        guard let hash = output.payment_hash else { return .notApplicable("the payment hash is not known") }
        return output.payload.preimageMatches(hash)
    }

    static let requestPresent = forStatic("ASY-P3", .missing) { output in
        .require(output.payload.hasRequest, "there is no invoice_request")
    }

    static let requestIsThisOne = forStatic("ASY-P3", .semantic("invoice_request")) { output in
        guard let sent = output.invoice_request, let found = output.payload.invoice_request else {
            return .notApplicable("there is no request to compare")
        }
        return .require(Array(found) == sent, "the invoice_request is not the one that was sent for this payment")
    }

    static let noPreimageForHash = Check<Output>("ASY-P4", .semantic("sender_provided_payment_preimage")) { output in
        guard output.invoice == .hashed else { return .notApplicable("the invoice has no payment hash") }
        return .require(!output.payload.hasPreimage, "the invoice has a payment hash, and the payload a preimage")
    }

    static let amountsPresent = forStatic("ASY-P5", .missing) { output in output.payload.hasAmounts }

    static let nothingElse = forStatic("ASY-P6", "onion.payload", reading: "C-35") { output in
        output.payload.hasNothingElse(unknownOddAccepted: false)
    }
}
