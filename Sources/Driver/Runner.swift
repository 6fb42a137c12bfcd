package import Catalogue
package import Rules
internal import Scenarios
package import StrictJSON
package import VectorFormat

/// What a run depends on besides the vectors.
package struct RunOptions: Sendable {
    package var command: AdapterCommand
    /// Adapters that play a role each, against each other, by their roles; empty where one is checked alone.
    package var parties: [String: AdapterCommand] = [:]
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
    /// How often the vectors are put; all but the first time only to see that the answers are worth the same.
    package var rounds = 1
    /// Adapter processes at a time.
    package var workers = 1
    /// Whether several requests may be open at an adapter that declares `pipelining`.
    package var isPipelined = true
    /// The share of the run that the plan is, for the report.
    package var shard: Shard?
    /// Failures after which the run stops.
    package var mostFailures: Int?
    /// Whether transcripts of scenarios that passed are kept.
    package var keepsTranscripts = false
    /// Failures that are known.
    package var baseline: Baseline?
    /// Its file, for the report.
    package var baselineFile = ""
    /// The version of this program, for the report.
    package var suite = ""

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
    package var progress: @Sendable (RunProgress) -> Void = { _ in }

    package init() {}
}

/// Puts a plan's cases to an adapter and grades the answers: hands the plan out to workers, and joins what they find.
package actor Runner {
    private let plan: RunPlan
    private let options: RunOptions
    private var grader: Grader
    private let profiles: [String: Profile]
    private let observer: RunObserver
    private let hello: Hello
    private let state: RunState
    private var result: RunResult
    private var collection: Collection
    /// In the order of the plan, so that a report is the same every time.
    private var evidence: EvidenceBudget

    /// What workers reported, by the number of a family or a group of scenarios.
    private struct Collection {
        /// How many workers have not reported it yet.
        var missing: [Int]
        var cases: [[CaseResult]]
        /// Those before are in the result.
        var next = 0
    }

    package init(
        _ plan: RunPlan,
        _ options: RunOptions,
        requirements: [RequirementID: Requirement],
        observer: RunObserver = RunObserver()
    ) throws(PlanError) {
        try RequireOption(plan.layers, requirements).check(options.required)
        self.plan = plan
        self.options = options
        self.observer = observer
        grader = Grader(requirements: requirements, strictness: options.strictness, readings: options.readings)
        grader.refusals = plan.refusals
        grader.declared = try DeclaredReadings(options.declaredReadings, options.readings, from: "--reading")
        self.profiles = options.profileTables.compactMapValues { try? ProfileFile.decode($0) }
        let profiles = plan.profiles.union([options.profile]).sorted()
        let tables = profiles.compactMap { name in options.profileTables[name].map { (name, $0) } }
        hello = Hello(profiles: JSONObject(tables))
        state = RunState(plan, options, observer)
        result = RunResult(command: options.command.words, rerun: options.rerun, profile: options.profile)
        result.shard = options.shard?.description
        result.required = options.required
        result.suite = options.suite
        collection = Collection(missing: [], cases: [])
        evidence = EvidenceBudget(options.keepsTranscripts ? .max : options.limits.reportedEvidence)
    }

    package func run() async -> RunResult {
        let clock = ContinuousClock()
        let start = clock.now
        if options.parties.isEmpty { await check() } else { await playTogether() }
        result.elapsed = clock.now - start
        result.declaredReadings = grader.declared.alternatives.values.sorted { $0.reading < $1.reading }
        result.conclude(grader.requirements, grader.readings, layers: plan.layers)
        if let baseline = options.baseline { result.baseline = compare(baseline) }
        return result
    }

    private func check() async {
        let first = connection(nil)
        do {
            let identity = try await first.connect()
            result.adapter = identity
            try declare(identity.readings)
            observer.connected(identity, options.profile, plan.caseCount)
            await work(identity, first)
        } catch {
            result.stop = error.detail
            _ = await first.close()
        }
    }

    private func connection(_ identity: AdapterIdentity?) -> AdapterConnection {
        AdapterConnection(
            options.command,
            hello: hello,
            limits: options.limits,
            isOneShot: options.isOneShot,
            identity: identity
        )
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

    private func compare(_ baseline: Baseline) -> BaselineResult {
        let version = result.adapter?.version
        return BaselineResult(
            file: options.baselineFile,
            entries: baseline.entries.count,
            problems: baseline.problems(result.cases, allIDs: Set(plan.positions.keys), adapterVersion: version),
            ended: baseline.ended(adapterVersion: version),
            unexplained: baseline.entries.filter { !$0.isExplained }.map(\.cases.text)
        )
    }

    // MARK: Several adapters

    private func playTogether() async {
        let runner = InteropRunner(options.parties, hello, grader, profiles, options.limits)
        let scenarios = Dictionary(
            InteropScenario.all(roles: Set(options.parties.keys)).map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        collection = Collection(
            missing: Array(repeating: 1, count: plan.scenarioRuns.count),
            cases: Array(repeating: [], count: plan.scenarioRuns.count)
        )
        do {
            let identity = try await runner.connect()
            result.adapter = identity
            observer.connected(identity, options.profile, plan.caseCount)
            for (number, group) in plan.scenarioRuns.enumerated() {
                var cases: [CaseResult] = []
                for scenarioRun in group {
                    guard let scenario = scenarios[scenarioRun.scenario.id] else { continue }
                    try state.check()
                    state.sent()
                    let graded = grader.grade(try await runner.result(scenarioRun, scenario))
                    if graded.verdict.fails { state.failed() }
                    cases.append(graded.trimmed(keepsTranscript: options.keepsTranscripts))
                }
                add(number, cases)
            }
        } catch {
            if error.isAsked { note(error.detail) } else { result.stop = error.detail }
            for number in collection.next..<plan.scenarioRuns.count { add(number, []) }
        }
        await runner.close()
        result.incidents += await runner.incidents
        let scenarioError = await runner.scenarioError
        result.stop = result.stop ?? scenarioError
    }

    // MARK: Workers

    private func work(_ identity: AdapterIdentity, _ first: AdapterConnection) async {
        let plans = plan.divided(into: max(1, min(options.workers, plan.caseCount)))
        let groups = plan.parts.count + plan.scenarioRuns.count
        collection = Collection(
            missing: Array(repeating: plans.count, count: groups),
            cases: Array(repeating: [], count: groups)
        )
        let workers = plans.enumerated().map { number, share in
            Worker(
                share,
                options,
                grader,
                profiles,
                identity,
                state,
                number == 0 ? first : connection(identity),
                finished: { [self] in await add($0, $1) }
            )
        }
        let results = await withTaskGroup(of: (Int, WorkerResult).self) { group in
            for (number, worker) in workers.enumerated() { group.addTask { (number, await worker.run()) } }
            var results: [Int: WorkerResult] = [:]
            for await (number, result) in group { results[number] = result }
            return results
        }
        for number in workers.indices { if let found = results[number] { add(found) } }
    }

    private func add(_ found: WorkerResult) {
        result.canaries = CanaryResult.merged(result.canaries + found.canaries)
        result.incidents += found.incidents
        result.times.add(found.times)
        for text in found.notes { note(text) }
        if let stop = found.stop, stop.isAsked {
            note(stop.detail)
        } else if let detail = found.stop?.detail ?? found.scenarioError {
            result.stop = result.stop ?? detail
        }
    }

    private func note(_ text: String) {
        if !result.notes.contains(text) { result.notes.append(text) }
    }

    /// A worker's cases of a family. Families are told in the order of the plan, each once all workers are through with it.
    private func add(_ number: Int, _ cases: [CaseResult]) {
        collection.missing[number] -= 1
        collection.cases[number] += cases
        while collection.next < collection.missing.count, collection.missing[collection.next] == 0 {
            tell(collection.next)
            collection.cases[collection.next] = []
            collection.next += 1
        }
    }

    private func tell(_ number: Int) {
        let found = Dictionary(collection.cases[number].map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let family: FamilyResult
        if number < plan.parts.count {
            let part = plan.parts[number]
            family = FamilyResult(part.family, part.cases.compactMap { found[$0.id] }, runProfile: options.profile)
        } else {
            let group = plan.scenarioRuns[number - plan.parts.count]
            guard let first = group.first else { return }
            family = FamilyResult(first, group.map { found[$0.id] ?? CaseResult($0, notExercised: .runStopped) })
        }
        let numbered = family.with(
            family.cases.map { one in
                var one = evidence.kept(one)
                one.number = plan.positions[one.id] ?? 0
                return one
            }
        )
        let known = options.baseline?.applied(to: numbered, adapterVersion: result.adapter?.version) ?? numbered
        result.families.append(known)
        observer.familyFinished(known)
    }
}

extension FamilyResult {
    fileprivate init(_ family: VectorFamily, _ cases: [CaseResult], runProfile: String) {
        self.init(
            name: family.name,
            title: family.title,
            subject: .layer(family.layer),
            profile: family.profile == VectorFamily.anyProfile ? runProfile : family.profile,
            cases: cases
        )
    }
}

extension FamilyResult {
    /// Of scenarios: the conclusion is about the role.
    fileprivate init(_ first: ScenarioRun, _ cases: [CaseResult]) {
        self.init(
            name: "\(first.familyName):\(first.depth.rawValue)",
            title: first.family.title,
            subject: first.family.subject,
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
        expected: Expected? = nil,
        notes: [String],
        attempts: [Attempt]
    ) {
        let own: Expected
        var violated: [RequirementID] = []
        switch vector.expectation {
        case .accept(let out):
            own = .accept(out)
        case .reject(let reasons, let violates, _):
            own = .reject(reasons: reasons.map(\.rawValue))
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
            expected: expected ?? own,
            verdict: verdict,
            evidence: evidence,
            notes: notes,
            attempts: attempts,
            stepsDivergence: Differences.firstDivergence(expected: vector.steps, got: steps)
        )
    }
}
