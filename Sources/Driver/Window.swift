internal import Catalogue

/// What came of requests that were put at once.
struct Window: Sendable {
    /// In the order of the requests; `nil` for those without an answer.
    let attempts: [Attempt?]
    /// What ended it before all were answered, or came after them.
    let fault: Fault?
}

/// Requests that were put at once and wait for their answers, which may come in any order.
struct OpenWindow: Sendable {
    private let lines: [String]
    private let firstID: Int64
    private let ticket: Int64
    private var attempts: [Attempt?]
    private(set) var openCount: Int
    private(set) var times = AnswerTimes()
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant
    var fault: Fault?

    init(_ requests: [QueuedRequest], firstID: Int64, ticket: Int64) {
        lines = requests.enumerated().map { offset, request in
            Request(
                id: firstID + Int64(offset),
                operation: request.operation,
                profile: request.profile,
                input: request.input
            ).line
        }
        self.firstID = firstID
        self.ticket = ticket
        attempts = requests.map { _ in nil }
        openCount = requests.count
        last = clock.now
    }

    var text: String { lines.map { "\($0)\n" }.joined() }
    var isComplete: Bool { openCount == 0 }
    var result: Window { Window(attempts: attempts, fault: fault) }

    mutating func take(_ part: OutputPart) {
        guard fault == nil else { return }
        guard !isComplete else { return fault = AdapterConnection.unsolicited(part) }
        switch part {
        case .line(let bytes): take(bytes)
        case .tooLong: fault = Fault(.protocolError, "the line is longer than the limit")
        case .unfinished(let bytes):
            fault = Fault(.crash, "the adapter ended in the middle of a line: \(AnswerLine.excerpt(bytes))")
        }
    }

    private mutating func take(_ bytes: [UInt8]) {
        do {
            let (id, answer) = try AnswerLine.read(bytes, among: open)
            let index = Int(id - firstID)
            let now = clock.now
            times.add(now - last)
            attempts[index] = Attempt(
                ticket: ticket,
                request: lines[index],
                answerLine: String(decoding: bytes, as: UTF8.self),
                outcome: .success(answer),
                isAlone: false,
                elapsed: now - last
            )
            last = now
            openCount -= 1
        } catch {
            fault = error
        }
    }

    private var open: OpenIDs { OpenIDs(attempts: attempts, firstID: firstID, count: openCount) }

    /// The ids that wait for an answer.
    struct OpenIDs {
        fileprivate let attempts: [Attempt?]
        fileprivate let firstID: Int64
        let count: Int

        func contains(_ id: Int64) -> Bool {
            let (offset, isOutside) = id.subtractingReportingOverflow(firstID)
            guard !isOutside, offset >= 0, offset < Int64(attempts.count) else { return false }
            return attempts[Int(offset)] == nil
        }
    }
}
