/// The steps around a payment: of a payer of either scheme, and of the node that holds its HTLC.
package enum PaymentAction: Hashable, Sendable {
    package typealias Reference = Action.Reference

    case pay_offer(PayOfferStep)
    /// An invoice with a payment hash, for a payer's request.
    case make_ordinary_invoice(MakeOrdinaryInvoiceStep)
    case abandon(Reference)
    /// The payer's peer holds the HTLC of a payment, and gives it the paths for the release.
    case give_release_paths(payment: Reference, by: String, count: Int, as: String)
    /// A static invoice is paid, with the request that asked for it.
    case expect_payment(PaymentExpectation)
    /// An HTLC that the holder under test is to pass on.
    case add_htlc(AddHTLCStep)
    case commit_htlc(Reference)
    case remove_htlc(Reference)
    case expect_release_paths(htlc: Reference, as: String)
    case expect_forward(Reference)
    /// The payer tells the recipient of an HTLC that is held, with the holder's paths for the answer.
    case expect_held(invoice: Reference, reply_paths: Reference, as: String?)
    /// The chain grows.
    case blocks(count: UInt64)

    /// The operations that an adapter must have for it.
    var operations: Set<String> {
        switch self {
        case .pay_offer: ["payer.pay_offer"]
        case .abandon: ["payer.abandon"]
        case .give_release_paths: ["payer.revoke_and_ack"]
        case .add_htlc: ["holder.htlc_add"]
        case .commit_htlc: ["holder.htlc_committed"]
        case .remove_htlc: ["holder.htlc_removed"]
        case .blocks: ["clock.set"]
        case .make_ordinary_invoice, .expect_payment, .expect_release_paths, .expect_forward, .expect_held: []
        }
    }
}

/// What a payer is told to pay.
package struct PayOfferStep: Hashable, Sendable {
    package var offer: Action.Reference
    package var name: String?
    package var amount_msat: UInt64?
    package var quantity: UInt64?
    package var max_fee_msat: UInt64?
    /// It will not stay online.
    package var hold: Bool
}

/// What a recipient answers who is there.
package struct MakeOrdinaryInvoiceStep: Hashable, Sendable {
    package var by: String
    package var name: String
    package var offer: Action.Reference
    package var request: Action.Reference
}

package struct PaymentExpectation: Hashable, Sendable {
    package var invoice: Action.Reference
    package var request: Action.Reference
    /// Of all parts.
    package var amount_msat: UInt64?
    /// Which payment path of the invoice it has to take; `nil` for any.
    package var path: Int?
    /// HTLCs that carry it together, at least; one or more where it is left out.
    package var parts: Int?
    package var hold: Bool
}

package struct AddHTLCStep: Hashable, Sendable {
    package var name: String
    /// Its number on the channel; one after the other, from 0, where the step says none.
    package var htlc_id: UInt64?
    package var hold: Bool
    /// Blocks from now to its end.
    package var lasts: UInt64
    /// Both sides commit to it at once.
    package var isCommitted: Bool
    /// An HTLC of the same payment hash: parts of one payment have one.
    package var same_hash_as: Action.Reference?
}
