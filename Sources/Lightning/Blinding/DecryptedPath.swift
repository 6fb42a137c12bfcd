package import Primitives
package import Rules
package import Wire

/// A blinded path laid open: as its maker plans it, or as the owner of its hops' keys sees it.
package struct DecryptedPath: Sendable {
    package struct Hop: Sendable {
        /// Whose hop it is; `nil` when none of the known nodes answers to its blinded id.
        package let node_id: PublicKey?
        /// The path key that reaches the hop, where it is known.
        package let path_key: PublicKey?
        /// The maker starts a new chain of keys here (RB-W6).
        package let startsChain: Bool
        /// What the hop is told. `nil` for a last hop, which is left closed, and for what does not open.
        package let data: EncryptedData?
        /// Byte for byte what the hop is told.
        package let plaintext: [UInt8]?
        /// Bytes of the data in clear, padding included.
        package let count: Int
        /// A hop after the real end of the path, to hide its length (RB-W10).
        package let isDummy: Bool
    }

    package let purpose: PathPurpose
    package let introduction: SciddirOrPubkey
    package let hops: [Hop]
    /// Whether some hops' data can only be opened by the receiver, so that what does not open may be one of those.
    package let mayHideFinalHops: Bool

    /// The node whose hop is the last.
    package var endsAt: PublicKey? { hops.last?.node_id }
}

extension DecryptedPath {
    /// What a maker has sealed.
    /// - `data`: what each hop is told, read.
    /// - `dummies`: the indices of hops after the real end.
    package static func made(
        _ created: CreatedPath,
        of planned: [PlannedHop],
        data: [EncryptedData],
        dummies: Set<Int>,
        purpose: PathPurpose
    ) -> DecryptedPath {
        let hops = planned.indices.map { index in
            let hop = planned[index]
            return Hop(
                node_id: hop.node_id,
                path_key: created.steps[index].secret.E,
                startsChain: hop.session_key != nil,
                data: data[index],
                plaintext: hop.encrypted_data_tlv,
                count: hop.encrypted_data_tlv.count,
                isDummy: dummies.contains(index) || data[index].isDummyHop
            )
        }
        return DecryptedPath(
            purpose: purpose,
            introduction: created.path.introduction,
            hops: hops,
            mayHideFinalHops: false
        )
    }
}

extension BlindedPath {
    /// Follows the path with the keys of its hops, to find where it ends. The last hop stays closed: it tells whose it
    /// is by its blinded id alone (RB-W5).
    /// - `node_keys`: keys of nodes that may be on the path, in any order.
    /// - Throws: B1-T-2 when the path's key is no point.
    package func walk(
        _ node_keys: [SecretKey],
        purpose: PathPurpose = .message,
        _ profile: Profile
    ) throws(Finding) -> DecryptedPath {
        try walk(KnownNodes(node_keys.map { MessageNode(node_key: $0) }), purpose: purpose, profile)
    }

    /// - `nodes`: those that may be on the path.
    package func walk(
        _ nodes: KnownNodes,
        purpose: PathPurpose = .message,
        _ profile: Profile
    ) throws(Finding) -> DecryptedPath {
        var hops: [DecryptedPath.Hop] = []
        var path_key: PublicKey? = try firstPathKey()
        var likely = nodes.owner(of: introduction)
        for (index, hop) in self.hops.enumerated() {
            let found = try path_key.flatMap { key throws(Finding) in try find(hop, path_key: key, nodes, likely) }
            let isLast = index == self.hops.count - 1
            let opened = isLast ? nil : try? found?.unblinding.open(hop, profile)
            hops.append(
                DecryptedPath.Hop(
                    node_id: found?.node_id,
                    path_key: path_key,
                    startsChain: false,
                    data: opened?.encrypted_data,
                    plaintext: opened?.plaintext,
                    count: hop.encrypted_recipient_data.count - ChaCha20Poly1305.tagSize,
                    isDummy: opened?.encrypted_data.isDummyHop ?? false
                )
            )
            if isLast { break }
            // What does not open is a later hop of the same owner's, if anyone's: it has a tag that only its maker can verify.
            likely = found.flatMap { found in
                opened.map { nodes.next(after: found.node_id, $0.encrypted_data) } ?? found.node_id.bytes
            }
            path_key = try found?.unblinding.nextPathKey(opened?.encrypted_data)
        }
        return DecryptedPath(
            purpose: purpose,
            introduction: introduction,
            hops: hops,
            mayHideFinalHops: profile.blinded_path.final_hop_tag == .receiveAuthKey
        )
    }

    /// The path's first key as a point.
    package func firstPathKey() throws(Finding) -> PublicKey {
        do {
            return try PublicKey(path_key)
        } catch {
            throw Finding("B1-T-2", "point", "first_path_key: \(error.detail)")
        }
    }

    /// The node whose blinded id the hop carries: HMAC256("blinded_node_id", ss) * N.
    private func find(
        _ hop: Hop,
        path_key: PublicKey,
        _ nodes: KnownNodes,
        _ likely: [UInt8]?
    ) throws(Finding) -> (node_id: PublicKey, unblinding: Unblinding)? {
        try nodes.first(likely: likely) { known throws(Finding) in
            let unblinding = try Unblinding(node_key: known.node.node_key, path_key: path_key)
            let B = known.node_id.multiplied(by: unblinding.blindedNodeIDFactor)
            return hop.blinded_node_id.elementsEqual(B.bytes) ? (known.node_id, unblinding) : nil
        }
    }
}

extension Unblinding {
    /// Opens what anyone with the node's key can verify; throws for everything else.
    fileprivate func open(_ hop: BlindedPath.Hop, _ profile: Profile) throws(Finding) -> OpenedData {
        var validation = Validation(.strict)
        let opened = try open(hop.encrypted_recipient_data, profile, &validation)
        guard opened.tag == .standard else { throw Finding("RB-W9", "aead", "the hop has no standard tag") }
        return opened
    }
}

extension Optional {
    /// `flatMap` for a typed error.
    fileprivate func flatMap<Value, Failure>(
        _ transform: (Wrapped) throws(Failure) -> Value?
    ) throws(Failure) -> Value? {
        guard let self else { return nil }
        return try transform(self)
    }
}
