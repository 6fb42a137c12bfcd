package import Primitives
package import Rules

/// A node that may open a layer of an onion message.
package struct MessageNode: Sendable {
    package let node_key: SecretKey
    /// The key with which the node seals its own hops under LDK's tag.
    package let receive_auth_key: Bytes32?
    /// The features that the node knows in the context of blinded paths; BOLT 9 defines none for messages.
    package let known_features: FeatureBits

    package init(
        node_key: SecretKey,
        receive_auth_key: Bytes32? = nil,
        known_features: FeatureBits = FeatureBits(nil)
    ) {
        self.node_key = node_key
        self.receive_auth_key = receive_auth_key
        self.known_features = known_features
    }
}

/// A layer of an onion message, opened.
package struct PeeledMessage: Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// Something is inside for another node.
        case forward
        /// This is the end of the onion (OD-11).
        case receive
        /// Something is inside for this same node: the hop only hides the length of the path (RB-W10).
        case dummy
    }

    /// What goes on from here.
    package struct Onward: Sendable {
        /// `nil` in a dummy hop, and where the maker of the path named nobody.
        package let nextHop: NextHop?
        /// OM-R6.
        package let next_path_key: PublicKey
        package let next_packet: OnionPacket
    }

    package let kind: Kind
    /// `onionmsg_tlv` as it stood in the packet.
    package let onionmsg_tlv: ArraySlice<UInt8>
    package let payload: OnionMessagePayload
    package let opened: OpenedData
    package let unblinding: Unblinding
    package let onion: PeeledOnion
    /// `nil` at the end.
    package let onward: Onward?
}

extension MessageNode {
    /// Opens a layer: OD-1 to OD-11, OM-R1, OM-R2 and RB-E1 to RB-E4. Whether the records are those of a relay or of a
    /// last hop is for `OnionMessageReaderChecks`.
    package func peel(
        _ packet: ArraySlice<UInt8>,
        path_key: PublicKey,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> PeeledMessage {
        let packet = try OnionPacket.read(packet, &validation)
        return try peel(packet, path_key: path_key, profile, &validation)
    }

    package func peel(
        _ packet: OnionPacket,
        path_key: PublicKey,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> PeeledMessage {
        let unblinding = try Unblinding(node_key: node_key, path_key: path_key)
        let onion = try packet.peel(unblinding.blinded_node_key)
        let payload = try OnionMessagePayload.read(onion.payload, profile, &validation)
        let opened = try open(payload, unblinding, profile, &validation)
        try checkFeatures(opened.encrypted_data, &validation)
        return PeeledMessage(
            kind: try kind(onion, opened, &validation),
            onionmsg_tlv: onion.payload,
            payload: payload,
            opened: opened,
            unblinding: unblinding,
            onion: onion,
            onward: try onward(onion, opened.encrypted_data, unblinding)
        )
    }

    private func open(
        _ payload: OnionMessagePayload,
        _ unblinding: Unblinding,
        _ profile: Profile,
        _ validation: inout Validation
    ) throws(Finding) -> OpenedData {
        guard let encrypted_recipient_data = payload.encrypted_recipient_data else {
            throw Finding("RB-E2", .missing, "the payload has no encrypted_recipient_data (4)")
        }
        return try unblinding.open(
            encrypted_recipient_data,
            profile,
            receive_auth_key: receive_auth_key,
            &validation
        )
    }

    private func checkFeatures(_ data: EncryptedData, _ validation: inout Validation) throws(Finding) {
        guard let unknown = data.unknownAllowedFeature(known_features) else { return }
        try validation.report(Finding("OM-R2", .features, "allowed_features has the unknown bit \(unknown)"))
    }

    /// A dummy hop that anyone could have made is rejected: only the receiver's own may lead to the receiver again.
    private func kind(
        _ onion: PeeledOnion,
        _ opened: OpenedData,
        _ validation: inout Validation
    ) throws(Finding) -> PeeledMessage.Kind {
        guard onion.next != nil else { return .receive }
        guard opened.encrypted_data.isDummyHop else { return .forward }
        if opened.tag == .standard {
            try validation.report(Finding("RB-E2", "aead", "a dummy hop has the standard tag, which anyone can make"))
        }
        return .dummy
    }

    private func onward(
        _ onion: PeeledOnion,
        _ data: EncryptedData,
        _ unblinding: Unblinding
    ) throws(Finding) -> PeeledMessage.Onward? {
        guard let next = onion.next else { return nil }
        return PeeledMessage.Onward(
            nextHop: data.isDummyHop ? nil : data.nextHop,
            next_path_key: try unblinding.nextPathKey(data),
            next_packet: next
        )
    }
}
