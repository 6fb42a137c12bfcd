import ArgumentParser
internal import Catalogue
internal import Driver
internal import Mutants
internal import Proof
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import Synchronization
internal import VectorFormat
internal import VectorGeneration

/// `blip66 prove`: whether the suite finds out what is wrong, and leaves alone what is not.
struct Prove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the suite against every mutant of the reference, and against every lawful variant.",
        discussion: """
            Each is served over a pipe (blip66 serve --mutant NAME) and checked with the default flags, as yours would be. A mutant \
            that breaks a MUST has to end with exit status 1 and its own requirement accused, one that breaks a SHOULD with a \
            warning that names it. A canary that fails and names the requirement will do too: then the operation is not graded, \
            and the run ends with 2. A lawful variant must be told nothing.

              blip66 prove --filter 'B12-SI-*'
              blip66 prove --sample 50 --seed 7
              blip66 prove --full --page Spec/kill-matrix.md --json kills.json

            A mutant is asked what its own requirement is about first, and no more once two cases have blamed it; then the \
            families and the role that it touches, but for scenarios of hundreds of steps. One that an argument calls equivalent is asked the former alone. With --full \
            everything is asked, of each.

            Spec/open-mutants.json lists variants that are known not to be judged as they should be: work to do. They are counted, \
            and fail the proof no more until they are judged rightly.

            Exit status: 0 all is proved but what is listed there; 1 another mutant survives or is blamed on others alone, a \
            requirement has neither mutant nor waiver, a lawful variant is accused, one that is listed is judged rightly, or one of \
            which an argument says that nobody can find it out is found out; 2 the proof could not be made.
            """
    )

    @Option(help: "Only variants whose name or requirement matches; * stands for any characters. Repeatable.")
    var filter: [String] = []

    @Option(help: "Only so many, drawn by --seed.")
    var sample: Int?

    @Option(help: "Which sample.")
    var seed: UInt64 = 1

    @Flag(help: "Ask each variant everything.")
    var full = false

    @OptionGroup var workers: WorkersOption

    @Option(help: "Write the matrix to this file, as JSON.")
    var json: String?

    @Option(help: "Write the matrix to this file, as a page.")
    var page: String?

    @Flag(help: "Print the names of what would be run, each with its kind and what it breaks, and run nothing.")
    var list = false

    @Option(help: "The folder of vectors. Default: the project's.")
    var vectors: String?

    func validate() throws {
        guard sample.map({ $0 > 0 }) ?? true else { throw ValidationError("--sample takes a number from 1 on.") }
    }

    func run() async throws {
        let data = try SpecData(vectors: vectors, withChecks: false)
        let subjects = try subjects(data)
        if list {
            for subject in subjects {
                Output.line(
                    "\(subject.name)  \(subject.kind.rawValue)  \(subject.requirements.map(\.description).joined(separator: ", "))"
                )
            }
            return
        }
        let files = try (json: json.map { try OutputFile($0) }, page: page.map { try OutputFile($0) })
        let open = try OpenMutants(file: ProjectFiles.locate().openMutants)
        Interruption.killAdapters(.exits)
        let start = ContinuousClock().now
        let prover = try prover(data)
        func matrix(_ results: [ProofResult]) -> KillMatrix {
            KillMatrix(
                results,
                form: form,
                isWhole: filter.isEmpty && sample == nil,
                requirements: data.catalogue.requirements,
                open: open
            )
        }
        let results = await prover.run(subjects, finished: Progress(subjects.count).show)
        let few = Set(matrix(results).killedOnce.flatMap(\.mutants).map(\.subject.name))
        let matrix = matrix(await prover.lookingFurther(results, at: few))
        Output.line(matrix.text)
        Output.line("in \((ContinuousClock().now - start).components.seconds) s")
        try files.json?.write(matrix.json.pretty)
        try files.page?.write(matrix.page)
        if !matrix.isProved { throw ExitCode(1) }
    }

    private func subjects(_ data: SpecData) throws -> [ServedVariant] {
        let patterns = filter.map { IDPattern($0) }
        let chosen = ProofSubjects.all(data.grid, data.families).filter { subject in
            patterns.isEmpty
                || patterns.contains { pattern in
                    pattern.matches(subject.name) || subject.requirements.contains { pattern.matches($0.rawValue) }
                }
        }
        guard !chosen.isEmpty else {
            throw ValidationError("no variant matches \(filter.joined(separator: ", ")); blip66 prove --list names all")
        }
        return sample.map { ProofSubjects.sample(chosen, count: $0, seed: seed) } ?? chosen
    }

    private func prover(_ data: SpecData) throws -> Prover {
        let project = try ProjectFiles.locate()
        var options = Prover.Options(program: ThisProgram.path)
        options.workers = workers.workers ?? Self.workers(cores: workers.count)
        options.isFull = full
        options.suite = Generation.version
        return try Prover(
            families: data.families,
            scenarios: data.scenarios,
            cells: data.grid.cells,
            requirements: data.catalogue.requirements,
            readings: data.readings,
            tables: try ProfileStore(folder: project.profiles).tables,
            options: options
        )
    }

    /// A scenario goes to and fro between the runner and the party, and one of them waits.
    private static func workers(cores: Int) -> Int { cores + (cores + 1) / 2 }

    /// Of the run, for the page.
    private var form: String {
        var words = [full ? "everything against everything" : "until two cases blame each mutant"]
        if !filter.isEmpty { words.append("of \(filter.joined(separator: ", "))") }
        if let sample { words.append("a sample of \(sample), seed \(seed)") }
        return words.joined(separator: "; ")
    }
}

/// How far it is.
private final class Progress: Sendable {
    private let counts = Mutex((done: 0, wrong: 0))
    private let total: Int
    private let line = ProgressLine()

    init(_ total: Int) { self.total = total }

    @Sendable func show(_ result: ProofResult) {
        let (done, wrong) = counts.withLock { counts in
            counts.done += 1
            if !result.isRight { counts.wrong += 1 }
            return counts
        }
        if done == total { return line.clear() }
        line.show("\(done)/\(total), \(wrong) not as they should be")
    }
}
