internal import Primitives
package import Rules

/// A masked secret that a counterparty handed out, judged by someone who has the secret.
package struct MaskingWriting: Sendable {
    package let reading: Masking
    package let encrypted_counterparty_secret: [UInt8]
    /// What the reading makes of secret and salt.
    package let expected: MaskedSecret

    package init(reading: Masking, encrypted_counterparty_secret: [UInt8], expected: MaskedSecret) {
        self.reading = reading
        self.encrypted_counterparty_secret = encrypted_counterparty_secret
        self.expected = expected
    }
}

/// The rules for the masked secret in a grant.
package enum MaskingChecks {
    package static let all: [Check<MaskingWriting>] = [size, derivation]

    static let size = Check<MaskingWriting>("SALT-2", field, reading: "C-50") { writing in
        .require(
            writing.encrypted_counterparty_secret.count == writing.reading.maskedSize,
            "\(writing.encrypted_counterparty_secret.count) bytes, \(writing.reading.maskedSize) are needed"
        )
    }

    static let derivation = Check<MaskingWriting>("SALT-3", field, reading: "C-50") { writing in
        let masked = writing.encrypted_counterparty_secret
        guard masked.count == writing.reading.maskedSize else { return .notApplicable("its size is wrong") }
        return .require(
            ConstantTime.equal(masked, writing.expected.encrypted_counterparty_secret),
            "it is not what \(writing.reading.rawValue) makes of the secret and the salt"
        )
    }

    private static let field = ReasonClass.semantic("encrypted_counterparty_secret")
}
