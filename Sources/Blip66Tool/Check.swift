import ArgumentParser
internal import Catalogue
internal import Driver
internal import Foundation
internal import Report
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import VectorFormat
internal import VectorValidation

/// `blip66 check`: runs the vectors against an adapter and says whether it conforms.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the vectors and scenarios against an implementation and report whether it conforms.",
        usage: "blip66 check [OPTIONS] [-- ADAPTER ARG...]",
        discussion: """
            ADAPTER is a program of yours that reads one JSON request a line on standard input and writes one JSON \
            answer a line on standard output. Spec/adapter-protocol.md says how. Without one, the reference \
            implementation is checked (blip66 serve).

              blip66 check -- ./my-adapter --some-option
              blip66 check --filter 'bolt01/*' -- ./my-adapter
              blip66 check --filter bolt01/bigsize/decode-one-byte-zero --verbose -- ./my-adapter

            A first adapter can be fifteen lines: with --one-shot every request gets a process of its own, whose input \
            is closed after it. It answers "hello" and one operation. What hello does not list is not exercised, and \
            {"id":7,"outcome":"skip","detail":"why"} is never a failure.

            A line is printed for each family of vectors, and a block for each failure: the request, what was \
            expected, the answer, the requirement, and the command that runs this one case again. What an adapter \
            writes to standard error is shown with a failure and never judged.

              ok    passed: no case failed, a requirement was met, and most cases were graded
              warn  passed with warnings: a SHOULD was not met
              FAIL  failed: at least one case failed
              --    inconclusive: no requirement was met, or most cases were not graded

            Each operation, message and schema gets two canaries before it is graded: a plain input that must be \
            accepted and one that must be rejected. A refusal counts only if the valid neighbour was accepted in the \
            same run; a wrong acceptance always counts. A crash, a timeout, an unexpected answer (desync) and a line \
            that is no answer (protocol error) are not the same as a wrong answer: the case is run again alone before \
            it fails (Spec/adapter-misbehaviour.md).

            A wrong answer fails the run where the text says MUST and is a warning where it says SHOULD. Where the \
            text leaves room, a case lists the answers by other readings: one of them is "another reading (C-30 b)" \
            and fails nothing; any other wrong answer fails. With --reading C-30=b, or "readings" in hello, only that \
            one is right. The dialect that was seen is printed at the end. Spec/grading.md explains every word.

            --filter takes * for any characters. The id of a case selects that case alone; any other pattern without \
            @profile selects under every profile, for vectors and scenarios alike. --require takes a requirement's id, \
            a layer (bolt01), or a role: \(ProtocolNames.roles.joined(separator: ", ")). It is looked at under \
            every profile that the adapter declares.

            Exit status: 1 at least one case or scenario failed; otherwise 2 the run could not be trusted (no \
            handshake, a canary failed, two hangs or one other fault that nobody can be blamed for, --require or \
            --filter not met, wrong usage) or is inconclusive; otherwise 0.
            """
    )

    @Option(help: "Run only the cases whose id or family name matches; * stands for any characters. Repeatable.")
    var filter: [String] = []

    @Option(
        help: "Run only the families of this profile and those independent of profiles: a name, or a file with a table."
    )
    var profile: String?

    @Option(help: "Run only the scenarios at this depth: packet or payload.")
    var depth: Depth?

    @Option(help: "Write the transcripts of all scenarios to this file, as JSON.")
    var trace: String?

    @Option(help: "The folder of vectors. Default: the project's.")
    var vectors: String?

    @Option(help: "In the place of the project's vectors, run the BOLTs' own: DIR is a checkout of lightning/bolts.")
    var official: String?

    @Flag(help: "Start a new process for every request and close its input after it.")
    var oneShot = false

    @Option(help: "Seconds to wait for an answer (for hello, at least 30).")
    var timeout = 10.0

    @Flag(help: "Fail when an input is rejected with a reason class that is not listed.")
    var strictReasons = false

    @Flag(help: "Fail instead of warning when a SHOULD is violated.")
    var strictShould = false

    @Flag(help: "Fail when an answer is right by another reading than the taken one only.")
    var strictReadings = false

    @Option(
        help: "Grade under this alternative of a reading, as C-30=b (blip66 spec readings lists them). Repeatable."
    )
    var reading: [String] = []

    @Option(help: "Exit status 2 unless this requirement, layer (bolt01) or role (server) is exercised. Repeatable.")
    var require: [String] = []

    @Flag(help: "Report every case, including those that passed, with whole requests.")
    var verbose = false

    @Argument(parsing: .postTerminator, help: "The adapter's command, after --.")
    var adapter: [String] = []

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else {
            throw ValidationError("--timeout takes seconds, more than 0 and at most 86400.")
        }
    }

    func run() async throws {
        Interruption.killAdapters()
        let files = try ProjectFiles.locate()
        var store = try ProfileStore(folder: files.profiles)
        let chosen = try profile.map { try store.profile($0).name }
        let folder = vectors ?? files.vectors
        let plan = try RunPlan(
            families: try official.map { official in
                try OfficialFamilies.read(folder: official, profile: try store.profile(ProfileStore.defaultName))
            } ?? VectorStore.load(folder: folder),
            scenarios: official == nil ? try ScenarioStore.load(folder: folder) : [],
            filters: filter,
            profile: chosen,
            depth: depth
        )
        let requirements = try RequirementCatalogue(specFolder: files.spec).requirements
        var options = options(store.tables, profile: chosen ?? ProfileStore.defaultName)
        options.readings = try Readings(specFolder: files.spec)
        options.declaredReadings = try reading.map(alternative)
        let printer = Printer(plan, requirements, options.rerun, isVerbose: verbose)
        let runner = try Runner(plan, options, requirements: requirements, observer: printer.observer)
        let result = await runner.run()
        printer.finish(result)
        if let trace { try Files.write(Array("\(TraceFile.json(result).pretty)\n".utf8), to: trace) }
        if result.exitStatus != 0 { throw ExitCode(result.exitStatus) }
    }

    /// `C-30=b`.
    private func alternative(_ text: String) throws -> ReadingAlternative {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let alternative = ReadingAlternative("\(parts[0]) \(parts[1])") else {
            throw ValidationError(
                "--reading \(text): a reading and the letter of an alternative are needed, as C-30=b."
            )
        }
        return alternative
    }

    private func options(_ tables: [String: JSON], profile: String) -> RunOptions {
        var options = RunOptions(
            command: AdapterCommand(adapter) ?? reference,
            rerun: RunResult.Rerun(program: ["blip66", "check"] + verdictOptions, adapter: adapter),
            profile: profile,
            profileTables: tables
        )
        options.limits = Limits(answer: .seconds(timeout))
        options.isOneShot = oneShot
        options.strictness.reasons = strictReasons
        options.strictness.should = strictShould
        options.strictness.readings = strictReadings
        options.required = require
        return options
    }

    /// This program's own adapter.
    private var reference: AdapterCommand {
        let file = profile.flatMap { Files.exists($0) ? ["--profile", $0] : nil } ?? []
        return AdapterCommand(program: thisProgram, arguments: ["serve"] + file)
    }

    /// The file of the program that is running, also when it was found through `PATH`.
    private var thisProgram: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }

    /// The options that can change the verdict on a case.
    private var verdictOptions: [String] {
        var words: [String] = []
        if let profile { words += ["--profile", profile] }
        if let vectors { words += ["--vectors", vectors] }
        if let official { words += ["--official", official] }
        if oneShot { words.append("--one-shot") }
        if timeout != 10 { words += ["--timeout", "\(timeout)"] }
        if strictReasons { words.append("--strict-reasons") }
        if strictShould { words.append("--strict-should") }
        if strictReadings { words.append("--strict-readings") }
        for text in reading { words += ["--reading", text] }
        return words
    }
}

extension Depth: ExpressibleByArgument {}

/// Prints a run as it goes on.
private struct Printer: Sendable {
    private let requirements: [RequirementID: Requirement]
    private let rerun: RunResult.Rerun
    private let isVerbose: Bool
    private let width: Int

    init(
        _ plan: RunPlan,
        _ requirements: [RequirementID: Requirement],
        _ rerun: RunResult.Rerun,
        isVerbose: Bool
    ) {
        self.requirements = requirements
        self.rerun = rerun
        self.isVerbose = isVerbose
        let scenarios = plan.scenarioRuns.compactMap(\.first).map { "\($0.familyName):\($0.depth.rawValue)" }
        width = (plan.parts.map(\.family.name) + scenarios).map(\.count).max() ?? 0
    }

    var observer: RunObserver {
        var observer = RunObserver()
        observer.connected = { identity, profile, cases in
            print(RunText.heading(identity, profile: profile, cases: cases))
        }
        observer.familyFinished = { family in
            clearProgress()
            print(family)
        }
        if isTerminal { observer.progress = { done, total in showProgress("\(done)/\(total)") } }
        return observer
    }

    func finish(_ result: RunResult) {
        clearProgress()
        if !result.families.isEmpty { Swift.print() }
        Swift.print(RunText.summary(result, isVerbose: isVerbose))
    }

    private func print(_ family: FamilyResult) {
        Swift.print(FamilyText.line(family, width: width))
        for result in family.cases {
            if CaseText.isShown(result) {
                Swift.print(CaseText.block(result, requirements: requirements, rerun: rerun, isVerbose: isVerbose))
            } else if isVerbose {
                Swift.print(CaseText.line(result))
            }
        }
    }

    private func print(_ text: String) { Swift.print(text) }

    // MARK: Progress, for a terminal only

    private var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    private func clearProgress() { if isTerminal { write("\r\u{1B}[K") } }
    private func showProgress(_ text: String) { write("\r\(text)\u{1B}[K") }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
