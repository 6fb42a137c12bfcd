internal import Catalogue
internal import Rules

/// What `--require` can name: a requirement, a layer of vectors, or a role.
struct RequireOption: Sendable {
    private let catalogue: [RequirementID: Requirement]
    /// The requirements that the plan's cases name, by layer.
    private let byLayer: [String: Set<RequirementID>]

    init(_ plan: RunPlan, _ catalogue: [RequirementID: Requirement]) {
        self.catalogue = catalogue
        var byLayer: [String: Set<RequirementID>] = [:]
        for part in plan.parts {
            byLayer[part.family.layer, default: []].formUnion(part.cases.flatMap(\.requirements))
        }
        for scenarioRun in plan.scenarioRuns.joined() {
            byLayer[scenarioRun.family.role, default: []].formUnion(scenarioRun.scenario.requirements)
        }
        self.byLayer = byLayer
    }

    /// The entries of the catalogue that the plan's cases name.
    var named: [RequirementID: Requirement] {
        let ids = byLayer.values.reduce(into: Set<RequirementID>()) { $0.formUnion($1) }
        return catalogue.filter { ids.contains($0.key) }
    }

    func check(_ names: [String]) throws(PlanError) {
        for name in names where requirements(name) == nil {
            let roles = Set(catalogue.values.map(\.role)).sorted().joined(separator: ", ")
            throw PlanError(
                """
                --require \(name): not a requirement's id, not a layer of the vectors that are run \
                (\(byLayer.keys.sorted().joined(separator: ", "))), not a role (\(roles))
                """
            )
        }
    }

    func notExercised(_ names: [String], _ result: RunResult) -> [RunResult.RequiredButNotExercised] {
        names.flatMap { name in
            // What a role has to do, scenarios show; a codec's vectors do not.
            let ofRole = result.families.filter { $0.subject == .role(name) }.flatMap(\.cases)
            let status = RequirementStatus.of(ofRole.isEmpty ? result.cases : ofRole)
            return (requirements(name) ?? []).filter { (status[$0] ?? .notExercised) == .notExercised }
                .map { RunResult.RequiredButNotExercised(name: name, requirement: $0) }
        }
    }

    /// The requirements that a name stands for, in order; `nil` for a name without a meaning.
    private func requirements(_ name: String) -> [RequirementID]? {
        if catalogue[RequirementID(name)] != nil { return [RequirementID(name)] }
        if let layer = byLayer[name] { return layer.sorted() }
        guard catalogue.values.contains(where: { $0.role == name }) else { return nil }
        return named.values.filter { $0.role == name }.map(\.id).sorted()
    }
}
