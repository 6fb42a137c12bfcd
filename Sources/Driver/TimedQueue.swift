/// A queue with one reader who waits for a limited time.
///
/// A wait holds a ticket. Its timer can end that wait and no other, so an element is never lost between a timer and a
/// reader, and what comes late stays in the queue.
package actor TimedQueue<Element: Sendable> {
    package enum Arrival: Sendable {
        case element(Element)
        /// Nothing will come any more.
        case end
        /// The time is over.
        case timeout
    }

    private var elements: [Element] = []
    private var isFinished = false
    private var reader: CheckedContinuation<Arrival, Never>?
    private var ticket: UInt64 = 0
    private var cap: Duration?
    private let capacity: Int

    /// - Parameter capacity: elements that are kept while nobody reads; what comes beyond is dropped.
    package init(capacity: Int = .max) { self.capacity = capacity }

    package func push(_ element: Element) {
        if resume(.element(element)) { return }
        if elements.count < capacity { elements.append(element) }
    }

    /// Adds several at once, in order.
    package func push(contentsOf new: [Element]) {
        for element in new { push(element) }
    }

    /// All that is there once something is, if it comes within `limit`.
    package func nextAll(within limit: Duration) async -> (elements: [Element], arrival: Arrival?) {
        if elements.isEmpty {
            switch await next(within: limit) {
            case .element(let first): elements.insert(first, at: 0)
            case .end: return ([], .end)
            case .timeout: return ([], .timeout)
            }
        }
        defer { elements.removeAll() }
        return (elements, nil)
    }

    /// Says that nothing will come any more.
    package func finish() {
        isFinished = true
        _ = resume(.end)
    }

    /// What is there now; `timeout` if nothing is.
    package func poll() -> Arrival {
        if !elements.isEmpty { return .element(elements.removeFirst()) }
        return isFinished ? .end : .timeout
    }

    /// The next element, if it comes within `limit`. There may be one reader at a time.
    package func next(within limit: Duration) async -> Arrival {
        if case .element(let element) = poll() { return .element(element) }
        if isFinished { return .end }
        ticket += 1
        let timer = timer(ticket, min(limit, cap ?? limit))
        defer { timer.cancel() }
        return await withCheckedContinuation { reader = $0 }
    }

    /// The next element, whenever it comes: for what always comes or ends.
    package func next() async -> Arrival {
        if case .element(let element) = poll() { return .element(element) }
        if isFinished { return .end }
        ticket += 1
        return await withCheckedContinuation { reader = $0 }
    }

    /// Lets the present wait, and every later one, last no longer than `limit` from now.
    package func hurry(within limit: Duration) {
        cap = limit
        if reader != nil { _ = timer(ticket, limit) }
    }

    private func timer(_ ticket: UInt64, _ limit: Duration) -> Task<Void, Never> {
        Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            expire(ticket)
        }
    }

    private func expire(_ expired: UInt64) {
        if expired == ticket { _ = resume(.timeout) }
    }

    private func resume(_ arrival: Arrival) -> Bool {
        guard let waiting = reader else { return false }
        reader = nil
        waiting.resume(returning: arrival)
        return true
    }
}
