package import Catalogue
package import Rules
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

    package internal(set) var parts: [Part]
    /// Scenarios by family, profile and depth.
    package internal(set) var scenarioRuns: [[ScenarioRun]]
    /// Canaries that are asked for by themselves: then nothing else is sent.
    package private(set) var canaries: [PlannedCanary]
    /// The layers of all families that were loaded, selected or not.
    package let layers: Set<String>
    /// The ids of all cases and scenario runs that were loaded, selected or not, each with its place among them.
    package let positions: [String: Int]
    /// What some case refuses, selected or not.
    let refusals: Set<Refusal>
    /// Every case that can be put to an adapter, by its id.
    private let known: [String: PlannedCase]

    /// - Parameters:
    ///   - profile: only families of this profile, and those for which none matters; all families when `nil`.
    ///   - requirements: the catalogue, for a selection by level or document.
    package init(
        families: [VectorFamily],
        scenarios: [ScenarioFamily] = [],
        selection: Selection,
        profile: String? = nil,
        requirements: [RequirementID: Requirement] = [:]
    ) throws(PlanError) {
        let families = families.filter {
            profile == nil || $0.profile == profile || $0.profile == VectorFamily.anyProfile
        }
        try Self.checkIDs(families)
        layers = Set(families.map(\.layer))
        refusals = Refusal.all(in: families)
        canaries = try Self.canaries(selection.filters, families)
        let runs = scenarios.flatMap { ScenarioRun.all($0, profile: profile) }
        let ids = families.flatMap(\.cases).map(\.id) + runs.joined().map(\.id)
        positions = Dictionary(
            ids.enumerated().map { ($0.element, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        guard canaries.isEmpty else {
            let all = families.flatMap { family in family.cases.map { ($0.id, PlannedCase($0, family)) } }
            known = Dictionary(all.filter { $1.vector.sample == nil }) { first, _ in first }
            (parts, scenarioRuns) = ([], [])
            canaries = canaries.filter { !canaryForms($0.cases[0], nil).isEmpty }
            return
        }
        var matcher = SelectionMatcher(selection, requirements, exact: Set(ids))
        var parts: [Part] = []
        var known: [String: PlannedCase] = [:]
        for family in families {
            let runnable = family.cases.filter { $0.sample == nil }
            for vector in runnable { known[vector.id] = PlannedCase(vector, family) }
            let chosen = runnable.filter { matcher.selects($0, family) }
            if !chosen.isEmpty { parts.append(Part(family: family, cases: chosen)) }
        }
        let scenarioRuns = runs.map { group in group.filter { matcher.selects($0) } }
        if let idle = matcher.idleFilter { throw PlanError(Self.unmatched(idle, families, scenarios)) }
        if let idle = matcher.idleValue { throw PlanError(idle) }
        self.scenarioRuns = scenarioRuns.filter { !$0.isEmpty }
        guard !parts.isEmpty || !self.scenarioRuns.isEmpty else {
            throw PlanError("there are no vectors to run\(profile.map { " under \($0)" } ?? "")")
        }
        self.parts = parts
        self.known = known
    }

    /// With patterns and a depth alone.
    package init(
        families: [VectorFamily],
        scenarios: [ScenarioFamily] = [],
        filters: [String] = [],
        profile: String? = nil,
        depth: Depth? = nil
    ) throws(PlanError) {
        var selection = Selection()
        selection.filters = filters
        selection.depth = depth
        try self.init(families: families, scenarios: scenarios, selection: selection, profile: profile)
    }

    /// The same, with these cases and scenario runs graded alone. What else there is stays known, so a plan that is run in many
    /// parts is made once.
    package func only(_ ids: Set<String>) throws(PlanError) -> RunPlan {
        var plan = self
        plan.parts = parts.compactMap { part in
            let cases = part.cases.filter { ids.contains($0.id) }
            return cases.isEmpty ? nil : Part(family: part.family, cases: cases)
        }
        plan.scenarioRuns = scenarioRuns.map { $0.filter { ids.contains($0.id) } }.filter { !$0.isEmpty }
        guard plan.caseCount > 0 else { throw PlanError("there is nothing to run") }
        return plan
    }

    /// Vectors may be anyone's files: an id that stands for two cases, or a neighbour that is not a valid case, would make
    /// verdicts that mean nothing.
    private static func checkIDs(_ families: [VectorFamily]) throws(PlanError) {
        var cases: [String: VectorCase] = [:]
        for vector in families.flatMap(\.cases) {
            guard cases.updateValue(vector, forKey: vector.id) == nil else {
                throw PlanError("the vectors have two cases with the id \(PrintableText.line(vector.id, limit: 200))")
            }
        }
        for vector in cases.values.sorted(by: { $0.id < $1.id }) {
            guard let neighbour = vector.neighbour.flatMap({ cases[$0] }), neighbour.isNegative else { continue }
            let ids =
                "\(PrintableText.line(vector.id, limit: 200)): its neighbour \(PrintableText.line(neighbour.id, limit: 200))"
            throw PlanError("\(ids) is an invalid case too; it must be a valid one")
        }
    }

    /// - Throws: for a case that names a requirement that there is not: nobody could say whether it is met.
    package func checkRequirements(_ catalogue: [RequirementID: Requirement]) throws(PlanError) {
        for vector in parts.flatMap(\.cases) {
            for id in vector.requirements + vector.violates + [vector.subject] where catalogue[id] == nil {
                let name = PrintableText.line(vector.id, limit: 200)
                throw PlanError(
                    "\(name) names the requirement \(PrintableText.line(id.rawValue, limit: 100)), which is not in the catalogue"
                )
            }
        }
    }

    package var caseCount: Int {
        parts.reduce(0) { $0 + $1.cases.count } + scenarioRuns.reduce(0) { $0 + $1.count }
    }

    /// The profiles that the families name.
    package var profiles: Set<String> {
        let families = parts.map(\.family) + canaries.flatMap(\.cases).map(\.family)
        let profiles = Set(families.map(\.profile)).subtracting([VectorFamily.anyProfile])
        return profiles.union(scenarioRuns.compactMap(\.first?.profile))
    }

    /// A case of the loaded families, selected or not.
    func plannedCase(_ id: String) -> PlannedCase? { known[id] }

    /// The request of a vector, to be read or piped into an adapter; `nil` for a scenario run.
    package func requestLine(of id: String) -> String? {
        known[id].map { $0.vector.request(id: 1, profile: $0.family.profile).line }
    }

    /// All loaded cases of an operation under a profile, by id.
    func plannedCases(_ operation: String, profile: String) -> [PlannedCase] {
        known.values.filter { $0.vector.operation == operation && $0.family.profile == profile }
            .sorted { $0.vector.id < $1.vector.id }
    }

    private static func unmatched(
        _ pattern: SelectionPattern,
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

/// That an operation has to refuse what breaks the requirement: some case says so.
struct Refusal: Hashable, Sendable {
    let requirement: RequirementID
    let operation: String

    static func all(in families: [VectorFamily]) -> Set<Refusal> {
        let refused = families.flatMap(\.cases).filter { $0.sample == nil && $0.isNegative }
        return Set(
            refused.flatMap { vector in vector.violates.map { Refusal(requirement: $0, operation: vector.operation) } }
        )
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
