/// The reason class of a rejection, as the adapter protocol names it (`Spec/adapter-protocol.md`).
package struct ReasonClass: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral name: String) { rawValue = name }

    package var description: String { rawValue }

    package static let missing: ReasonClass = "tlv.missing"
    package static let range: ReasonClass = "tlv.range"
    package static let zeroHops: ReasonClass = "path.zero_hops"
    package static let features: ReasonClass = "features"
    package static let signature: ReasonClass = "signature"
    package static let context: ReasonClass = "context"
    package static let expired: ReasonClass = "expired"
    package static let bech32: ReasonClass = "bech32"

    /// A record whose meaning is at fault.
    package static func semantic(_ record: String) -> ReasonClass { ReasonClass(rawValue: "semantic.\(record)") }

    /// The fixed classes; every other one starts with `semantic.`.
    package static let fixed: Set<String> = [
        "tlv.noncanonical", "tlv.order", "tlv.truncated", "tlv.length", "tlv.unknown_even", "tlv.minimal",
        "tlv.missing",
        "tlv.range", "point", "utf8", "bech32", "path.zero_hops", "onion.version", "onion.key", "onion.hmac",
        "onion.length", "onion.payload", "features", "aead", "signature", "context", "expired", "policy",
    ]

    package var isKnown: Bool { Self.fixed.contains(rawValue) || rawValue.hasPrefix("semantic.") }
}
