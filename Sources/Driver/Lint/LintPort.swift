internal import Catalogue

/// The way to the adapter for `blip66 lint`: what is written and read, noted line by line.
actor LintPort {
    typealias Line = LintStepResult.Line

    let isOneShot: Bool
    private let command: AdapterCommand
    private let limits: Limits
    private let log: ErrorLog
    private var process: AdapterProcess?
    private var transcript: [Line] = []
    /// How processes ended, and what they wrote unasked, that is not as it should be; each once.
    private(set) var badEnds: [String] = []

    init(_ command: AdapterCommand, limits: Limits, isOneShot: Bool) {
        self.command = command
        self.limits = limits
        self.isOneShot = isOneShot
        log = ErrorLog(limit: limits.standardError)
    }

    var isOpen: Bool { process != nil }

    // MARK: The transcript of a step

    func beginStep() async {
        transcript = []
        _ = await log.take(0)
    }

    func remark(_ text: String) { transcript.append(.remark(text)) }

    /// The place in the transcript, to which `forget` can go back.
    var mark: Int { transcript.count }
    func forget(from mark: Int) { transcript.removeSubrange(mark...) }

    /// The lines of the step, with the end of the adapter's log where that may help.
    func takeTranscript(withLog: Bool) async -> [Line] {
        guard withLog else { return transcript }
        try? await Task.sleep(for: limits.log)
        let words = await log.take(0).text.split(whereSeparator: \.isNewline).suffix(6)
        return transcript + words.map { .log(String($0)) }
    }

    // MARK: Processes

    func open() async throws(StartFailure) {
        guard process == nil else { return }
        process = try await AdapterProcess.start(command, limits: limits, log: log)
    }

    /// Lets the process end by itself, and notes what is wrong with that.
    func close() async {
        guard let process else { return }
        self.process = nil
        let end = await process.shutDown()
        if end.wasKilled {
            add("it still ran \(limits.shutDown.inSeconds) after its input was closed, and was killed")
        } else if end.status != .exited(0) {
            add("it ends with \(end.text), not with status 0")
        }
        if end.leftProcessBehind { add("it leaves a process of its group behind") }
        while case .element(let part) = await process.lines.poll() { add(AdapterConnection.unsolicited(part).detail) }
    }

    /// Ends the process at once, after a fault.
    func abandon() async {
        _ = await process?.kill()
        process = nil
    }

    private func add(_ text: String) {
        remark(text)
        if !badEnds.contains(text) { badEnds.append(text) }
    }

    // MARK: Words

    /// Writes one or several lines at once.
    func write(_ lines: [String]) async {
        for line in lines { transcript.append(.sent(line)) }
        await process?.write(lines.map { "\($0)\n" }.joined())
        if isOneShot { await process?.closeInput() }
    }

    /// Writes the beginning of a line, and waits a moment for what may not come yet.
    ///
    /// - Returns: whether something came all the same.
    func writeBeginning(_ text: String) async -> Bool {
        transcript.append(.sent(text))
        await process?.write(text)
        guard let process, case .element(let part) = await process.lines.next(within: .milliseconds(100)) else {
            return false
        }
        note(part)
        return true
    }

    func closeInput() async {
        remark("its input was closed")
        await process?.closeInput()
    }

    /// What came after the answer before, though nothing was asked.
    func stray() async -> Fault? {
        guard let process, case .element(let part) = await process.lines.poll() else { return nil }
        note(part)
        return Fault(.desync, "after the answer before, \(AdapterConnection.unsolicited(part).detail)")
    }

    private func note(_ part: OutputPart) {
        if case .line(let bytes) = part { transcript.append(.received(String(decoding: bytes, as: UTF8.self))) }
    }

    /// Whether the process ended by itself, and with status 0.
    func endedWell() async -> Bool {
        guard let process, case .end = await process.lines.poll() else { return false }
        return await process.endAfterOutput()?.status == .exited(0)
    }

    /// The next line.
    func line(within limit: Duration? = nil) async throws(NoLine) -> [UInt8] {
        guard let process else { throw NoLine(fault: Fault(.crash, "no process lives")) }
        do {
            let bytes = try await AdapterConnection.line(process, within: limit ?? limits.answer)
            transcript.append(.received(String(decoding: bytes, as: UTF8.self)))
            return bytes
        } catch {
            if let text = error.text { transcript.append(.received(text)) }
            remark(error.fault.detail)
            throw error
        }
    }

    /// The next line, read as an answer.
    func reply(awaiting id: Int64?, within limit: Duration? = nil) async -> Reply {
        do {
            return AdapterConnection.read(try await line(within: limit), awaiting: id)
        } catch {
            return Reply(.failure(error.fault), line: error.text)
        }
    }
}
