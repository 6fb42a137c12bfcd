import ArgumentParser
internal import Bench
internal import Catalogue
internal import Driver
internal import Foundation
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat

/// `blip66 bench`: what operations cost, beside the least that they can cost.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time the reference, beside the calls of libsecp256k1 and libsodium that it cannot do without.",
        discussion: """
            Each operation is timed in batches, by turns with its floor: the same result from the same calls of the libraries, \
            and from a parser in C, with nothing around them. Columns: CPU time, floor, how many floors the operation \
            takes (the median of the rounds' ratios) with its target (! where it is above), how far the batches differ \
            (the distance of the quartiles), calls of malloc, and the time in a serve that repeats the \
            request, with what JSON and hexadecimal add.

              blip66 bench --filter 'peel*'
              blip66 bench -- ./my-adapter     an adapter beside the reference

            Spec/speed.md says what is measured and how.
            """
    )

    @Option(help: "Only operations whose names match, such as 'peel*'; may be repeated.") var filter: [String] = []

    @Flag(
        help:
            "How the cost grows with the size: times at several sizes, and the exponent that fits the larger ones (1: linear)."
    )
    var growth = false

    @Flag(help: "What the driver adds to the cost of its parts, in CPU seconds.") var driver = false

    @Option(help: "With --driver: about how many requests.") var requests = 10_000

    @Option(help: "Rounds: batches of each contender.") var rounds = 25

    @Option(help: "The profile, by its name.") var profile = ProfileStore.defaultName

    @Option(help: ArgumentHelp("Write a report (Spec/bench.schema.json).", valueName: "file")) var json: String?

    @Argument(
        parsing: .postTerminator,
        help: "After --, the command that starts an adapter, to be timed beside the reference."
    )
    var command: [String] = []

    func validate() throws {
        guard (3...10_000).contains(rounds) else { throw ValidationError("--rounds takes a number from 3 to 10000") }
        guard (1...1_000_000).contains(requests) else {
            throw ValidationError("--requests takes a number from 1 to 1000000")
        }
        if growth || driver, !command.isEmpty || growth && driver {
            throw ValidationError("--growth, --driver and an adapter exclude each other")
        }
    }

    func run() async throws {
        var report = BenchReport()
        let output = try json.map { path in try OutputFile(path) }
        if driver {
            let cost = try await driverCost()
            print(cost.text)
            report.driver = cost
        } else if growth {
            try measureGrowth(&report)
        } else {
            try await measureOperations(&report)
        }
        try output?.write(report.json.pretty)
    }

    private var sampling: Sampling {
        var sampling = Sampling()
        sampling.rounds = rounds
        return sampling
    }

    private func selected<Element>(_ all: [Element], _ name: (Element) -> String) throws -> [Element] {
        guard !filter.isEmpty else { return all }
        let chosen = all.filter { element in filter.contains { IDPattern($0).matches(name(element)) } }
        if chosen.isEmpty {
            throw ValidationError("no name matches; names are \(all.map(name).joined(separator: ", "))")
        }
        return chosen
    }

    private func measureOperations(_ report: inout BenchReport) async throws {
        var store = try ProfileStore(folder: ProjectFiles.locate().profiles)
        let benchmarks = try selected(Benchmarks(try store.profile(profile)).all()) { $0.name }
        let serve = PipeTimer(Self.serve, profiles: store.tables, sampling)
        let adapter = AdapterCommand(command).map { PipeTimer($0, profiles: store.tables, sampling) }
        if let adapter { report.adapter = try await adapter.identity().name }
        print(BenchReport.header(adapter: report.adapter))
        let run = BenchRun(sampling, serve: serve, adapter: adapter)
        for benchmark in benchmarks {
            let result = try await run.measure(benchmark)
            print(BenchReport.line(result, adapter: report.adapter))
            report.results.append(result)
        }
        await serve.close()
        await adapter?.close()
        if !report.misses.isEmpty {
            print("\n\(report.misses.count) above target: \(report.misses.map(\.name).joined(separator: ", "))")
        }
    }

    private func measureGrowth(_ report: inout BenchReport) throws {
        var store = try ProfileStore(folder: ProjectFiles.locate().profiles)
        for growth in try selected(Benchmarks(try store.profile(profile)).growth(), { $0.name }) {
            let result = try growth.measure(sampling)
            print(result.text)
            report.growth.append(result)
        }
    }

    private func driverCost() async throws -> DriverCost {
        let files = try ProjectFiles.locate()
        let store = try ProfileStore(folder: files.profiles)
        var options = RunOptions(
            command: Self.serve,
            rerun: .init(program: [], adapter: []),
            profile: ProfileStore.defaultName,
            profileTables: store.tables
        )
        options.readings = try Readings(specFolder: files.spec)
        let session = ServeSession(
            table: .reference,
            parties: .reference,
            version: "0",
            profiles: store.profiles,
            defaultProfile: ProfileStore.defaultName,
            decodeProfile: { json, path throws(JSONShapeError) in try store.decodeReceived(json, path: path) }
        )
        return try await DriverCost.measure(
            requests: requests,
            families: try VectorStore.load(folder: files.vectors),
            requirements: try RequirementCatalogue(specFolder: files.spec).requirements,
            session: session,
            options: options
        )
    }

    private static var serve: AdapterCommand {
        AdapterCommand(program: ThisProgram.path, arguments: ["serve"])
    }
}
