internal import Catalogue
internal import Rules
internal import Scenarios
internal import TestSupport
internal import Testing

internal import Driver

/// Mutants as processes: `blip66 serve --mutant`.
@Suite(.enabled(if: BuiltProgram.path != nil, "blip66 is not built beside the tests"))
struct MutantRunTests {
    @Test(
        arguments: [
            ("B66-OPR-R2/mute", "server/happy"), ("B66-SSI-R4/volatile", "server/kill-after-persisted"),
            ("B66-SSI-R4/torn-pair", "server/write-is-torn"),
            ("B66-OPR-R1/any-context", "server/request-over-an-offer-path"),
            ("B66-OP-R4/update-path-in-memory", "recipient/renews-after-a-kill"),
            ("B66-SIP-R2/ready-when-handed-over", "recipient/ready-only-when-acknowledged"),
        ]
    )
    func aRunFindsAVariantOutByItsRequirement(mutant: String, scenario: String) async throws {
        let result = try await Self.run(mutant, "scenario/\(scenario)")
        let requirement = RequirementID(String(mutant.prefix { $0 != "/" }))
        let executed = result.cases.filter { $0.id.hasPrefix("scenario/\(scenario):") }
        #expect(executed.count == 2)
        for scenarioRun in executed {
            let violations = scenarioRun.scenario?.violations ?? []
            #expect(
                !violations.isEmpty && violations.allSatisfy { $0.requirements == [requirement] },
                "\(scenarioRun.id)"
            )
        }
    }

    /// A reading excuses the conduct of its alternatives, and nothing else.
    @Test(
        arguments: [
            ("B66-OP-S4/reply-path-for-a-day", "server/update-after-a-month"),
            ("B66-OV-3/makes-an-invoice-up", "server/nothing-to-answer-with-while-offline"),
            ("B66-OV-3/waits-for-the-recipient", "server/answers-while-the-recipient-is-offline"),
            ("B66-OP-S5/end-as-a-duration", "server/paths-hold-until-their-end"),
            ("B66-OPR-R1/context-not-checked", "server/request-over-a-changed-context"),
            ("B66-OPR-R1/context-without-mac", "server/request-over-a-changed-context"),
        ]
    )
    func aVariantThatBreaksAMustFailsTheRunAtBothDepths(mutant: String, scenario: String) async throws {
        let result = try await Self.run(mutant, "scenario/\(scenario)")
        let executed = result.cases.filter { $0.id.hasPrefix("scenario/\(scenario):") }
        #expect(executed.count == 2)
        #expect(executed.allSatisfy { $0.verdict.fails && $0.violates.contains(Self.requirement(mutant)) })
        #expect(result.exitStatus == 1)
    }

    @Test(
        arguments: [
            ("B66-SSI-R2/old-offer-still-served", "server/old-offer-after-a-new-one"),
            ("B12-IRQ-1/forwards-once", "server/serves-many-payers"),
            ("B66-OP-R2/end-ignored", "recipient/paths-that-have-ended"),
            ("B66-OP-R4/update-path-in-memory", "recipient/renews-after-a-restart"),
            ("B66-OP-R4/last-update-path-only", "recipient/renews-each-over-its-own-path"),
            ("B66-SIP-R3/never", "recipient/renews-in-time"),
            ("B66-SIP-R3/for-another-offer", "recipient/renews-in-time"),
        ]
    )
    func aVariantThatBreaksAShouldIsWarnedOfByItsId(mutant: String, scenario: String) async throws {
        let result = try await Self.run(mutant, "scenario/\(scenario)")
        let executed = result.cases.filter { $0.id.hasPrefix("scenario/\(scenario):") }
        #expect(executed.count == 2)
        #expect(executed.allSatisfy { $0.verdict.severity == .warning })
        #expect(executed.allSatisfy { $0.violates.contains(Self.requirement(mutant)) })
    }

    private static func requirement(_ mutant: String) -> RequirementID {
        RequirementID(String(mutant.prefix { $0 != "/" }))
    }

    private static func run(_ mutant: String, _ filter: String) async throws -> RunResult {
        let command = AdapterCommand(
            program: try #require(BuiltProgram.path),
            arguments: ["serve", "--mutant", mutant]
        )
        var options = TestRun.options(command)
        options.profileTables = try ProjectData.profiles().tables
        options.readings = try ProjectData.readings()
        let plan = try RunPlan(
            families: [],
            scenarios: ProjectData.scenarios(),
            filters: [filter],
            profile: "blip66-draft"
        )
        let requirements = try ProjectData.requirements().requirements
        return await (try Runner(plan, options, requirements: requirements.merging(SmallVectors.requirements()) { $1 }))
            .run()
    }
}
