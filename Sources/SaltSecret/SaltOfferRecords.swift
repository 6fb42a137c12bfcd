package import Rules
package import Wire

/// The records in which an offer carries a grant (SALT-5). The text gives them no numbers; these are odd and in the range for
/// experiments, so that a payer without the scheme passes over them and mirrors them (C-53).
package enum SaltOfferRecords {
    package static let encrypted_counterparty_secret: UInt64 = 1_000_004_141
    package static let unique_salt: UInt64 = 1_000_004_343

    package static func records(_ grant: SaltGrant) -> [TLVRecord] {
        [
            TLVRecord(type: encrypted_counterparty_secret, value: grant.encrypted_counterparty_secret),
            TLVRecord(type: unique_salt, value: grant.unique_salt),
        ]
    }

    /// The grant in an offer; `nil` where one of the two is missing, for then the offer is an ordinary one.
    /// - Throws: SALT-1 or SALT-2 for values of other sizes.
    package static func grant(in offer: TLVStream) throws(Finding) -> SaltGrant? {
        guard let salt = offer[unique_salt], let masked = offer[encrypted_counterparty_secret] else { return nil }
        return try SaltGrant(unique_salt: Array(salt), encrypted_counterparty_secret: Array(masked))
    }
}
