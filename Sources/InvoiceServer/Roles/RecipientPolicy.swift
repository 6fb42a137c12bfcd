package import Lightning

/// What a recipient decides that is no check: seams at which a mutant differs from the reference in one thing.
package struct RecipientPolicy: Sendable {
    /// What is sealed into a path of the recipient's own.
    package var seals: @Sendable (PathContext) -> PathContext = { $0 }

    /// The paths for the offer: those that the server sent (B66-SSI-S1).
    package var offerPaths: @Sendable ([BlindedPath]) -> [BlindedPath] = { $0 }

    /// Whether an offer may be given out (B66-SIP-R2).
    package var isShown: @Sendable (RecipientSlot) -> Bool = { $0.isReady }

    /// Whether an invoice is to be renewed: more than `refresh_s` seconds after the last, as LDK has it (B66-SIP-R3).
    package var isDue: @Sendable (RecipientSlot, _ refresh_s: UInt64, _ now: UInt64) -> Bool = { slot, refresh_s, now in
        guard let created_at = slot.created_at else { return true }
        return now > created_at && now - created_at > refresh_s
    }

    /// Where invoices for the slot go, the first and later ones (B66-OP-R3, B66-OP-R4).
    package var updatePath: @Sendable (RecipientSlot) -> BlindedPath = { $0.update_path }

    /// When an invoice is said to have been made.
    package var created_at: @Sendable (_ now: UInt64) -> UInt64 = { $0 }

    /// What an offer says beside its paths, issuer and end: price, description, quantity.
    package var terms: @Sendable (inout OfferBuilder) -> Void = { _ in }

    /// The height up to which payment paths may be used (RB-P2).
    package var max_cltv_expiry = OwnPaths.max_cltv_expiry

    /// Which of the offers that are ready is given out, when so many were before (B66-RAT-1).
    package var turn: @Sendable (_ given: Int, _ ready: Int) -> Int = { $0 % $1 }

    package init() {}
}
