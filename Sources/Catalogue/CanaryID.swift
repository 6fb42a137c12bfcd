internal import StrictJSON

/// The address of canaries, which `show` prints and `check --filter` sends: `canary/msg.decode/offer_paths`; under another profile
/// than the draft's, `canary/static_invoice.verify@ldk-0.2`.
package struct CanaryID: Hashable, Sendable, CustomStringConvertible {
    package static let prefix = "canary/"

    package let description: String

    /// - Parameter name: what the canaries stand for, such as `msg.decode offer_paths` or `tlv.decode without schema`.
    package init(_ name: String, profile: String? = nil) {
        let words = name.split(separator: " ").map(String.init)
        let rest = words.dropFirst().joined(separator: "-")
        let plain = Self.prefix + (words.first ?? "") + (rest.isEmpty ? "" : "/\(rest)")
        let isDraft = profile == nil || profile == ProfileStore.defaultName
        description = plain + (isDraft ? "" : "@\(profile ?? "")")
    }
}

extension CanaryResult {
    /// With the profile that a failed one was sent under.
    package var id: CanaryID {
        let request = attempts.last.flatMap { try? JSON.parse($0.request) }
        return CanaryID(name, profile: request?["profile"]?.string)
    }
}
