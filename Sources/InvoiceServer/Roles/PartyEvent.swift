package import Lightning
package import Primitives
package import Wire

/// What happens to a party.
package enum PartyEvent: Sendable {
    /// An onion message ended at the party.
    case message(ReceivedMessage)
    /// An onion message as it came. See `Party.opensPackets`.
    case packet(IncomingPacket)
    /// An onion message is for somebody else. See `Party.relayRecords`.
    case forwarding(ForwardedOnionMessage)
    /// Timers run.
    case tick
    /// The store has finished a write.
    case stored(put: UInt64, StoreResult)
    /// A peer came or went.
    case link(peer: PublicKey, isUp: Bool)
    case channelOpened(Channel)
    case channelClosed(Channel)
    case channelFeesChanged(Channel)
    /// An HTLC ended at the party.
    case htlc(ReceivedHTLC)
    /// Holder: an HTLC came that is for somebody else.
    case htlcAdded(AddedHTLC)
    /// Holder: both sides have committed to an HTLC, which may go on from now (BOLT 2, "Forwarding HTLCs").
    case htlcCommitted(htlc_id: UInt64)
    /// Holder: the HTLC is no more: it was failed, timed out, or its channel was closed.
    case htlcRemoved(htlc_id: UInt64)
    /// Payer: what the peer that holds the HTLC of a payment gave for its release.
    case releasePaths(payment: String, [BlindedPath])
    /// The chain has grown to this height.
    case height(UInt64)
    case command(PartyCommand)
}

/// An onion message at its end, as its last hop finds it.
package struct ReceivedMessage: Sendable {
    /// What the maker of the path put into its last hop for itself; `nil` where there is nothing.
    package let context: ArraySlice<UInt8>?
    /// The record of the message, of type 64 or above.
    package let content: TLVRecord
    package let reply_path: BlindedPath?

    package init(context: ArraySlice<UInt8>?, content: TLVRecord, reply_path: BlindedPath?) {
        self.context = context
        self.content = content
        self.reply_path = reply_path
    }
}

/// A payment, or a part of one, at its end.
package struct ReceivedHTLC: Sendable {
    /// The last hop's payload, without a length before it.
    package let payload: [UInt8]
    package let payment_hash: Bytes32
    package let amount_msat: UInt64
    package let cltv_expiry: UInt64
    package let height: UInt64

    package init(payload: [UInt8], payment_hash: Bytes32, amount_msat: UInt64, cltv_expiry: UInt64, height: UInt64) {
        self.payload = payload
        self.payment_hash = payment_hash
        self.amount_msat = amount_msat
        self.cltv_expiry = cltv_expiry
        self.height = height
    }
}

/// How a write ended. Of one that was torn the party hears nothing more.
package enum StoreResult: String, Hashable, Sendable, CaseIterable {
    case ok, error
}

/// What a party is told to do by its owner.
package enum PartyCommand: Sendable {
    /// Server: hand out paths to a client (B66-OOB-1).
    case issueClientPaths(client: String)
    /// Server: a client's own limits; `nil` leaves one as it is.
    case setLimit(client: String, slots: UInt64?, bytes: UInt64?)
    /// Recipient: the paths that the server handed out.
    case setServerPaths([BlindedPath])
    /// Recipient: an offer to give to a payer.
    case getOffer
    /// Recipient: all offers.
    case listOffers
    /// Payer.
    case payOffer(OfferPayment)
    /// Payer: a payment is not to be sent any more.
    case abandon(payment: String)
    case salt(SaltCommand)
}

/// What a payer is to pay.
package struct OfferPayment: Hashable, Sendable {
    package var offer: String
    /// The offer's price where it is left out.
    package var amount_msat: UInt64?
    package var quantity: UInt64?
    /// What a payment path may ask for beyond the amount; `nil` for no bound.
    package var max_fee_msat: UInt64?
    /// The payer will not stay: its peer is to hold the HTLC (ASY-H1).
    package var hold: Bool

    package init(
        offer: String,
        amount_msat: UInt64? = nil,
        quantity: UInt64? = nil,
        max_fee_msat: UInt64? = nil,
        hold: Bool = false
    ) {
        self.offer = offer
        self.amount_msat = amount_msat
        self.quantity = quantity
        self.max_fee_msat = max_fee_msat
        self.hold = hold
    }
}

/// An HTLC that its holder is to pass on, as `update_add_htlc` brings it.
package struct AddedHTLC: Hashable, Sendable {
    package var htlc_id: UInt64
    /// `hold_htlc` is set.
    package let hold: Bool
    package let payment_hash: Bytes32
    package let amount_msat: UInt64
    package let cltv_expiry: UInt64

    package init(htlc_id: UInt64, hold: Bool, payment_hash: Bytes32, amount_msat: UInt64, cltv_expiry: UInt64) {
        self.htlc_id = htlc_id
        self.hold = hold
        self.payment_hash = payment_hash
        self.amount_msat = amount_msat
        self.cltv_expiry = cltv_expiry
    }
}

/// An onion message as a peer hands it over.
package struct IncomingPacket: Hashable, Sendable {
    package let path_key: [UInt8]
    package let packet: [UInt8]

    package init(path_key: [UInt8], packet: [UInt8]) {
        self.path_key = path_key
        self.packet = packet
    }
}
