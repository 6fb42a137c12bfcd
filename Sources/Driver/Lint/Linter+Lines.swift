internal import Catalogue
internal import StrictJSON

/// Lines as a pipe may bring them, and lines that are no requests.
extension Linter {
    func halves() async throws -> [Problem] {
        let (sample, id) = try next()
        let line = JSON.object(request(sample, id: id)).line
        let middle = line.index(line.startIndex, offsetBy: line.count / 2)
        try await ensureProcess()
        if await port.writeBeginning(String(line[..<middle])) {
            await port.abandon()
            return [.fault("a line came before the request was whole", fix: Self.halvesFix)]
        }
        await port.remark("and a moment later the rest of the line")
        await port.write([String(line[middle...])])
        let reply = await port.reply(awaiting: id)
        await settle(reply)
        return evaluate(reply, wanted: ["accept"], fix: Self.halvesFix)
    }

    private static let halvesFix = "Read up to the newline, however many reads that takes, before a request is parsed."

    func atOnce() async throws -> [Problem] {
        let sample = try next().sample
        let ids = (0..<5).map { _ in nextID() }
        try await ensureProcess()
        await port.write(ids.map { JSON.object(request(sample, id: $0)).line })
        var open = ids
        while let first = open.first {
            do {
                let bytes = try await port.line()
                let id = mayOvertake ? (open.first { $0 == Self.id(bytes) } ?? first) : first
                let problems = evaluate(
                    AdapterConnection.read(bytes, awaiting: id),
                    wanted: ["accept"],
                    fix: Self.orderFix
                )
                guard problems.isEmpty else {
                    await port.abandon()
                    return problems
                }
                open.removeAll { $0 == id }
            } catch {
                await port.abandon()
                return [.of(error.fault)]
            }
        }
        return []
    }

    private static let orderFix = "Answer in the order of the requests, unless capabilities.pipelining is above 1."

    private var mayOvertake: Bool { (identity?.capabilities["pipelining"]?.integer ?? 1) > 1 }

    private static func id(_ line: [UInt8]) -> Int64? { (try? JSON.parse(line))?["id"]?.integer }

    // MARK: Lines that are no requests

    func notJSON() async throws -> [Problem] {
        var problems: [Problem] = []
        for line in [
            "this is not JSON", #"{"id":1,"op":"hel"#, #"{"id":1,"op":"bigsize.decode","in":{"bytes":"00"}} {}"#,
        ] {
            problems += try await sendStray(line, silence: { .fault($0, fix: $1) })
        }
        return problems
    }

    func emptyLine() async throws -> [Problem] { try await sendStray("", silence: { .note($0, fix: $1) }) }

    /// Puts a line that cannot be read, with a request after it that can: so silence shows at once.
    private func sendStray(_ line: String, silence: (String, String) -> Problem) async throws -> [Problem] {
        if isOneShot { return evaluate(try await ask(line, awaiting: nil), wanted: ["error"], fix: Self.strayFix) }
        try await ensureProcess()
        let probe = probe()
        await port.write([line, probe.line])
        do {
            let bytes = try await port.line()
            if Self.id(bytes) == probe.id { return [silence("the line was not answered", Self.strayFix)] }
            let problems = evaluate(AdapterConnection.read(bytes, awaiting: nil), wanted: ["error"], fix: Self.strayFix)
            if !problems.isEmpty {
                await port.abandon()
                return problems
            }
            return evaluate(await probeReply(probe.id), wanted: ["skip", "error"], fix: Self.strayFix)
        } catch {
            await port.abandon()
            return [.fault("\(error.fault.kind.rawValue): \(error.fault.detail)", fix: Self.strayFix)]
        }
    }

    private static let strayFix = """
        Split the input into lines first and parse each by itself; answer \
        {"id":null,"outcome":"error","detail":"…"} to one that is no JSON object, and read the next.
        """

    private func probeReply(_ id: Int64) async -> Reply {
        let reply = await port.reply(awaiting: id)
        await settle(reply)
        return reply
    }

    /// Deeper than most parsers go. To take it and to call it an error are both right.
    func deepNesting() async throws -> [Problem] {
        let (sample, id) = try next()
        let depth = 100_000
        let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let line = "\(JSON.object(request(sample, id: id)).line.dropLast()),\"colour\":\(nested)}"
        let fix = "Bound the depth that is parsed, and answer \"outcome\":\"error\" beyond it."
        let problems = evaluate(try await ask(line, awaiting: id), wanted: ["accept", "error"], fix: fix)
        if isOneShot || !problems.isEmpty { return problems }
        let probe = probe()
        return evaluate(try await ask(probe.line, awaiting: probe.id), wanted: ["skip", "error"], fix: fix)
    }

    // MARK: The end

    func end() async -> [Problem] {
        if let fault = await port.stray() {
            await port.abandon()
            return [.of(fault)]
        }
        if await port.isOpen { await port.closeInput() }
        await port.close()
        return await port.badEnds.map {
            .fault(
                $0,
                fix: """
                    When the input ends, end too, with status 0, within \(limits.shutDown.inSeconds); write nothing but \
                    answers to standard output, and start nothing that stays.
                    """
            )
        }
    }
}
