package import Primitives

/// What the parties of the scheme of salt and secret are told by their owners; the scheme leaves the way to them (SALT-22).
package enum SaltCommand: Sendable {
    /// Counterparty: a new grant for a receiver.
    case grant(receiver: String)
    /// Counterparty: the invoice that a receiver leaves with it, to be kept under the salt (SALT-8).
    case putInvoice(unique_salt: [UInt8], invoice: [UInt8])
    /// Counterparty: whether its receivers are there (SALT-17).
    case setOnline(Bool)
    /// Receiver: an offer and an invoice from a grant.
    case useGrant(counterparty: PublicKey, unique_salt: [UInt8], encrypted_counterparty_secret: [UInt8])
}

package enum SaltAnswer: Hashable, Sendable {
    case grant(unique_salt: [UInt8], encrypted_counterparty_secret: [UInt8])
    case offer(String, invoice: [UInt8])
}

/// How the scheme is to be read (C-50, C-51), by the names that the readings have; `nil` for the recommended ones.
package struct SaltConfiguration: Hashable, Sendable {
    package var masking: String?
    package var sealing: String?
    /// Counterparty: the secret that it has for good; `nil` for one of its own.
    package var counterparty_secret: [UInt8]?
    /// Payer: it does not know the scheme (SALT-9).
    package var unaware = false

    package init() {}
}
