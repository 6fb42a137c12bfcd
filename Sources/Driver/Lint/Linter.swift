package import Catalogue
package import StrictJSON

/// Puts the protocol itself to an adapter, step by step: what it says to requests of every shape, not whether its
/// verdicts are right.
package actor Linter {
    typealias Problem = LintStepResult.Problem

    let port: LintPort
    let limits: Limits
    /// The tables of the profiles, by name.
    let tables: [String: JSON]
    private var result: LintResult
    private var lastID: Int64 = 0
    /// Why the steps that are left cannot be made.
    private var skipReason: String?

    let readings: Readings?

    package init(
        _ command: AdapterCommand,
        limits: Limits,
        isOneShot: Bool,
        profileTables: [String: JSON],
        readings: Readings? = nil
    ) {
        self.readings = readings
        port = LintPort(command, limits: limits, isOneShot: isOneShot)
        self.limits = limits
        tables = profileTables
        result = LintResult(command: command.words, isOneShot: isOneShot)
    }

    /// - Parameters:
    ///   - steps: those to make; without `hello` there is nobody to ask.
    ///   - observe: gets each step as it is done.
    package func run(
        _ steps: [LintStep] = LintStep.allCases,
        observe: @Sendable (LintStepResult) -> Void = { _ in }
    ) async -> LintResult {
        do {
            try await port.open()
        } catch {
            result.stop = "the adapter \(result.command.first ?? "") cannot be started: \(error.detail)"
            return result
        }
        for step in steps {
            let stepResult = await perform(step)
            result.steps.append(stepResult)
            observe(stepResult)
        }
        return result
    }

    // MARK: One step

    private func perform(_ step: LintStep) async -> LintStepResult {
        if let reason = skipReason ?? reasonNotToPerform(step) {
            return LintStepResult(title: step.title, notExercised: reason)
        }
        await port.beginStep()
        var problems: [Problem]
        do {
            problems = try await self.problems(step)
        } catch let left as StepNotExercised {
            problems = left.problem.map { [$0] } ?? []
            if problems.isEmpty { return LintStepResult(title: step.title, notExercised: left.reason) }
        } catch {
            problems = [.fault("\(error)", fix: "Start the adapter by hand and look at its output.")]
        }
        if step == .hello, identity == nil { skipReason = "hello was not answered as the protocol requires" }
        return LintStepResult(
            title: step.title,
            transcript: await port.takeTranscript(withLog: problems.contains(where: \.isFault)),
            problems: problems
        )
    }

    private func reasonNotToPerform(_ step: LintStep) -> String? {
        if isOneShot, step.needsLongLife { return "with --one-shot a process gets one line" }
        if step.needsSample, sample == nil { return "lint has no plain request for any operation that hello lists" }
        return nil
    }

    /// A step finds out on the way that it cannot be made.
    struct StepNotExercised: Error {
        let reason: String
        /// What is wrong, where it is the adapter's doing.
        var problem: Problem?
    }

    /// From here on nothing more can be made.
    func skipRemainingSteps(_ reason: String) { skipReason = reason }

    private func problems(_ step: LintStep) async throws -> [Problem] {
        switch step {
        case .hello: await hello()
        case .helloWithMore: try await helloWithMore()
        case .helloWithTables: try await helloWithTables()
        case .plainRequest: try await plainRequest()
        case .unknownOperation: try await unknownOperation()
        case .unknownMembers: try await unknownMembers()
        case .missingMember: try await missingMember()
        case .wrongType: try await wrongType()
        case .upperCaseHex: try await upperCaseHex()
        case .largeID: try await largeID()
        case .longLine: try await longLine()
        case .repeated: try await repeated()
        case .halves: try await halves()
        case .atOnce: try await atOnce()
        case .notJSON: try await notJSON()
        case .emptyLine: try await emptyLine()
        case .duplicateKeys: try await duplicateKeys()
        case .deepNesting: try await deepNesting()
        case .end: await end()
        }
    }

    // MARK: What the steps share

    var isOneShot: Bool { result.isOneShot }

    var identity: AdapterIdentity? { result.adapter }

    func meet(_ identity: AdapterIdentity) { result.adapter = identity }

    var sample: LintSample? { identity.flatMap { LintSample.of($0, tables) } }

    func nextID() -> Int64 {
        lastID += 1
        return lastID
    }

    /// A request that every adapter has to answer, whatever it can do.
    func probe() -> (id: Int64, line: String) {
        let id = nextID()
        return (id, Request(id: id, operation: "lint.no_such_operation", profile: nil, input: [:]).line)
    }

    /// A process that was greeted; with `--one-shot` one that was not.
    func ensureProcess() async throws {
        if await port.isOpen { return }
        let mark = await port.mark
        do {
            try await port.open()
        } catch {
            throw lost("the adapter cannot be started again: \(error.detail)")
        }
        if isOneShot { return }
        await port.write([Hello(profiles: [:]).request.line])
        guard case .success(.accept) = await port.reply(awaiting: 0, within: limits.hello).outcome else {
            await port.abandon()
            throw lost("the adapter, started again, does not answer hello")
        }
        await port.forget(from: mark)
        await port.remark("a new process, which answered hello")
    }

    private func lost(_ reason: String) -> StepNotExercised {
        skipRemainingSteps(reason)
        return StepNotExercised(
            reason: reason,
            problem: .fault(reason, fix: "Answer hello in every process, and the same.")
        )
    }

    /// Puts a line and reads the answer to it. A fault leaves no process behind, and neither does `--one-shot`.
    func ask(_ line: String, awaiting id: Int64?) async throws -> Reply {
        try await ensureProcess()
        if let fault = await port.stray() {
            await port.abandon()
            return Reply(.failure(fault))
        }
        await port.write([line])
        let reply = await port.reply(awaiting: id)
        await settle(reply)
        return reply
    }

    /// What follows an answer.
    func settle(_ reply: Reply) async {
        if case .failure = reply.outcome {
            await port.abandon()
        } else if isOneShot {
            await port.close()
        }
    }

    /// Puts a request that is to be answered with one of these outcomes.
    func ask(
        _ request: JSONObject,
        id: Int64,
        wanted: [String],
        fix: String
    ) async throws -> [Problem] {
        evaluate(try await ask(JSON.object(request).line, awaiting: id), wanted: wanted, fix: fix)
    }

    func evaluate(_ reply: Reply, wanted: [String], fix: String) -> [Problem] {
        switch reply.outcome {
        case .failure(let fault): [.of(fault)]
        case .success(let answer): wanted.contains(answer.outcome) ? [] : [.of(answer, wanted: wanted, fix: fix)]
        }
    }

    /// A request as an object, so that it can be changed in ways that no runner would.
    func request(_ sample: LintSample, id: Int64, input: JSON? = nil) -> JSONObject {
        var request: JSONObject = ["id": .integer(id), "op": .string(sample.operation)]
        if let profile = sample.profile { request["profile"] = .string(profile) }
        request["in"] = input ?? .object(sample.input)
        return request
    }
}
