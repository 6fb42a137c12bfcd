package import Lightning
package import Primitives

/// A channel of a party's own, and what its peer asks for passing a payment on over it.
package struct Channel: Hashable, Sendable {
    package var peer: PublicKey
    package var scid: UInt64
    package var fee_base_msat: UInt32
    package var fee_proportional_millionths: UInt32
    package var cltv_expiry_delta: UInt16
    package var htlc_minimum_msat: UInt64
    package var htlc_maximum_msat: UInt64

    package init(
        peer: PublicKey,
        scid: UInt64,
        fee_base_msat: UInt32,
        fee_proportional_millionths: UInt32,
        cltv_expiry_delta: UInt16,
        htlc_minimum_msat: UInt64,
        htlc_maximum_msat: UInt64
    ) {
        self.peer = peer
        self.scid = scid
        self.fee_base_msat = fee_base_msat
        self.fee_proportional_millionths = fee_proportional_millionths
        self.cltv_expiry_delta = cltv_expiry_delta
        self.htlc_minimum_msat = htlc_minimum_msat
        self.htlc_maximum_msat = htlc_maximum_msat
    }

    /// `payment_relay` of the peer.
    package var relay: PaymentRelay {
        PaymentRelay(
            cltv_expiry_delta: UInt64(cltv_expiry_delta),
            fee_proportional_millionths: UInt64(fee_proportional_millionths),
            fee_base_msat: UInt64(fee_base_msat)
        )
    }
}
