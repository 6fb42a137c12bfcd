/// The alternatives of one reading that a run saw.
package struct ReadingResult: Hashable, Sendable {
    /// An alternative, and the cases whose answers show it.
    package struct Seen: Hashable, Sendable {
        package let alternative: ReadingAlternative
        /// What an implementation that takes it answers or does; `nil` where the catalogue does not say.
        package let says: String?
        package let cases: [String]

        package init(alternative: ReadingAlternative, says: String?, cases: [String]) {
            self.alternative = alternative
            self.says = says
            self.cases = cases
        }
    }

    package let id: String
    package let title: String
    /// `nil` for a reading that is not in the catalogue.
    package let kind: Reading.Kind?
    /// The alternative that the implementation, or `--reading`, said would be taken.
    package let declared: ReadingAlternative?
    /// In the order of the letters.
    package let seen: [Seen]

    package init(id: String, title: String, kind: Reading.Kind?, declared: ReadingAlternative?, seen: [Seen]) {
        self.id = id
        self.title = title
        self.kind = kind
        self.declared = declared
        self.seen = seen
    }

    package var isDialect: Bool { kind == .dialect }
    /// Two alternatives of one dialect: whoever talks to the implementation cannot know what it means.
    package var isMixed: Bool { isDialect && seen.count > 1 }
}

extension ReadingResult {
    /// What the cases of a run show.
    package static func of(
        _ cases: [CaseResult],
        _ readings: Readings,
        declared: [String: ReadingAlternative]
    ) -> [ReadingResult] {
        var byReading: [String: [ReadingAlternative: [String]]] = [:]
        for result in cases where result.verdict.isGraded {
            for alternative in result.alternatives {
                byReading[alternative.reading, default: [:]][alternative, default: []].append(result.id)
            }
        }
        return byReading.map { id, seen in
            ReadingResult(
                id: id,
                title: readings[id]?.title ?? "",
                kind: readings[id]?.kind,
                declared: declared[id],
                seen: seen.sorted { $0.key.id < $1.key.id }
                    .map { Seen(alternative: $0.key, says: readings[$0.key]?.says, cases: $0.value) }
            )
        }
        .sorted { ($0.id.count, $0.id) < ($1.id.count, $1.id) }
    }
}

extension CaseResult {
    /// The alternatives of readings that its answer, or the conduct in its scenario, shows.
    package var alternatives: [ReadingAlternative] {
        (evidence.alternative.map { [$0] } ?? []) + (scenario?.readings ?? [])
    }
}
