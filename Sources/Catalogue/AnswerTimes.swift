#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// How long an adapter took for its answers, in a space that does not grow with them.
///
/// Times fall into classes whose bounds are 2 to the power of 1/8 apart, so that the median is right to 5 in 100.
package struct AnswerTimes: Hashable, Sendable {
    private static let classesPerOctave = 8.0
    private var counts = [Int](repeating: 0, count: 320)

    package init() {}

    package var count: Int { counts.reduce(0, +) }

    package mutating func add(_ elapsed: Duration) {
        let (seconds, attoseconds) = elapsed.components
        let nanoseconds = max(1, Double(seconds) * 1e9 + Double(attoseconds) / 1e9)
        counts[min(counts.count - 1, Int(log2(nanoseconds) * Self.classesPerOctave))] += 1
    }

    package mutating func add(_ other: AnswerTimes) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// `nil` when there was no answer.
    package var medianNanoseconds: Int64? {
        let total = count
        guard total > 0 else { return nil }
        var seen = 0
        for (index, number) in counts.enumerated() {
            seen += number
            if seen * 2 >= total { return Int64(exp2((Double(index) + 0.5) / Self.classesPerOctave)) }
        }
        return nil
    }

    /// The classes that have a time, as pairs of class and count: the form of files.
    package var classes: [(index: Int, count: Int)] {
        counts.enumerated().filter { $0.element > 0 }.map { (index: $0.offset, count: $0.element) }
    }

    /// - Returns: `nil` for a class that there is not, or a count below 0.
    package init?(classes: [(index: Int, count: Int)]) {
        self.init()
        for (index, count) in classes {
            guard counts.indices.contains(index), count >= 0, count < 1 << 40 else { return nil }
            counts[index] = count
        }
    }
}
