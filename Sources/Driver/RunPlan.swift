package import Scenarios
package import VectorFormat

/// Wrong options: nothing was run.
package struct PlanError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Which cases a run grades, and which others it may need.
package struct RunPlan: Sendable {
    /// A family and those of its cases that are graded, in order.
    package struct Part: Sendable {
        package let family: VectorFamily
        package let cases: [VectorCase]
    }

    package let parts: [Part]
    /// Scenarios by family, profile and depth.
    package let scenarioRuns: [[ScenarioRun]]
    /// Every case that can be put to an adapter, by its id.
    private let known: [String: PlannedCase]

    /// - `filters`: patterns over case ids and family names; all cases when there are none.
    /// - `profile`: only families of this profile, and those for which none matters; all families when `nil`.
    /// - `depth`: only scenarios at this depth.
    package init(
        families: [VectorFamily],
        scenarios: [ScenarioFamily] = [],
        filters: [String] = [],
        profile: String? = nil,
        depth: Depth? = nil
    ) throws(PlanError) {
        let families = families.filter {
            profile == nil || $0.profile == profile || $0.profile == VectorFamily.anyProfile
        }
        let patterns = filters.map { IDPattern($0) }
        var parts: [Part] = []
        var known: [String: PlannedCase] = [:]
        var matched = Set<IDPattern>()
        for family in families {
            let runnable = family.cases.filter { $0.sample == nil }
            for vector in runnable { known[vector.id] = PlannedCase(vector, family) }
            let chosen = runnable.filter { vector in
                let matching = patterns.filter { $0.matches(vector.id) || $0.matches(family.name) }
                matched.formUnion(matching)
                return patterns.isEmpty || !matching.isEmpty
            }
            if !chosen.isEmpty { parts.append(Part(family: family, cases: chosen)) }
        }
        let scenarioRuns = scenarios.flatMap { ScenarioRun.all($0, profile: profile) }.map { group in
            group.filter { scenarioRun in
                let matching = patterns.filter { scenarioRun.isMatched(by: $0) }
                matched.formUnion(matching)
                return (depth ?? scenarioRun.depth) == scenarioRun.depth && (patterns.isEmpty || !matching.isEmpty)
            }
        }
        if let idle = patterns.first(where: { !matched.contains($0) }) {
            throw PlanError(Self.unmatched(idle, families, scenarios))
        }
        self.scenarioRuns = scenarioRuns.filter { !$0.isEmpty }
        guard !parts.isEmpty || !self.scenarioRuns.isEmpty else {
            throw PlanError("there are no vectors to run\(profile.map { " under \($0)" } ?? "")")
        }
        self.parts = parts
        self.known = known
    }

    package var caseCount: Int {
        parts.reduce(0) { $0 + $1.cases.count } + scenarioRuns.reduce(0) { $0 + $1.count }
    }

    /// The profiles that the families name.
    package var profiles: Set<String> {
        let profiles = Set(parts.map(\.family.profile)).subtracting([VectorFamily.anyProfile])
        return profiles.union(scenarioRuns.compactMap(\.first?.profile))
    }

    /// A case of the loaded families, selected or not.
    func plannedCase(_ id: String) -> PlannedCase? { known[id] }

    /// All loaded cases of an operation under a profile, by id.
    func plannedCases(_ operation: String, profile: String) -> [PlannedCase] {
        known.values.filter { $0.vector.operation == operation && $0.family.profile == profile }
            .sorted { $0.vector.id < $1.vector.id }
    }

    private static func unmatched(
        _ pattern: IDPattern,
        _ families: [VectorFamily],
        _ scenarios: [ScenarioFamily]
    ) -> String {
        let names = families.map(\.name) + scenarios.map(\.name)
        let near = names.filter { pattern.text.hasPrefix($0) || $0.hasPrefix(pattern.text) }
        let ids =
            families.filter { near.contains($0.name) }.flatMap(\.cases).map(\.id)
            + scenarios.filter { near.contains($0.name) }.flatMap(\.scenarios).map(\.id)
        let list = ids.isEmpty ? names : Array(ids.prefix(20))
        let what = ids.isEmpty ? "the families are" : "near it are"
        return """
            no case and no family matches --filter '\(pattern.text)' (* stands for any characters); \(what):
              \(list.joined(separator: "\n  "))
            """
    }
}

extension ScenarioRun {
    /// With or without the depth and the profile.
    func isMatched(by pattern: IDPattern) -> Bool {
        [id, address, familyName, scenario.id, family.name].contains(where: pattern.matches)
    }
}

/// A case with the family that it stands in.
struct PlannedCase: Sendable {
    let vector: VectorCase
    let family: VectorFamily

    init(_ vector: VectorCase, _ family: VectorFamily) {
        self.vector = vector
        self.family = family
    }
}
