/// What adapters write to their standard error, divided by request; of each part only the end is kept.
actor ErrorLog {
    struct Part: Hashable, Sendable {
        var tail: [UInt8] = []
        /// All bytes, also those that are not kept.
        var count = 0

        /// What is not UTF-8 is replaced.
        var text: String { String(decoding: tail, as: UTF8.self) }
    }

    private let limit: Int
    private var current: Int64 = 0
    private var parts: [Int64: Part] = [:]

    /// - Parameter limit: bytes that are kept for each request.
    init(limit: Int) { self.limit = limit }

    /// From now on, what comes belongs to the request with this id.
    func begin(_ id: Int64) { current = id }

    func append(_ bytes: [UInt8]) {
        var part = parts[current] ?? Part()
        part.count += bytes.count
        part.tail.append(contentsOf: bytes)
        if part.tail.count > limit { part.tail.removeFirst(part.tail.count - limit) }
        parts[current] = part
    }

    /// What came for a request; it is forgotten here.
    func take(_ id: Int64) -> Part { parts.removeValue(forKey: id) ?? Part() }

    /// What came for a request, or for several that were sent at once.
    func part(_ id: Int64) -> Part { parts[id] ?? Part() }

    func forget(_ ids: Set<Int64>) { for id in ids { parts[id] = nil } }

    /// Forgets what came before this request.
    func forget(before id: Int64) { parts = parts.filter { $0.key >= id } }
}
