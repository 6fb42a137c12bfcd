internal import Driver
internal import StrictJSON

/// Measures benchmarks: batches of each contender by turns, so that what disturbs the machine disturbs all of them.
package struct BenchRun {
    package let sampling: Sampling
    /// The reference behind a pipe.
    package let serve: PipeTimer
    /// An adapter to compare it with.
    package let adapter: PipeTimer?

    package init(_ sampling: Sampling, serve: PipeTimer, adapter: PipeTimer? = nil) {
        self.sampling = sampling
        self.serve = serve
        self.adapter = adapter
    }

    package func measure(_ benchmark: Benchmark) async throws -> BenchResult {
        try check(benchmark)
        var result = BenchResult(name: benchmark.name, target: benchmark.target)
        result.allocations = try AllocationCount.of(benchmark.operation)
        let counts = (
            operation: try sampling.count(for: benchmark.operation), floor: try sampling.count(for: benchmark.floor)
        )
        let served = try await contender(serve, benchmark)
        var other: Contender?
        if let adapter {
            do {
                other = try await contender(adapter, benchmark)
                if let other, let served, other.out != served.out {
                    result.note = "it answers differently: see blip66 check"
                }
            } catch let untimed as PipeTimer.Untimed {
                result.note = untimed.reason
            }
        }
        for _ in 0..<sampling.rounds {
            result.operation.append(try Sampling.time(of: benchmark.operation, counts.operation))
            result.floor.append(try Sampling.time(of: benchmark.floor, counts.floor))
            if let served { result.overPipe.append(try await served.time()) }
            if let other { result.adapter.append(try await other.time()) }
        }
        return result
    }

    /// The floor does the same work, or its time means nothing.
    private func check(_ benchmark: Benchmark) throws {
        let (outcome, floor) = (try benchmark.operation.outcome(), try benchmark.floor.outcome())
        guard outcome == floor, !outcome.isEmpty else {
            throw BenchError("\(benchmark.name): operation and floor come to different results")
        }
    }

    private struct Contender {
        let timer: PipeTimer
        let request: Request
        let count: Int
        let out: JSON

        func time() async throws -> Double { try await timer.time(request, count) }
    }

    private func contender(_ timer: PipeTimer, _ benchmark: Benchmark) async throws -> Contender? {
        guard let request = benchmark.request else { return nil }
        let (count, out) = try await timer.prepare(request)
        // Steps and the like need not be there; what both have must be the same.
        return Contender(timer: timer, request: request, count: count, out: Self.graded(out))
    }

    private static func graded(_ out: JSON) -> JSON {
        guard var object = out.object else { return out }
        object["steps"] = nil
        return .object(object)
    }
}

/// What a benchmark took, in nanoseconds.
package struct BenchResult: Sendable {
    package let name: String
    package let target: Double?
    package var operation = Samples()
    package var floor = Samples()
    /// The same in a `serve`, repeated: with the hexadecimal of the input and the JSON of the answer.
    package var overPipe = Samples()
    package var adapter = Samples()
    package var allocations: Double?
    /// Why the adapter was not timed, or what is odd about it.
    package var note: String?

    package init(name: String, target: Double? = nil) {
        self.name = name
        self.target = target
    }

    package var ratio: Double { operation.ratios(to: floor).median }
    package var meetsTarget: Bool { target.map { ratio <= $0 } ?? true }
    /// What JSON and hexadecimal add.
    package var jsonTime: Double? { overPipe.isEmpty ? nil : overPipe.median - operation.median }
    /// The adapter's time over the reference's.
    package var adapterRatio: Double? { adapter.isEmpty ? nil : adapter.ratios(to: overPipe).median }
}
