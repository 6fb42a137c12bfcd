package import Rules

/// What the counterparty gives to the receiver for an offer, and the receiver to its payers (SALT-1, SALT-2).
package struct SaltGrant: Hashable, Sendable {
    /// 16 bytes.
    package let unique_salt: [UInt8]
    /// 16 bytes, or 48 under the readings that cut nothing off (C-50).
    package let encrypted_counterparty_secret: [UInt8]

    /// - Throws: SALT-1 or SALT-2 for values of other sizes.
    package init(unique_salt: [UInt8], encrypted_counterparty_secret: [UInt8]) throws(Finding) {
        try checkSaltSize(unique_salt)
        try Self.checkMaskedSize(encrypted_counterparty_secret)
        self.unique_salt = unique_salt
        self.encrypted_counterparty_secret = encrypted_counterparty_secret
    }

    static func checkMaskedSize(_ encrypted_counterparty_secret: [UInt8]) throws(Finding) {
        let sizes = Set(Masking.allCases.map(\.maskedSize))
        guard sizes.contains(encrypted_counterparty_secret.count) else {
            throw Finding(
                "SALT-2",
                .semantic("encrypted_counterparty_secret"),
                "an encrypted_counterparty_secret has 16 or 48 bytes, this one has \(encrypted_counterparty_secret.count)"
            )
        }
    }
}
