internal import Catalogue
internal import Rules
internal import Scenarios
internal import VectorFormat

/// What a worker found beside its cases.
struct WorkerResult: Sendable {
    var canaries: [CanaryResult] = []
    var incidents: [Incident] = []
    var notes: [String] = []
    var times = AnswerTimes()
    var stop: RunStop?
    var scenarioError: String?
}

/// One adapter process at a time, and a share of the plan.
actor Worker {
    /// With the families of the whole plan, and of each the worker's cases.
    private let plan: RunPlan
    private let options: RunOptions
    private let grader: Grader
    private let profiles: [String: Profile]
    private let identity: AdapterIdentity
    private let state: RunState
    private let connection: AdapterConnection
    private let requestQueue: RequestQueue
    private let scenarioRunner: ScenarioRunner
    private let canaryCheck: CanaryCheck
    /// A family, or a group of scenarios, is finished: its number, and the worker's cases of it.
    private let finished: @Sendable (Int, [CaseResult]) async -> Void
    private var graded: [String: CaseResult] = [:]
    private var reported = 0
    /// Cases whose answer was worth something else in a later round.
    private var unsteady: Set<String> = []
    private var result = WorkerResult()

    init(
        _ plan: RunPlan,
        _ options: RunOptions,
        _ grader: Grader,
        _ profiles: [String: Profile],
        _ identity: AdapterIdentity,
        _ state: RunState,
        _ connection: AdapterConnection,
        finished: @escaping @Sendable (Int, [CaseResult]) async -> Void
    ) {
        self.plan = plan
        self.options = options
        self.grader = grader
        self.profiles = profiles
        self.identity = identity
        self.state = state
        self.connection = connection
        self.finished = finished
        requestQueue = RequestQueue(connection, limits: options.limits)
        scenarioRunner = ScenarioRunner(connection, grader, profiles, options, state)
        canaryCheck = CanaryCheck(plan, options, requestQueue)
    }

    func run() async -> WorkerResult {
        do {
            for canary in plan.canaries { try await send(canary) }
            for part in plan.parts {
                try await send(part)
                await reportSettled()
            }
            for _ in 1..<max(1, options.rounds) { try await sendAgain() }
            // A party gets a new process; so all families of vectors can be reported.
            await close()
            await reportVectors()
            for group in plan.scenarioRuns { try await execute(group) }
        } catch {
            result.stop = error
        }
        await close()
        await reportVectors()
        for _ in reported..<(plan.parts.count + plan.scenarioRuns.count) { await report([]) }
        result.canaries = await canaryCheck.results
        result.incidents = await requestQueue.incidents + scenarioRunner.incidents
        result.times = await connection.times
        result.scenarioError = await scenarioRunner.scenarioError
        return result
    }

    private func close() async {
        do {
            for note in try await requestQueue.close() where !result.notes.contains(note) { result.notes.append(note) }
        } catch {
            result.stop = result.stop ?? error
        }
        await gradeChanged()
    }

    // MARK: Vectors

    /// Requests that may be open at once.
    private var width: Int {
        get async {
            guard options.isPipelined, !options.isOneShot else { return 1 }
            guard await !requestQueue.isNarrow else { return 1 }
            let declared = identity.capabilities["pipelining"]?.integer ?? 1
            return max(1, min(Limits.mostOpenRequests, Int(exactly: declared) ?? 1))
        }
    }

    /// A canary that was asked for by itself, under the first profile that the adapter declares.
    private func send(_ canary: RunPlan.PlannedCanary) async throws(RunStop) {
        try state.check()
        var reason: CaseVerdict.NotExercised?
        for plannedCase in canary.cases {
            reason = try await reasonNotToSend(plannedCase, requestProfile(plannedCase.family))
            if reason?.isUndeclared != true { return }
        }
        result.notes.append("\(canary.id) was not sent: \(reason?.reason ?? "no case is behind it")")
    }

    private func send(_ part: RunPlan.Part) async throws(RunStop) {
        var window: [QueuedRequest] = []
        var waiting: Set<String> = []
        for vector in part.cases {
            try state.check()
            state.sent()
            try await add(PlannedCase(vector, part.family), to: &window, &waiting)
            guard window.count >= (await width) else { continue }
            try await send(&window)
            waiting = []
        }
        try await send(&window)
    }

    /// Puts all vectors once more, and keeps of the answers only whether they are worth the same.
    private func sendAgain() async throws(RunStop) {
        for part in plan.parts {
            let sent = part.cases.filter { graded[$0.id]?.verdict.isGraded == true }
            let width = await width
            for start in stride(from: 0, to: sent.count, by: width) {
                try state.check()
                let cases = sent[start..<min(start + width, sent.count)].map { PlannedCase($0, part.family) }
                let answers = try await requestQueue.sendAgain(cases.map(request))
                for (plannedCase, answer) in zip(cases, answers) { await compare(plannedCase, answer) }
            }
        }
    }

    private func compare(_ plannedCase: PlannedCase, _ answer: Answer?) async {
        let id = plannedCase.vector.id
        guard let answer, let first = graded[id], !unsteady.contains(id) else { return }
        let again = await grade(plannedCase, Record(outcome: .answered(answer)))
        guard again.verdict.word != first.verdict.word else { return }
        unsteady.insert(id)
        result.notes.append("\(id) was \(first.verdict.word) at first and \(again.verdict.word) later")
    }

    private func request(_ plannedCase: PlannedCase) -> QueuedRequest {
        let vector = plannedCase.vector
        return QueuedRequest(
            id: vector.id,
            operation: vector.operation,
            profile: requestProfile(plannedCase.family),
            input: vector.input
        )
    }

    /// Adds a case's request behind that of its neighbour, unless they were put before, or cannot be put.
    private func add(
        _ plannedCase: PlannedCase,
        to window: inout [QueuedRequest],
        _ waiting: inout Set<String>
    ) async throws(RunStop) {
        let vector = plannedCase.vector
        guard waiting.insert(vector.id).inserted, await requestQueue[vector.id] == nil else { return }
        let profile = requestProfile(plannedCase.family)
        if let reason = try await reasonNotToSend(plannedCase, profile) {
            await requestQueue.note(vector.id, notExercised: reason)
            return await gradeChanged()
        }
        if let neighbour = vector.neighbour.flatMap(plan.plannedCase) {
            try await add(neighbour, to: &window, &waiting)
        }
        window.append(request(plannedCase))
    }

    private func send(_ window: inout [QueuedRequest]) async throws(RunStop) {
        let requests = window
        window = []
        do {
            if await width > 1 {
                try await requestQueue.send(requests)
            } else {
                for request in requests { try await requestQueue.send(request); await gradeChanged() }
            }
        } catch {
            await gradeChanged()
            throw error
        }
        await gradeChanged()
    }

    private func reasonNotToSend(
        _ plannedCase: PlannedCase,
        _ profile: String?
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
    private func requestProfile(_ family: VectorFamily) -> String? {
        if family.profile != VectorFamily.anyProfile { return family.profile }
        return identity.profiles.contains(options.profile) ? options.profile : nil
    }

    // MARK: Grades

    /// Grades what was answered, and forgets what is no longer needed of it.
    private func gradeChanged() async {
        for id in await requestQueue.takeChanged() {
            guard let plannedCase = plan.plannedCase(id), let record = await requestQueue[id] else { continue }
            let result = await caseResult(plannedCase, record)
            if graded[id]?.verdict.fails != true, result.verdict.fails { state.failed() }
            if result.verdict.severity != nil { await connection.letLogArrive() }
            graded[id] = state.kept(result.trimmed(keepsTranscript: false))
            await requestQueue.trim(id)
        }
    }

    private func caseResult(_ plannedCase: PlannedCase, _ record: Record) async -> CaseResult {
        let grade = await grade(plannedCase, record)
        return CaseResult(
            plannedCase.vector,
            plannedCase.family,
            verdict: grade.verdict,
            evidence: grade.evidence,
            expected: grade.expected,
            notes: grade.notes,
            attempts: record.attempts
        )
    }

    private func grade(_ plannedCase: PlannedCase, _ record: Record) async -> Grade {
        switch record.outcome {
        case .notExercised(let reason): return Grade(verdict: .notExercised(reason))
        case .faulty(let fault): return grader.grade(plannedCase.vector, fault)
        case .answered(let answer):
            let isAny = plannedCase.family.profile == VectorFamily.anyProfile
            return grader.grade(
                plannedCase.vector,
                answer,
                profile: profiles[isAny ? options.profile : plannedCase.family.profile],
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

    // MARK: Reports

    /// Reports the families whose cases were all put, except those with a case that is not settled yet.
    private func reportSettled() async {
        while reported < plan.parts.count, await isSettled(plan.parts[reported]) { await report() }
    }

    private func reportVectors() async {
        while reported < plan.parts.count { await report() }
    }

    private func report() async {
        let part = plan.parts[reported]
        var cases: [CaseResult] = []
        var tickets: Set<Int64> = []
        for vector in part.cases {
            let result = await final(PlannedCase(vector, part.family))
            tickets.formUnion(result.attempts.map(\.ticket))
            cases.append(result)
        }
        await connection.forgetLog(tickets)
        await report(cases)
    }

    private func report(_ cases: [CaseResult]) async {
        reported += 1
        await finished(reported - 1, cases)
    }

    private func isSettled(_ part: RunPlan.Part) async -> Bool {
        let unsettled = await requestQueue.unsettledIDs
        for vector in part.cases {
            if graded[vector.id] == nil || unsettled.contains(vector.id) { return false }
            if let neighbour = vector.neighbour, unsettled.contains(neighbour) { return false }
        }
        return true
    }

    /// The grade with what came on standard error, after all that was put before is settled.
    private func final(_ plannedCase: PlannedCase) async -> CaseResult {
        let vector = plannedCase.vector
        guard let record = await requestQueue.finished(vector.id), var result = graded[vector.id] else {
            return await caseResult(plannedCase, Record(outcome: .notExercised(.runStopped)))
        }
        if case .answered(.reject) = record.outcome, vector.isNegative {
            // The neighbour may have turned out to be at fault afterwards.
            let grade = await grade(plannedCase, record)
            if case .notCounted = grade.verdict { (result.verdict, result.evidence) = (grade.verdict, grade.evidence) }
        }
        result.notes += record.notes
        result.attempts = zip(result.attempts, record.attempts).map { kept, logged in
            var attempt = kept
            attempt.standardError = logged.standardError
            attempt.standardErrorCount = logged.standardErrorCount
            return attempt
        }
        return result.trimmed(keepsTranscript: false)
    }

    // MARK: Scenarios

    private func execute(_ group: [ScenarioRun]) async throws(RunStop) {
        var cases: [CaseResult] = []
        var stop: RunStop?
        for scenarioRun in group where stop == nil {
            do {
                try state.check()
                state.sent()
                let result = grader.grade(try await scenarioRunner.result(scenarioRun, identity))
                if result.verdict.fails { state.failed() }
                cases.append(result.trimmed(keepsTranscript: options.keepsTranscripts))
            } catch {
                stop = error
            }
        }
        await connection.forgetLog()
        await report(cases)
        if let stop { throw stop }
    }
}
