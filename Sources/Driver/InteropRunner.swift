internal import Catalogue
internal import Reference
internal import Rules
internal import Scenarios
internal import StrictJSON

/// Runs courses in which several adapters play against each other; the reference plays the roles that no adapter has.
actor InteropRunner {
    private let connections: [String: AdapterConnection]
    private let grader: Grader
    private let profiles: [String: Profile]
    private let limits: Limits
    private var identities: [String: AdapterIdentity] = [:]
    private(set) var incidents: [Incident] = []
    private(set) var scenarioError: String?

    /// - Parameter commands: by role.
    init(
        _ commands: [String: AdapterCommand],
        _ hello: Hello,
        _ grader: Grader,
        _ profiles: [String: Profile],
        _ limits: Limits
    ) {
        connections = commands.mapValues { AdapterConnection($0, hello: hello, limits: limits, isOneShot: false) }
        self.grader = grader
        self.profiles = profiles
        self.limits = limits
    }

    // MARK: Processes

    /// Greets all of them.
    func connect() async throws(RunStop) -> AdapterIdentity {
        for (role, connection) in connections.sorted(by: { $0.key < $1.key }) {
            do throws(RunStop) {
                identities[role] = try await connection.connect()
            } catch {
                throw RunStop(detail: "\(role): \(error.detail)", isAsked: error.isAsked)
            }
        }
        return Self.joined(identities)
    }

    func close() async { for connection in connections.values { _ = await connection.close() } }

    /// As one implementation, for the report.
    private static func joined(_ identities: [String: AdapterIdentity]) -> AdapterIdentity {
        let all = identities.sorted { $0.key < $1.key }
        let names = all.map { "\($0.value.name)\($0.value.version.map { " \($0)" } ?? "") as \($0.key)" }
        return AdapterIdentity(
            name: names.joined(separator: ", "),
            version: nil,
            language: nil,
            url: nil,
            operations: Set(all.flatMap(\.value.operations)).sorted(),
            roles: all.map(\.key),
            profiles: all.map { Set($0.value.profiles) }.reduce(nil) { $0?.intersection($1) ?? $1 }?.sorted() ?? [],
            capabilities: [:]
        )
    }

    // MARK: Courses

    func result(_ scenarioRun: ScenarioRun, _ scenario: InteropScenario) async throws(RunStop) -> CaseResult {
        if let reason = reasonNotToExecute(scenarioRun, scenario) {
            return CaseResult(scenarioRun, notExercised: reason)
        }
        guard let profile = profiles[scenarioRun.profile] else {
            return CaseResult(scenarioRun, notExercised: .profileNotDeclared(scenarioRun.profile))
        }
        var outcome = await execute(scenario, scenarioRun.depth, profile)
        if case .fault(_, let fault) = outcome.end {
            outcome = try await executeAgain(scenario, scenarioRun, profile, after: fault)
        }
        if case .stopped(let detail) = outcome.end { throw RunStop(detail: detail) }
        if case .scenarioError(let step, let detail) = outcome.end {
            scenarioError = scenarioError ?? "\(scenarioRun.id) has an error of its own at step \(step): \(detail)"
        }
        return ScenarioGrading(grader, mustFinish: true).graded(scenarioRun, outcome, nil)
    }

    private func reasonNotToExecute(_ scenarioRun: ScenarioRun, _ scenario: InteropScenario) -> CaseVerdict
        .NotExercised?
    {
        for role in scenario.course.roles(at: scenarioRun.depth) {
            guard let identity = identities[role] else { continue }
            guard identity.profiles.contains(scenarioRun.profile) else {
                return .profileNotDeclared(scenarioRun.profile)
            }
            guard identity.roles.contains(role) else { return .lacking("role not declared: \(role)") }
            let depths = identity.capabilities["depths"]?.array?.compactMap(\.string) ?? []
            guard depths.contains(scenarioRun.depth.rawValue) else {
                return .lacking("depth not declared by the \(role): \(scenarioRun.depth.rawValue)")
            }
        }
        return nil
    }

    private func execute(_ scenario: InteropScenario, _ depth: Depth, _ profile: Profile) async -> ScenarioOutcome {
        var parties: [String: InteropParty] = [:]
        for role in scenario.course.roles(at: depth) {
            if let connection = connections[role], let identity = identities[role] {
                let declared = DeclaredCapabilities(capabilities: identity.capabilities)
                parties[role] = InteropParty(
                    ScenarioPort(connection, profile: profile.name, limits: limits),
                    declared
                )
            } else {
                let capabilities = PartySession(.reference).capabilities
                parties[role] = InteropParty(
                    InProcessPort(.reference, profile),
                    DeclaredCapabilities(capabilities: capabilities)
                )
            }
        }
        let spec = ScenarioSpec(requirements: grader.requirements, readings: grader.readings)
        var run = InteropRun(scenario, depth: depth, profile: profile, spec: spec, parties: parties)
        return await run.run()
    }

    /// A fault is blamed on an adapter only if it shows again in new processes.
    private func executeAgain(
        _ scenario: InteropScenario,
        _ scenarioRun: ScenarioRun,
        _ profile: Profile,
        after fault: Fault
    ) async throws(RunStop) -> ScenarioOutcome {
        guard incidents.count < limits.faults else {
            throw RunStop(detail: "the adapters had more than \(limits.faults) faults")
        }
        for connection in connections.values { await connection.kill() }
        let outcome = await execute(scenario, scenarioRun.depth, profile)
        var conclusion: Incident.Conclusion = fault.kind == .timeout ? .flaky : .notReproduced
        if case .fault = outcome.end { conclusion = .reproduced([scenarioRun.id]) }
        incidents.append(
            Incident(fault: fault, caseID: scenarioRun.id, previousCaseID: nil, conclusion: conclusion)
        )
        return outcome
    }
}
