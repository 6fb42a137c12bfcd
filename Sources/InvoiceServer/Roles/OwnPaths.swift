package import Lightning
package import Primitives
package import Rules
internal import Wire

/// How a node makes blinded paths that end at itself, and knows them again. It remembers none of them.
package struct OwnPaths: Sendable {
    package let node_key: SecretKey
    package let profile: Profile
    /// From the node key, so that paths are known again after a restart.
    package var contextKey: PathContextKey
    private let given_receive_auth_key: Bytes32?

    /// - Parameter receive_auth_key: one of the node's own where it is left out.
    package init(node_key: SecretKey, _ profile: Profile, receive_auth_key: Bytes32? = nil) {
        self.node_key = node_key
        self.profile = profile
        given_receive_auth_key = receive_auth_key
        contextKey = PathContextKey(node_key: node_key)
    }

    /// The key of the tag with which the node seals its own hops, under a profile that has one.
    package var receive_auth_key: Bytes32? {
        let tags = [profile.blinded_path.final_hop_tag, profile.blinded_path.payment_final_hop_tag]
        guard tags.contains(.receiveAuthKey) else { return nil }
        return given_receive_auth_key ?? Hash.hmac(key: node_key.bytes.bytes, Array("blip66 receive auth key".utf8))
    }

    /// Opens onion layers for this node.
    package var messageNode: MessageNode { MessageNode(node_key: node_key, receive_auth_key: receive_auth_key) }

    /// A path for messages.
    /// - `through`: nodes before this one, the introduction node first; none when the path begins here.
    /// - `session_key`: `e_0`, fresh for each path (RB-W13).
    package func messagePath(
        _ context: PathContext,
        through: [PublicKey] = [],
        session_key: SecretKey
    ) throws(Finding) -> BlindedPath {
        let node_ids = through + [node_key.publicKey]
        var hops = zip(node_ids, node_ids.dropFirst()).map { node_id, next in
            PlannedHop(node_id: node_id, records: [TLVRecord(type: 4, value: next.bytes)])
        }
        let auth_key = profile.blinded_path.final_hop_tag == .receiveAuthKey ? receive_auth_key : nil
        hops.append(last([record(context)], auth_key))
        return try BlindedPath.create(Self.padded(hops), session_key: session_key).path
    }

    /// A path for payments over one channel, with what it costs as a whole (RB-P1 to RB-P4); or one that begins here, for which
    /// nobody else is paid.
    package func paymentPath(
        _ context: PathContext,
        over channel: Channel,
        startsAtPeer: Bool,
        max_cltv_expiry: UInt32 = Self.max_cltv_expiry,
        session_key: SecretKey
    ) throws(Finding) -> StaticInvoiceBuilder.PaymentPath {
        let relays = startsAtPeer ? [channel.relay] : []
        let total = PaymentRelay.total(of: relays, min_final_cltv_expiry_delta: Self.min_final_cltv_expiry_delta)
        guard let payinfo = total.flatMap({ BlindedPayinfo($0, channel) }) else {
            throw Finding("RB-P4", .range, "the fees of channel \(channel.scid) do not fit in a blinded_payinfo")
        }
        let end = Self.constraints(max_cltv_expiry: max_cltv_expiry, channel)
        let auth_key = profile.blinded_path.payment_final_hop_tag == .receiveAuthKey ? receive_auth_key : nil
        let own = last([record(context), end], auth_key)
        let hops = startsAtPeer ? [Self.relay(over: channel, upTo: max_cltv_expiry), own] : [own]
        let path = try BlindedPath.create(Self.padded(hops), session_key: session_key).path
        return StaticInvoiceBuilder.PaymentPath(path: path, payinfo: payinfo)
    }

    /// The context in the last hop of a path, if the path begins at this node: then the node key opens it, and nothing need
    /// be remembered.
    package func context(of path: BlindedPath) -> ArraySlice<UInt8>? { lastHop(of: path)?.context }

    /// What the last hop of a path that begins and ends here is told.
    package func lastHop(of path: BlindedPath) -> EncryptedData? {
        guard path.hops.count == 1, let hop = path.hops.first, let path_key = try? path.firstPathKey() else {
            return nil
        }
        return try? open(hop.encrypted_recipient_data, path_key: path_key)
    }

    /// What this node is told in a hop made for it.
    package func open(
        _ encrypted_recipient_data: ArraySlice<UInt8>,
        path_key: PublicKey
    ) throws(Finding) -> EncryptedData {
        var validation = Validation(.strict)
        let unblinding = try Unblinding(node_key: node_key, path_key: path_key)
        return try unblinding.open(
            encrypted_recipient_data,
            profile,
            receive_auth_key: receive_auth_key,
            &validation
        ).encrypted_data
    }

    // MARK: Hops

    /// Blocks that the recipient wants for itself at the end of a payment path.
    package static let min_final_cltv_expiry_delta: UInt64 = 18
    /// No height of the chain is known when a path is made; this is the greatest that a lock time can name.
    package static let max_cltv_expiry: UInt32 = 499_999_999

    private func record(_ context: PathContext) -> TLVRecord {
        TLVRecord(type: profile.blinded_path.context_type, value: context.sealed(with: contextKey))
    }

    private func last(_ records: [TLVRecord], _ receive_auth_key: Bytes32?) -> PlannedHop {
        PlannedHop(node_id: node_key.publicKey, records: records, receive_auth_key: receive_auth_key)
    }

    /// The peer's hop: onwards over the channel, for its fees (RB-P1), within its bounds (RB-P2).
    private static func relay(over channel: Channel, upTo end: UInt32) -> PlannedHop {
        let max_cltv_expiry = end + UInt32(channel.cltv_expiry_delta)
        let relay = FieldFormat.payment_relay.encode(channel.relay.value) ?? []
        return PlannedHop(
            node_id: channel.peer,
            records: [
                TLVRecord(type: 2, value: channel.scid.bigEndianBytes),
                TLVRecord(type: 10, value: relay), constraints(max_cltv_expiry: max_cltv_expiry, channel),
            ]
        )
    }

    private static func constraints(max_cltv_expiry: UInt32, _ channel: Channel) -> TLVRecord {
        let value = FieldValue.structure([.integer(UInt64(max_cltv_expiry)), .integer(channel.htlc_minimum_msat)])
        return TLVRecord(
            type: PaymentConstraints.type,
            value: FieldFormat.payment_constraints.encode(value) ?? []
        )
    }

    /// The hops with data of one length, so that a relay cannot tell by it how far the end is (RB-W8).
    private static func padded(_ hops: [PlannedHop]) throws(Finding) -> [PlannedHop] {
        guard hops.count > 1 else { return hops }
        let longest = hops.map(\.encrypted_data_tlv.count).max() ?? 0
        // Some lengths no padding record can fill; one of the next few always does for all.
        for count in longest...(longest + 8) {
            if let padded = try? hops.map({ try $0.padded(to: count) }) { return padded }
        }
        throw Finding("RB-W8", "tlv.length", "the hops' data cannot be brought to one length")
    }
}

extension PlannedHop {
    fileprivate func padded(to count: Int) throws -> PlannedHop {
        let stream = try TLVStream.read(encrypted_data_tlv[...], known: .unspecified)
        return PlannedHop(
            node_id: node_id,
            encrypted_data_tlv: try PathPadding.pad(stream, to: count).bytes,
            receive_auth_key: receive_auth_key,
            session_key: session_key
        )
    }
}

extension BlindedPayinfo {
    /// What a path costs as a whole, within its channel's bounds; `nil` when a sum does not fit its field.
    fileprivate init?(_ total: PaymentRelay, _ channel: Channel) {
        guard let base = UInt32(exactly: total.fee_base_msat),
            let proportional = UInt32(exactly: total.fee_proportional_millionths),
            let delta = UInt16(exactly: total.cltv_expiry_delta)
        else { return nil }
        self.init(
            fee_base_msat: base,
            fee_proportional_millionths: proportional,
            cltv_expiry_delta: delta,
            htlc_minimum_msat: channel.htlc_minimum_msat,
            htlc_maximum_msat: channel.htlc_maximum_msat
        )
    }
}

extension PaymentRelay {
    fileprivate var value: FieldValue {
        .structure([
            .integer(cltv_expiry_delta), .integer(fee_proportional_millionths), .integer(fee_base_msat),
        ])
    }
}
