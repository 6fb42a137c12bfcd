package import Catalogue
package import Driver
package import GridFamilies
package import Mutants
package import Rules
package import Scenarios
package import StrictJSON
package import VectorFormat

/// Runs the suite against each variant over its pipe, as a user would, several at a time.
package struct Prover: Sendable {
    package struct Options: Sendable {
        /// The program whose `serve` is driven.
        package let program: String
        package var workers = 2
        package var isFull = false
        /// The version of the program.
        package var suite = ""

        package init(program: String) { self.program = program }
    }

    private let plan: ProofPlan
    private let options: Options
    private let requirements: [RequirementID: Requirement]
    private let readings: Readings
    private let tables: [String: JSON]

    package init(
        families: [VectorFamily],
        scenarios: [ScenarioFamily],
        cells: [GridCell],
        requirements: [RequirementID: Requirement],
        readings: Readings,
        tables: [String: JSON],
        options: Options
    ) throws(PlanError) {
        plan = try ProofPlan(families: families, scenarios: scenarios, cells: cells, isFull: options.isFull)
        self.options = options
        self.requirements = requirements
        self.readings = readings
        self.tables = tables
    }

    /// - finished: is told of each, in whatever order.
    package func run(
        _ subjects: [ServedVariant],
        finished: @escaping @Sendable (ProofResult) -> Void = { _ in }
    ) async -> [ProofResult] {
        await withTaskGroup(of: (Int, ProofResult).self) { group in
            var results: [Int: ProofResult] = [:]
            var waiting = subjects.enumerated().makeIterator()
            func next() {
                guard let (index, subject) = waiting.next() else { return }
                group.addTask {
                    let result = await prove(subject)
                    finished(result)
                    return (index, result)
                }
            }
            for _ in 0..<max(1, options.workers) { next() }
            for await (index, result) in group {
                results[index] = result
                next()
            }
            return subjects.indices.compactMap { results[$0] }
        }
    }

    /// The results, with more kills of these variants, of which few cases are known: they are asked everything that they touch.
    package func lookingFurther(_ results: [ProofResult], at few: Set<String>) async -> [ProofResult] {
        // In the full form all was asked.
        if options.isFull { return results }
        var results = results
        for index in results.indices where few.contains(results[index].subject.name) {
            let subject = results[index].subject
            guard let stage = plan.stages(subject).last, let run = try? await run(subject, stage) else { continue }
            let more = ProofResult(subject, run, claims: [])
            results[index].cases += more.cases
            results[index].kills += more.kills.filter { !results[index].kills.contains($0) }
        }
        return results
    }

    /// One stage after another, until it is found out.
    private func prove(_ subject: ServedVariant) async -> ProofResult {
        var last = ProofResult(subject: subject, verdict: subject.kind == .lawful ? .passed : .survived)
        for stage in plan.stages(subject) {
            do {
                let result = try await run(subject, stage)
                let before = last.cases
                last = ProofResult(subject, result, claims: plan.claims(on: subject))
                last.cases += before
            } catch {
                last.verdict = .unclear("\(error)")
            }
            if subject.kind != .lawful, last.verdict.isRight { break }
        }
        last.equivalence = EquivalentMutants.argument(for: subject.name)
        return last
    }

    private func run(_ subject: ServedVariant, _ stage: ProofPlan.Stage) async throws -> RunResult {
        let flag = subject.kind == .lawful ? "--variant" : "--mutant"
        let command = AdapterCommand(program: options.program, arguments: ["serve", flag, subject.name])
        var run = RunOptions(
            command: command,
            rerun: RunResult.Rerun(program: ["blip66", "check"], adapter: command.words),
            profile: ProfileStore.defaultName,
            profileTables: tables
        )
        run.readings = readings
        run.suite = options.suite
        run.mostFailures = stage.stopsEarly ? 2 : nil
        return await (try Runner(try plan.runPlan(stage), run, requirements: requirements)).run()
    }
}
