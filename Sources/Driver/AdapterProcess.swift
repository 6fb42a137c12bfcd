internal import Subprocess

/// Why a process could not be started.
struct StartFailure: Error, Hashable, Sendable {
    let detail: String
}

/// How a process ended.
struct ProcessEnd: Hashable, Sendable {
    enum Status: Hashable, Sendable {
        case exited(Int32)
        case signaled(Int32)
    }

    let status: Status
    /// It had to be ended.
    var wasKilled = false
    /// It ended by itself and left a process behind, in its group or elsewhere, which was killed.
    var leftProcessBehind = false

    /// As a report puts it.
    var text: String {
        switch status {
        case .exited(let code): "exit status \(code)"
        case .signaled(let signal): "signal \(signal)"
        }
    }
}

/// One running adapter: a process in a group of its own, its lines, and its end.
actor AdapterProcess {
    nonisolated let lines: LineChannel
    private let group: ProcessGroup
    /// What its descendants have in their environment.
    private let mark: String
    private let writer: StandardInputWriter
    private let ends: TimedQueue<ProcessEnd.Status>
    private let limits: Limits
    /// The last thing that was done to the input; the next waits for it.
    private var inputTask: Task<Void, Never>?
    private(set) var inputIsBroken = false
    /// Whether anything was sent: what comes before that is no answer.
    private(set) var wasAsked = false
    private var end: ProcessEnd?

    private init(
        group: ProcessGroup,
        mark: String,
        writer: StandardInputWriter,
        lines: LineChannel,
        ends: TimedQueue<ProcessEnd.Status>,
        limits: Limits
    ) {
        self.group = group
        self.mark = mark
        self.writer = writer
        self.lines = lines
        self.ends = ends
        self.limits = limits
    }

    // MARK: Start

    static func start(
        _ command: AdapterCommand,
        limits: Limits,
        log: ErrorLog
    ) async throws(StartFailure) -> AdapterProcess {
        ProcessGroup.ignoreBrokenPipes
        let mark = Descendants.newMark()
        let lines = LineChannel(limit: limits.line, held: limits.held)
        let ends = TimedQueue<ProcessEnd.Status>()
        let started = TimedQueue<Result<Running, StartFailure>>()
        // The task owns the process: it lives until the process has ended and its output was read.
        Task { await own(command, mark, lines: lines, log: log, started: started, ends: ends) }
        switch await started.next() {
        case .element(.success(let running)):
            Interruption.watch(ProcessGroup(id: running.id))
            return AdapterProcess(
                group: ProcessGroup(id: running.id),
                mark: mark,
                writer: running.writer,
                lines: lines,
                ends: ends,
                limits: limits
            )
        case .element(.failure(let failure)):
            throw failure
        case .end, .timeout:
            throw StartFailure(detail: "the process did not start")
        }
    }

    private struct Running: Sendable {
        let id: Int32
        let writer: StandardInputWriter
    }

    private static func own(
        _ command: AdapterCommand,
        _ mark: String,
        lines: LineChannel,
        log: ErrorLog,
        started: TimedQueue<Result<Running, StartFailure>>,
        ends: TimedQueue<ProcessEnd.Status>
    ) async {
        do {
            let result = try await run(
                command.program.contains("/") ? .path(.init(command.program)) : .name(command.program),
                arguments: Arguments(command.arguments),
                environment: .inherit.updating([.init(stringLiteral: Descendants.variable): mark]),
                platformOptions: ownGroup,
                input: .inputWriter,
                output: .sequence,
                error: .sequence
            ) { execution in
                await started.push(
                    .success(Running(id: execution.processIdentifier.value, writer: execution.standardInputWriter))
                )
                async let output: Void = pump(execution.standardOutput) { await lines.append($0) }
                async let errors: Void = pump(execution.standardError) { await log.append($0) }
                await output
                await lines.finish()
                await errors
            }
            await ends.push(ProcessEnd.Status(result.terminationStatus))
        } catch {
            await started.push(.failure(StartFailure(detail: "\(error)")))
            await lines.finish()
        }
        await started.finish()
        await ends.finish()
    }

    private static var ownGroup: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        return options
    }

    private static func pump(
        _ sequence: SubprocessOutputSequence,
        _ append: @Sendable ([UInt8]) async -> Void
    ) async {
        do {
            for try await buffer in sequence { await append(buffer.withUnsafeBytes { Array($0) }) }
        } catch {
            // A read that fails is the end of the output: the process is judged by what came before.
        }
    }

    // MARK: Input

    /// Writes a line. It returns at once: an adapter that does not read must not hold up the deadline.
    func send(_ line: String) { write("\(line)\n") }

    /// Writes text as it is. It returns at once, too.
    func write(_ text: String) {
        wasAsked = true
        let before = inputTask
        inputTask = Task {
            await before?.value
            let bytes = Array(text.utf8)
            let written = (try? await writer.write(bytes)) ?? 0
            if written != bytes.count { await noteBrokenInput() }
        }
    }

    /// Closes the input, after what was sent.
    func closeInput() {
        let before = inputTask
        inputTask = Task {
            await before?.value
            try? await writer.finish()
        }
    }

    private func noteBrokenInput() async {
        inputIsBroken = true
        await lines.hurry(within: limits.closedInput)
    }

    // MARK: End

    /// How the process ended, after its output did: `nil` if it goes on without output.
    func endAfterOutput() async -> ProcessEnd? {
        if let end { return end }
        guard case .element(let status) = await ends.next(within: limits.closedInput) else { return nil }
        return finished(ProcessEnd(status: status))
    }

    /// Ends the whole group at once.
    func kill() async -> ProcessEnd {
        if let end { return end }
        group.kill()
        return await ended(wasKilled: true)
    }

    /// Closes the input and waits; then asks the group to terminate and waits; then kills it. What is left of the group
    /// after the process ended by itself is killed too.
    func shutDown() async -> ProcessEnd {
        if let end { return end }
        closeInput()
        if case .element(let status) = await ends.next(within: limits.shutDown) {
            return finished(ProcessEnd(status: status))
        }
        group.terminate()
        if case .element(let status) = await ends.next(within: limits.shutDown) {
            return finished(ProcessEnd(status: status, wasKilled: true))
        }
        group.kill()
        return await ended(wasKilled: true)
    }

    private func ended(wasKilled: Bool) async -> ProcessEnd {
        // A process that was killed ends; the bound is for a kernel that keeps it, so that the run still goes on.
        guard case .element(let status) = await ends.next(within: .seconds(30)) else {
            return finished(ProcessEnd(status: .signaled(9), wasKilled: wasKilled))
        }
        return finished(ProcessEnd(status: status, wasKilled: wasKilled))
    }

    private func finished(_ ended: ProcessEnd) -> ProcessEnd {
        var ended = ended
        if group.isAlive {
            ended.leftProcessBehind = !ended.wasKilled
            group.kill()
        }
        if Descendants.kill(mark: mark) > 0 { ended.leftProcessBehind = true }
        Interruption.forget(group)
        end = ended
        return ended
    }
}

extension ProcessEnd.Status {
    fileprivate init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(Int32(truncatingIfNeeded: code))
        case .signaled(let signal): self = .signaled(Int32(truncatingIfNeeded: signal))
        }
    }
}
