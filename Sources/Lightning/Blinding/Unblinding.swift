package import Primitives
package import Rules

/// One hop's view of a blinded path: what it derives from its own key and the path key that it was handed (BOLT 4,
/// "Route Blinding", reader of `encrypted_recipient_data`).
package struct Unblinding: Sendable {
    package let node_key: SecretKey
    /// `E_i` is the path key, `ss_i` what it shares with this node.
    package let secret: HopSecret
    package let blindedNodeIDFactor: SecretKey

    package init(node_key: SecretKey, path_key: PublicKey) throws(Finding) {
        self.node_key = node_key
        secret = HopSecret(k: node_key, E: path_key)
        blindedNodeIDFactor = try secret.blindedNodeIDFactor()
    }

    /// `b_i`, the private key of the blinded node id. Onion layers for this hop are opened with it.
    package var blinded_node_key: SecretKey { node_key.multiplied(by: blindedNodeIDFactor) }

    /// Opens the hop's data (RB-E1, RB-E2).
    ///
    /// A hop whose tag is not the standard one must be one of the receiver's own: the last or a dummy hop. One that says
    /// where to go on is rejected.
    package func open(
        _ encrypted_recipient_data: ArraySlice<UInt8>,
        _ profile: Profile,
        receive_auth_key: Bytes32? = nil,
        _ validation: inout Validation
    ) throws(Finding) -> OpenedData {
        let (plaintext, tag) = try SealedData.open(
            encrypted_recipient_data,
            rho: secret.rho,
            form: profile.blinded_path.final_hop_tag,
            receive_auth_key: receive_auth_key
        )
        let data = try EncryptedData.read(plaintext[...], profile, &validation)
        if tag != .standard, data.nextHop != nil {
            throw Finding("RB-E2", "aead", "a hop that names the next one has no standard tag")
        }
        return OpenedData(encrypted_data: data, plaintext: plaintext, tag: tag)
    }

    /// The key for the next hop (RB-E3): record 8 where there is one, otherwise b * E_i.
    package func nextPathKey(_ data: EncryptedData?) throws(Finding) -> PublicKey {
        if let override = data?.next_path_key_override, let key = try? PublicKey(override) { return key }
        return try secret.nextE()
    }
}

/// A hop's data in clear.
package struct OpenedData: Hashable, Sendable {
    package let encrypted_data: EncryptedData
    /// Byte for byte what was decrypted.
    package let plaintext: [UInt8]
    package let tag: SealedData.Tag

    /// - Throws: RB-E5 unless the context is the expected one.
    package func check(
        expected_path_id: some Collection<UInt8>,
        _ validation: inout Validation
    ) throws(Finding) {
        guard let context = encrypted_data.context else {
            return try validation.report(Finding("RB-E5", .context, "the path has no path_id, one is expected"))
        }
        if !ConstantTime.equal(context, expected_path_id) {
            try validation.report(Finding("RB-E5", .context, "the path_id is not the one of the path made for this"))
        }
    }
}
