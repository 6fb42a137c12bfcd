internal import Catalogue
internal import Rules
internal import Scenarios
internal import StrictJSON

/// Runs scenarios with an adapter and grades what comes of them.
actor ScenarioRunner {
    private let connection: AdapterConnection
    private let grader: Grader
    private let profiles: [String: Profile]
    private let options: RunOptions
    private let state: RunState
    private var results: [String: CaseResult] = [:]
    /// Kinds of messages and events that the party has shown, by profile, depth and role.
    private var shownKinds: [String: Set<String>] = [:]
    private(set) var incidents: [Incident] = []
    /// A scenario that could not be run to its end, though nothing was wrong with what came: then the run shows nothing.
    private(set) var scenarioError: String?

    init(
        _ connection: AdapterConnection,
        _ grader: Grader,
        _ profiles: [String: Profile],
        _ options: RunOptions,
        _ state: RunState
    ) {
        self.connection = connection
        self.grader = grader
        self.profiles = profiles
        self.options = options
        self.state = state
    }

    /// Runs it, after its twin, unless that was done before.
    func result(_ scenarioRun: ScenarioRun, _ identity: AdapterIdentity) async throws(RunStop) -> CaseResult {
        if let known = results[scenarioRun.id] { return known }
        // A transcript may be very long, and a result is kept to the end of the run.
        let result = try await newResult(scenarioRun, identity).trimmed(keepsTranscript: options.keepsTranscripts)
        let kept = state.kept(result)
        results[scenarioRun.id] = kept
        return kept
    }

    private func newResult(_ scenarioRun: ScenarioRun, _ identity: AdapterIdentity) async throws(RunStop) -> CaseResult
    {
        if let reason = reasonNotToExecute(scenarioRun, identity) {
            return CaseResult(scenarioRun, notExercised: reason)
        }
        // The ordinary course first: who never does a thing is not blamed for when and how.
        let isToldApart = !OrdinaryRequirement.kinds(scenarioRun.family.role).isEmpty
        if isToldApart, let ordinary = scenarioRun.of("\(scenarioRun.family.name)/happy"), ordinary != scenarioRun {
            _ = try await result(ordinary, identity)
        }
        guard let twin = scenarioRun.scenario.twin.flatMap(scenarioRun.of) else {
            return try await execute(scenarioRun, identity)
        }
        let positive = try await result(twin, identity)
        if case .notExercised(let reason) = positive.verdict {
            return CaseResult(scenarioRun, notExercised: reason)
        }
        let executed = try await execute(scenarioRun, identity)
        // What is shown to be wrong is wrong; but silence proves nothing of a party that does not speak.
        if executed.verdict.fails || (positive.scenario?.isFinished ?? false) && !positive.verdict.fails {
            return executed
        }
        return CaseResult(scenarioRun, .notCounted("the positive scenario \(twin.id) did not pass"), nil, nil)
    }

    // MARK: Needs

    private func reasonNotToExecute(_ scenarioRun: ScenarioRun, _ identity: AdapterIdentity) -> CaseVerdict
        .NotExercised?
    {
        let declared = DeclaredCapabilities(capabilities: identity.capabilities)
        let depths = identity.capabilities["depths"]?.array?.compactMap(\.string) ?? []
        if options.isOneShot {
            return .lacking("scenarios need a process that goes on, which --one-shot does not have")
        }
        guard identity.profiles.contains(scenarioRun.profile) else { return .profileNotDeclared(scenarioRun.profile) }
        guard identity.roles.contains(scenarioRun.family.role) else {
            return .lacking("role not declared: \(scenarioRun.family.role)")
        }
        let known = profiles[scenarioRun.profile]?.onion_message_types.known.map(\.rawValue) ?? []
        if let unknown = scenarioRun.family.messages.first(where: { !known.contains($0) }) {
            return .lacking("nodes of the profile \(scenarioRun.profile) do not know the message \(unknown)")
        }
        guard depths.contains(scenarioRun.depth.rawValue) else {
            return .lacking("depth not declared: \(scenarioRun.depth.rawValue)")
        }
        let operations = scenarioRun.scenario.operations(at: scenarioRun.depth)
        if let missing = operations.subtracting(identity.operations).min() { return .operationNotDeclared(missing) }
        return scenarioRun.scenario.needs.reasonUnmet(by: declared).map { .lacking($0) }
    }

    // MARK: Scenario runs

    private func execute(_ scenarioRun: ScenarioRun, _ identity: AdapterIdentity) async throws(RunStop) -> CaseResult {
        guard let profile = profiles[scenarioRun.profile] else {
            return CaseResult(scenarioRun, notExercised: .profileNotDeclared(scenarioRun.profile))
        }
        var (outcome, attempt) = await execute(scenarioRun, profile, identity)
        if case .fault(_, let fault) = outcome.end {
            (outcome, attempt) = try await executeAgain(scenarioRun, profile, identity, after: fault)
        }
        if case .stopped(let detail) = outcome.end { throw RunStop(detail: detail) }
        if case .scenarioError(let step, let detail) = outcome.end {
            scenarioError = scenarioError ?? "\(scenarioRun.id) has an error of its own at step \(step): \(detail)"
        }
        return ScenarioGrading(grader).graded(scenarioRun, outcome, attempt)
    }

    private func execute(
        _ scenarioRun: ScenarioRun,
        _ profile: Profile,
        _ identity: AdapterIdentity
    ) async -> (ScenarioOutcome, Attempt?) {
        let port = ScenarioPort(connection, profile: scenarioRun.profile, limits: options.limits)
        var executor = ScenarioExecutor(
            scenarioRun.scenario,
            role: scenarioRun.family.role,
            depth: scenarioRun.depth,
            profile: profile,
            declared: DeclaredCapabilities(capabilities: identity.capabilities),
            spec: ScenarioSpec(requirements: grader.requirements, readings: grader.readings),
            port: port
        )
        let key = "\(scenarioRun.familyName):\(scenarioRun.depth.rawValue)"
        executor.seenKinds = shownKinds[key, default: []]
        let outcome = await executor.run()
        shownKinds[key, default: []].formUnion(executor.seenKinds)
        return (outcome, await port.lastAttempt)
    }

    /// A fault is blamed on the adapter only if it shows again in a new process.
    private func executeAgain(
        _ scenarioRun: ScenarioRun,
        _ profile: Profile,
        _ identity: AdapterIdentity,
        after fault: Fault
    ) async throws(RunStop) -> (ScenarioOutcome, Attempt?) {
        guard incidents.count < options.limits.faults else {
            throw RunStop(detail: "the adapter had more than \(options.limits.faults) faults")
        }
        await connection.kill()
        var (outcome, attempt) = await execute(scenarioRun, profile, identity)
        var conclusion: Incident.Conclusion = fault.kind == .timeout ? .flaky : .notReproduced
        if case .fault = outcome.end {
            conclusion = .reproduced([scenarioRun.id])
        } else if conclusion == .flaky {
            outcome.notes.append("\(Misbehaviour.timeoutNotReproduced.note): \(fault.detail)")
        }
        incidents.append(
            Incident(fault: fault, caseID: scenarioRun.id, previousCaseID: nil, conclusion: conclusion)
        )
        if let last = attempt { attempt = await connection.withStandardError(last) }
        return (outcome, attempt)
    }
}

extension CaseResult {
    init(_ scenarioRun: ScenarioRun, notExercised reason: CaseVerdict.NotExercised) {
        self.init(scenarioRun, .notExercised(reason), nil, nil)
    }

    init(
        _ scenarioRun: ScenarioRun,
        _ verdict: CaseVerdict,
        _ scenario: ScenarioResult?,
        _ attempt: Attempt?,
        notes: [String] = []
    ) {
        let broken = scenario?.violations.flatMap(\.requirements) ?? []
        self.init(
            id: scenarioRun.id,
            operation: "scenario",
            requirements: scenarioRun.scenario.requirements,
            violates: broken.reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
            neighbour: scenarioRun.scenario.twin.flatMap(scenarioRun.of)?.id,
            comment: scenarioRun.scenario.comment,
            flags: [],
            readings: scenarioRun.scenario.namedReadings,
            expected: .accept([:]),
            verdict: verdict,
            notes: notes,
            attempts: attempt.map { [$0] } ?? [],
            stepsDivergence: nil,
            scenario: scenario
        )
    }
}
