internal import Catalogue
internal import Driver
internal import Rules
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat

/// Several workers, several open requests, and shards: none of them may change a verdict.
@Suite struct WorkerTests {
    @Test(arguments: [1, 2, 3, 20])
    func theNumberOfWorkersChangesNoVerdict(workers: Int) async throws {
        let one = try await TestRun.faulty("log", "--on", "c8")
        let many = try await TestRun.faulty("log", "--on", "c8", change: { $0.workers = workers })
        #expect(many.comparable == one.comparable)
    }

    @Test func workersTakeOfEachFamilyTheirShareAndNoCaseTwice() throws {
        let plan = try RunPlan(families: [SmallVectors.bigSize, SmallVectors.tlv])
        let parts = plan.divided(into: 3)
        let ids = parts.flatMap { $0.parts.flatMap(\.cases).map(\.id) }
        #expect(Set(ids).count == ids.count)
        #expect(ids.count == plan.caseCount)
        #expect(parts.allSatisfy { $0.parts.count == plan.parts.count })
    }

    @Test(arguments: [2, 3, 64])
    func anAdapterThatDeclaresPipeliningMayAnswerInAnyOrder(width: Int) async throws {
        let result = try await TestRun.faulty("reversed", "--pipelining", "\(width)")
        #expect(result.notPassed.isEmpty)
        #expect(result.exitStatus == 0)
        #expect(result.incidents.isEmpty)
    }

    @Test(arguments: [
        "crash", "unended_line_and_exit", "close_output", "twice", "unasked", "wrong_id", "banner", "no_out",
        "error_without_id", "endless_lines", "huge_line_beyond",
    ])
    func aFaultBlamesTheSameCaseWithSeveralOpenRequests(mode: String) async throws {
        var limits = TestRun.limits
        limits.line = 1 << 20
        let name = mode == "huge_line_beyond" ? "huge_line" : mode
        let alone = try await TestRun.faulty(name, "--on", "c8", limits: limits)
        let piped = try await TestRun.faulty(name, "--on", "c8", "--pipelining", "4", limits: limits)
        #expect(piped.notPassed == ["two-hundred"])
        #expect(piped.failure("two-hundred") == alone.failure("two-hundred"))
        #expect(piped.exitStatus == 1)
    }

    @Test func aHangBlamesTheSameCaseWithSeveralOpenRequests() async throws {
        let result = try await TestRun.faulty("silent", "--on", "c8", "--pipelining", "4", limits: TestRun.impatient)
        #expect(result.failure("two-hundred") == .fault(.timeout))
        #expect(result.notPassed == ["two-hundred"])
    }

    @Test func aSecondAnswerAfterTheLastOfSeveralIsFound() async throws {
        let result = try await TestRun.faulty("twice", "--on", "254", "--pipelining", "64")
        #expect(result.failure("encode-last") == .fault(.desync))
        #expect(result.notPassed == ["encode-last"])
    }

    @Test func aFaultThatDoesNotShowAgainIsAnIncidentWithSeveralOpenRequests() async throws {
        let folder = try TemporaryFolder()
        let result = try await TestRun.faulty(
            "crash",
            "--on",
            "c8",
            "--pipelining",
            "4",
            "--once",
            folder.file("once")
        )
        #expect(result.notPassed.isEmpty)
        #expect(result.incidents.map(\.conclusion) == [.notReproduced])
        #expect(result.exitStatus == 2)
    }

    @Test func answersWithSeveralOpenRequestsAreTheSame() async throws {
        let one = try await TestRun.faulty("accept", "--on", "fd00fc")
        let many = try await TestRun.faulty("accept", "--on", "fd00fc", "--pipelining", "5")
        #expect(many.verdicts == one.verdicts)
        let forced = try await TestRun.faulty("accept", "--on", "fd00fc", "--pipelining", "5") {
            $0.isPipelined = false
        }
        #expect(forced.verdicts == one.verdicts)
    }

    // MARK: Stops

    @Test func aRunStopsAfterAsManyFailuresAsAreAllowed() async throws {
        let result = try await TestRun.faulty("reject") { $0.mostFailures = 1 }
        #expect(result.cases.count(where: \.fails) == 1)
        #expect(result.cases.contains { $0.verdict == .notExercised(.runStopped) })
        #expect(result.stop == nil)
        #expect(result.notes.contains { $0.contains("--max-failures") })
        #expect(result.exitStatus == 1)
    }

    // MARK: Shards

    @Test(arguments: [2, 3])
    func shardsMergedAreTheWholeRun(count: Int) async throws {
        let families = [SmallVectors.bigSize, SmallVectors.tlv]
        for mode in ["good", "log", "accept"] {
            let whole = try await run(mode, families, nil)
            var shards: [RunResult] = []
            for index in 1...count {
                let shard = try #require(Shard(index: index, count: count))
                // Through the form of files, as they come from other machines.
                shards.append(try RunResult(JSONReader(try await run(mode, families, shard).json, path: "run")))
            }
            let merged = try RunResult.merged(shards.reversed(), SmallVectors.requirements(), Readings(sections: []))
            #expect(merged.comparable == whole.comparable)
        }
    }

    @Test func aCaseStaysWithItsNeighbour() throws {
        let plan = try RunPlan(families: [SmallVectors.bigSize])
        for index in 1...5 {
            let shard = try #require(Shard(index: index, count: 5))
            let ids = plan.restricted(to: shard).parts.flatMap(\.cases).map(\.id)
            #expect(ids.contains("bolt01/small/two-bytes") == ids.contains("bolt01/small/not-minimal"))
            #expect(ids.contains("bolt01/small/two-bytes") == ids.contains("bolt01/small/truncated"))
        }
    }

    @Test(arguments: ["0/2", "3/2", "1", "1/2/3", "a/b", "1/0", "-1/2", ""])
    func whatIsNoShardIsRefused(text: String) {
        #expect(Shard(text) == nil)
    }

    @Test func shardsThatDoNotFitAreNotMerged() async throws {
        let (first, second) = (Shard(index: 1, count: 2), Shard(index: 2, count: 2))
        let one = try await run("good", [SmallVectors.bigSize], first)
        let two = try await run("good", [SmallVectors.bigSize], second)
        let none: [RequirementID: Requirement] = [:]
        let readings = Readings(sections: [])
        #expect(throws: PlanError.self) { try RunResult.merged([one], none, readings) }
        #expect(throws: PlanError.self) { try RunResult.merged([one, one], none, readings) }
        #expect(throws: PlanError.self) { try RunResult.merged([one, two, two], none, readings) }
        var other = two
        other.profile = "ldk-0.2"
        #expect(throws: PlanError.self) { try RunResult.merged([one, other], none, readings) }
        #expect(throws: Never.self) { try RunResult.merged([one, two], none, readings) }
    }

    private func run(_ mode: String, _ families: [VectorFamily], _ shard: Shard?) async throws -> RunResult {
        var options = TestRun.options(TestRun.adapter("faulty.py", [mode, "--on", mode == "accept" ? "fd00fc" : "c8"]))
        options.limits = TestRun.limits
        options.shard = shard
        options.required = ["bolt01"]
        let whole = try RunPlan(families: families)
        let plan = shard.map(whole.restricted) ?? whole
        return await (try Runner(plan, options, requirements: SmallVectors.requirements())).run()
    }
}

extension RunResult {
    /// The report without what differs from run to run.
    var comparable: JSON { Self.withoutTimes(json) }

    var verdicts: [String: CaseVerdict] {
        Dictionary(cases.map { ($0.id, $0.verdict) }, uniquingKeysWith: { first, _ in first })
    }

    private static func withoutTimes(_ json: JSON) -> JSON {
        switch json {
        case .object(let object):
            let left: Set<String> = [
                "times", "elapsed_us", "stderr", "stderr_bytes", "command", "adapter_command", "shard",
            ]
            return .object(
                JSONObject(object.members.filter { !left.contains($0.key) }.map { ($0.key, withoutTimes($0.value)) })
            )
        case .array(let elements): return .array(elements.map(withoutTimes))
        default: return json
        }
    }
}
