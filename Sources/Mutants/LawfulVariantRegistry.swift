package import Catalogue

/// All lawful variants: one for each alternative that a case states an answer under, or that a scenario's row is for.
package enum LawfulVariantRegistry {
    package static let all: [LawfulVariant] =
        (messageVariants + encodingVariants + onionVariants + offerVariants + invoiceVariants + paymentVariants
        + serverVariants + recipientVariants + saltVariants)
        .sorted { $0.alternative < $1.alternative }

    /// - Parameter name: as on the command line, `C-30-b`, or as in a case, `C-30 b`.
    package static func variant(_ name: String) -> LawfulVariant? {
        all.first { $0.name == name || "\($0.alternative)" == name }
    }

    package static func variant(_ alternative: ReadingAlternative) -> LawfulVariant? {
        all.first { $0.alternative == alternative }
    }
}

extension ReadingAlternative {
    /// By the reading's number, then the letter.
    static func < (one: ReadingAlternative, other: ReadingAlternative) -> Bool {
        (one.number, one.id) < (other.number, other.id)
    }

    private var number: Int { Int(reading.dropFirst(2)) ?? 0 }
}
