package import Catalogue
package import StrictJSON

/// The run cannot go on, or its answers cannot be trusted.
package struct RunStop: Error, Hashable, Sendable {
    package let detail: String
    /// The options ask for it, so that nothing is wrong with the run.
    package let isAsked: Bool

    package init(detail: String, isAsked: Bool = false) {
        self.detail = detail
        self.isAsked = isAsked
    }
}

/// What the end of a process has to say.
package struct CloseResult: Hashable, Sendable {
    /// A line that came after the last answer.
    package var fault: Fault?
    package var notes: [String] = []
}

/// Puts requests to an adapter: to one process that lives on, or to a new process each.
///
/// A process that is at fault is killed with its group, and the next request starts another and greets it again.
package actor AdapterConnection {
    private let command: AdapterCommand
    private let hello: Hello
    private let limits: Limits
    private let isOneShot: Bool
    private let log: ErrorLog
    private var process: AdapterProcess?
    /// Tells requests apart, over all processes.
    private var lastTicket: Int64 = 0
    /// The last id that was sent to the process that lives on.
    private var lastID: Int64 = 0
    private(set) var identity: AdapterIdentity?
    /// What processes did that is worth a note; each once.
    private(set) var notes: [String] = []
    /// How long answers took.
    private(set) var times = AnswerTimes()

    /// - Parameter identity: what the answer to `hello` must say, where another process has given it already.
    package init(
        _ command: AdapterCommand,
        hello: Hello,
        limits: Limits,
        isOneShot: Bool,
        identity: AdapterIdentity? = nil
    ) {
        self.command = command
        self.hello = hello
        self.limits = limits
        self.isOneShot = isOneShot
        self.identity = identity
        log = ErrorLog(limit: limits.standardError)
    }

    /// Greets the adapter, and starts it if need be.
    package func connect() async throws(RunStop) -> AdapterIdentity {
        if let identity { return identity }
        if isOneShot {
            let process = try await start()
            let attempt = await askAlone(hello.request, process)
            return try await greeted(attempt)
        }
        process = try await startAndGreet()
        guard let identity else { throw RunStop(detail: "the answer to hello names no implementation") }
        return identity
    }

    /// Puts a request. A fault leaves no process behind.
    /// - `repeats`: how often it is to be done, by an adapter that lives on.
    package func ask(
        _ operation: String,
        profile: String?,
        _ input: JSON,
        repeats: Int? = nil
    ) async throws(RunStop) -> Attempt {
        if isOneShot { return try await askAlone(operation, profile: profile, input) }
        let running = try await running()
        lastID += 1
        let request = Request(id: lastID, operation: operation, profile: profile, input: input, repeats: repeats)
        let attempt = await ask(request, running, isAlone: false)
        if case .failure = attempt.outcome { process = nil }
        return try unlessInterrupted(attempt)
    }

    /// Puts several requests at once to an adapter that declares `pipelining`. The answers may come in any order.
    ///
    /// After a fault the process is gone; whose fault it is shows when the requests are put again alone.
    func ask(all requests: [QueuedRequest]) async throws(RunStop) -> Window {
        let running = try await running()
        if let fault = await strayFault(running) {
            await kill()
            try stopIfInterrupted()
            return Window(attempts: requests.map { _ in nil }, fault: fault)
        }
        lastTicket += 1
        var window = OpenWindow(requests, firstID: lastID + 1, ticket: lastTicket, mostHeld: limits.held)
        lastID += Int64(requests.count)
        await log.begin(lastTicket)
        await running.write(window.text)
        while window.isWaiting {
            let (parts, arrival) = await running.lines.nextAll(within: limits.answer)
            for part in parts { window.take(part) }
            switch arrival {
            case .end?: window.fault = await Self.crash(running, "before \(window.openCount) answers")
            case .timeout?: window.fault = await Self.timeout(running, limits.answer)
            case .element?, nil: break
            }
        }
        times.add(window.times)
        if window.fault != nil || window.isTooLarge { await kill() }
        if window.isTooLarge { note(Misbehaviour.answersTooMuchAtOnce.note) }
        try stopIfInterrupted()
        return window.result
    }

    private func running() async throws(RunStop) -> AdapterProcess {
        if let process { return process }
        let started = try await startAndGreet()
        process = started
        lastID = 0
        return started
    }

    /// After a signal every fault is this program's own doing.
    private func unlessInterrupted(_ attempt: Attempt) throws(RunStop) -> Attempt {
        if case .failure = attempt.outcome { try stopIfInterrupted() }
        return attempt
    }

    private func stopIfInterrupted() throws(RunStop) {
        if let detail = Interruption.detail { throw RunStop(detail: detail) }
    }

    /// Puts a request to a process that gets no other one, closes its input, and reads its output to the end: what it
    /// says beyond one answer shows here.
    package func askAlone(_ operation: String, profile: String?, _ input: JSON) async throws(RunStop) -> Attempt {
        let process = isOneShot ? try await start() : try await startAndGreet()
        let request = Request(id: 1, operation: operation, profile: profile, input: input)
        return try unlessInterrupted(await askAlone(request, process))
    }

    /// Kills the process that lives on; the next request starts another.
    package func kill() async {
        guard let process else { return }
        self.process = nil
        _ = await process.kill()
    }

    /// Ends the process that lives on.
    package func close() async -> CloseResult {
        guard let process else { return CloseResult(notes: notes) }
        self.process = nil
        let end = await process.shutDown()
        note(end)
        var closing = CloseResult(notes: notes)
        if case .element(let part) = await process.lines.poll() { closing.fault = Self.unsolicited(part) }
        return closing
    }

    /// Waits a moment for the log that goes with an answer: it comes through another pipe.
    package func letLogArrive() async { try? await Task.sleep(for: limits.log) }

    /// The attempt with what came on standard error. To be asked for late: a log may lag behind its answer.
    package func withStandardError(_ attempt: Attempt) async -> Attempt {
        let part = await log.part(attempt.ticket)
        var attempt = attempt
        attempt.standardError = part.text
        attempt.standardErrorCount = part.count
        return attempt
    }

    /// Forgets what came on standard error for these requests; without them, for all before the last.
    func forgetLog(_ tickets: Set<Int64>? = nil) async {
        if let tickets { await log.forget(tickets) } else { await log.forget(before: lastTicket) }
    }

    // MARK: One request

    private func ask(_ request: Request, _ process: AdapterProcess, isAlone: Bool) async -> Attempt {
        let clock = ContinuousClock()
        let start = clock.now
        lastTicket += 1
        let ticket = lastTicket
        let reply = await reply(to: request, ticket, process, isAlone: isAlone)
        let elapsed = clock.now - start
        if case .failure = reply.outcome {
            _ = await process.kill()
        } else if request.operation != Hello.operation {
            times.add(elapsed)
        }
        return Attempt(
            ticket: ticket,
            request: request.line,
            answerLine: reply.line,
            outcome: reply.outcome,
            isAlone: isAlone,
            elapsed: elapsed
        )
    }

    /// What is wrong with a process between two requests.
    private func strayFault(_ process: AdapterProcess) async -> Fault? {
        guard await process.wasAsked else { return nil }
        switch await process.lines.poll() {
        case .element(let part): return Self.unsolicited(part)
        case .end: return await Self.crash(process, "before the request was sent")
        case .timeout: return nil
        }
    }

    private func reply(
        to request: Request,
        _ ticket: Int64,
        _ process: AdapterProcess,
        isAlone: Bool
    ) async -> Reply {
        if let fault = await strayFault(process) { return Reply(.failure(fault)) }
        if request.operation != Hello.operation { await log.begin(ticket) }
        await process.send(request.line)
        if isAlone { await process.closeInput() }
        let limit = request.operation == Hello.operation ? limits.hello : limits.answer
        return await Self.reply(process, awaiting: request.id, within: limit)
    }

    private func askAlone(_ request: Request, _ process: AdapterProcess) async -> Attempt {
        var attempt = await ask(request, process, isAlone: true)
        guard case .success = attempt.outcome else { return attempt }
        let end = await process.shutDown()
        note(end)
        guard case .element(let part) = await process.lines.poll() else { return attempt }
        attempt.outcome = .failure(Self.unsolicited(part))
        return attempt
    }

    // MARK: Start

    private func start() async throws(RunStop) -> AdapterProcess {
        try stopIfInterrupted()
        await log.begin(0)
        do {
            return try await AdapterProcess.start(command, limits: limits, log: log)
        } catch {
            throw RunStop(detail: "the adapter \(command.program) cannot be started: \(error.detail)")
        }
    }

    private func startAndGreet() async throws(RunStop) -> AdapterProcess {
        let process = try await start()
        let attempt = await ask(hello.request, process, isAlone: false)
        do {
            _ = try await greeted(attempt)
            return process
        } catch {
            _ = await process.kill()
            try stopIfInterrupted()
            throw error
        }
    }

    /// Reads the answer to `hello`; a second one must say what the first said.
    private func greeted(_ attempt: Attempt) async throws(RunStop) -> AdapterIdentity {
        let greeting: AdapterIdentity
        do {
            greeting = try Hello.identity(try Self.accepted(attempt.outcome))
        } catch {
            throw RunStop(detail: "the handshake failed: \(error)\(await standardErrorTail())")
        }
        if let identity, identity != greeting {
            throw RunStop(
                detail:
                    "the answer to hello after a restart differs from the first one; it must be the same in every process"
            )
        }
        identity = greeting
        return greeting
    }

    /// The end of what the process wrote to its standard error before and with `hello`, for a message.
    private func standardErrorTail() async -> String {
        let lines = await log.take(0).text.split(whereSeparator: \.isNewline).suffix(12)
        return lines.map { "\n  stderr | \(PrintableText.line(String($0), limit: 400))" }.joined()
    }

    private struct HandshakeFailure: Error, CustomStringConvertible {
        let description: String
    }

    private static func accepted(_ outcome: Result<Answer, Fault>) throws(HandshakeFailure) -> JSONObject {
        switch outcome {
        case .success(.accept(let out)):
            return out
        case .success(.reject(let reason, let detail)):
            throw HandshakeFailure(description: "hello was rejected (\(reason)): \(detail); it has to be accepted")
        case .success(.skip(let detail)), .success(.error(let detail)):
            throw HandshakeFailure(description: "hello was not accepted: \(detail)")
        case .failure(let fault):
            throw HandshakeFailure(description: "\(fault.kind.rawValue): \(fault.detail)")
        }
    }

    // MARK: Ends

    private func note(_ end: ProcessEnd) {
        if end.wasKilled { note(Misbehaviour.outlivesItsInput.note) }
        if end.leftProcessBehind { note(Misbehaviour.leavesProcessBehind.note) }
        if !end.wasKilled, end.status != .exited(0) {
            note("\(Misbehaviour.endsWithFailureStatus.note) (\(end.text))")
        }
    }

    private func note(_ text: String) {
        if !notes.contains(text) { notes.append(text) }
    }
}
