internal import Catalogue
internal import Driver
internal import Report
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import TestSupport
internal import Testing

/// Runs of scenarios against parties that do nothing, or one thing wrong.
@Suite struct ScenarioRunTests {
    // MARK: Inertness

    @Test func aSilentPartyMeetsNoRequirement() async throws {
        let result = try await Party.run(["silent"], try Party.projectScenarios())
        let status = RequirementStatus.of(result.cases)
        #expect(result.cases.count > 200)
        #expect(status.values.allSatisfy { $0 != .met })
        #expect(result.cases.filter { $0.verdict.isPassed }.map(\.id).isEmpty)
        #expect(result.conclusions.allSatisfy { !$0.conforms })
        #expect(result.exitStatus == 2)
    }

    @Test func aNegativeScenarioOfASilentPartyIsNotCounted() async throws {
        let result = try await Party.run(["silent"], [Small.family])
        #expect(result.result("waits-for-a-request:payload")?.verdict.severity == .warning)
        guard case .notCounted = result.verdict("says-nothing:payload") else {
            Issue.record("\(String(describing: result.verdict("says-nothing:payload")))")
            return
        }
    }

    // MARK: Readings

    /// The party takes the row that allows silence, after a twin that it passes.
    @Test func anotherReadingIsToldAndFailsOnlyWhereItIsStrict() async throws {
        let family = try Small.familyWithRows(twin: "ticks")
        let result = try await Party.run(["silent"], [family], depth: .payload)
        let row = try #require(result.result("rows:payload"))
        #expect(row.verdict == .anotherReading(ReadingAlternative(reading: "C-13", id: "b")))
        #expect(row.scenario?.readings.map(\.description) == ["C-13 b"])
        #expect(row.notes == ["step 2: another reading (C-13 b)"])

        let strict = try await Party.run(["silent"], [family], depth: .payload) { $0.strictness.readings = true }
        #expect(strict.verdict("rows:payload")?.fails == true)
        #expect(strict.result("rows:payload")?.violates == ["B66-SRV-1"])
        #expect(strict.exitStatus == 1)
    }

    @Test func aRowThatAllowsSilenceDoesNotCountWhereTheTwinFails() async throws {
        let family = try Small.familyWithRows(twin: "waits-for-a-request")
        let result = try await Party.run(["silent"], [family], depth: .payload)
        guard case .notCounted = result.verdict("rows:payload") else {
            Issue.record("\(String(describing: result.verdict("rows:payload")))")
            return
        }
        #expect(result.result("rows:payload")?.scenario == nil)
    }

    // MARK: Faults

    @Test(arguments: [
        ("crash", Fault.Kind.crash), ("event_without_name", .protocolError), ("endless_writes", .protocolError),
    ])
    func aFaultInAScenarioIsBlamedWhenItShowsAgain(mode: String, kind: Fault.Kind) async throws {
        let result = try await Party.run([mode], [Small.family], depth: .payload)
        #expect(result.failure("ticks:payload") == .fault(kind))
        // The runner also ticks once before it misses the message that another scenario waits for.
        let blamed = ["scenario/small/waits-for-a-request:payload", "scenario/small/ticks:payload"]
        #expect(result.incidents.map(\.conclusion) == blamed.map { .reproduced([$0]) })
        #expect(result.exitStatus == 1)
    }

    @Test func aPartyThatHangsIsKilled() async throws {
        let result = try await Party.run(["hang"], [Small.family], depth: .payload, limits: TestRun.impatient)
        #expect(result.failure("ticks:payload") == .fault(.timeout))
        #expect(result.verdict("needs-much:payload")?.isPassed == true)
    }

    /// The row of `Spec/adapter-misbehaviour.md`: what a party tells of would fill the memory.
    @Test(arguments: [(10_000, false), (10_001, true)])
    func anAnswerWithTooManyEventsIsAProtocolError(count: Int, isTooMany: Bool) async throws {
        let result = try await Party.run(["events", "--count", "\(count)"], [Small.family], depth: .payload)
        #expect((result.failure("ticks:payload") == .fault(.protocolError)) == isTooMany)
        #expect(!isTooMany || result.exitStatus == 1)
    }

    @Test(arguments: [(1 << 20, false), (100, true)])
    func eventsThatFillTheMemoryAreAProtocolError(most: Int, isTooMuch: Bool) async throws {
        for limit: WritableKeyPath<Limits, Int> in [\.answerEventBytes, \.eventBytes] {
            var limits = TestRun.limits
            limits[keyPath: limit] = most
            let arguments = ["events", "--count", "100"]
            let result = try await Party.run(arguments, [Small.family], depth: .payload, limits: limits)
            #expect((result.failure("ticks:payload") == .fault(.protocolError)) == isTooMuch)
        }
    }

    @Test func aRejectionOfAStatefulRequestIsNoVerdict() async throws {
        let result = try await Party.run(["refuses"], [Small.family], depth: .payload)
        #expect(result.failure("ticks:payload") == .adapterError)
    }

    // MARK: What is not exercised

    @Test(
        arguments: [
            ("recipient", "role not declared: recipient"), ("payload", "depth not declared: payload"),
            ("wake", "capability not declared: wake"), ("max_slots", "capability not declared: max_slots"),
        ]
    )
    func whatTheAdapterLacksIsNotExercised(lack: String, reason: String) async throws {
        let result = try await Party.run(["silent", "--without", lack], [Small.family], depth: .payload)
        #expect(result.verdict("needs-much:payload") == .notExercised(.lacking(reason)))
    }

    @Test func anOperationThatIsNotDeclaredIsNotExercised() async throws {
        let result = try await Party.run(["silent", "--without", "tick"], [Small.family], depth: .payload)
        #expect(result.verdict("ticks:payload") == .notExercised(.operationNotDeclared("tick")))
    }

    @Test func aSkippedOperationLeavesItsScenarioNotExercised() async throws {
        let result = try await Party.run(["skips"], [Small.family], depth: .payload)
        guard case .notExercised = result.verdict("ticks:payload") else {
            Issue.record("a skip counted")
            return
        }
    }

    @Test func anotherProfileIsNotExercised() async throws {
        let result = try await Party.run(["silent", "--profile", "mine"], [Small.family], depth: .payload)
        #expect(result.verdict("ticks:payload") == .notExercised(.profileNotDeclared("blip66-draft")))
        #expect(result.exitStatus == 2)
    }

    @Test func withAProcessForEachRequestNoPartyLives() async throws {
        let result = try await Party.run(["silent"], [Small.family]) { $0.isOneShot = true }
        #expect(result.gradedCount == 0)
        #expect(result.exitStatus == 2)
    }

    // MARK: Selection

    @Test func aFilterNamesAScenarioWithOrWithoutItsDepth() throws {
        for (filter, count) in [("scenario/small/ticks", 2), ("scenario/small/ticks:packet", 1), ("scenario/small", 8)]
        {
            let plan = try RunPlan(families: [], scenarios: [Small.family], filters: [filter])
            #expect(plan.caseCount == count)
        }
    }

    // MARK: Reports

    @Test func aBrokenScenarioPrintsItsStepsAndTheCommandThatRepeatsIt() async throws {
        let result = try await Party.run(["silent"], [Small.family], depth: .payload)
        let broken = try #require(result.result("waits-for-a-request:payload"))
        let block = CaseText.block(broken, requirements: result.requirements, rerun: result.rerun)
        #expect(block.contains("broken    step 3, T-SHOULD: expected offer_paths_request on paths"))
        #expect(block.contains("!  3  expect"))
        #expect(block.contains("--filter 'scenario/small/waits-for-a-request:payload'"))
    }

    @Test func theReportHoldsEveryStepOfAScenarioThatWarned() async throws {
        let result = try await Party.run(["silent"], [Small.family], depth: .payload)
        let cases = try #require(result.json["families"]?.array?.first?["cases"]?.array)
        #expect(cases.count == 4)
        let first = try #require(cases.first { $0["id"]?.string == "scenario/small/waits-for-a-request:payload" })
        let scenario = try #require(first["scenario"])
        #expect(scenario["transcript"]?.array?.compactMap { $0["step"]?.integer } == [1, 2, 3])
        #expect(scenario["violations"]?.array?.first?["requirements"] == ["T-SHOULD"])
    }

    @Test func transcriptsOfScenariosThatPassedAreKeptWhereTheyAreAskedFor() async throws {
        for isKept in [false, true] {
            let result = try await Party.run(["silent"], [Small.family], depth: .payload) {
                $0.keepsTranscripts = isKept
            }
            let passed = try #require(result.result("ticks:payload"))
            #expect(passed.verdict == .passed)
            #expect(passed.scenario?.transcript.entries.isEmpty == !isKept)
        }
    }
}

/// Drives `party.py`.
private enum Party {
    static func run(
        _ arguments: [String],
        _ scenarios: [ScenarioFamily],
        depth: Depth? = nil,
        limits: Limits = TestRun.limits,
        change: (inout RunOptions) -> Void = { _ in }
    ) async throws -> RunResult {
        var options = TestRun.options(TestRun.adapter("party.py", arguments))
        options.profileTables = try ProjectData.profiles().tables
        options.readings = try ProjectData.readings()
        options.limits = limits
        change(&options)
        let plan = try RunPlan(families: [], scenarios: scenarios, profile: "blip66-draft", depth: depth)
        let known = try ProjectData.requirements().requirements
        let requirements = known.merging(SmallVectors.requirements()) { $1 }
        return await (try Runner(plan, options, requirements: requirements)).run()
    }

    static func projectScenarios() throws -> [ScenarioFamily] {
        try ProjectData.scenarios().filter {
            ["server", "recipient"].contains($0.role)
        }
    }
}

/// A few scenarios, of which a party that does nothing passes one.
private enum Small {
    static let family: ScenarioFamily = {
        do {
            return try ScenarioFamily(JSONReader(JSON.parse(text.utf8), path: "small"))
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// The same with a scenario whose second row is silence.
    static func familyWithRows(twin: String) throws -> ScenarioFamily {
        guard case .object(var family) = try JSON.parse(text.utf8) else {
            throw JSONShapeError(path: "small", "no object")
        }
        let rows: JSON = [
            ["steps": [["do": "expect_event", "ev": "wake"]]],
            ["reading": "C-13 b", "steps": [["do": "silence"]]],
        ]
        let scenario: JSON = [
            "id": "scenario/small/rows", "requirements": ["B66-SRV-1"], "comment": "for a test",
            "twin": .string("scenario/small/\(twin)"),
            "steps": [["do": "tick"], ["do": "expect_any", "of": rows]],
        ]
        family["scenarios"] = .array((family["scenarios"]?.array ?? []) + [scenario])
        return try ScenarioFamily(JSONReader(.object(family), path: "small"))
    }

    private static let text = """
        {
          "format": 2, "family": "scenario/small", "title": "For tests", "role": "recipient",
          "profiles": ["blip66-draft"],
          "scenarios": [
            {
              "id": "scenario/small/waits-for-a-request", "requirements": ["B1-BS-1"], "comment": "for a test",
              "steps": [
                { "do": "make_paths", "by": "server", "as": "paths" },
                { "do": "set_server_paths", "paths": "paths" },
                { "do": "expect", "message": "offer_paths_request", "over": "paths", "requirement": ["T-SHOULD"] }
              ]
            },
            {
              "id": "scenario/small/says-nothing", "requirements": ["B1-BS-1"], "comment": "for a test",
              "twin": "scenario/small/waits-for-a-request",
              "steps": [{ "do": "silence" }]
            },
            {
              "id": "scenario/small/ticks", "requirements": ["B1-BS-2"], "comment": "for a test",
              "steps": [{ "do": "tick" }]
            },
            {
              "id": "scenario/small/needs-much", "requirements": ["B1-BS-2"], "comment": "for a test",
              "needs": { "capabilities": ["wake", "max_slots"] },
              "steps": [{ "do": "silence" }]
            }
          ]
        }
        """
}
