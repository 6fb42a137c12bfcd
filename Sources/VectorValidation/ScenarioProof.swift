internal import Mutants
package import Reference
package import Rules
package import Scenarios

/// Runs the scenarios of a family in this process and says what does not hold.
///
/// The reference must pass all of them without a violation. A mutant must break each scenario that lists it among its
/// `kills`, by its own requirement and no other, and pass the scenario's twin.
package struct ScenarioProof: Sendable {
    private let family: ScenarioFamily
    private let profiles: [String: Profile]
    private let spec: ScenarioSpec

    init(_ family: ScenarioFamily, _ profiles: [String: Profile], _ spec: ScenarioSpec) {
        self.family = family
        self.profiles = profiles
        self.spec = spec
    }

    /// A scenario with the reference, or with a variant.
    private struct MutantRun: Hashable {
        let scenarioRun: ScenarioRun
        /// `nil` for the reference.
        let mutant: String?
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
        let right = await results(scenarioRuns.map { MutantRun(scenarioRun: $0, mutant: nil) })
        var problems = scenarioRuns.compactMap { scenarioRun -> String? in
            guard let result = right[MutantRun(scenarioRun: scenarioRun, mutant: nil)] else { return nil }
            if result.isPassed && result.otherReadings.isEmpty || !result.isExercised { return nil }
            return "\(scenarioRun.id): the reference does not pass: \(result.text)"
        }
        for scenario in family.scenarios {
            let mutantRuns = right.filter { $0.key.scenarioRun.scenario.id == scenario.id }
            if !mutantRuns.values.contains(where: \.isExercised) {
                problems.append("\(scenario.id): is never exercised")
            }
        }
        guard problems.isEmpty else { return problems }
        let exercised = scenarioRuns.filter { right[MutantRun(scenarioRun: $0, mutant: nil)]?.isExercised ?? false }
        return await problemsOfKills(exercised)
    }

    // MARK: Kills

    private func problemsOfKills(_ scenarioRuns: [ScenarioRun]) async -> [String] {
        let kills = scenarioRuns.flatMap { scenarioRun in
            scenarioRun.scenario.kills.map { MutantRun(scenarioRun: scenarioRun, mutant: $0) }
        }
        let results = await results(kills + kills.compactMap(twin))
        return kills.flatMap { kill -> [String] in
            guard let mutant = kill.mutant, let result = results[kill] else { return [] }
            var problems: [String] = []
            if !isKilled(mutant, result) {
                problems.append(
                    "\(kill.scenarioRun.id): does not kill \(mutant) by its requirement alone: \(result.text)"
                )
            }
            if let twin = twin(kill), let passed = results[twin], !passed.isPassed {
                problems.append("\(kill.scenarioRun.id): \(mutant) already fails the twin: \(passed.text)")
            }
            return problems
        }
    }

    /// Something was broken, and nothing but the variant's own requirement.
    private func isKilled(_ mutant: String, _ result: Result) -> Bool {
        guard let id = MutantRegistry.mutant(mutant)?.requirement else { return false }
        guard result.end == .finished || result.end == .broken else { return false }
        return !result.violations.isEmpty && result.violations.allSatisfy { $0.requirements == [id] }
    }

    private func twin(_ kill: MutantRun) -> MutantRun? {
        kill.scenarioRun.scenario.twin.flatMap(kill.scenarioRun.of).map {
            MutantRun(scenarioRun: $0, mutant: kill.mutant)
        }
    }

    // MARK: Scenario runs

    /// All at once, as far as there are cores.
    private func results(_ mutantRuns: [MutantRun]) async -> [MutantRun: Result] {
        await withTaskGroup(of: (MutantRun, Result).self) { group in
            for mutantRun in Set(mutantRuns) { group.addTask { (mutantRun, await result(mutantRun)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func result(_ mutantRun: MutantRun) async -> Result {
        let registry = mutantRun.mutant.flatMap { MutantRegistry.mutant($0)?.registry } ?? .reference
        let outcome = await Self.outcome(of: mutantRun.scenarioRun, registry, profiles, spec)
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
        var mutantRun = ScenarioExecutor(
            scenarioRun.scenario,
            role: scenarioRun.family.role,
            depth: scenarioRun.depth,
            profile: profile,
            declared: declared,
            spec: spec,
            port: InProcessPort(registry, profile)
        )
        // What a party does in the ordinary course has its own scenario.
        mutantRun.seenKinds = OrdinaryRequirement.kinds(scenarioRun.family.role)
        return await mutantRun.run()
    }
}
