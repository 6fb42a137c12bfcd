internal import Catalogue
internal import Driver
internal import GridFamilies
internal import Mutants
internal import Rules
internal import Scenarios
internal import VectorFormat

/// What a variant is asked, one stage after another: a mutant until it is found out, a lawful variant all of it.
///
/// Thousands of variants are asked: what there is to ask is worked out once.
struct ProofPlan: Sendable {
    /// Ids of vectors, and of scenario runs.
    struct Stage: Sendable {
        var ids: Set<String>
        /// Whether two failures are enough.
        var stopsEarly = false
    }

    /// Everything, as the driver takes it.
    private let whole: RunPlan
    private let allIDs: Set<String>
    /// Everything against everything.
    private let isFull: Bool
    private let casesOfOperation: [String: [VectorCase]]
    /// Runs by role: each scenario under the draft, or where it is none of the draft's under the first of its own profiles.
    private let runsOfRole: [String: [PlayedRun]]
    private let claimsOnMutant: [String: Set<String>]

    /// A scenario run with what is looked for in it.
    private struct PlayedRun: Sendable {
        let id: String
        /// The requirements of the scenario and of its steps.
        let about: Set<RequirementID>
        /// At packet depth, those alone in which onions and ways matter: conduct is the same at both. Not those of hundreds of steps,
        /// which take as long as forty others: they are for who is claimed to be found out by them, and for the full form.
        let isPlayedForAll: Bool
        /// The alternatives that its rows are for.
        let readings: Set<ReadingAlternative>

        init(_ run: ScenarioRun) {
            id = run.id
            about = Set(run.scenario.requirements + run.scenario.steps.flatMap(\.allRequirements))
            let isOfItsDepth =
                run.depth == .payload || run.scenario.needs.depth == .packet || !run.scenario.far.isEmpty
            isPlayedForAll = isOfItsDepth && Self.length(run.scenario.steps) <= Self.mostSteps
            readings = Set(run.scenario.steps.flatMap(\.rows).joined().compactMap(\.reading))
        }

        private static let mostSteps = 200

        /// With the rounds of what is repeated.
        private static func length(_ steps: [Step]) -> Int {
            steps.reduce(0) { sum, step in
                guard case .repeat(let times, let repeated) = step.action else { return sum + 1 }
                return sum + max(1, times.number) * length(repeated)
            }
        }
    }

    /// - Parameter cells: those of the grid; each names a lazy reader that its case finds out.
    init(
        families: [VectorFamily],
        scenarios: [ScenarioFamily],
        cells: [GridCell],
        isFull: Bool
    ) throws(PlanError) {
        self.isFull = isFull
        whole = try RunPlan(families: families, scenarios: scenarios)
        let cases = families.flatMap(\.cases).filter { $0.sample == nil }
        casesOfOperation = Dictionary(grouping: cases, by: \.operation)
        let all = scenarios.flatMap { ScenarioRun.all($0) }.flatMap(\.self)
        allIDs = Set(cases.map(\.id) + all.map(\.id))
        let played = Dictionary(grouping: all, by: \.scenario.id).values.flatMap { runs in
            let isOfDraft = runs.contains { $0.profile == ProfileStore.defaultName }
            let profile = isOfDraft ? ProfileStore.defaultName : runs[0].profile
            return runs.filter { $0.profile == profile }
        }
        runsOfRole = Dictionary(grouping: played, by: \.family.role).mapValues { $0.map { PlayedRun($0) } }
        var claims: [String: Set<String>] = [:]
        for cell in cells { claims[cell.lazyReader, default: []].insert(cell.testCase) }
        for run in isFull ? all : played {
            for name in run.scenario.kills { claims[name, default: []].insert(run.id) }
        }
        claimsOnMutant = claims
    }

    func stages(_ subject: ServedVariant) -> [Stage] {
        if isFull { return [Stage(ids: allIDs)] }
        if subject.kind == .lawful || subject.kind == .throughout { return [touched(subject)] }
        let claimed = Stage(ids: claims(on: subject))
        // Of one that nobody is said to tell from the reference, the full form asks the rest.
        if EquivalentMutants.argument(for: subject.name) != nil {
            return [claimed.ids.isEmpty ? own(subject) : claimed].filter { !$0.ids.isEmpty }
        }
        // What was asked is asked again: a verdict is one of a run, and neighbours and twins belong to it.
        return [claimed.ids.isEmpty ? own(subject) : claimed, touched(subject)].filter { !$0.ids.isEmpty }
    }

    /// The stage as the driver takes it. What is not in it stays known: neighbours and twins are sent too.
    func runPlan(_ stage: Stage) throws(PlanError) -> RunPlan { try whole.only(stage.ids) }

    // MARK: A mutant's own requirement

    /// Who claims to find it out: scenarios that list it in their `kills`, and cells of the grid.
    func claims(on subject: ServedVariant) -> Set<String> { claimsOnMutant[subject.name] ?? [] }

    /// The cases that accuse what it breaks; of a role the scenarios about the requirement.
    private func own(_ subject: ServedVariant) -> Stage {
        let broken = Set(subject.requirements)
        let cases = cases(of: subject).filter { !broken.isDisjoint(with: $0.accusable) }.map(\.id)
        let about = runs(of: subject).filter { !broken.isDisjoint(with: $0.about) }.map(\.id)
        return Stage(ids: Set(cases + about), stopsEarly: true)
    }

    // MARK: The families and the role that it touches

    private func touched(_ subject: ServedVariant) -> Stage {
        let runs = runs(of: subject).filter { run in
            run.isPlayedForAll || subject.alternative.map(run.readings.contains) == true
        }
        return Stage(ids: Set(cases(of: subject).map(\.id) + runs.map(\.id)))
    }

    private func cases(of subject: ServedVariant) -> [VectorCase] {
        subject.operations.flatMap { casesOfOperation[$0] ?? [] }
    }

    private func runs(of subject: ServedVariant) -> [PlayedRun] { subject.roles.flatMap { runsOfRole[$0] ?? [] } }
}
