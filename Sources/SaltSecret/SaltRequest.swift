package import Lightning
package import Rules
package import Wire

/// A payer's invoice request for an offer of the scheme: the `onionmsg_tlv` of every hop on its way.
package struct SaltRequest: Sendable {
    /// The record with the sealed reply path, `payer_encrypted_reply_path` (C-54).
    package static let sealedReplyPathType: UInt64 = 4141
    /// The record with `unique_salt` (C-54).
    package static let saltType: UInt64 = 4343
    /// Both: what a node lets pass that knows the scheme (C-55).
    package static let relayRecordTypes: Set<UInt64> = [sealedReplyPathType, saltType]

    /// Record 4 of the hops that the payer puts before the offer's path, in order.
    package let pre_hops: [[UInt8]]
    /// The offer's path, which ends at the receiver.
    package let path: BlindedPath
    package let grant: SaltGrant
    package let sealing: Sealing
    /// For `RD`.
    package let nonce: [UInt8]?
    /// The payer's, for both who may answer (C-59).
    package let reply_path: BlindedPath
    package let invoice_request: [UInt8]

    package init(
        pre_hops: [[UInt8]],
        path: BlindedPath,
        grant: SaltGrant,
        sealing: Sealing,
        nonce: [UInt8]?,
        reply_path: BlindedPath,
        invoice_request: [UInt8]
    ) {
        self.pre_hops = pre_hops
        self.path = path
        self.grant = grant
        self.sealing = sealing
        self.nonce = nonce
        self.reply_path = reply_path
        self.invoice_request = invoice_request
    }

    /// One stream a hop. The payer need not know who the hops are: it makes each layer for a blinded id (C-57).
    ///
    /// The hops before the path get their sealed data alone (SALT-12). Each hop of the path but the last also gets sealed
    /// reply path and salt (SALT-11), for the payer cannot know which is the counterparty, nor which are decoys (SALT-15). A
    /// path of one hop has no place for them: the request is then a plain one (C-56).
    package func payloads() throws(Finding) -> [TLVStream] {
        var validation = Validation(.strict)
        return try payloads(&validation)
    }

    /// The same; a reply path without hops is reported.
    package func payloads(_ validation: inout Validation) throws(Finding) -> [TLVStream] {
        guard let last = path.hops.last else { throw Finding("RB-W1", .zeroHops, "the offer's path has no hops") }
        let reply_path = try ReplyPath.encode(self.reply_path, &validation)
        var payloads = pre_hops.map { TLVStream(sorting: [Self.sealedData($0)]) }
        let records = try relayRecords(reply_path)
        for hop in path.hops.dropLast() {
            payloads.append(TLVStream(sorting: [Self.sealedData(hop.encrypted_recipient_data)] + records))
        }
        payloads.append(
            TLVStream(sorting: [
                TLVRecord(type: 2, value: reply_path), Self.sealedData(last.encrypted_recipient_data),
                TLVRecord(type: 64, value: invoice_request),
            ])
        )
        return payloads
    }

    /// The records for each hop of the path but the last, beside record 4: none where there is no such hop.
    package func relayRecords() throws(Finding) -> [TLVRecord] { try relayRecords(ReplyPath.encode(reply_path)) }

    private func relayRecords(_ reply_path: [UInt8]) throws(Finding) -> [TLVRecord] {
        guard path.hops.count > 1 else { return [] }
        let sealed = try sealing.seal(reply_path, under: grant.encrypted_counterparty_secret, nonce: nonce).sealed
        return [
            TLVRecord(type: Self.sealedReplyPathType, value: sealed),
            TLVRecord(type: Self.saltType, value: grant.unique_salt),
        ]
    }

    private static func sealedData(_ encrypted_recipient_data: some Collection<UInt8>) -> TLVRecord {
        TLVRecord(type: 4, value: encrypted_recipient_data)
    }
}
