internal import Catalogue

/// What came back for one request.
struct Reply: Sendable {
    let outcome: Result<Answer, Fault>
    /// The line, where one came.
    var line: String?

    init(_ outcome: Result<Answer, Fault>, line: String? = nil) {
        self.outcome = outcome
        self.line = line
    }
}

/// Why no line came.
struct NoLine: Error {
    let fault: Fault
    /// What came in its place.
    var text: String?
}

/// How the parts of an output become an answer or a fault.
extension AdapterConnection {
    static func reply(_ process: AdapterProcess, awaiting id: Int64?, within limit: Duration) async -> Reply {
        do {
            return read(try await line(process, within: limit), awaiting: id)
        } catch {
            return Reply(.failure(error.fault), line: error.text)
        }
    }

    /// Reads a line as the answer to the request with this id.
    static func read(_ bytes: [UInt8], awaiting id: Int64?) -> Reply {
        let outcome: Result<Answer, Fault>
        do {
            outcome = .success(try AnswerLine.read(bytes, awaiting: id))
        } catch {
            outcome = .failure(error)
        }
        // Made when the parser has given its memory back: a line may have 16 MiB.
        return Reply(outcome, line: String(decoding: bytes, as: UTF8.self))
    }

    /// The next line of the process.
    static func line(_ process: AdapterProcess, within limit: Duration) async throws(NoLine) -> [UInt8] {
        switch await process.lines.next(within: limit) {
        case .element(.line(let bytes)):
            return bytes
        case .element(.tooLong):
            throw NoLine(fault: Fault(.protocolError, "the line is longer than the limit"))
        case .element(.dropped):
            throw NoLine(fault: Fault(.desync, "more lines came than any request asked for"))
        case .element(.unfinished(let bytes)):
            let fault = await crash(process, "in the middle of a line: \(AnswerLine.excerpt(bytes))")
            throw NoLine(fault: fault, text: String(decoding: bytes, as: UTF8.self))
        case .end:
            throw NoLine(fault: await crash(process, "before the answer"))
        case .timeout:
            throw NoLine(fault: await timeout(process, limit))
        }
    }

    static func timeout(_ process: AdapterProcess, _ limit: Duration) async -> Fault {
        if await process.inputIsBroken {
            return Fault(.crash, "the adapter closed its standard input before it had read the request")
        }
        let began = await process.lines.unfinished.map { ", only the beginning of a line: \(AnswerLine.excerpt($0))" }
        return Fault(.timeout, "no answer within \(limit.inSeconds)\(began ?? "")")
    }

    static func crash(_ process: AdapterProcess, _ moment: String) async -> Fault {
        guard let end = await process.endAfterOutput() else {
            return Fault(.crash, "the adapter closed its standard output \(moment)")
        }
        return Fault(.crash, "the adapter ended (\(end.text)) \(moment)")
    }

    /// A part that came when nothing was awaited.
    static func unsolicited(_ part: OutputPart) -> Fault {
        switch part {
        case .line(let bytes), .unfinished(let bytes):
            Fault(.desync, "unexpected line, no request was open: \(AnswerLine.excerpt(bytes))")
        case .tooLong:
            Fault(.desync, "unexpected line longer than the limit, no request was open")
        case .dropped:
            Fault(.desync, "many unexpected lines, no request was open")
        }
    }
}

extension Duration {
    /// As a message says it, such as `10 seconds` or `0.5 seconds`.
    var inSeconds: String {
        let (seconds, attoseconds) = components
        guard attoseconds != 0 else { return seconds == 1 ? "1 second" : "\(seconds) seconds" }
        return "\(Double(seconds) + Double(attoseconds) / 1e18) seconds"
    }
}
