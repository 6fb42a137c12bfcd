#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// How often and how long something is measured.
package struct Sampling: Sendable {
    /// Batches of each contender.
    package var rounds = 25
    /// Nanoseconds of a batch.
    package var batch: Double = 4_000_000

    package init() {}

    /// How often the work is done in a batch: doubled until a batch lasts.
    func count(for work: Work) throws -> Int {
        var count = 1
        while true {
            let time = try Self.nanoseconds(of: work, count)
            if time >= batch || count >= 1 << 24 { return count }
            count = max(2 * count, time > 0 ? min(Int(Double(count) * batch / time), 64 * count) : 64 * count)
        }
    }

    /// CPU time of one piece of the work, over a batch.
    static func time(of work: Work, _ count: Int) throws -> Double {
        try nanoseconds(of: work, count) / Double(count)
    }

    private static func nanoseconds(of work: Work, _ count: Int) throws -> Double {
        let start = threadTime
        try work.batch(count)
        return threadTime - start
    }

    /// CPU time of this thread: what runs beside it on the machine does not count.
    static var threadTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}

/// What the batches of one contender took.
package struct Samples: Hashable, Sendable {
    package private(set) var values: [Double] = []

    package init(_ values: [Double] = []) { self.values = values }

    mutating func append(_ value: Double) { values.append(value) }

    package var isEmpty: Bool { values.isEmpty }
    package var median: Double { quantile(0.5) }

    /// Half of the batches lie within this part of the median: the distance of the quartiles.
    package var spread: Double { median > 0 ? (quantile(0.75) - quantile(0.25)) / median : 0 }

    /// Between two values, as far as the rank lies between theirs.
    package func quantile(_ part: Double) -> Double {
        let sorted = values.sorted()
        guard let last = sorted.last else { return .nan }
        let rank = part * Double(sorted.count - 1)
        let index = Int(rank)
        guard index + 1 < sorted.count else { return last }
        return sorted[index] + (rank - Double(index)) * (sorted[index + 1] - sorted[index])
    }

    /// Round by round, this over the other: a disturbance of a round meets both.
    package func ratios(to other: Samples) -> Samples {
        Samples(zip(values, other.values).map { $0 / $1 })
    }
}
