internal import Catalogue
internal import Rules
internal import Scenarios
internal import StrictJSON

/// Plays scenarios with an adapter and grades what comes of them.
actor ScenarioRunner {
    private let connection: AdapterConnection
    private let grader: Grader
    private let profiles: [String: Profile]
    private let options: RunOptions
    private var results: [String: CaseResult] = [:]
    private(set) var incidents: [Incident] = []
    /// A scenario that could not be played through, though nothing was wrong with what came: then the run shows nothing.
    private(set) var trouble: String?

    init(_ connection: AdapterConnection, _ grader: Grader, _ profiles: [String: Profile], _ options: RunOptions) {
        self.connection = connection
        self.grader = grader
        self.profiles = profiles
        self.options = options
    }

    /// Plays it, after its twin, unless that was done before.
    func result(_ performance: Performance, _ identity: AdapterIdentity) async throws(RunStop) -> CaseResult {
        if let known = results[performance.id] { return known }
        let result = try await newResult(performance, identity)
        results[performance.id] = result
        return result
    }

    private func newResult(_ performance: Performance, _ identity: AdapterIdentity) async throws(RunStop) -> CaseResult
    {
        if let reason = reasonNotToPlay(performance, identity) {
            return CaseResult(performance, .notExercised(reason), nil, nil)
        }
        guard let twin = performance.scenario.twin.flatMap(performance.of) else {
            return try await play(performance, identity)
        }
        let positive = try await result(twin, identity)
        if case .notExercised(let reason) = positive.verdict {
            return CaseResult(performance, .notExercised(reason), nil, nil)
        }
        let played = try await play(performance, identity)
        // What is shown to be wrong is wrong; but silence proves nothing of a party that does not speak.
        if played.verdict.fails || (positive.scenario?.isFinished ?? false) && !positive.verdict.fails { return played }
        return CaseResult(performance, .notCounted("the positive scenario \(twin.id) did not pass"), nil, nil)
    }

    // MARK: Needs

    private func reasonNotToPlay(_ performance: Performance, _ identity: AdapterIdentity) -> CaseVerdict.NotExercised? {
        let declared = Declared(capabilities: identity.capabilities)
        let depths = identity.capabilities["depths"]?.array?.compactMap(\.string) ?? []
        if options.isOneShot { return .lacking("a party lives in one process, and with --one-shot none lives on") }
        guard identity.profiles.contains(performance.profile) else { return .profileNotDeclared(performance.profile) }
        guard identity.roles.contains(performance.family.role) else {
            return .lacking("role not declared: \(performance.family.role)")
        }
        guard depths.contains(performance.depth.rawValue) else {
            return .lacking("depth not declared: \(performance.depth.rawValue)")
        }
        let operations = performance.scenario.operations(at: performance.depth)
        if let missing = operations.subtracting(identity.operations).min() { return .operationNotDeclared(missing) }
        let missing = performance.scenario.needs.capabilities.first { !declared.has($0) }
        return missing.map { .lacking("capability not declared: \($0)") }
    }

    // MARK: Play

    private func play(_ performance: Performance, _ identity: AdapterIdentity) async throws(RunStop) -> CaseResult {
        guard let profile = profiles[performance.profile] else {
            return CaseResult(performance, .notExercised(.profileNotDeclared(performance.profile)), nil, nil)
        }
        var (outcome, attempt) = await play(performance, profile, identity)
        if case .fault(_, let fault) = outcome.end {
            (outcome, attempt) = try await playAgain(performance, profile, identity, after: fault)
        }
        if case .stopped(let detail) = outcome.end { throw RunStop(detail: detail) }
        if case .misconceived(let step, let detail) = outcome.end {
            trouble = trouble ?? "\(performance.id) breaks off by itself at step \(step): \(detail)"
        }
        return graded(performance, outcome, attempt)
    }

    private func play(
        _ performance: Performance,
        _ profile: Profile,
        _ identity: AdapterIdentity
    ) async -> (ScenarioOutcome, Attempt?) {
        let port = ScenarioPort(connection, profile: performance.profile)
        var play = ScenarioPlay(
            performance.scenario,
            role: performance.family.role,
            depth: performance.depth,
            profile: profile,
            declared: Declared(capabilities: identity.capabilities),
            port: port
        )
        let outcome = await play.run()
        return (outcome, await port.lastAttempt)
    }

    /// A fault is blamed on the adapter only if it shows again in a new process.
    private func playAgain(
        _ performance: Performance,
        _ profile: Profile,
        _ identity: AdapterIdentity,
        after fault: Fault
    ) async throws(RunStop) -> (ScenarioOutcome, Attempt?) {
        guard incidents.count < options.limits.faults else {
            throw RunStop(detail: "the adapter was at fault more than \(options.limits.faults) times")
        }
        await connection.kill()
        var (outcome, attempt) = await play(performance, profile, identity)
        var conclusion: Incident.Conclusion = fault.kind == .timeout ? .noise : .unexplained
        if case .fault = outcome.end {
            conclusion = .blamed([performance.id])
        } else if conclusion == .noise {
            outcome.notes.append("\(Misbehaviour.timeoutDoesNotShowAgain.note): \(fault.detail)")
        }
        incidents.append(
            Incident(fault: fault, caseID: performance.id, previousCaseID: nil, conclusion: conclusion)
        )
        if let last = attempt { attempt = await connection.withStandardError(last) }
        return (outcome, attempt)
    }

    // MARK: Grades

    private func graded(_ performance: Performance, _ outcome: ScenarioOutcome, _ attempt: Attempt?) -> CaseResult {
        let breaches = outcome.breaches.map { breach in
            ScenarioResult.Breach(
                requirements: breach.requirements,
                step: breach.step,
                detail: breach.detail,
                severity: grader.severity(
                    of: breach.requirements,
                    restsOnReading: breach.reading != nil
                )
            )
        }
        let scenario = ScenarioResult(
            depth: performance.depth.rawValue,
            breaches: breaches,
            isFinished: outcome.end == .finished,
            transcript: outcome.transcript
        )
        return CaseResult(performance, verdict(outcome, breaches), scenario, attempt, notes: outcome.notes)
    }

    private func verdict(_ outcome: ScenarioOutcome, _ breaches: [ScenarioResult.Breach]) -> CaseVerdict {
        switch outcome.end {
        case .notExercised(let reason) where breaches.isEmpty:
            return .notExercised(.lacking(reason))
        case .finished, .broken, .notExercised:
            guard let worst = breaches.max(by: { $0.severity < $1.severity }) else { return .passed }
            let detail = "step \(worst.step): \(worst.detail)"
            return .failed(.init(kind: .wrongAnswer, severity: worst.severity, detail: detail))
        case .stopped(let reason):
            return .notExercised(.lacking(reason))
        case .adapterError(let step, let detail):
            return .failed(.init(kind: .adapterError, severity: .failure, detail: "step \(step): \(detail)"))
        case .misconceived(let step, let detail):
            return .notExercised(.lacking("step \(step) cannot be played: \(detail)"))
        case .fault(let step, let fault):
            return .failed(.init(kind: .fault(fault.kind), severity: .failure, detail: "step \(step): \(fault.detail)"))
        }
    }
}

extension CaseResult {
    fileprivate init(
        _ performance: Performance,
        _ verdict: CaseVerdict,
        _ scenario: ScenarioResult?,
        _ attempt: Attempt?,
        notes: [String] = []
    ) {
        let broken = scenario?.breaches.flatMap(\.requirements) ?? []
        self.init(
            id: performance.id,
            operation: "scenario",
            requirements: performance.scenario.requirements,
            violates: broken.reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
            neighbour: performance.scenario.twin.flatMap(performance.of)?.id,
            comment: performance.scenario.comment,
            flags: [],
            readings: performance.scenario.readings,
            expected: .accept([:]),
            verdict: verdict,
            notes: notes,
            attempts: attempt.map { [$0] } ?? [],
            stepsDivergence: nil,
            scenario: scenario
        )
    }
}
