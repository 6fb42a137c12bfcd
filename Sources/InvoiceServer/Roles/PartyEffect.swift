package import Lightning
package import Rules
package import Wire

/// What a party does.
package enum PartyEffect: Sendable {
    case send(SentMessage)
    /// A message for somebody else goes on.
    case forward(ForwardedOnionMessage)
    /// A durable write. It counts when `PartyEvent.stored` says so.
    case put(StorePut)
    /// Server: have an absent client come online (B66-SRV-2b), as LSPS5's notification of an onion message does.
    case wake(client: String)
    /// Recipient: the stream of an invoice request that the server passed on.
    case invreqReceived([UInt8])
    case htlcClaim(preimage: [UInt8])
    case htlcFail(Finding)
    /// Payer: an HTLC goes out.
    case payHTLC(SentHTLC)
    /// Holder: the paths over which an HTLC that is held can be released (ASY-H4).
    case releasePaths(htlc_id: UInt64, [BlindedPath])
    /// Holder: an HTLC goes on.
    case forwardHTLC(htlc_id: UInt64)
    /// Holder: an HTLC is failed back to whom it came from.
    case failHTLC(htlc_id: UInt64)
    /// What a command asked for.
    case answer(PartyAnswer)
    /// Why a message was passed over. Nobody outside sees it.
    case ignored(Finding)
}

/// An onion message that a party sends.
package struct SentMessage: Hashable, Sendable {
    /// The record of the message.
    package var content: TLVRecord
    package var over: BlindedPath
    package var reply_path: BlindedPath?
    /// See `MessageOverPath.relayRecords`.
    package var relayRecords: [TLVRecord]

    package init(
        _ content: TLVRecord,
        over: BlindedPath,
        reply_path: BlindedPath? = nil,
        relayRecords: [TLVRecord] = []
    ) {
        self.content = content
        self.over = over
        self.reply_path = reply_path
        self.relayRecords = relayRecords
    }

    /// The last hop's stream, without record 4.
    package var onionmsg_tlv: TLVStream {
        let reply = reply_path.map { TLVRecord(type: 2, value: BlindedPath.format.encode($0.value) ?? []) }
        return TLVStream(sorting: [reply, content].compactMap(\.self))
    }
}

/// Records that are to be written together.
package struct StorePut: Hashable, Sendable {
    package struct Record: Hashable, Sendable {
        package var key: String
        /// `nil` deletes the key.
        package var value: [UInt8]?

        package init(key: String, value: [UInt8]?) {
            self.key = key
            self.value = value
        }
    }

    /// New for each put of a party.
    package var put: UInt64
    package var records: [Record]

    package init(put: UInt64, records: [Record]) {
        self.put = put
        self.records = records
    }
}

package enum PartyAnswer: Hashable, Sendable {
    case paths([BlindedPath])
    /// `nil` while none is ready.
    case offer(String?)
    case offers([ListedOffer])
    /// Payer: the name of a payment.
    case payment(String)
    case salt(SaltAnswer)
}

/// An offer as `recipient.list_offers` shows it.
package struct ListedOffer: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable {
        case pending, ready
    }

    package var offer: String
    package var slot: UInt16
    package var status: Status

    package init(offer: String, slot: UInt16, status: Status) {
        self.offer = offer
        self.slot = slot
        self.status = status
    }
}
