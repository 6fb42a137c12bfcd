package import Lightning
package import Primitives
package import Rules
internal import Wire

/// An offer that a receiver made from a grant, and what the judge knows of it.
package struct SaltOfferWriterOutput: Sendable {
    package let offer: Offer
    package let grant: SaltGrant
    /// The node that gave the grant.
    package let counterparty: PublicKey
    package let receiver: PublicKey
    /// The offer's paths, as the owner of the hops' keys sees them.
    package let paths: [DecryptedPath]

    package init(offer: Offer, grant: SaltGrant, counterparty: PublicKey, receiver: PublicKey, paths: [DecryptedPath]) {
        self.offer = offer
        self.grant = grant
        self.counterparty = counterparty
        self.receiver = receiver
        self.paths = paths
    }
}

/// The rules for the receiver's offer.
package enum SaltOfferChecks {
    package static let all: [Check<SaltOfferWriterOutput>] = [saltAsGranted, secretAsGranted, pathOverCounterparty]

    static let saltAsGranted = granted("unique_salt", SaltOfferRecords.unique_salt, \.unique_salt)
    static let secretAsGranted = granted(
        "encrypted_counterparty_secret",
        SaltOfferRecords.encrypted_counterparty_secret,
        \.encrypted_counterparty_secret
    )

    static let pathOverCounterparty = Check<SaltOfferWriterOutput>("SALT-6", .semantic("offer_paths")) { output in
        let serves = output.paths.contains { path in
            path.endsAt == output.receiver && path.hops.dropLast().contains { $0.node_id == output.counterparty }
        }
        return .require(serves, "no path of the offer passes the counterparty and ends at the receiver")
    }

    private static func granted(
        _ name: String,
        _ type: UInt64,
        _ value: @escaping @Sendable (SaltGrant) -> [UInt8]
    ) -> Check<SaltOfferWriterOutput> {
        Check<SaltOfferWriterOutput>("SALT-5", .semantic(name), reading: "C-53") { output in
            guard let record = output.offer.decoded.stream[type] else {
                return .fails("there is no \(name) (\(type))")
            }
            return .require(record.elementsEqual(value(output.grant)), "\(name) is not that of the grant")
        }
    }
}
