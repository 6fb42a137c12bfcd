internal import Catalogue
internal import Driver
internal import Report
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat

/// Canaries by themselves: `check --filter canary/…`, and what `show` says of them.
@Suite struct CanaryRunTests {
    @Test(
        arguments: [
            ("bigsize.decode", nil, "canary/bigsize.decode"),
            ("msg.decode offer_paths", nil, "canary/msg.decode/offer_paths"),
            ("tlv.decode without schema", "blip66-draft", "canary/tlv.decode/without-schema"),
            ("static_invoice.verify", "ldk-0.2", "canary/static_invoice.verify@ldk-0.2"),
        ] as [(String, String?, String)]
    )
    func aNameHasAnAddress(name: String, profile: String?, address: String) {
        #expect(CanaryID(name, profile: profile).description == address)
    }

    @Test func aRightAnswerPasses() async throws {
        let result = try await run("good")
        #expect(result.cases.isEmpty)
        #expect(result.canaries.map(\.verdict) == [.passed])
        #expect(result.exitStatus == 0)
        #expect(RunText.summary(result).contains("ok    canary/bigsize.decode"))
        #expect(RunWriter.text(result, ReportStyle()).contains("1 canary, profile"))
    }

    @Test(arguments: [("error", "failed its canary"), ("skip", "skipped it")])
    func anythingElseIsExitStatus2(mode: String, what: String) async throws {
        let result = try await run(mode, "--on", "00")
        #expect(result.canaries.allSatisfy { $0.verdict != .passed }, "\(what)")
        #expect(result.exitStatus == 2)
    }

    @Test func anOperationThatIsNotDeclaredIsTold() async throws {
        let result = try await run("good", filters: ["canary/tlv.decode/*"])
        #expect(result.notes == ["canary/tlv.decode/without-schema was not sent: op not declared: tlv.decode"])
        #expect(result.exitStatus == 2)
    }

    /// The name that a report gives to a request of a canary leads to it too.
    @Test(arguments: [
        "canary/bigsize.decode", "canary/bigsize.*", "canary/bigsize.decode/1/accept", "canary/bigsize.decode@ldk-0.2",
    ])
    func aPatternFindsIt(pattern: String) throws {
        let plan = try RunPlan(families: Self.families, filters: [pattern])
        #expect(plan.canaries.map(\.name).contains("bigsize.decode"))
        #expect(plan.parts.isEmpty)
    }

    @Test(arguments: [["canary/none"], ["canary/*", "bolt01/*"]])
    func whatCannotBeSentIsRefused(filters: [String]) {
        #expect(throws: PlanError.self) { try RunPlan(families: Self.families, filters: filters) }
    }

    @Test func everyCanaryCanBeShownAndListed() throws {
        let plan = try RunPlan(families: ProjectData.families(), filters: ["canary/*"])
        let shown = CanaryDescription.all(plan, tables: try ProjectData.profiles().tables)
        #expect(shown.count > 40)
        #expect(Set(shown.map(\.id)).count == shown.count)
        #expect(shown.allSatisfy { $0.forms.allSatisfy { $0.requests.count == 2 } })
        let listed = PlanListing(plan).text(isJSON: false)
        #expect(listed.contains("canary/om.peel  op om.peel\n"))
    }

    private static let families = [SmallVectors.bigSize, SmallVectors.tlv]

    private func run(_ arguments: String..., filters: [String] = ["canary/bigsize.decode"]) async throws -> RunResult {
        try await TestRun.run(TestRun.adapter("faulty.py", arguments), Self.families, filters: filters)
    }
}
