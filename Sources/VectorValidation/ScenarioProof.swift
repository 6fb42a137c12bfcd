package import Reference
package import Rules
package import Scenarios

/// Runs the scenarios of a family in this process and says what does not hold.
///
/// The reference must pass all of them without a violation. That each scenario finds out the mutants among its `kills` is for
/// `blip66 prove`.
package struct ScenarioProof: Sendable {
    private let family: ScenarioFamily
    private let profiles: [String: Profile]
    private let spec: ScenarioSpec

    init(_ family: ScenarioFamily, _ profiles: [String: Profile], _ spec: ScenarioSpec) {
        self.family = family
        self.profiles = profiles
        self.spec = spec
    }

    /// What is left of an outcome: transcripts of all runs would be too much.
    private struct Result: Sendable {
        let end: ScenarioOutcome.End
        let violations: [Violation]
        /// Alternatives of readings that are not the suite's.
        let otherReadings: [ShownReading]

        var isPassed: Bool { end == .finished && violations.isEmpty }

        var isExercised: Bool {
            if case .notExercised = end { return false }
            return true
        }

        var text: String {
            let broken = violations.map { violation in
                let names = violation.requirements.map(\.description).joined(separator: ", ")
                return "step \(violation.step) violates \(names): \(violation.detail)"
            }
            let readings = otherReadings.map { "step \($0.step): another reading (\($0.alternative))" }
            let shown: [String] = (end == .finished || end == .broken ? broken : broken + ["\(end)"]) + readings
            return shown.isEmpty ? "no requirement was violated" : shown.joined(separator: "; ")
        }
    }

    func problems() async -> [String] {
        let scenarioRuns = ScenarioRun.all(family).flatMap(\.self)
        let right = await results(scenarioRuns)
        var problems = scenarioRuns.compactMap { scenarioRun -> String? in
            guard let result = right[scenarioRun] else { return nil }
            if result.isPassed && result.otherReadings.isEmpty || !result.isExercised { return nil }
            return "\(scenarioRun.id): the reference does not pass: \(result.text)"
        }
        for scenario in family.scenarios {
            let runs = right.filter { $0.key.scenario.id == scenario.id }
            if !runs.values.contains(where: \.isExercised) {
                problems.append("\(scenario.id): is never exercised")
            }
        }
        return problems
    }

    // MARK: Scenario runs

    /// All at once, as far as there are cores.
    private func results(_ runs: [ScenarioRun]) async -> [ScenarioRun: Result] {
        await withTaskGroup(of: (ScenarioRun, Result).self) { group in
            for run in Set(runs) { group.addTask { (run, await result(run)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func result(_ run: ScenarioRun) async -> Result {
        let outcome = await Self.outcome(of: run, .reference, profiles, spec)
        return Result(
            end: outcome.end,
            violations: outcome.violations,
            otherReadings: outcome.readings.filter { !$0.isTaken }
        )
    }

    /// Runs a scenario with a party of this process.
    package static func outcome(
        of scenarioRun: ScenarioRun,
        _ registry: PartyRegistry,
        _ profiles: [String: Profile],
        _ spec: ScenarioSpec
    ) async -> ScenarioOutcome {
        guard let profile = profiles[scenarioRun.profile] else {
            return ScenarioOutcome(end: .notExercised("the profile \(scenarioRun.profile) is not known"))
        }
        let declared = DeclaredCapabilities(capabilities: PartySession(registry).capabilities)
        if let reason = scenarioRun.scenario.needs.reasonUnmet(by: declared) {
            return ScenarioOutcome(end: .notExercised(reason))
        }
        var executor = ScenarioExecutor(
            scenarioRun.scenario,
            role: scenarioRun.family.role,
            depth: scenarioRun.depth,
            profile: profile,
            declared: declared,
            spec: spec,
            port: InProcessPort(registry, profile)
        )
        // What a party does in the ordinary course has its own scenario.
        executor.seenKinds = OrdinaryRequirement.kinds(scenarioRun.family.role)
        return await executor.run()
    }
}
