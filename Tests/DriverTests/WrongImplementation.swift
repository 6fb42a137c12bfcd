internal import Catalogue
internal import Driver
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat

/// Runs of the project's own vectors and scenarios against the reference with something changed (`rewriter.py`, `--mutant`).
enum WrongImplementation {
    /// Answers are changed by the rules.
    static func run(
        _ rules: JSON,
        filters: [String],
        families change: ([VectorFamily]) -> [VectorFamily] = { $0 },
        limits: Limits = TestRun.limits,
        serve arguments: [String] = [],
        options configure: (inout RunOptions) -> Void = { _ in }
    ) async throws -> RunResult {
        let command = TestRun.adapter(
            "rewriter.py",
            [rules.line, try #require(BuiltProgram.path), "serve"] + arguments
        )
        let families = change(try ProjectData.families())
        return try await run(command, families, [], filters, limits, configure)
    }

    /// The reference with one of its mutants, in the scenarios at payload depth.
    static func run(mutant: String, filters: [String]) async throws -> RunResult {
        let command = AdapterCommand(
            program: try #require(BuiltProgram.path),
            arguments: ["serve", "--mutant", mutant]
        )
        let scenarios = try ProjectData.scenarios()
        return try await run(command, [], scenarios, filters, TestRun.limits) { _ in }
    }

    private static func run(
        _ command: AdapterCommand,
        _ families: [VectorFamily],
        _ scenarios: [ScenarioFamily],
        _ filters: [String],
        _ limits: Limits,
        _ configure: (inout RunOptions) -> Void
    ) async throws -> RunResult {
        var options = TestRun.options(command)
        options.profileTables = try ProjectData.profiles().tables
        options.readings = try ProjectData.readings()
        options.limits = limits
        configure(&options)
        let plan = try RunPlan(
            families: families,
            scenarios: scenarios,
            filters: filters,
            profile: "blip66-draft",
            depth: .payload
        )
        let requirements = try ProjectData.requirements().requirements
        return await (try Runner(plan, options, requirements: requirements)).run()
    }

    /// A family in which a case depends on a reading, with the answer by one of its other alternatives.
    static func depending(
        _ id: String,
        on alternative: VectorCase.Alternative
    ) -> ([VectorFamily]) -> [VectorFamily] {
        { families in
            families.map { family in
                let cases = family.cases.map { $0.id == id ? $0.depending(on: alternative) : $0 }
                return VectorFamily(
                    name: family.name,
                    title: family.title,
                    profile: family.profile,
                    flags: family.flags,
                    cases: cases
                )
            }
        }
    }
}

extension VectorCase {
    func depending(on alternative: Alternative) -> VectorCase {
        VectorCase(
            id: id,
            operation: operation,
            requirements: requirements,
            subject: subject,
            comment: comment,
            flags: flags,
            input: input,
            expectation: expectation,
            under: [alternative],
            sample: sample,
            steps: steps
        )
    }
}

extension RunResult {
    func status(_ id: RequirementID) -> RequirementStatus? {
        RequirementStatus.of(cases, canaries: canaries)[id]
    }

    /// The requirements that failed, by id.
    var failedRequirements: [RequirementID] {
        RequirementStatus.of(cases, canaries: canaries).filter { $0.value == .failed }.keys.sorted()
    }
}
