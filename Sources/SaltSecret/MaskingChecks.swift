internal import Primitives
package import Rules

/// A masked secret that a counterparty handed out, judged by someone who has the secret.
package struct MaskingWriterOutput: Sendable {
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
    package static let all: [Check<MaskingWriterOutput>] = [size, derivation]

    static let size = Check<MaskingWriterOutput>("SALT-2", field, reading: "C-50") { output in
        .require(
            output.encrypted_counterparty_secret.count == output.reading.maskedSize,
            "\(output.encrypted_counterparty_secret.count) bytes, \(output.reading.maskedSize) are needed"
        )
    }

    static let derivation = Check<MaskingWriterOutput>("SALT-3", field, reading: "C-50") { output in
        let masked = output.encrypted_counterparty_secret
        guard masked.count == output.reading.maskedSize else { return .notApplicable("its size is wrong") }
        return .require(
            ConstantTime.equal(masked, output.expected.encrypted_counterparty_secret),
            "it is not what \(output.reading.rawValue) makes of the secret and the salt"
        )
    }

    private static let field = ReasonClass.semantic("encrypted_counterparty_secret")
}
