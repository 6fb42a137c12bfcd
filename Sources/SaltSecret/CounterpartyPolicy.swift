package import InvoiceServer
package import Primitives
package import Rules

/// What a counterparty decides that is no check: seams at which a mutant differs from the reference in one thing.
package struct CounterpartyPolicy: Sendable {
    /// The salt of a grant: random, and so never one that was (SALT-1).
    package var salt: @Sendable (inout any RandomSource) -> [UInt8] = { $0.bytes(Masking.saltSize) }

    /// The masked secret (SALT-3).
    package var mask: @Sendable (Masking, _ secret: [UInt8], _ salt: [UInt8]) -> Result<[UInt8], Finding> = {
        masking,
        secret,
        salt in
        Result { () throws(Finding) in try masking.mask(secret, with: salt).encrypted_counterparty_secret }
    }

    /// The encoding of a request's reply path (SALT-18).
    package var open: @Sendable (Sealing, _ sealed: [UInt8], _ masked: [UInt8]) -> Result<[UInt8], Finding> = {
        sealing,
        sealed,
        masked in
        Result { () throws(Finding) in try sealing.open(sealed, under: masked) }
    }

    /// Under what an invoice is kept and looked for: the salt (SALT-8, SALT-19).
    package var place: @Sendable (_ unique_salt: [UInt8]) -> [UInt8] = { $0 }

    /// With a receiver who is there, the request goes on, and no more (SALT-17).
    package var whenOnline: @Sendable (ForwardedOnionMessage) -> [PartyEffect] = { [.forward($0)] }

    package init() {}
}
