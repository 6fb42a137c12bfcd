package import Catalogue
package import StrictJSON

/// The run cannot go on, or its answers cannot be trusted.
package struct RunStop: Error, Hashable, Sendable {
    package let detail: String
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
    private var lastID: Int64 = 0
    private(set) var identity: AdapterIdentity?
    /// What processes did that is worth a note; each once.
    private(set) var notes: [String] = []

    package init(_ command: AdapterCommand, hello: Hello, limits: Limits, isOneShot: Bool) {
        self.command = command
        self.hello = hello
        self.limits = limits
        self.isOneShot = isOneShot
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
    package func ask(_ operation: String, profile: String?, _ input: JSON) async throws(RunStop) -> Attempt {
        if isOneShot { return try await askAlone(operation, profile: profile, input) }
        let running: AdapterProcess
        if let process {
            running = process
        } else {
            running = try await startAndGreet()
            process = running
        }
        let request = nextRequest(operation, profile, input)
        let attempt = await ask(request, running, isAlone: false)
        if case .failure = attempt.outcome { process = nil }
        return attempt
    }

    /// Puts a request to a process that gets no other one, closes its input, and reads its output to the end: what it
    /// says beyond one answer shows here.
    package func askAlone(_ operation: String, profile: String?, _ input: JSON) async throws(RunStop) -> Attempt {
        let process = isOneShot ? try await start() : try await startAndGreet()
        return await askAlone(nextRequest(operation, profile, input), process)
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
        let part = await log.take(attempt.requestID)
        var attempt = attempt
        attempt.standardError = part.text
        attempt.standardErrorCount = part.count
        return attempt
    }

    // MARK: One request

    private func nextRequest(_ operation: String, _ profile: String?, _ input: JSON) -> Request {
        lastID += 1
        return Request(id: lastID, operation: operation, profile: profile, input: input)
    }

    private func ask(_ request: Request, _ process: AdapterProcess, isAlone: Bool) async -> Attempt {
        let clock = ContinuousClock()
        let start = clock.now
        let reply = await reply(to: request, process, isAlone: isAlone)
        if case .failure = reply.outcome { _ = await process.kill() }
        return Attempt(
            requestID: request.id,
            request: request.line,
            answerLine: reply.line,
            outcome: reply.outcome,
            isAlone: isAlone,
            elapsed: clock.now - start
        )
    }

    private func reply(to request: Request, _ process: AdapterProcess, isAlone: Bool) async -> Reply {
        if await process.wasAsked {
            switch await process.lines.poll() {
            case .element(let part): return Reply(.failure(Self.unsolicited(part)))
            case .end: return Reply(.failure(await Self.crash(process, "before the request was sent")))
            case .timeout: break
            }
        }
        await log.begin(request.id)
        await process.send(request.line)
        if isAlone { await process.closeInput() }
        let limit = request.operation == Hello.operation ? limits.hello : limits.answer
        return await Self.reply(process, awaiting: request.id, within: limit)
    }

    private func askAlone(_ request: Request, _ process: AdapterProcess) async -> Attempt {
        let attempt = await ask(request, process, isAlone: true)
        guard case .success = attempt.outcome else { return attempt }
        let end = await process.shutDown()
        note(end)
        guard case .element(let part) = await process.lines.poll() else { return attempt }
        return attempt.replacing(.failure(Self.unsolicited(part)))
    }

    // MARK: Start

    private func start() async throws(RunStop) -> AdapterProcess {
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
        return lines.map { "\n  stderr | \($0.prefix(400))" }.joined()
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

extension Attempt {
    fileprivate func replacing(_ outcome: Result<Answer, Fault>) -> Attempt {
        Attempt(
            requestID: requestID,
            request: request,
            answerLine: answerLine,
            outcome: outcome,
            isAlone: isAlone,
            elapsed: elapsed
        )
    }
}
