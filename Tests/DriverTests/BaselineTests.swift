internal import Catalogue
internal import Driver
internal import Report
internal import Rules
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat

@Suite struct BaselineTests {
    private static let wrong = Baseline.Entry(
        cases: IDPattern("bolt01/small/two-hundred"),
        outcome: .failure(.wrongAnswer),
        requirement: "B1-BS-1",
        reason: "not mended yet"
    )

    @Test func aKnownFailureDoesNotFailTheRunAndIsStillShown() async throws {
        let result = try await run("log", [Self.wrong])
        #expect(result.exitStatus == 0)
        #expect(result.grade == .passedWithWarnings)
        #expect(result.baseline?.problems.isEmpty == true)
        let text = RunWriter.text(result, ReportStyle())
        #expect(text.contains("  known failure bolt01/small/two-hundred   wrong answer"))
        #expect(text.contains("reason    not mended yet"))
        #expect(text.contains("known failure  B1-BS-1"))
        #expect(!text.contains("FAILED"))
        let counts = "1 requirement met, 0 failed, 1 known to fail"
        #expect(text.contains("does not conform in bolt01 under blip66-draft: \(counts)"))
        #expect(text.contains("1 met, 0 failed, 1 known to fail, 0 not exercised"))
        #expect(text.contains("baseline known.json: 1 case known, 0 problems"))
    }

    @Test func aFailureThatIsNotListedFails() async throws {
        let result = try await run("reject", [Self.wrong], on: "01")
        #expect(result.exitStatus == 1)
    }

    /// One failure of the requirement is listed, another is news.
    @Test func aRequirementThatFailsElsewhereTooIsFailed() async throws {
        let result = try await run("reject", [Self.wrong], on: nil)
        #expect(result.result("two-hundred")?.known != nil)
        #expect(result.cases.contains { $0.fails })
        let text = RunWriter.text(result, ReportStyle())
        #expect(text.contains("FAILED  B1-BS-1"))
        #expect(!text.contains("known to fail"))
    }

    @Test func anEntryWithoutAReasonIsToldAtTheEndOfEachRun() async throws {
        let written = Baseline(of: try await run("log", nil))
        #expect(written.entries.map(\.isExplained) == [false])
        let result = try await run("log", written.entries)
        #expect(result.exitStatus == 0)
        let told = "warning: 1 entry of known.json has no reason yet: bolt01/small/two-hundred."
        for amount in [ReportStyle.Amount.quiet, .normal] {
            var style = ReportStyle()
            style.amount = amount
            #expect(RunWriter.text(result, style).contains(told))
        }
        let read = try RunResult(JSONReader(try JSON.parse(result.json.pretty), path: "run"))
        #expect(RunText.summary(read).contains(told))
        #expect(!RunText.summary(try await run("log", [Self.wrong])).contains("no reason yet"))
    }

    @Test func anEntryWhoseCasePassesIsStaleAndFails() async throws {
        let result = try await run("good", [Self.wrong])
        #expect(result.notPassed.isEmpty)
        #expect(
            result.baseline?.problems.map(\.detail).first?.hasPrefix("stale: bolt01/small/two-hundred passed") == true
        )
        #expect(result.exitStatus == 1)
        #expect(RunText.summary(result).contains("FAIL: known.json, entry 1: stale"))
    }

    @Test func anEntryWhoseCaseIsGoneIsStaleAndFails() async throws {
        let gone = Baseline.Entry(
            cases: IDPattern("bolt01/small/withdrawn*"),
            outcome: .skipped,
            requirement: nil,
            reason: "x"
        )
        let result = try await run("log", [Self.wrong, gone])
        #expect(result.baseline?.problems.map(\.entry) == [1])
        #expect(result.exitStatus == 1)
    }

    @Test func aCaseThatIsNotSelectedMakesNoEntryStale() async throws {
        let result = try await run("log", [Self.wrong], filters: ["bolt01/small/one"])
        #expect(result.baseline?.problems.isEmpty == true)
        #expect(result.exitStatus == 0)
    }

    @Test func anotherKindOfFailureThanTheEntrysFails() async throws {
        let result = try await run("crash", [Self.wrong], on: "c8")
        #expect(result.baseline?.problems.first?.detail.contains("another reason") == true)
        #expect(result.exitStatus == 1)
    }

    @Test func anotherRequirementThanTheEntrysFails() async throws {
        let other = Baseline.Entry(
            cases: IDPattern("bolt01/small/two-hundred"),
            outcome: .failure(.wrongAnswer),
            requirement: "B1-BS-2",
            reason: "x"
        )
        let result = try await run("log", [other])
        #expect(result.baseline?.problems.first?.detail.contains("another reason") == true)
        #expect(result.exitStatus == 1)
    }

    @Test func aSkipIsKnownAndStaleOnceItIsAnswered() async throws {
        let skip = Baseline.Entry(
            cases: IDPattern("bolt01/small/two-hundred"),
            outcome: .skipped,
            requirement: nil,
            reason: "x"
        )
        #expect(try await run("skip", [skip], on: "c8").exitStatus == 0)
        #expect(try await run("good", [skip]).exitStatus == 1)
    }

    @Test func anEntryEndsOnADay() async throws {
        var entry = Self.wrong
        entry.until = "2026-06-30"
        #expect(try await run("log", [entry], today: "2026-06-30").exitStatus == 0)
        let after = try await run("log", [entry], today: "2026-07-01")
        #expect(after.exitStatus == 1)
        #expect(RunText.summary(after).contains("ended (2026-06-30)"))
    }

    @Test(arguments: [
        ("1", "1", false), ("2", "1", false), ("0.9", "1", true), ("1.0", "1.0.1", true), ("1", "2", true),
    ])
    func anEntryEndsWithAVersion(version: String, end: String, holds: Bool) {
        var entry = Self.wrong
        entry.untilVersion = end
        #expect(Baseline(about: "", entries: [entry]).ended(adapterVersion: version).isEmpty == holds)
    }

    @Test func aPreviewComesBeforeItsVersion() {
        var entry = Self.wrong
        entry.untilVersion = "0.3.0"
        let baseline = Baseline(about: "", entries: [entry])
        #expect(baseline.ended(adapterVersion: "v0.3.0-beta1").isEmpty)
        #expect(!baseline.ended(adapterVersion: "0.3.0").isEmpty)
        #expect(!baseline.ended(adapterVersion: "0.10.0").isEmpty)
    }

    @Test(arguments: ["log", "crash", "skip", "reject"])
    func whatIsWrittenLetsTheSameRunPass(mode: String) async throws {
        let first = try await run(mode, nil, on: mode == "reject" ? nil : "c8")
        let written = Baseline(of: first)
        let read = try Baseline(JSONReader(try JSON.parse(written.json.pretty), path: "baseline"))
        #expect(read == written)
        let second = try await run(mode, read.entries, on: mode == "reject" ? nil : "c8")
        #expect(second.exitStatus != 1)
        #expect(second.baseline?.problems.isEmpty == true)
    }

    @Test(arguments: [
        #"{}"#, #"{"format":"x","version":1,"about":"","entries":[]}"#,
        #"{"format":"blip66-known","version":2,"about":"","entries":[]}"#,
        #"{"format":"blip66-known","version":1,"about":"","entries":[{"cases":"a","outcome":"bad","reason":"r"}]}"#,
        #"{"format":"blip66-known","version":1,"about":"","entries":[{"cases":"a","outcome":"crash","reason":""}]}"#,
        #"{"format":"blip66-known","version":1,"about":"","entries":[{"cases":"a","outcome":"crash","reason":"r","until":"soon"}]}"#,
        #"{"format":"blip66-known","version":1,"about":"","entries":[{"cases":"a","outcome":"crash","reason":"r","colour":1}]}"#,
    ])
    func aFileThatIsNoBaselineIsRefused(text: String) throws {
        let reader = JSONReader(try JSON.parse(text), path: "baseline")
        #expect(throws: JSONShapeError.self) { try Baseline(reader) }
    }

    private func run(
        _ mode: String,
        _ entries: [Baseline.Entry]?,
        on value: String? = "c8",
        filters: [String] = [],
        today: String = "2026-01-01"
    ) async throws -> RunResult {
        let arguments = value.map { [mode, "--on", $0] } ?? [mode]
        return try await TestRun.run(
            TestRun.adapter("faulty.py", arguments),
            [SmallVectors.bigSize],
            filters: filters
        ) { options in
            guard let entries else { return }
            var baseline = Baseline(about: "a test", entries: entries)
            baseline.today = today
            options.baseline = baseline
            options.baselineFile = "known.json"
        }
    }
}

/// `Spec/known/ldk-0.2.json` against an adapter that differs from the texts where LDK 0.2 does.
@Suite(.enabled(if: BuiltProgram.path != nil, "blip66 is not built beside the tests"))
struct KnownOfLDKTests {
    private static let file = "\(Project.root)/Spec/known/ldk-0.2.json"

    @Test func everyEntryIsMetByAnImitationAndTheRunPasses() async throws {
        let result = try await run([])
        #expect(result.baseline?.problems == [])
        #expect(result.cases.filter(\.fails).map(\.id) == [])
        #expect(result.exitStatus == 0)
        let baseline = try Baseline.read(Self.file)
        let known = result.cases.filter { $0.known != nil }.map(\.id)
        for entry in baseline.entries { #expect(known.contains(where: entry.cases.matches)) }
    }

    @Test(arguments: ["version", "relay", "padding", "features", "offer", "payers_paths", "most_data"])
    func mendingOneMakesItsEntryStale(difference: String) async throws {
        let listed = try Baseline.read(Self.file).entries.map(\.cases.text)
        let result = try await run(["--mended", difference], filters: listed)
        #expect(result.exitStatus == 1)
        #expect(result.baseline?.problems.isEmpty == false)
        #expect(result.baseline?.problems.allSatisfy { $0.detail.hasPrefix("stale: ") } == true)
    }

    @Test(arguments: ["Spec/known.schema.json"])
    func theFileFollowsItsSchema(schema: String) throws {
        let schema = try JSONSchema(try Files.readJSON("\(Project.root)/\(schema)"))
        #expect(schema.problems(of: try Files.readJSON(Self.file), path: "baseline") == [])
    }

    private func run(
        _ arguments: [String],
        filters: [String] = ["bolt04/*", "bolt12/*"]
    ) async throws -> RunResult {
        let serve = [try #require(BuiltProgram.path), "serve"]
        var options = TestRun.options(TestRun.adapter("ldk_0_2.py", arguments + serve))
        options.limits = TestRun.limits
        options.profile = "ldk-0.2"
        options.profileTables = try ProjectData.profiles().tables
        options.readings = try ProjectData.readings()
        options.baseline = try Baseline.read(Self.file)
        options.workers = 2
        let requirements = try ProjectData.requirements().requirements
        let families = try ProjectData.families()
        let plan = try RunPlan(families: families, filters: filters, profile: "ldk-0.2")
        return await (try Runner(plan, options, requirements: requirements)).run()
    }
}
