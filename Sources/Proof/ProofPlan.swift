internal import Catalogue
internal import Driver
internal import Mutants
internal import Rules
internal import Scenarios
internal import VectorFormat

/// What a variant is asked, one stage after another: a mutant until it is found out, a lawful variant all of it.
struct ProofPlan: Sendable {
    /// Ids of vectors, and of scenario runs.
    struct Stage: Sendable {
        var ids: Set<String>
        /// Whether two failures are enough.
        var stopsEarly = false
    }

    let families: [VectorFamily]
    let scenarios: [ScenarioFamily]
    /// Everything against everything.
    let isFull: Bool

    func stages(_ subject: ServedVariant) -> [Stage] {
        if isFull { return [Stage(ids: Set(allCases.map(\.id) + allRuns.map(\.id)))] }
        if subject.kind == .lawful || subject.kind == .throughout { return [touched(subject)] }
        let own = self.own(subject)
        let rest = touched(subject)
        // What was asked is asked again: a verdict is one of a run, and neighbours and twins belong to it.
        return [own, rest].filter { !$0.ids.isEmpty }
    }

    // MARK: A mutant's own requirement

    /// The cases that accuse what it breaks; of a role the scenarios that say they kill it, else those about the requirement.
    private func own(_ subject: ServedVariant) -> Stage {
        let broken = Set(subject.requirements)
        var ids = Set(cases(of: subject.operations).filter { !broken.isDisjoint(with: $0.accusable) }.map(\.id))
        let runs = self.runs(of: subject.roles)
        let named = runs.filter { $0.scenario.kills.contains(subject.name) }
        let about = runs.filter { run in
            let steps = run.scenario.steps.flatMap(\.allRequirements)
            return !broken.isDisjoint(with: run.scenario.requirements + steps)
        }
        ids.formUnion((named.isEmpty ? about : named).map(\.id))
        return Stage(ids: ids, stopsEarly: true)
    }

    // MARK: The families and the role that it touches

    /// Of scenarios those under the draft, at packet depth those alone in which onions and ways matter: conduct is the same at both.
    private func touched(_ subject: ServedVariant) -> Stage {
        let runs = self.runs(of: subject.roles).filter { run in
            run.depth == .payload || run.scenario.needs.depth == .packet || !run.scenario.far.isEmpty
                || run.scenario.steps.flatMap(\.rows).joined().contains {
                    $0.reading == subject.alternative && $0.reading != nil
                }
        }
        return Stage(ids: Set(cases(of: subject.operations).map(\.id) + runs.map(\.id)))
    }

    // MARK: All that there is

    private var allCases: [VectorCase] { families.flatMap(\.cases).filter { $0.sample == nil } }
    private var allRuns: [ScenarioRun] { scenarios.flatMap { ScenarioRun.all($0) }.flatMap(\.self) }

    private func cases(of operations: Set<String>) -> [VectorCase] {
        operations.isEmpty ? [] : allCases.filter { operations.contains($0.operation) }
    }

    private func runs(of roles: [String]) -> [ScenarioRun] {
        scenarios.filter { roles.contains($0.role) }
            .flatMap { ScenarioRun.all($0, profile: ProfileStore.defaultName) }.flatMap(\.self)
    }

    /// The stage as the driver takes it. Families without a case in it are left out, but for those of neighbours.
    func runPlan(_ stage: Stage) throws(PlanError) -> RunPlan {
        var selection = Selection()
        selection.ids = stage.ids
        let chosen = families.filter { $0.cases.contains { stage.ids.contains($0.id) } }
        let neighbours = Set(chosen.flatMap(\.cases).compactMap(\.neighbour))
        let needed = families.filter { family in
            chosen.contains { $0.name == family.name } || family.cases.contains { neighbours.contains($0.id) }
        }
        let played = scenarios.filter { family in
            ScenarioRun.all(family).joined().contains { stage.ids.contains($0.id) }
        }
        return try RunPlan(families: needed, scenarios: played, selection: selection)
    }
}
