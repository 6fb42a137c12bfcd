import ArgumentParser
internal import Catalogue
internal import Driver
internal import Foundation
internal import Report
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import Synchronization
internal import VectorFormat
internal import VectorGeneration
internal import VectorValidation

/// `blip66 check`: runs the vectors against an adapter and says whether it conforms.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the vectors and scenarios against an implementation and report whether it conforms.",
        usage: """
            blip66 check [OPTIONS] [-- ADAPTER ARG...]
            blip66 check [OPTIONS] --party ROLE=COMMAND [--party ROLE=COMMAND ...]
            """,
        discussion: """
            ADAPTER is a program of yours that reads one JSON request a line on standard input and writes one JSON \
            answer a line on standard output. Spec/adapter-protocol.md says how. Without one, the reference \
            implementation is checked (blip66 serve).

              blip66 check -- ./my-adapter --some-option
              blip66 check --filter 'bolt01/*' -- ./my-adapter
              blip66 check --filter bolt12/merkle/leaves-3 --verbose -- ./my-adapter
              blip66 check --list --requirement B66-OPR-R1

            A first adapter can be fifteen lines: with --one-shot every request gets a process of its own, whose input \
            is closed after it. It answers "hello" and one operation. What hello does not list is not exercised, and \
            {"id":7,"outcome":"skip","detail":"why"} is never a failure.

            A line is printed for each family of vectors, and a block for each failure: the request, what was \
            expected, the answer, the requirement, and the command that runs this one case again. Failures with the \
            same cause are told once, the others by name. What an adapter writes to standard error is shown with a \
            failure and never judged.

              ok    passed: none failed, a requirement was met, most cases were graded
              warn  passed with warnings: a SHOULD was not met, or a known failure
              FAIL  failed: at least one case failed
              --    inconclusive: no requirement was met, or most were not graded

            Each operation, message and schema gets two canaries before it is graded: a plain input that must be \
            accepted and one that must be rejected. --filter canary/om.peel sends those of om.peel alone, 'canary/*' \
            all of them; blip66 show canary lists them. A refusal counts only if the valid neighbour was accepted in the \
            same run; a wrong acceptance always counts. A crash, a timeout, an unexpected answer (desync) and a line \
            that is no answer (protocol error) are not the same as a wrong answer: the case is run again alone before \
            it fails (Spec/adapter-misbehaviour.md).

            A wrong answer fails the run where the text says MUST and is a warning where it says SHOULD. Where the \
            text leaves room, a case lists the answers by other readings: one of them is "another reading (C-30 b)" \
            and fails nothing; any other wrong answer fails. With --reading C-30=b, or "readings" in hello, only that \
            one is right. The dialect that was seen is printed at the end. Spec/grading.md explains every word.

            --filter takes * for any characters. The id of a case selects that case alone; any other pattern without \
            @profile selects under every profile, for vectors and scenarios alike. Of one option any value will do, \
            and all options must fit. --require takes a requirement's id, \
            a layer (bolt01), or a role: \(ProtocolNames.roles.joined(separator: ", ")). It is looked at under \
            every profile that the adapter declares.

            Several implementations against each other:

              blip66 check --party server=./ours --party payer='./theirs --fast'

            Each plays the role before the equals sign, in a process of its own; the reference plays the others. They \
            carry a payment from the offer to the claim, once as it should be, once with copies of messages, and once \
            for each moment at which one of them may be killed. A failure says who broke what.

            In CI, with reports that other programs read:

              blip66 check --report junit=results.xml --report json=run.json \\
                -- ./my-adapter

            With failures that nobody can mend today, a baseline. The first command lists what fails and what is \
            skipped; write into known.json why; with the second, only news is red. A case that the list has, and that \
            goes wrong as it says, does not fail the run; another failure of it does, and so does an entry whose case \
            passes or is gone (stale). Every run tells which entries have no reason yet.

              blip66 check --write-expect known.json -- ./my-adapter
              blip66 check --expect known.json -- ./my-adapter

            With several machines, shards: each takes one of N, always the same cases. A case stays with its valid \
            neighbour. Give all of them the same options, --expect too: an entry whose cases another shard has is not \
            stale. A shard that fails must not stop the others; the last line has the status of the whole.

              blip66 check --shard 1/2 --report json=1.json -- ./my-adapter || true
              blip66 check --shard 2/2 --report json=2.json -- ./my-adapter || true
              blip66 report merge 1.json 2.json -o run.json
              blip66 report junit run.json -o results.xml
              blip66 report text run.json

            blip66 report known run.json makes the list of known failures of such a run. tools/ci has a shell script, \
            a workflow for GitHub and jobs for GitLab. --rerun-failed run.json runs what failed again.

            --workers processes of the adapter run side by side, each with a share of the cases; an adapter that \
            cannot run twice at a time (a port, a lock) needs --workers 1. One that declares "pipelining": N is sent up \
            to N stateless requests at once.

            Exit status:
              0        passed, perhaps with warnings
              1        a case, a scenario or an entry of the baseline failed
              2        not to be trusted, inconclusive, or asked for wrongly
              128 + n  ended by signal n (130 after Ctrl-C)
              141      the reader of the output went away

            At 1, the blocks say what to do. A run is not to be trusted without a handshake, when a canary failed, \
            after two hangs or one other fault that nobody can be blamed for, when --require or --filter is not met, \
            and after --run-limit: the last lines say why. After a signal, what was known by then is printed.
            """
    )

    @OptionGroup(title: "What is run")
    var selection: SelectionOptions

    @Option(
        help: "Run only the families of this profile and those independent of profiles: a name, or a file with a table."
    )
    var profile: String?

    @Option(
        help: "Have this command play a role against the others: server, recipient, payer, … =COMMAND. Repeatable."
    )
    var party: [String] = []

    @Flag(help: "Print what would be run, and what each case needs, and run nothing.")
    var list = false

    @Flag(help: "With --list: as JSON.")
    var json = false

    @Option(
        help: "Run only this share, such as 2/4: the second of four. Always the same cases, each with its neighbours."
    )
    var shard: String?

    @Option(help: "The folder of vectors. Default: the project's.")
    var vectors: String?

    @Option(help: "In the place of the project's vectors, run the BOLTs' own: DIR is a checkout of lightning/bolts.")
    var official: String?

    @Flag(help: "Start a new process for every request and close its input after it.")
    var oneShot = false

    @OptionGroup var workers: WorkersOption

    @Flag(help: "Send one request at a time, whatever the adapter declares.")
    var noPipelining = false

    @Option(help: "Seconds to wait for an answer (for hello, at least 30).")
    var timeout = 10.0

    @Option(help: "Seconds after which the whole run stops.")
    var runLimit = 3600.0

    @Flag(help: "Stop after the first failure.")
    var failFast = false

    @Option(help: "Stop after so many failures.")
    var maxFailures: Int?

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

    @Option(help: "Known failures and skips, with reasons: a file that --write-expect made (Spec/known has one).")
    var expect: String?

    @Option(
        help:
            "Write what failed or was skipped to this file, for --expect. To keep the reasons of one that exists, give it as --expect too."
    )
    var writeExpect: String?

    @Option(help: ReportTarget.help)
    var report: [ReportTarget] = []

    @Option(help: "Transcripts in the report: of scenarios that failed or warned (failed), or of all.")
    var transcripts = TranscriptChoice.failed

    @OptionGroup(title: "What is told")
    var style: StyleOptions

    @Argument(parsing: .postTerminator, help: "The adapter's command, after --.")
    var adapter: [String] = []

    enum TranscriptChoice: String, ExpressibleByArgument, CaseIterable {
        case failed, all
    }

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else {
            throw ValidationError("--timeout takes seconds, more than 0 and at most 86400.")
        }
        guard runLimit > 0, runLimit <= 604_800 else {
            throw ValidationError("--run-limit takes seconds, more than 0 and at most 604800.")
        }
        guard maxFailures.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--max-failures takes a number from 1 on.")
        }
        guard !failFast || maxFailures == nil else {
            throw ValidationError("--fail-fast is --max-failures 1; give one of them.")
        }
        guard shard.map({ Shard($0) != nil }) ?? true else {
            throw ValidationError("--shard takes the share and their number, such as 2/4.")
        }
        guard party.isEmpty || adapter.isEmpty && !oneShot && vectors == nil && official == nil else {
            throw ValidationError(
                "--party takes the commands; it goes with no adapter after --, --one-shot, --vectors and --official."
            )
        }
        _ = try parties
        // Somebody wrote the reasons in it by hand.
        if let writeExpect, writeExpect != expect, Self.holdsSomething(writeExpect) {
            throw ValidationError(
                "\(writeExpect) exists. To keep its reasons give it as --expect too; to begin anew, remove it."
            )
        }
        guard list || !json else {
            throw ValidationError("--json goes with --list; for a run there is --report json=FILE.")
        }
    }

    /// Whether there is a regular file with something in it.
    private static func holdsSomething(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType == .typeRegular && (attributes?[.size] as? Int ?? 0) > 0
    }

    func run() async throws {
        let files = try ProjectFiles.locate()
        let catalogue = try RequirementCatalogue(specFolder: files.spec)
        var store = try ProfileStore(folder: files.profiles)
        let chosen = try profile.map { try store.profile($0).name }
        let inputs = try inputs(files, &store)
        guard let plan = try plan(inputs, catalogue, profile: chosen) else {
            return Output.line("nothing to run again: no case failed in \(selection.rerunFailed ?? "")")
        }
        if list { return Output.write(PlanListing(plan).text(isJSON: json)) }
        // Files are tried now: nobody should learn after a long run that there is nowhere to write to.
        let reports = try ReportFiles(report)
        let baselineFile = try writeExpect.map { try OutputFile($0) }
        var options = options(store.tables, profile: chosen ?? ProfileStore.defaultName)
        options.parties = try parties
        options.readings = try Readings(specFolder: files.spec)
        options.declaredReadings = try reading.map(alternative)
        options.baseline = try baseline()
        Interruption.killAdapters(.stopsRun)
        let printer = Printer(plan, catalogue.requirements, options.rerun, style.style)
        let runner = try Runner(plan, options, requirements: catalogue.requirements, observer: printer.observer)
        var result = await runner.run()
        if let note = Interruption.endAdapters(), !result.notes.contains(note) { result.notes.append(note) }
        printer.finish(result)
        try reports.write(result)
        try baselineFile?.write(Baseline(of: result).json.pretty)
        if let signal = Interruption.received { throw ExitCode(128 + signal) }
        if result.exitStatus != 0 { throw ExitCode(result.exitStatus) }
    }

    private struct Inputs {
        let families: [VectorFamily]
        let scenarios: [ScenarioFamily]
    }

    /// What there is to run: the suite's own, or with `--official` the BOLTs' vectors alone.
    private func inputs(_ files: ProjectFiles, _ store: inout ProfileStore) throws -> Inputs {
        if let official {
            let profile = try store.profile(ProfileStore.defaultName)
            return Inputs(families: try OfficialFamilies.read(folder: official, profile: profile), scenarios: [])
        }
        let roles = try Set(parties.keys)
        if !roles.isEmpty {
            let profiles = try profile.map { [try store.profile($0).name] } ?? Self.interopProfiles
            return Inputs(families: [], scenarios: InteropScenario.families(roles: roles, profiles: profiles))
        }
        let folder = vectors ?? files.vectors
        return Inputs(
            families: try VectorStore.load(folder: folder),
            scenarios: try ScenarioStore.load(folder: folder)
        )
    }

    /// Under which several implementations are driven, unless one is asked for.
    private static let interopProfiles = [ProfileStore.defaultName, "ldk-0.2"]

    /// The commands of `--party`, by their roles.
    private var parties: [String: AdapterCommand] {
        get throws {
            var commands: [String: AdapterCommand] = [:]
            for text in party {
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, ProtocolNames.roles.contains(parts[0]) else {
                    let roles = ProtocolNames.roles.joined(separator: ", ")
                    throw ValidationError("--party \(text): ROLE=COMMAND is needed; the roles are \(roles)")
                }
                let command = AdapterCommand(program: "/bin/sh", arguments: ["-c", "exec \(parts[1])"])
                guard commands.updateValue(command, forKey: parts[0]) == nil else {
                    throw ValidationError("--party \(text): the role \(parts[0]) is given twice")
                }
            }
            return commands
        }
    }

    /// - Returns: `nil` where `--rerun-failed` leaves nothing to run.
    private func plan(_ inputs: Inputs, _ catalogue: RequirementCatalogue, profile: String?) throws -> RunPlan? {
        guard let selection = try selection.selection(catalogue) else { return nil }
        let plan = try RunPlan(
            families: inputs.families,
            scenarios: inputs.scenarios,
            selection: selection,
            profile: profile,
            requirements: catalogue.requirements
        )
        try plan.checkRequirements(catalogue.requirements)
        return shard.flatMap { Shard($0) }.map(plan.restricted) ?? plan
    }

    private func baseline() throws -> Baseline? {
        guard let expect else { return nil }
        var baseline = try Baseline.read(expect)
        baseline.today = Date.now.formatted(.iso8601.year().month().day())
        return baseline
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
        options.limits.run = .seconds(runLimit)
        options.isOneShot = oneShot
        options.strictness.reasons = strictReasons
        options.strictness.should = strictShould
        options.strictness.readings = strictReadings
        options.required = require
        options.workers = workers.count
        options.isPipelined = !noPipelining
        options.shard = shard.flatMap { Shard($0) }
        options.mostFailures = failFast ? 1 : maxFailures
        options.keepsTranscripts = transcripts == .all
        options.baselineFile = expect ?? ""
        options.suite = Generation.version
        return options
    }

    /// This program's own adapter.
    private var reference: AdapterCommand {
        let file = profile.flatMap { Files.exists($0) ? ["--profile", $0] : nil } ?? []
        return AdapterCommand(program: ThisProgram.path, arguments: ["serve"] + file)
    }

    /// The options that can change the verdict on a case.
    private var verdictOptions: [String] {
        var words: [String] = []
        if let profile { words += ["--profile", profile] }
        if let vectors { words += ["--vectors", vectors] }
        if let official { words += ["--official", official] }
        for text in party { words += ["--party", text] }
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
private final class Printer: Sendable {
    private let writer: Mutex<RunWriter>
    private let canaries: Int
    private let progress = ProgressLine()
    private let start = ContinuousClock().now

    init(
        _ plan: RunPlan,
        _ requirements: [RequirementID: Requirement],
        _ rerun: RunResult.Rerun,
        _ style: ReportStyle
    ) {
        let scenarios = plan.scenarioRuns.compactMap(\.first).map { "\($0.familyName):\($0.depth.rawValue)" }
        let nameWidth = (plan.parts.map(\.family.name) + scenarios).map(\.count).max() ?? 0
        canaries = plan.canaries.count
        let writer = RunWriter(style, rerun: rerun, requirements: requirements, nameWidth: nameWidth) { id in
            plan.requestLine(of: id)
        }
        self.writer = Mutex(writer)
    }

    var observer: RunObserver {
        var observer = RunObserver()
        observer.connected = { [self] identity, profile, cases in
            print(writer.withLock { $0.heading(identity, profile: profile, cases: cases, canaries: canaries) })
        }
        observer.familyFinished = { [self] family in print(writer.withLock { $0.family(family) }) }
        if progress.isShown { observer.progress = { [self] in progress.show(line($0)) } }
        return observer
    }

    func finish(_ result: RunResult) { print(writer.withLock { $0.end(result) }) }

    private func print(_ text: String) {
        progress.clear()
        if !text.isEmpty { Output.line(text) }
    }

    /// Cases, rate, failures, time left.
    private func line(_ progress: RunProgress) -> String {
        let seconds = max(0.001, Double((ContinuousClock().now - start).microseconds) / 1e6)
        let rate = Double(progress.done) / seconds
        let left = rate > 0 ? Int((Double(progress.total - progress.done) / rate).rounded(.up)) : 0
        let failures = progress.failures == 0 ? "" : ", \(progress.failures) failed"
        return "\(progress.done)/\(progress.total) cases, \(Int(rate)) a second\(failures), about \(left) s left"
    }
}
