internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// The last hop but one of a payment path to the party, held against the channel that it is to lead over.
///
/// More than the channel asks for is the recipient's own business; with less no payment gets through.
struct RelayToParty: Sendable {
    let node_id: PublicKey
    let data: EncryptedData
    /// Blocks that all relays of the path ask for.
    let deltaOfRelays: UInt64

    /// It names this channel, or the node at the other end of it.
    func leads(over channel: PartyChannel) -> Bool {
        guard channel.peer.node_id == node_id else { return false }
        if case .channel(let scid) = data.nextHop { return scid == channel.scid }
        return true
    }

    /// What `payment_relay` gives the channel too little of (RB-P1).
    func underpaid(_ channel: PartyChannel) -> String? {
        guard let relay = PaymentRelay(data.decoded[10]) else { return nil }
        if relay.fee_base_msat < channel.fee_base_msat {
            return "gives the channel \(relay.fee_base_msat) msat, it asks for \(channel.fee_base_msat)"
        }
        if relay.fee_proportional_millionths < PartyChannel.fee_proportional_millionths {
            return "gives the channel \(relay.fee_proportional_millionths) millionths, "
                + "it asks for \(PartyChannel.fee_proportional_millionths)"
        }
        if relay.cltv_expiry_delta < PartyChannel.cltv_expiry_delta {
            return "gives the channel \(relay.cltv_expiry_delta) blocks, "
                + "it asks for \(PartyChannel.cltv_expiry_delta)"
        }
        return nil
    }

    /// What the path's constraints and totals promise that the channel does not keep.
    func fault(_ channel: PartyChannel, _ payinfo: BlindedPayinfo, height: UInt64) -> (
        rule: RequirementID, detail: String
    )? {
        let (least, most) = (PartyChannel.htlc_minimum_msat, PartyChannel.htlc_maximum_msat)
        if let constraints = PaymentConstraints(data.decoded[PaymentConstraints.type]) {
            // The height of now, and what a payer adds to it.
            let needed = height + UInt64(payinfo.cltv_expiry_delta)
            if constraints.max_cltv_expiry < needed {
                return (
                    "RB-P2",
                    "may be used up to height \(constraints.max_cltv_expiry), a payment of now needs \(needed)"
                )
            }
            if constraints.htlc_minimum_msat < least {
                return ("RB-P2", "lets the relay pass on \(constraints.htlc_minimum_msat) msat, its channel \(least)")
            }
        }
        // The sum has the recipient's own delta, which nobody can do without: it has to be there in time to claim.
        if UInt64(payinfo.cltv_expiry_delta) <= deltaOfRelays {
            return (
                "RB-P4",
                "has a delta of \(payinfo.cltv_expiry_delta) blocks, of which its relays take \(deltaOfRelays) "
                    + "and none are left for the recipient"
            )
        }
        if payinfo.htlc_minimum_msat < least || payinfo.htlc_maximum_msat > most {
            return (
                "B12-SI-W11",
                "is said to carry from \(payinfo.htlc_minimum_msat) to \(payinfo.htlc_maximum_msat) msat, "
                    + "its channel carries from \(least) to \(most)"
            )
        }
        if payinfo.htlc_minimum_msat > payinfo.htlc_maximum_msat {
            return ("B12-SI-W11", "carries nothing: its minimum is above its maximum")
        }
        return nil
    }
}
