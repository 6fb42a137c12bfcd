package import Primitives
package import Rules

/// The primitives of BOLT 4's onions and blinded paths, a line each ("Key Generation", "Shared Secret", "Blinding
/// Ephemeral Onion Keys").
package enum Sphinx {
    /// The key types of "Key Generation" that packets use.
    package enum KeyType: String, Sendable { case rho, mu, pad }

    /// `generateKey`: HMAC-SHA256 of a secret, keyed with the name of the key type.
    package static func generateKey(_ type: KeyType, _ secret: Bytes32) -> Bytes32 {
        Hash.hmac(key: type.rawValue.utf8, secret)
    }

    /// `b`, the factor between one ephemeral key and the next: SHA256(E || ss).
    package static func b(_ E: PublicKey, _ ss: Bytes32) throws(Finding) -> SecretKey {
        try scalar(Hash.sha256(E.bytes, ss))
    }

    /// The factor between a node's id and its blinded id: HMAC256("blinded_node_id", ss).
    package static func blindedNodeIDFactor(_ ss: Bytes32) throws(Finding) -> SecretKey {
        try scalar(Hash.hmac(key: "blinded_node_id".utf8, ss))
    }

    /// `HMAC` of a packet: HMAC256(mu, hop_payloads || associated_data).
    package static func hmac(
        _ mu: Bytes32,
        _ hop_payloads: some Collection<UInt8>,
        _ associated_data: some Collection<UInt8>
    ) -> Bytes32 {
        Hash.hmac(key: mu, hop_payloads, associated_data)
    }

    /// - Throws: OD-9 for the one hash in 2^128 that is no factor.
    private static func scalar(_ hash: Bytes32) throws(Finding) -> SecretKey {
        do {
            return try SecretKey(hash)
        } catch {
            throw Finding("OD-9", "onion.key", "a blinding factor is zero or not below the group's order")
        }
    }
}

/// What the maker of an onion or of a blinded path shares with one hop.
///
/// Both are built on the same chain: an ephemeral key `E`, the ECDH secret `ss` of it and the hop's key, and the factor
/// `b` that gives the next hop's `E`.
package struct HopSecret: Hashable, Sendable {
    package let E: PublicKey
    package let ss: Bytes32

    /// As the maker computes it: from the ephemeral private key and the hop's public key.
    package init(e: SecretKey, N: PublicKey) {
        E = e.publicKey
        ss = e.ecdh(N)
    }

    /// As the hop computes it: from its private key and the ephemeral public key.
    package init(k: SecretKey, E: PublicKey) {
        self.E = E
        ss = k.ecdh(E)
    }

    package var rho: Bytes32 { Sphinx.generateKey(.rho, ss) }
    package var mu: Bytes32 { Sphinx.generateKey(.mu, ss) }

    package func b() throws(Finding) -> SecretKey { try Sphinx.b(E, ss) }

    /// HMAC256("blinded_node_id", ss), as a factor.
    package func blindedNodeIDFactor() throws(Finding) -> SecretKey { try Sphinx.blindedNodeIDFactor(ss) }

    /// The ephemeral key of the hop after this one: b * E (OD-9, RB-E3).
    package func nextE() throws(Finding) -> PublicKey { E.multiplied(by: try b()) }

    /// The secrets of all hops of an onion; the first hop's ephemeral key is `e`.
    package static func chain(_ e: SecretKey, _ hops: some Sequence<PublicKey>) throws(Finding) -> [HopSecret] {
        var e = e
        var chain: [HopSecret] = []
        for N in hops {
            let secret = HopSecret(e: e, N: N)
            chain.append(secret)
            e = e.multiplied(by: try secret.b())
        }
        return chain
    }
}
