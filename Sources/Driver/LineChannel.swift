/// What an adapter wrote to its standard output, cut into lines.
package enum OutputPart: Hashable, Sendable {
    /// A line, without its newline.
    case line([UInt8])
    /// A line beyond the limit; its bytes are dropped.
    case tooLong
    /// The output ended inside a line.
    case unfinished([UInt8])
}

/// Cuts bytes into lines and bounds what it holds.
package struct LineSplitter: Sendable {
    private let limit: Int
    private var partial: [UInt8] = []
    private var isSkipping = false

    /// - Parameter limit: the most bytes of a line.
    package init(limit: Int) { self.limit = limit }

    /// The parts that `bytes` complete.
    package mutating func append(_ bytes: [UInt8]) -> [OutputPart] {
        var parts: [OutputPart] = []
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            hold(rest[..<newline], &parts)
            if !isSkipping { parts.append(.line(partial)) }
            partial.removeAll()
            isSkipping = false
            rest = rest[(newline + 1)...]
        }
        hold(rest, &parts)
        return parts
    }

    /// The bytes of a line that has begun.
    package var unfinished: [UInt8]? { partial.isEmpty ? nil : partial }

    private mutating func hold(_ bytes: ArraySlice<UInt8>, _ parts: inout [OutputPart]) {
        guard !isSkipping else { return }
        guard bytes.count <= limit - partial.count else {
            isSkipping = true
            partial.removeAll()
            parts.append(.tooLong)
            return
        }
        partial.append(contentsOf: bytes)
    }
}

/// The lines of one process. A pump fills it; one reader waits with a deadline.
package actor LineChannel {
    /// Lines that are kept while nobody waits: those that may be asked for at once, and some more. One unasked line is a
    /// fault already, and what follows it need not be kept.
    private static let capacity = Limits.mostOpenRequests + 16

    private var splitter: LineSplitter
    private let queue = TimedQueue<OutputPart>(capacity: LineChannel.capacity)

    package init(limit: Int) { splitter = LineSplitter(limit: limit) }

    package func append(_ bytes: [UInt8]) async {
        let parts = splitter.append(bytes)
        if !parts.isEmpty { await queue.push(contentsOf: parts) }
    }

    /// Says that the output ended.
    package func finish() async {
        if let unfinished = splitter.unfinished { await queue.push(.unfinished(unfinished)) }
        await queue.finish()
    }

    package func poll() async -> TimedQueue<OutputPart>.Arrival { await queue.poll() }
    package func next(within limit: Duration) async -> TimedQueue<OutputPart>.Arrival {
        await queue.next(within: limit)
    }
    package func nextAll(within limit: Duration) async -> (
        elements: [OutputPart], arrival: TimedQueue<OutputPart>.Arrival?
    ) {
        await queue.nextAll(within: limit)
    }
    package func hurry(within limit: Duration) async { await queue.hurry(within: limit) }

    /// The bytes of a line that has begun.
    package var unfinished: [UInt8]? { splitter.unfinished }
}
