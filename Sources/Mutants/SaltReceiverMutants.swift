internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import SaltSecret
internal import Wire

/// What a receiver makes of a grant: SALT-5 to SALT-7.
extension MutantRegistry {
    static let saltReceiver: [Mutant] = [
        Mutant(
            "SALT-5/salt-alone",
            .receiver {
                $0.policy.offerRecords = { grant in
                    SaltOfferRecords.records(grant).filter { $0.type == SaltOfferRecords.unique_salt }
                }
            }
        ),
        Mutant(
            "SALT-5/values-swapped",
            .receiver {
                $0.policy.offerRecords = { grant in
                    [
                        TLVRecord(type: SaltOfferRecords.unique_salt, value: grant.encrypted_counterparty_secret),
                        TLVRecord(type: SaltOfferRecords.encrypted_counterparty_secret, value: grant.unique_salt),
                    ]
                }
            }
        ),
        Mutant(
            "SALT-5/values-of-the-first-grant",
            .receiver {
                let first = MutantMemory<SaltGrant?>(nil)
                $0.policy.offerRecords = { grant in
                    first.change { first in
                        let used = first ?? grant
                        first = used
                        return SaltOfferRecords.records(used)
                    }
                }
            }
        ),
        Mutant("SALT-6/not-through-the-counterparty", .receiver { $0.policy.hopsBefore = { _ in [] } }),
        Mutant(
            "SALT-7/payment-hash",
            .receiver {
                $0.policy.invoiceRecords = { $0 + [TLVRecord(type: 168, value: [UInt8](repeating: 1, count: 32))] }
            }
        ),
        Mutant("SALT-7/node-key", .receiver { $0.policy.signer = { _, node in node } }),
    ]
}
