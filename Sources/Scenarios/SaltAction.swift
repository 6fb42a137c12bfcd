/// The steps of the scheme of salt and secret.
package enum SaltAction: Hashable, Sendable {
    package typealias Reference = Action.Reference

    /// The counterparty under test makes one.
    case grant(receiver: String, as: String)
    case make_grant(by: String, as: String)
    case make_salt_offer(MakeSaltOfferStep)
    case make_keysend_invoice(MakeKeysendInvoiceStep)
    case put_invoice(grant: Reference, invoice: Reference)
    case set_online(Bool)
    case salt_request(SaltRequestStep)
    case use_grant(Reference, as: String)
    case expect_keysend(invoice: Reference, amount_msat: UInt64?)
    /// From now on an actor drops what BOLT 4 has relays drop.
    case stock(node: String)
    case expect_dropped(by: String)

    /// The operations that an adapter must have for it.
    var operations: Set<String> {
        switch self {
        case .grant: ["salt.grant"]
        case .put_invoice: ["salt.put_invoice"]
        case .set_online: ["salt.set_online"]
        case .salt_request: ["net.deliver"]
        case .use_grant: ["salt.use_grant"]
        case .make_grant, .make_salt_offer, .make_keysend_invoice, .expect_keysend, .stock, .expect_dropped:
            []
        }
    }
}

/// An actor's offer from a grant.
package struct MakeSaltOfferStep: Hashable, Sendable {
    package var by: String
    package var name: String
    package var grant: Action.Reference
    /// The hops of its path before the actor, the introduction first.
    package var through: [String]
    /// Decoy hops of the actor's own at the end.
    package var dummies: Int
    package var amount_msat: UInt64?
    /// A record of the scheme that it lacks.
    package var without: Record?

    package enum Record: String, Hashable, Sendable, CaseIterable { case salt, secret }
}

/// An actor's invoice without payment hash.
package struct MakeKeysendInvoiceStep: Hashable, Sendable {
    package var by: String
    package var name: String
    package var offer: Action.Reference
    /// Somebody else whose key signs it.
    package var signer: String?
    package var fault: Fault?

    package enum Fault: String, Hashable, Sendable, CaseIterable {
        case signature, payment_hash, messagename, other_offer
    }
}

/// An actor's request with the records of the scheme.
package struct SaltRequestStep: Hashable, Sendable {
    package var from: String
    package var offer: Action.Reference
    package var reply_path: String
    package var name: String?
    /// Nodes on the way to the offer's path.
    package var pre_hops: [String]
    /// Another grant, whose masked secret seals the reply path.
    package var sealed_with: Action.Reference?
    /// Another grant, whose salt is given.
    package var salt_of: Action.Reference?
    package var fault: Fault?

    package enum Fault: String, Hashable, Sendable, CaseIterable {
        case flipped_salt, flipped_ciphertext, short_tag, no_path, only_4141, only_4343, salt_15, salt_17,
            in_final_payload
    }
}
