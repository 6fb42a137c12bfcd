internal import Catalogue
internal import Driver
internal import Rules
internal import StrictJSON
internal import TestSupport
internal import VectorFormat

/// Runs of small families against the adapters of `Tests/Adapters`.
enum TestRun {
    /// Deadlines that a slow machine keeps, with short ones where a test waits for a silence.
    static var limits: Limits {
        var limits = Limits()
        limits.answer = .seconds(20)
        limits.hello = .seconds(60)
        limits.shutDown = .seconds(20)
        limits.log = .milliseconds(500)
        return limits
    }

    /// For adapters that are silent on purpose.
    static var impatient: Limits {
        var limits = Self.limits
        limits.answer = .seconds(1)
        return limits
    }

    static func adapter(_ file: String, _ arguments: [String] = []) -> AdapterCommand {
        let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" }
        return AdapterCommand(
            program: Python.path,
            arguments: Python.options + ["\(folder)/Adapters/\(file)"] + arguments
        )
    }

    /// Drives `faulty.py`.
    static func faulty(
        _ arguments: String...,
        families: [VectorFamily] = [SmallVectors.bigSize],
        limits: Limits = TestRun.limits,
        change: (inout RunOptions) -> Void = { _ in }
    ) async throws -> RunResult {
        try await run(adapter("faulty.py", arguments), families, limits, change)
    }

    static func run(
        _ command: AdapterCommand,
        _ families: [VectorFamily],
        _ limits: Limits = TestRun.limits,
        filters: [String] = [],
        _ change: (inout RunOptions) -> Void = { _ in }
    ) async throws -> RunResult {
        var options = options(command)
        options.limits = limits
        change(&options)
        let plan = try RunPlan(families: families, filters: filters)
        let runner = try Runner(plan, options, requirements: SmallVectors.requirements())
        return await runner.run()
    }

    static func options(_ command: AdapterCommand) -> RunOptions {
        RunOptions(
            command: command,
            rerun: RunResult.Rerun(program: ["blip66", "check"], adapter: command.words),
            profile: "blip66-draft",
            profileTables: ["blip66-draft": ["static_invoice": ["message_paths_type": "178"]]]
        )
    }
}

extension RunResult {
    /// The verdict on a case of `SmallVectors.bigSize`, by the last part of its id.
    func verdict(_ name: String) -> CaseVerdict? { result(name)?.verdict }

    func result(_ name: String) -> CaseResult? { cases.first { $0.id.hasSuffix("/\(name)") } }

    /// How the case went wrong.
    func failure(_ name: String) -> CaseVerdict.FailureKind? {
        if case .failed(let failure)? = verdict(name) { return failure.kind }
        return nil
    }

    /// The last parts of the ids of the cases that did not pass.
    var notPassed: [String] {
        cases.filter { !$0.verdict.isPassed }.map { String($0.id.split(separator: "/").last ?? "") }
    }
}
