import ArgumentParser
internal import Catalogue
internal import Driver
internal import Foundation
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat

/// `blip66 cost`: what the driver adds to the cost of its parts.
struct Cost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure what a run costs beside the sum of its parts.",
        discussion: """
            The full mix of stateless cases, repeated to about --requests requests, in CPU seconds, all in one run: the \
            reference in this process with its JSON, the runner's JSON, the bare pipe (cat), and the same requests through \
            one `blip66 serve` that is sent several at once.
            """,
        shouldDisplay: false
    )

    @Option(help: "Requests to measure with.") var requests = 10_000

    func run() async throws {
        let files = try ProjectFiles.locate()
        let store = try ProfileStore(folder: files.profiles)
        let families = try VectorStore.load(folder: files.vectors)
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
        var answers: [String] = []
        var session = ServeSession(
            table: .reference,
            parties: .reference,
            version: "0",
            profiles: store.profiles,
            defaultProfile: ProfileStore.defaultName,
            decodeProfile: { json, path throws(JSONShapeError) in try store.decodeReceived(json, path: path) }
        )
        let reference = Self.seconds {
            for _ in 0..<rounds { answers = lines.map { session.answer(Array($0.utf8)) } }
        }
        let json = Self.seconds {
            for _ in 0..<rounds {
                for request in mix { _ = request.line }
                for answer in answers { _ = try? AnswerLine.read(Array(answer.utf8), awaiting: 1) }
            }
        }
        let pipe = try Self.pipeSeconds(lines, answers, rounds)
        let driver = try await driverSeconds(files, store, families, rounds)
        let sum = reference + json + pipe
        print("requests            \(mix.count * rounds)")
        print("reference and JSON  \(Self.text(reference)) s")
        print("the runner's JSON   \(Self.text(json)) s")
        print("the bare pipe       \(Self.text(pipe)) s")
        print("sum                 \(Self.text(sum)) s")
        print("runner and serve    \(Self.text(driver)) s")
        print("ratio               \(Self.text(driver / sum))")
        print("peak memory         \(Self.peakMemory / 1024) MB")
    }

    private func driverSeconds(
        _ files: ProjectFiles,
        _ store: ProfileStore,
        _ families: [VectorFamily],
        _ rounds: Int
    ) async throws -> Double {
        var options = RunOptions(
            command: AdapterCommand(
                program: Bundle.main.executablePath ?? CommandLine.arguments[0],
                arguments: ["serve"]
            ),
            rerun: .init(program: [], adapter: []),
            profile: ProfileStore.defaultName,
            profileTables: store.tables
        )
        options.readings = try Readings(specFolder: files.spec)
        options.rounds = rounds
        let requirements = try RequirementCatalogue(specFolder: files.spec).requirements
        let runner = try Runner(try RunPlan(families: families), options, requirements: requirements)
        let start = Self.usage
        let result = await runner.run()
        if result.exitStatus != 0 { throw ValidationError("the reference failed: \(result.distrust)") }
        return Self.usage - start
    }

    /// The same bytes through a child that does nothing with them: half of each way.
    private static func pipeSeconds(_ lines: [String], _ answers: [String], _ rounds: Int) throws -> Double {
        let start = usage
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
        return (usage - start) / 2
    }

    private static func seconds(_ body: () -> Void) -> Double {
        let start = usage
        body()
        return usage - start
    }

    // Glibc has an enumeration for them, whose type its function does not take.
    #if canImport(Glibc)
        private static let itself = RUSAGE_SELF.rawValue
        private static let children = RUSAGE_CHILDREN.rawValue
    #else
        private static let itself = RUSAGE_SELF
        private static let children = RUSAGE_CHILDREN
    #endif

    /// CPU seconds of this process and of children that ended.
    private static var usage: Double {
        [Self.itself, Self.children].reduce(0) { sum, who in
            var usage = rusage()
            getrusage(who, &usage)
            let (user, system) = (usage.ru_utime, usage.ru_stime)
            return sum + Double(user.tv_sec + system.tv_sec) + Double(user.tv_usec + system.tv_usec) / 1e6
        }
    }

    /// Kilobytes.
    private static var peakMemory: Int {
        var usage = rusage()
        getrusage(Self.itself, &usage)
        return Int(usage.ru_maxrss)
    }

    private static func text(_ value: Double) -> String { String(format: "%.2f", value) }
}
