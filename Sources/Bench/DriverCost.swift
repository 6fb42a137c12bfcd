package import Catalogue
package import Driver
internal import Foundation
package import Reference
package import Rules
package import StrictJSON
package import VectorFormat

/// What the driver adds to the cost of its parts, in CPU seconds: the full mix of stateless cases through one pipelined `serve`,
/// beside the reference in this process with its JSON, the runner's JSON and the bare pipe.
package struct DriverCost: Hashable, Sendable {
    package var requests = 0
    package var reference = 0.0
    package var runnerJSON = 0.0
    package var pipe = 0.0
    package var runnerAndServe = 0.0
    /// Bytes.
    package var peakMemory = 0

    package init() {}

    package var sum: Double { reference + runnerJSON + pipe }
    package var ratio: Double { runnerAndServe / sum }

    /// - `requests`: about so many; the cases are repeated.
    package static func measure(
        requests: Int,
        families: [VectorFamily],
        requirements: [RequirementID: Requirement],
        session: ServeSession,
        options: RunOptions
    ) async throws -> DriverCost {
        let mix = families.flatMap { family in
            family.cases.filter { $0.sample == nil }.map { vector in
                Request(
                    id: 1,
                    operation: vector.operation,
                    profile: family.profile == VectorFamily.anyProfile ? nil : family.profile,
                    input: vector.input
                )
            }
        }
        let rounds = max(1, requests / max(1, mix.count))
        let lines = mix.map(\.line)
        var (session, options) = (session, options)
        var answers: [String] = []
        var cost = DriverCost()
        cost.requests = mix.count * rounds
        cost.reference = CPUTime.seconds {
            for _ in 0..<rounds { answers = lines.map { session.answer(Array($0.utf8)) } }
        }
        cost.runnerJSON = CPUTime.seconds {
            for _ in 0..<rounds {
                for request in mix { _ = request.line }
                for answer in answers { _ = try? AnswerLine.read(Array(answer.utf8), awaiting: 1) }
            }
        }
        cost.pipe = try pipeSeconds(lines, answers, rounds)
        options.rounds = rounds
        let runner = try Runner(try RunPlan(families: families), options, requirements: requirements)
        let start = CPUTime.ofProcesses
        let result = await runner.run()
        if result.exitStatus != 0 { throw BenchError("the reference failed: \(result.distrust)") }
        cost.runnerAndServe = CPUTime.ofProcesses - start
        cost.peakMemory = CPUTime.peakMemory
        return cost
    }

    /// The same bytes through a child that does nothing with them: half of each way.
    private static func pipeSeconds(_ lines: [String], _ answers: [String], _ rounds: Int) throws -> Double {
        let start = CPUTime.ofProcesses
        for texts in [lines, answers] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/cat")
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            for _ in 0..<rounds {
                for text in texts {
                    let bytes = Data("\(text)\n".utf8)
                    try input.fileHandleForWriting.write(contentsOf: bytes)
                    var left = bytes.count
                    while left > 0 {
                        guard let data = try output.fileHandleForReading.read(upToCount: left), !data.isEmpty else {
                            break
                        }
                        left -= data.count
                    }
                }
            }
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        return (CPUTime.ofProcesses - start) / 2
    }

    // MARK: Text and JSON

    package var text: String {
        func seconds(_ value: Double) -> String { String(format: "%.2f s", value) }
        return """
            requests            \(requests)
            reference and JSON  \(seconds(reference))
            the runner's JSON   \(seconds(runnerJSON))
            the bare pipe       \(seconds(pipe))
            sum                 \(seconds(sum))
            runner and serve    \(seconds(runnerAndServe))
            ratio               \(String(format: "%.2f", ratio))
            peak memory         \(peakMemory / 1_048_576) MB
            """
    }

    /// CPU seconds, and bytes.
    package var json: JSON {
        [
            "requests": .integer(Int64(requests)), "reference_s": .real(reference), "runner_json_s": .real(runnerJSON),
            "pipe_s": .real(pipe), "runner_and_serve_s": .real(runnerAndServe), "ratio": .real(ratio),
            "peak_memory_bytes": .integer(Int64(peakMemory)),
        ]
    }
}

/// CPU seconds and memory of processes.
enum CPUTime {
    // Glibc has an enumeration for them, whose type its function does not take.
    #if canImport(Glibc)
        private static let itself = RUSAGE_SELF.rawValue
        private static let children = RUSAGE_CHILDREN.rawValue
    #else
        private static let itself = RUSAGE_SELF
        private static let children = RUSAGE_CHILDREN
    #endif

    static func seconds(_ body: () -> Void) -> Double {
        let start = ofProcesses
        body()
        return ofProcesses - start
    }

    /// Of this process and of children that ended.
    static var ofProcesses: Double {
        [itself, children].reduce(0) { sum, who in
            var usage = rusage()
            getrusage(who, &usage)
            let (user, system) = (usage.ru_utime, usage.ru_stime)
            return sum + Double(user.tv_sec + system.tv_sec) + Double(user.tv_usec + system.tv_usec) / 1e6
        }
    }

    /// Bytes of this process, at most.
    static var peakMemory: Int {
        var usage = rusage()
        getrusage(itself, &usage)
        #if canImport(Darwin)
            return Int(usage.ru_maxrss)
        #else
            return Int(usage.ru_maxrss) * 1024
        #endif
    }
}
