package import Primitives

/// A payment, or a part of one, that a payer sends.
package struct SentHTLC: Hashable, Sendable {
    /// As `payer.pay_offer` named it.
    package let payment: String
    /// The last hop's payload, without a length before it.
    package let payload: [UInt8]
    package let payment_hash: Bytes32
    package let amount_msat: UInt64
    /// The payer's own peer is asked to hold it.
    package let hold: Bool

    package init(payment: String, payload: [UInt8], payment_hash: Bytes32, amount_msat: UInt64, hold: Bool) {
        self.payment = payment
        self.payload = payload
        self.payment_hash = payment_hash
        self.amount_msat = amount_msat
        self.hold = hold
    }
}
