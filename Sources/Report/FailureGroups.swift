internal import Catalogue
internal import Rules

/// Failures with the same cause: the first is told in full, the others by name.
///
/// Cases have the same cause when they accuse the same requirements, go wrong in the same way, and the sentences on what is wrong
/// differ in numbers and values alone.
struct FailureGroups {
    private struct Key: Hashable {
        let accused: [RequirementID]
        let kind: CaseVerdict.FailureKind
        let isKnown: Bool
        let words: String
        let paths: Set<String>
    }

    private var first: [Key: String] = [:]

    /// - Returns: the case that was told for the group before; `nil` for the first.
    mutating func representative(of result: CaseResult) -> String? {
        guard case .failed(let failure) = result.verdict else { return nil }
        let key = Key(
            accused: result.accused,
            kind: failure.kind,
            isKnown: result.known != nil,
            words: Self.withoutValues(failure.detail),
            paths: Set(failure.differences.prefix(5).map { Self.withoutValues($0.path) })
        )
        if let known = first[key] { return known }
        first[key] = result.id
        return nil
    }

    /// Hexadecimal and decimal values, and whatever has a `/` in it, are left out.
    private static func withoutValues(_ text: String) -> String {
        text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\n" }).prefix(60).map { word in
            if word.contains("/") { return "…" }
            let hasDigit = word.contains(where: \.isNumber)
            return hasDigit ? String(word.filter { !$0.isHexDigit }) : String(word)
        }
        .joined(separator: " ")
    }
}
