import ArgumentParser
internal import Catalogue
internal import VectorFormat

/// `--filter` of the commands that make and check families: patterns over names, with or without `@profile`.
struct FamilyFilter {
    private let patterns: [IDPattern]

    init(_ patterns: [String]) { self.patterns = patterns.map { IDPattern($0) } }

    var isEmpty: Bool { patterns.isEmpty }

    func matches(_ name: String) -> Bool { isEmpty || patterns.contains { matches(name, $0) } }

    /// The names that match.
    /// - Throws: for a pattern that matches none of them.
    func select(from names: [String]) throws -> Set<String> {
        for pattern in patterns where !names.contains(where: { matches($0, pattern) }) {
            throw ValidationError(
                "no family matches --filter '\(pattern.text)'; the families are\n  \(names.joined(separator: "\n  "))"
            )
        }
        return Set(names.filter(matches))
    }

    private func matches(_ name: String, _ pattern: IDPattern) -> Bool {
        pattern.matches(name) || pattern.matches(String(name.prefix { $0 != "@" }))
    }
}
