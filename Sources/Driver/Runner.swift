package import Catalogue
package import Rules
internal import Scenarios
package import StrictJSON
package import VectorFormat

/// What a run depends on besides the vectors.
package struct RunOptions: Sendable {
    package var command: AdapterCommand
    package var rerun: RunResult.Rerun
    package var limits = Limits()
    /// A new process for every request.
    package var isOneShot = false
    package var strictness = Strictness()
    /// The profile for cases for which none matters.
    package var profile: String
    /// The points that the texts leave open, and what the suite takes.
    package var readings = Readings(sections: [])
    /// The tables of all profiles, by name.
    package var profileTables: [String: JSON]
    /// Roles, layers and requirement ids that have to be exercised.
    package var required: [String] = []
    /// Alternatives of readings that the implementation takes, beside those that `hello` declares.
    package var declaredReadings: [ReadingAlternative] = []

    package init(
        command: AdapterCommand,
        rerun: RunResult.Rerun,
        profile: String,
        profileTables: [String: JSON]
    ) {
        self.command = command
        self.rerun = rerun
        self.profile = profile
        self.profileTables = profileTables
    }
}

/// Who wants to know how a run goes on.
package struct RunObserver: Sendable {
    /// The handshake is done.
    package var connected: @Sendable (AdapterIdentity, _ profile: String, _ cases: Int) -> Void = { _, _, _ in }
    /// A family is finished, in the order of the plan.
    package var familyFinished: @Sendable (FamilyResult) -> Void = { _ in }
    /// So many cases of so many were put.
    package var progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }

    package init() {}
}

/// Puts a plan's cases to an adapter and grades the answers.
package actor Runner {
    private let plan: RunPlan
    private let options: RunOptions
    private var grader: Grader
    private let profiles: [String: Profile]
    private let observer: RunObserver
    private let connection: AdapterConnection
    private let requestQueue: RequestQueue
    private let scenarioRunner: ScenarioRunner
    private var result: RunResult
    private var canaryCheck: CanaryCheck
    private var sentCount = 0

    package init(
        _ plan: RunPlan,
        _ options: RunOptions,
        requirements: [RequirementID: Requirement],
        observer: RunObserver = RunObserver()
    ) throws(PlanError) {
        try RequireOption(plan, requirements).check(options.required)
        self.plan = plan
        self.options = options
        self.observer = observer
        grader = Grader(requirements: requirements, strictness: options.strictness, readings: options.readings)
        grader.declared = try DeclaredReadings(options.declaredReadings, options.readings, from: "--reading")
        self.profiles = options.profileTables.compactMapValues { try? ProfileFile.decode($0) }
        let profiles = plan.profiles.union([options.profile]).sorted()
        let tables = profiles.compactMap { name in options.profileTables[name].map { (name, $0) } }
        connection = AdapterConnection(
            options.command,
            hello: Hello(profiles: JSONObject(tables)),
            limits: options.limits,
            isOneShot: options.isOneShot
        )
        requestQueue = RequestQueue(connection, limits: options.limits)
        scenarioRunner = ScenarioRunner(connection, grader, self.profiles, options)
        canaryCheck = CanaryCheck(plan, options, requestQueue)
        result = RunResult(command: options.command.words, rerun: options.rerun, profile: options.profile)
    }

    package func run() async -> RunResult {
        do {
            let identity = try await connection.connect()
            result.adapter = identity
            try declare(identity.readings)
            observer.connected(identity, options.profile, plan.caseCount)
            for part in plan.parts {
                for vector in part.cases { try await send(PlannedCase(vector, part.family), identity) }
                await reportSettled()
            }
            if !plan.scenarioRuns.isEmpty { await settle() }
            for group in plan.scenarioRuns { try await execute(group, identity) }
        } catch {
            result.stop = error.detail
        }
        await close()
        if result.adapter != nil { await report(plan.parts.dropFirst(result.families.count)) }
        result.canaries = await canaryCheck.results
        result.incidents = await requestQueue.incidents + scenarioRunner.incidents
        if result.stop == nil { result.stop = await scenarioRunner.scenarioError }
        let requireOption = RequireOption(plan, grader.requirements)
        result.requiredButNotExercised = requireOption.notExercised(options.required, result)
        result.readings = ReadingResult.of(
            result.cases,
            grader.readings,
            declared: grader.declared.alternatives
        )
        let broken = Set(
            result.cases.flatMap { $0.violates + $0.evidence.accused } + result.canaries.compactMap(\.broken)
        )
        let named = requireOption.named
        result.requirements = grader.requirements.filter { named[$0.key] != nil || broken.contains($0.key) }
        return result
    }

    /// Grades under what `hello` declares, too.
    private func declare(_ alternatives: [ReadingAlternative]) throws(RunStop) {
        do {
            let declared = try DeclaredReadings(alternatives, grader.readings, from: "hello.readings")
            grader.declared = try grader.declared.merging(declared)
        } catch {
            throw RunStop(detail: error.description)
        }
    }

    private func close() async {
        do {
            result.notes = try await requestQueue.close()
        } catch {
            result.stop = result.stop ?? error.detail
        }
    }

    // MARK: Scenarios

    private func execute(_ group: [ScenarioRun], _ identity: AdapterIdentity) async throws(RunStop) {
        var cases: [CaseResult] = []
        var stop: RunStop?
        for scenarioRun in group where stop == nil {
            sentCount += 1
            observer.progress(min(sentCount, plan.caseCount), plan.caseCount)
            do {
                cases.append(grader.grade(try await scenarioRunner.result(scenarioRun, identity)))
            } catch {
                stop = error
            }
        }
        if let first = group.first { add(first, cases) }
        if let stop { throw stop }
    }

    private func add(_ first: ScenarioRun, _ cases: [CaseResult]) {
        let family = FamilyResult(first, cases)
        result.families.append(family)
        observer.familyFinished(family)
    }

    /// Ends the process that answered the vectors, so that all their families can be reported: a party gets a new one.
    private func settle() async {
        await close()
        await report(plan.parts.dropFirst(result.families.count))
    }

    // MARK: One case

    private func send(_ plannedCase: PlannedCase, _ identity: AdapterIdentity) async throws(RunStop) {
        let vector = plannedCase.vector
        guard await requestQueue[vector.id] == nil else { return }
        sentCount += 1
        observer.progress(min(sentCount, plan.caseCount), plan.caseCount)
        let profile = profile(plannedCase.family, identity)
        if let reason = try await reasonNotToSend(plannedCase, profile, identity) {
            return await requestQueue.note(vector.id, notExercised: reason)
        }
        if let neighbour = vector.neighbour.flatMap(plan.plannedCase) { try await send(neighbour, identity) }
        try await requestQueue.send(
            QueuedRequest(id: vector.id, operation: vector.operation, profile: profile, input: vector.input)
        )
        if await failed(plannedCase) { await connection.letLogArrive() }
    }

    /// Whether there will be something to say about the case.
    private func failed(_ plannedCase: PlannedCase) async -> Bool {
        guard let record = await requestQueue[plannedCase.vector.id] else { return false }
        return await grade(plannedCase, record).verdict.severity != nil
    }

    private func reasonNotToSend(
        _ plannedCase: PlannedCase,
        _ profile: String?,
        _ identity: AdapterIdentity
    ) async throws(RunStop) -> CaseVerdict.NotExercised? {
        let operation = plannedCase.vector.operation
        guard identity.operations.contains(operation) else { return .operationNotDeclared(operation) }
        let needed = plannedCase.family.profile
        guard needed == VectorFamily.anyProfile || identity.profiles.contains(needed) else {
            return .profileNotDeclared(needed)
        }
        return try await canaryCheck.reasonNotToSend(plannedCase, profile)
    }

    /// The profile of a request: the family's; where none matters the run's, if the adapter knows it.
    private func profile(_ family: VectorFamily, _ identity: AdapterIdentity) -> String? {
        if family.profile != VectorFamily.anyProfile { return family.profile }
        return identity.profiles.contains(options.profile) ? options.profile : nil
    }

    // MARK: Results

    /// Adds the families whose cases were all put, except those with the case that is not settled yet.
    private func reportSettled() async {
        for part in plan.parts.dropFirst(result.families.count) {
            guard await isSettled(part) else { return }
            await report([part])
        }
    }

    private func report(_ parts: some Sequence<RunPlan.Part>) async {
        for part in parts {
            let family = await familyResult(part)
            result.families.append(family)
            observer.familyFinished(family)
        }
    }

    private func isSettled(_ part: RunPlan.Part) async -> Bool {
        let unsettled = await requestQueue.unsettled?.id
        for vector in part.cases {
            if await requestQueue[vector.id] == nil { return false }
            if let unsettled, vector.id == unsettled || vector.neighbour == unsettled { return false }
        }
        return true
    }

    private func familyResult(_ part: RunPlan.Part) async -> FamilyResult {
        let family = part.family
        var cases: [CaseResult] = []
        for vector in part.cases { cases.append(await caseResult(PlannedCase(vector, family))) }
        return FamilyResult(
            name: family.name,
            title: family.title,
            subject: .layer(family.layer),
            profile: family.profile == VectorFamily.anyProfile ? options.profile : family.profile,
            cases: cases
        )
    }

    private func caseResult(_ plannedCase: PlannedCase) async -> CaseResult {
        let vector = plannedCase.vector
        let record = await requestQueue.finished(vector.id) ?? Record(outcome: .notExercised(.runStopped))
        let grade = await grade(plannedCase, record)
        return CaseResult(
            vector,
            plannedCase.family,
            verdict: grade.verdict,
            evidence: grade.evidence,
            notes: grade.notes + record.notes,
            attempts: record.attempts
        )
    }

    /// The profile that a case is put under.
    private func profile(_ plannedCase: PlannedCase) -> Profile? {
        let isAny = plannedCase.family.profile == VectorFamily.anyProfile
        return profiles[isAny ? options.profile : plannedCase.family.profile]
    }

    private func grade(_ plannedCase: PlannedCase, _ record: Record) async -> Grade {
        switch record.outcome {
        case .notExercised(let reason): return Grade(verdict: .notExercised(reason))
        case .faulty(let fault): return grader.grade(plannedCase.vector, fault)
        case .answered(let answer):
            return grader.grade(
                plannedCase.vector,
                answer,
                profile: profile(plannedCase),
                neighbourAccepted: await neighbourAccepted(plannedCase.vector)
            )
        }
    }

    /// Whatever its output was: a refusal beside it tells the two inputs apart.
    private func neighbourAccepted(_ vector: VectorCase) async -> Bool {
        guard let neighbour = vector.neighbour.flatMap(plan.plannedCase), !neighbour.vector.isNegative,
            case .answered(.accept)? = await requestQueue[neighbour.vector.id]?.outcome
        else { return false }
        return true
    }
}

extension FamilyResult {
    /// Of scenarios: the conclusion is about the role.
    fileprivate init(_ first: ScenarioRun, _ cases: [CaseResult]) {
        self.init(
            name: "\(first.familyName):\(first.depth.rawValue)",
            title: first.family.title,
            subject: .role(first.family.role),
            profile: first.profile,
            cases: cases
        )
    }
}

extension CaseResult {
    package init(
        _ vector: VectorCase,
        _ family: VectorFamily,
        verdict: CaseVerdict,
        evidence: CaseEvidence = CaseEvidence(),
        notes: [String],
        attempts: [Attempt]
    ) {
        let expected: Expected
        var violated: [RequirementID] = []
        switch vector.expectation {
        case .accept(let out):
            expected = .accept(out)
        case .reject(let reasons, let violates, _):
            expected = .reject(reasons: reasons.map(\.rawValue))
            violated = violates
        }
        var steps: JSON?
        if case .success(.accept(let out))? = attempts.last?.outcome { steps = out["steps"] }
        self.init(
            id: vector.id,
            operation: vector.operation,
            requirements: vector.requirements,
            violates: violated,
            neighbour: vector.neighbour,
            comment: vector.comment,
            flags: family.flags.filter { vector.flags.contains($0.name) }.map { Flag(name: $0.name, note: $0.note) },
            readings: vector.under.map(\.when.description),
            expected: expected,
            verdict: verdict,
            evidence: evidence,
            notes: notes,
            attempts: attempts,
            stepsDivergence: Differences.firstDivergence(expected: vector.steps, got: steps)
        )
    }
}
