package import Catalogue

/// What a run saw of the points that the texts leave open.
package enum ReadingText {
    /// The dialect that the implementation speaks: a line for each alternative, as an implementer would publish it. Where any
    /// answer is right at any time there is nothing to say here.
    package static func lines(_ result: RunResult) -> [String] {
        let dialects = result.readings.filter { $0.isDialect && !$0.seen.isEmpty }
        guard !dialects.isEmpty else { return [] }
        let statements = dialects.flatMap { dialect in dialect.seen.map { statement($0, dialect) } }
        return ["the dialect that was seen:"] + statements + dialects.compactMap(warning)
    }

    /// Such as `  C-30 b  default life of a static invoice: 7200 seconds, … (2 cases)`.
    private static func statement(_ seen: ReadingResult.Seen, _ dialect: ReadingResult) -> String {
        let cases = seen.cases.count == 1 ? seen.cases[0] : "\(seen.cases.count) cases"
        let declared = dialect.declared == seen.alternative ? ", as declared" : ""
        return "  \(seen.alternative)  \(dialect.title): \(seen.says ?? "not in the catalogue") (\(cases)\(declared))"
    }

    private static func warning(_ dialect: ReadingResult) -> String? {
        guard dialect.isMixed else { return nil }
        let places = dialect.seen.map { "\($0.alternative) at \($0.cases.first ?? "")" }.joined(separator: " and ")
        let word = dialect.declared == nil ? "warning" : "FAIL"
        return "\(word): two alternatives of \(dialect.id) are mixed, \(places); the other side cannot know which holds"
    }
}
