internal import Catalogue

/// What came of requests that were put at once.
struct Window: Sendable {
    /// In the order of the requests; `nil` for those without an answer.
    let attempts: [Attempt?]
    /// What ended it before all were answered, or came after them.
    let fault: Fault?
    /// The answers are too long to be held at once. Nobody is to blame; the process is gone, and those without an answer are to be
    /// put alone.
    var isTooLarge = false
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
    /// Bytes of answers that may be held until all have come.
    private let mostHeld: Int
    private var held = 0
    private var isCut = false
    var fault: Fault?

    init(_ requests: [QueuedRequest], firstID: Int64, ticket: Int64, mostHeld: Int) {
        self.mostHeld = mostHeld
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
    /// Too much came to wait for the rest.
    var isTooLarge: Bool { !isComplete && (isCut || held > mostHeld) }
    var isWaiting: Bool { fault == nil && !isComplete && !isTooLarge }
    var result: Window { Window(attempts: attempts, fault: fault, isTooLarge: isTooLarge) }

    mutating func take(_ part: OutputPart) {
        guard fault == nil else { return }
        guard !isComplete else { return fault = AdapterConnection.unsolicited(part) }
        guard !isTooLarge else { return }
        switch part {
        case .line(let bytes): take(bytes)
        case .tooLong: fault = Fault(.protocolError, "the line is longer than the limit")
        case .dropped: isCut = true
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
            held += bytes.count
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
