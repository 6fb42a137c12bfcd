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

/// How the parts of an output become an answer or a fault.
extension AdapterConnection {
    static func reply(_ process: AdapterProcess, awaiting id: Int64, within limit: Duration) async -> Reply {
        switch await process.lines.next(within: limit) {
        case .element(.line(let bytes)):
            let line = String(decoding: bytes, as: UTF8.self)
            do {
                return Reply(.success(try AnswerLine.read(bytes, awaiting: id)), line: line)
            } catch {
                return Reply(.failure(error), line: line)
            }
        case .element(.tooLong):
            return Reply(.failure(Fault(.protocolError, "the line is longer than the limit")))
        case .element(.unfinished(let bytes)):
            let excerpt = AnswerLine.excerpt(bytes)
            let fault = await crash(process, "in the middle of a line: \(excerpt)")
            return Reply(.failure(fault), line: String(decoding: bytes, as: UTF8.self))
        case .end:
            return Reply(.failure(await crash(process, "before the answer")))
        case .timeout:
            return Reply(.failure(await timeout(process, limit)))
        }
    }

    private static func timeout(_ process: AdapterProcess, _ limit: Duration) async -> Fault {
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
    static func unasked(_ part: OutputPart) -> Fault {
        switch part {
        case .line(let bytes), .unfinished(let bytes):
            Fault(.desync, "a line came that no request had asked for: \(AnswerLine.excerpt(bytes))")
        case .tooLong:
            Fault(.desync, "a line came that no request had asked for, longer than the limit")
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
