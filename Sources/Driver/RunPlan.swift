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
    package let performances: [[Performance]]
    /// Every case that can be put to an adapter, by its id.
    private let known: [String: Question]

    /// - Parameters:
    ///   - filters: patterns over case ids and family names; all cases when there are none.
    ///   - profile: only families of this profile, and those for which none matters; all families when `nil`.
    ///   - depth: only scenarios at this depth.
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
        var known: [String: Question] = [:]
        var matched = Set<IDPattern>()
        for family in families {
            let askable = family.cases.filter { $0.sample == nil }
            for vector in askable { known[vector.id] = Question(vector, family) }
            let chosen = askable.filter { vector in
                let matching = patterns.filter { $0.matches(vector.id) || $0.matches(family.name) }
                matched.formUnion(matching)
                return patterns.isEmpty || !matching.isEmpty
            }
            if !chosen.isEmpty { parts.append(Part(family: family, cases: chosen)) }
        }
        let performances = scenarios.flatMap { Performance.all($0, profile: profile) }.map { group in
            group.filter { performance in
                let matching = patterns.filter { performance.isMatched(by: $0) }
                matched.formUnion(matching)
                return (depth ?? performance.depth) == performance.depth && (patterns.isEmpty || !matching.isEmpty)
            }
        }
        if let idle = patterns.first(where: { !matched.contains($0) }) {
            throw PlanError(Self.unmatched(idle, families, scenarios))
        }
        self.performances = performances.filter { !$0.isEmpty }
        guard !parts.isEmpty || !self.performances.isEmpty else {
            throw PlanError("there are no vectors to put\(profile.map { " under \($0)" } ?? "")")
        }
        self.parts = parts
        self.known = known
    }

    package var caseCount: Int {
        parts.reduce(0) { $0 + $1.cases.count } + performances.reduce(0) { $0 + $1.count }
    }

    /// The profiles that the families name.
    package var profiles: Set<String> {
        let profiles = Set(parts.map(\.family.profile)).subtracting([VectorFamily.anyProfile])
        return profiles.union(performances.compactMap(\.first?.profile))
    }

    /// A case of the loaded families, selected or not.
    func question(_ id: String) -> Question? { known[id] }

    /// All loaded cases of an operation under a profile, by id.
    func questions(_ operation: String, profile: String) -> [Question] {
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

extension Performance {
    /// With or without the depth and the profile.
    func isMatched(by pattern: IDPattern) -> Bool {
        [id, address, familyName, scenario.id, family.name].contains(where: pattern.matches)
    }
}

/// A case with the family that it stands in.
struct Question: Sendable {
    let vector: VectorCase
    let family: VectorFamily

    init(_ vector: VectorCase, _ family: VectorFamily) {
        self.vector = vector
        self.family = family
    }
}
