import ArgumentParser
internal import Catalogue
internal import Driver
internal import Report

/// `blip66 lint`: puts the protocol to an adapter, without the vectors.
struct Lint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check that an adapter speaks the protocol, before the vectors are run.",
        usage: "blip66 lint [--one-shot] [--timeout SECONDS] -- ADAPTER [ARG...]",
        discussion: """
            ADAPTER is a program of yours that reads one JSON request a line on standard input and writes one JSON \
            answer a line on standard output (Spec/adapter-protocol.md; Spec/writing-an-adapter.md is a tutorial for \
            it). Lint sends requests of every shape: hello in several forms, unknown operations, members \
            that are missing or of a wrong type, lines that are not JSON, long ones, halves, and several at once.

              blip66 lint -- ./my-adapter --some-option
              blip66 lint --one-shot -- ./my-adapter

            Each step shows what was sent (>), what was received (<), and a verdict:

              ok    follows the protocol
              note  allowed, and worth knowing
              FAIL  violates the protocol; "fix" says what to do
              --    not exercised, and why

            Long values are cut in the middle. Lint runs no vectors; an adapter that gets every answer wrong can still \
            pass. Run blip66 check next.

            Exit status: 0 no fault; 1 at least one FAIL; 2 the adapter could not be started, or wrong usage.
            """
    )

    @Flag(help: "Start a new process for every request and close its input after it.")
    var oneShot = false

    @Option(help: "Seconds to wait for an answer (for hello, at least 30).")
    var timeout = 10.0

    @Argument(parsing: .postTerminator, help: "The adapter's command, after --.")
    var adapter: [String] = []

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else {
            throw ValidationError("--timeout takes seconds, more than 0 and at most 86400.")
        }
        guard !adapter.isEmpty else {
            throw ValidationError("The adapter's command is missing: blip66 lint -- ./my-adapter")
        }
    }

    func run() async throws {
        Interruption.killAdapters()
        guard let command = AdapterCommand(adapter) else { throw ExitCode(2) }
        let files = try ProjectFiles.locate()
        let store = try ProfileStore(folder: files.profiles)
        let linter = Linter(
            command,
            limits: Limits(answer: .seconds(timeout)),
            isOneShot: oneShot,
            profileTables: store.tables,
            readings: try Readings(specFolder: files.spec)
        )
        let result = await linter.run(observe: { Output.line(LintText.block($0)) })
        if !result.steps.isEmpty { Output.line("") }
        Output.line(LintText.summary(result))
        if result.exitStatus != 0 { throw ExitCode(result.exitStatus) }
    }
}
