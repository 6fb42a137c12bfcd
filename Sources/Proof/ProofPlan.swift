internal import Catalogue
internal import Driver
internal import GridFamilies
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

    private let families: [VectorFamily]
    private let scenarios: [ScenarioFamily]
    /// The cells of the grid: each names a lazy reader that its case finds out.
    private let cells: [GridCell]
    /// Everything against everything.
    private let isFull: Bool
    private let allCases: [VectorCase]
    private let allRuns: [ScenarioRun]
    /// By role: those under the draft, and of scenarios that are not for it those under their first profile.
    private let runsOfRole: [String: [ScenarioRun]]

    init(families: [VectorFamily], scenarios: [ScenarioFamily], cells: [GridCell], isFull: Bool) {
        self.families = families
        self.scenarios = scenarios
        self.cells = cells
        self.isFull = isFull
        // Thousands of variants are asked: what there is to ask is worked out once.
        allCases = families.flatMap(\.cases).filter { $0.sample == nil }
        allRuns = scenarios.flatMap { ScenarioRun.all($0) }.flatMap(\.self)
        let underDraft = scenarios.flatMap { ScenarioRun.all($0, profile: ProfileStore.defaultName) }.flatMap(\.self)
        let elsewhere = allRuns.filter { run in
            guard let profiles = run.scenario.profiles, !profiles.contains(ProfileStore.defaultName) else {
                return false
            }
            return profiles.first == run.profile
        }
        runsOfRole = Dictionary(grouping: underDraft + elsewhere, by: \.family.role)
    }

    func stages(_ subject: ServedVariant) -> [Stage] {
        if isFull { return [Stage(ids: Set(allCases.map(\.id) + allRuns.map(\.id)))] }
        if subject.kind == .lawful || subject.kind == .throughout { return [touched(subject)] }
        let claimed = Stage(ids: claims(on: subject))
        // What was asked is asked again: a verdict is one of a run, and neighbours and twins belong to it.
        return [claimed.ids.isEmpty ? own(subject) : claimed, touched(subject)].filter { !$0.ids.isEmpty }
    }

    // MARK: A mutant's own requirement

    /// Who claims to find it out: scenarios that list it in their `kills`, and cells of the grid.
    func claims(on subject: ServedVariant) -> Set<String> {
        let cases = cells.filter { $0.lazyReader == subject.name }.map(\.testCase)
        let runs = isFull ? allRuns : runs(of: subject.roles)
        return Set(cases + runs.filter { $0.scenario.kills.contains(subject.name) }.map(\.id))
    }

    /// The cases that accuse what it breaks; of a role the scenarios about the requirement.
    private func own(_ subject: ServedVariant) -> Stage {
        let broken = Set(subject.requirements)
        let cases = cases(of: subject.operations).filter { !broken.isDisjoint(with: $0.accusable) }
        let about = runs(of: subject.roles).filter { run in
            let steps = run.scenario.steps.flatMap(\.allRequirements)
            return !broken.isDisjoint(with: run.scenario.requirements + steps)
        }
        return Stage(ids: Set(cases.map(\.id) + about.map(\.id)), stopsEarly: true)
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

    private func cases(of operations: Set<String>) -> [VectorCase] {
        operations.isEmpty ? [] : allCases.filter { operations.contains($0.operation) }
    }

    private func runs(of roles: [String]) -> [ScenarioRun] {
        roles.flatMap { runsOfRole[$0] ?? [] }
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
