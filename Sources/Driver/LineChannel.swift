/// What an adapter wrote to its standard output, cut into lines.
package enum OutputPart: Hashable, Sendable {
    /// A line, without its newline.
    case line([UInt8])
    /// A line beyond the limit; its bytes are dropped.
    case tooLong
    /// The output ended inside a line.
    case unfinished([UInt8])
    /// More lines came than are held while nobody reads; from here on they are dropped.
    case dropped
}

extension OutputPart {
    /// The bytes that it holds.
    fileprivate var count: Int {
        switch self {
        case .line(let bytes), .unfinished(let bytes): bytes.count
        case .tooLong, .dropped: 0
        }
    }
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
    package static let capacity = Limits.mostOpenRequests + 16

    private var splitter: LineSplitter
    private let queue = TimedQueue<OutputPart>(capacity: LineChannel.capacity)
    private let mostHeld: Int
    /// Bytes of the lines that nobody has read yet.
    private var held = 0
    private var isDropping = false

    /// - Parameters:
    ///   - limit: the most bytes of a line.
    ///   - held: the most bytes of lines that are kept while nobody reads; the first is kept whatever its length.
    package init(limit: Int, held: Int) {
        splitter = LineSplitter(limit: limit)
        mostHeld = held
    }

    package func append(_ bytes: [UInt8]) async {
        let parts = splitter.append(bytes).compactMap(kept)
        if !parts.isEmpty { await queue.push(contentsOf: parts) }
    }

    /// - Returns: `nil` for what is dropped.
    private func kept(_ part: OutputPart) -> OutputPart? {
        guard !isDropping else { return nil }
        isDropping = held > 0 && held + part.count > mostHeld
        let kept = isDropping ? .dropped : part
        held += kept.count
        return kept
    }

    private func taken(_ parts: [OutputPart]) { held -= parts.reduce(0) { $0 + $1.count } }

    private func taken(_ arrival: TimedQueue<OutputPart>.Arrival) -> TimedQueue<OutputPart>.Arrival {
        if case .element(let part) = arrival { taken([part]) }
        return arrival
    }

    /// Says that the output ended.
    package func finish() async {
        if let unfinished = splitter.unfinished { await queue.push(.unfinished(unfinished)) }
        await queue.finish()
    }

    package func poll() async -> TimedQueue<OutputPart>.Arrival { taken(await queue.poll()) }
    package func next(within limit: Duration) async -> TimedQueue<OutputPart>.Arrival {
        taken(await queue.next(within: limit))
    }
    package func nextAll(within limit: Duration) async -> (
        elements: [OutputPart], arrival: TimedQueue<OutputPart>.Arrival?
    ) {
        let all = await queue.nextAll(within: limit)
        taken(all.elements)
        return all
    }
    package func hurry(within limit: Duration) async { await queue.hurry(within: limit) }

    /// The bytes of a line that has begun.
    package var unfinished: [UInt8]? { splitter.unfinished }
}
