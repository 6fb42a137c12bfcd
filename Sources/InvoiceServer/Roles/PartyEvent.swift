package import Lightning
package import Primitives
package import Wire

/// What happens to a party.
package enum PartyEvent: Sendable {
    /// An onion message ended at the party.
    case message(ReceivedMessage)
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
    case salt(SaltCommand)
}
