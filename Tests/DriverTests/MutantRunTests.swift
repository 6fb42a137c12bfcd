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

    private static func run(_ mutant: String, _ filter: String) async throws -> RunResult {
        let project = ProjectFiles(root: Project.root)
        let command = AdapterCommand(
            program: try #require(BuiltProgram.path),
            arguments: ["serve", "--mutant", mutant]
        )
        var options = TestRun.options(command)
        options.profileTables = try ProfileStore(folder: project.profiles).tables
        let plan = try RunPlan(
            families: [],
            scenarios: ScenarioStore.load(folder: project.vectors),
            filters: [filter],
            profile: "blip66-draft"
        )
        let requirements = try RequirementCatalogue(specFolder: project.spec).requirements
        return await (try Runner(plan, options, requirements: requirements.merging(SmallVectors.requirements()) { $1 }))
            .run()
    }
}
