package import Catalogue
internal import Mutants
package import StrictJSON

/// What the texts leave open, and who takes it otherwise than the suite: a lawful variant for an alternative of a reading, a lawful
/// conduct where no reading names alternatives. What nobody takes, no run has shown to pass.
package struct FreedomCoverage: Sendable {
    /// Alternatives of freedoms and dialects that the suite does not take.
    package let alternatives: [ReadingAlternative]
    /// Those that a lawful variant takes.
    package let taken: [ReadingAlternative]
    /// How many kinds of lawful conduct there are for each role.
    package let conducts: [(role: String, count: Int)]

    package init(_ readings: Readings) {
        let open = readings.sections.flatMap(\.readings).filter { $0.kind != .parameter }
        alternatives = open.flatMap { reading in
            reading.alternatives.filter { $0.id != reading.taken }
                .map { ReadingAlternative(reading: reading.id, id: $0.id) }
        }
        let byConduct = Set(LawfulConduct.all.compactMap(\.alternative))
        taken = alternatives.filter { LawfulVariantRegistry.variant($0) != nil || byConduct.contains($0) }
        conducts = Dictionary(grouping: LawfulConduct.all, by: \.role).map { ($0.key, $0.value.count) }
            .sorted { $0.0 < $1.0 }
    }

    /// Alternatives that nobody takes.
    package var missing: [ReadingAlternative] { alternatives.filter { !taken.contains($0) } }

    package var text: String {
        let count = conducts.reduce(0) { $0 + $1.count }
        let roles = conducts.map { "\($0.role) \($0.count)" }.joined(separator: ", ")
        let names = missing.map(\.description).joined(separator: ", ")
        return """
            lawful variants: \(taken.count) of \(alternatives.count) alternatives that the suite does not take\
            \(missing.isEmpty ? "" : "; nobody takes \(names)")
            lawful conduct: \(count) kinds (\(roles))
            """
    }

    package var json: JSON {
        [
            "taken": .array(taken.map { .string($0.description) }),
            "missing": .array(missing.map { .string($0.description) }),
            "conduct": .object(JSONObject(conducts.map { ($0.role, .integer(Int64($0.count))) })),
        ]
    }
}
