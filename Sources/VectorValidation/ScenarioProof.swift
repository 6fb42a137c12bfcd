internal import Mutants
package import Reference
package import Rules
package import Scenarios

/// Plays the scenarios of a family in this process and says what does not hold.
///
/// The reference must pass all of them without a breach. A faulty variant must break each scenario that lists it among its
/// `kills`, by its own requirement and no other, and pass the scenario's twin.
package struct ScenarioProof: Sendable {
    private let family: ScenarioFamily
    private let profiles: [String: Profile]

    init(_ family: ScenarioFamily, _ profiles: [String: Profile]) {
        self.family = family
        self.profiles = profiles
    }

    /// A scenario with the reference, or with a variant.
    private struct Play: Hashable {
        let performance: Performance
        /// `nil` for the reference.
        let mutant: String?
    }

    /// What is left of an outcome: transcripts of all plays would be too much.
    private struct Result: Sendable {
        let end: ScenarioOutcome.End
        let breaches: [Breach]

        var isPassed: Bool { end == .finished && breaches.isEmpty }

        var isExercised: Bool {
            if case .notExercised = end { return false }
            return true
        }

        var text: String {
            let broken = breaches.map { breach in
                let names = breach.requirements.map(\.description).joined(separator: ", ")
                return "step \(breach.step) breaks \(names): \(breach.detail)"
            }
            let shown: [String] = end == .finished || end == .broken ? broken : broken + ["\(end)"]
            return shown.isEmpty ? "nothing was broken" : shown.joined(separator: "; ")
        }
    }

    func problems() async -> [String] {
        let performances = Performance.all(family).flatMap(\.self)
        let right = await results(performances.map { Play(performance: $0, mutant: nil) })
        var problems = performances.compactMap { performance -> String? in
            guard let result = right[Play(performance: performance, mutant: nil)] else { return nil }
            if result.isPassed || !result.isExercised { return nil }
            return "\(performance.id): the reference does not pass: \(result.text)"
        }
        for scenario in family.scenarios {
            let plays = right.filter { $0.key.performance.scenario.id == scenario.id }
            if !plays.values.contains(where: \.isExercised) { problems.append("\(scenario.id): is never exercised") }
        }
        guard problems.isEmpty else { return problems }
        let exercised = performances.filter { right[Play(performance: $0, mutant: nil)]?.isExercised ?? false }
        return await problemsOfKills(exercised)
    }

    // MARK: Kills

    private func problemsOfKills(_ performances: [Performance]) async -> [String] {
        let kills = performances.flatMap { performance in
            performance.scenario.kills.map { Play(performance: performance, mutant: $0) }
        }
        let results = await results(kills + kills.compactMap(twin))
        return kills.flatMap { kill -> [String] in
            guard let mutant = kill.mutant, let result = results[kill] else { return [] }
            var problems: [String] = []
            if !isKilled(mutant, result) {
                problems.append("\(kill.performance.id): does not find out \(mutant) by that alone: \(result.text)")
            }
            if let twin = twin(kill), let passed = results[twin], !passed.isPassed {
                problems.append("\(kill.performance.id): \(mutant) fails the twin too: \(passed.text)")
            }
            return problems
        }
    }

    /// Something was broken, and nothing but the variant's own requirement.
    private func isKilled(_ mutant: String, _ result: Result) -> Bool {
        guard let id = MutantRegistry.mutant(mutant)?.requirement else { return false }
        guard result.end == .finished || result.end == .broken else { return false }
        return !result.breaches.isEmpty && result.breaches.allSatisfy { $0.requirements == [id] }
    }

    private func twin(_ kill: Play) -> Play? {
        kill.performance.scenario.twin.flatMap(kill.performance.of).map { Play(performance: $0, mutant: kill.mutant) }
    }

    // MARK: Playing

    /// All at once, as far as there are cores.
    private func results(_ plays: [Play]) async -> [Play: Result] {
        await withTaskGroup(of: (Play, Result).self) { group in
            for play in Set(plays) { group.addTask { (play, await result(play)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func result(_ play: Play) async -> Result {
        let registry = play.mutant.flatMap { MutantRegistry.mutant($0)?.registry } ?? .reference
        let outcome = await Self.outcome(of: play.performance, registry, profiles)
        return Result(end: outcome.end, breaches: outcome.breaches)
    }

    /// Plays a scenario with a party of this process.
    package static func outcome(
        of performance: Performance,
        _ registry: PartyRegistry,
        _ profiles: [String: Profile]
    ) async -> ScenarioOutcome {
        guard let profile = profiles[performance.profile] else {
            return ScenarioOutcome(end: .notExercised("the profile \(performance.profile) is not known"))
        }
        let declared = Declared(capabilities: PartySession(registry).capabilities)
        if let missing = performance.scenario.needs.capabilities.first(where: { !declared.has($0) }) {
            return ScenarioOutcome(end: .notExercised("capability not declared: \(missing)"))
        }
        var play = ScenarioPlay(
            performance.scenario,
            role: performance.family.role,
            depth: performance.depth,
            profile: profile,
            declared: declared,
            port: InProcessPort(registry, profile)
        )
        return await play.run()
    }
}
