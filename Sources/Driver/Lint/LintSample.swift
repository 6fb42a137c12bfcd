internal import Catalogue
internal import StrictJSON

/// A request that every implementation of its operation accepts.
struct LintSample: Hashable, Sendable {
    let operation: String
    let profile: String?
    let input: JSONObject

    /// One for the first of the operations that has one. Which comes first is the adapter's choice, but for an operation
    /// that is easy to read.
    static func of(_ identity: AdapterIdentity, _ tables: [String: JSON]) -> LintSample? {
        all(identity, tables).first
    }

    /// One for each of the operations that has one.
    static func all(_ identity: AdapterIdentity, _ tables: [String: JSON]) -> [LintSample] {
        let first = "bigsize.decode"
        let operations = identity.operations.filter { $0 == first } + identity.operations.filter { $0 != first }
        return operations.compactMap { sample($0, identity, tables) }
    }

    private static func sample(
        _ operation: String,
        _ identity: AdapterIdentity,
        _ tables: [String: JSON]
    ) -> LintSample? {
        if operation == "bigsize.decode" {
            return LintSample(operation: operation, profile: nil, input: ["bytes": "fd00fd"])
        }
        let profile = identity.profiles.first { tables[$0] != nil }
        let canaryProfile = CanaryProfile(profile.flatMap { tables[$0] })
        switch Canaries.forms(Canaries.plainestName(operation), canaryProfile).first?.pair {
        case .acceptAndReject(.object(let input), _)?, .twoAccepts(.object(let input), _)?:
            return LintSample(operation: operation, profile: profile, input: input)
        default:
            return nil
        }
    }

    // MARK: What can be wrong with it

    /// The same without its first member.
    var lackingAMember: JSONObject {
        var input = input
        if let key = input.keys.first { input[key] = nil }
        return input
    }

    /// The same with a number in place of its first member, which is never one.
    var withWrongType: JSONObject {
        var input = input
        if let key = input.keys.first { input[key] = 7 }
        return input
    }

    /// The same with every string of hexadecimal digits in upper case; `nil` where that changes nothing.
    var inUpperCase: JSONObject? {
        let upper = JSONObject(input.members.map { ($0.key, Self.upperCase($0.value)) })
        return upper == input ? nil : upper
    }

    private static func upperCase(_ value: JSON) -> JSON {
        guard let text = value.string, text.utf8.count % 2 == 0, text.allSatisfy(\.isHexDigit) else { return value }
        return .string(text.uppercased())
    }
}
