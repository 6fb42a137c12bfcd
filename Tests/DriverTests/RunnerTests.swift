internal import Catalogue
internal import Driver
internal import StrictJSON
internal import Testing
internal import VectorFormat

@Suite struct RunnerTests {
    @Test func aGoodAdapterPassesEverything() async throws {
        let result = try await TestRun.faulty("good")
        #expect(result.notPassed.isEmpty)
        #expect(result.exitStatus == 0)
        #expect(result.incidents.isEmpty)
        #expect(result.notes.isEmpty)
        #expect(result.canaries.map(\.name) == ["bigsize.decode", "bigsize.encode"])
        #expect(result.adapter?.name == "faulty")
    }

    @Test func aGoodAdapterPassesWithAProcessForEachRequest() async throws {
        let result = try await TestRun.faulty("good", change: { $0.isOneShot = true })
        #expect(result.notPassed.isEmpty)
        #expect(result.exitStatus == 0)
        #expect(result.cases.allSatisfy { $0.attempts.allSatisfy(\.isAlone) })
    }

    @Test(arguments: ["crash", "twice", "banner", "wrong_id", "unended_line_and_exit"])
    func faultsAreFoundWithAProcessForEachRequest(mode: String) async throws {
        let result = try await TestRun.faulty(mode, "--on", "c8", change: { $0.isOneShot = true })
        #expect(result.notPassed == ["two-hundred"])
        #expect(result.exitStatus == 1)
    }

    @Test func aWrongAnswerFailsItsCaseAlone() async throws {
        let result = try await TestRun.faulty("log", "--on", "c8")
        #expect(result.failure("two-hundred") == .wrongAnswer)
        #expect(result.notPassed == ["two-hundred"])
        #expect(result.exitStatus == 1)
    }

    @Test func anAnswerMayHaveMoreMembersThanTheProtocolKnows() async throws {
        let result = try await TestRun.faulty("more_members")
        #expect(result.exitStatus == 0)
    }

    @Test func noExpectedValueIsSent() async throws {
        let result = try await TestRun.faulty("good")
        let requests = result.cases.flatMap(\.attempts).compactMap { try? JSON.parse($0.request).object }
        #expect(requests.count == result.cases.count)
        #expect(requests.allSatisfy { Set($0.keys) == ["id", "op", "profile", "in"] })
        #expect(Set(requests.compactMap { $0["id"] }).count == requests.count)
    }

    // MARK: What is not exercised

    @Test func anOperationThatHelloDoesNotListIsNotExercised() async throws {
        let result = try await TestRun.faulty("good", families: [SmallVectors.bigSize, SmallVectors.tlv])
        #expect(result.verdict("empty-stream") == .notExercised(.operationNotDeclared("tlv.decode")))
        #expect(result.exitStatus == 0)
        let conclusion = try #require(result.conclusions.first)
        #expect(conclusion.notExercised == ["B1-TLV-1"])
        #expect(conclusion.reasons == ["op not declared: tlv.decode"])
    }

    @Test(arguments: [false, true])
    func familiesAfterOneThatIsNotExercisedAreGraded(isOneShot: Bool) async throws {
        let families = [SmallVectors.tlv, SmallVectors.bigSize]
        let result = try await TestRun.faulty("good", families: families, change: { $0.isOneShot = isOneShot })
        #expect(result.verdict("empty-stream") == .notExercised(.operationNotDeclared("tlv.decode")))
        #expect(result.notPassed == ["empty-stream"])
        #expect(result.families.map(\.name) == families.map(\.name))
        #expect(result.exitStatus == 0)
    }

    @Test func aProfileThatHelloDoesNotListIsNotExercised() async throws {
        let result = try await TestRun.faulty("good", families: [SmallVectors.bigSize, other])
        #expect(result.families.last?.cases.map(\.verdict) == [.notExercised(.profileNotDeclared("ldk-0.2"))])
        #expect(result.conclusions.map(\.profile) == ["blip66-draft", "ldk-0.2"])
        #expect(result.exitStatus == 0)
    }

    @Test func nothingGradedIsNoSuccess() async throws {
        let result = try await TestRun.faulty("good", families: [SmallVectors.tlv])
        #expect(result.exitStatus == 2)
    }

    @Test func skippingEverythingIsNoSuccess() async throws {
        let result = try await TestRun.faulty("skip")
        #expect(result.cases.allSatisfy { !$0.verdict.isGraded })
        #expect(result.exitStatus == 2)
    }

    // MARK: Neighbours

    @Test func theNeighbourOfAChosenCaseIsPutToo() async throws {
        let result = try await TestRun.run(
            TestRun.adapter("faulty.py"),
            [SmallVectors.bigSize],
            filters: ["bolt01/small/truncated"]
        )
        #expect(result.cases.map(\.id) == ["bolt01/small/truncated"])
        #expect(result.verdict("truncated") == .passed)
        #expect(result.exitStatus == 0)
    }

    @Test func aRejectionDoesNotCountWhenTheNeighbourFailed() async throws {
        let result = try await TestRun.faulty("reject", "--on", "fd00fd")
        #expect(result.failure("two-bytes") == .wrongAnswer)
        #expect(result.verdict("truncated")?.isGraded == false)
        #expect(result.verdict("not-minimal")?.isGraded == false)
        #expect(result.exitStatus == 1)
    }

    @Test func aRejectionDoesNotCountWhenTheNeighbourCrashed() async throws {
        let result = try await TestRun.faulty("crash", "--on", "fd00fd")
        #expect(result.failure("two-bytes") == .fault(.crash))
        #expect(result.verdict("truncated")?.isGraded == false)
    }

    // MARK: Canaries

    @Test(arguments: [("00", "bigsize.decode"), ("fd", "bigsize.decode"), ("1", "bigsize.encode")])
    func anOperationWhoseCanaryFailsIsNotGraded(input: String, operation: String) async throws {
        let result = try await TestRun.faulty("error", "--on", input)
        #expect(result.canaries.filter { $0.failure != nil }.map(\.name) == [operation])
        for vector in result.cases {
            #expect(
                vector.verdict == (vector.operation == operation ? .notExercised(.canaryFailed(operation)) : .passed)
            )
        }
        #expect(result.exitStatus == 2)
    }

    @Test func aCanaryThatFailsNamesTheRequirementThatItShows() async throws {
        let result = try await TestRun.faulty("accept", "--on", "fd")
        #expect(result.canaries.compactMap(\.broken) == ["B1-BS-2"])
        #expect(result.conclusions.map(\.failed) == [["B1-BS-2"]])
        #expect(result.exitStatus == 2)
    }

    @Test func aCanaryThatIsSkippedIsNotExercised() async throws {
        let result = try await TestRun.faulty("skip", "--on", "00")
        #expect(result.canaries.first?.verdict == .skipped)
        #expect(result.verdict("one") == .notExercised(.canarySkipped("bigsize.decode")))
        #expect(result.verdict("encode-last") == .passed)
        #expect(!result.distrust.contains { $0.contains("canar") })
    }

    @Test func theFirstCasesStandInForCanariesOfAnUnknownOperation() async throws {
        let vectors = [
            SmallVectors.accept("valid", "payload.validate", ["payload": "01"], [:]),
            SmallVectors.reject("wrong", "payload.validate", ["payload": "02"], "expired", neighbour: "valid"),
        ]
        let family = VectorFamily(name: "bolt12/small", title: "", profile: "any", flags: [], cases: vectors)
        let result = try await TestRun.run(TestRun.adapter("accepts_everything.py"), [family])
        #expect(result.canaries.map(\.name) == ["payload.validate"])
        #expect(result.canaries.first?.failure != nil)
        #expect(result.cases.allSatisfy { !$0.verdict.isPassed })
        #expect(result.exitStatus == 2)
    }

    // MARK: Adapters that do nothing

    @Test func aSilentAdapterPassesNothing() async throws {
        var limits = TestRun.impatient
        limits.hello = .seconds(1)
        let result = try await TestRun.run(TestRun.adapter("silent.py"), [SmallVectors.bigSize], limits)
        #expect(!result.cases.contains { $0.verdict.isPassed })
        #expect(result.exitStatus == 2)
    }

    @Test(arguments: [false, true])
    func anAdapterThatAcceptsEverythingPassesNothing(isOneShot: Bool) async throws {
        let result = try await TestRun.run(
            TestRun.adapter("accepts_everything.py"),
            [SmallVectors.bigSize, SmallVectors.tlv, other]
        ) { $0.isOneShot = isOneShot }
        #expect(!result.cases.contains { $0.verdict.isPassed })
        #expect(result.canaries.allSatisfy { $0.failure != nil })
        #expect(result.exitStatus == 2)
    }

    @Test func anAdapterThatRejectsEverythingPassesNothing() async throws {
        let result = try await TestRun.faulty("reject")
        #expect(!result.cases.contains { $0.verdict.isPassed })
        #expect(result.exitStatus == 1)
    }

    // MARK: What is required

    @Test(arguments: ["B1-TLV-1", "bolt01"])
    func whatIsRequiredAndNotExercisedIsNotMet(name: String) async throws {
        let families = [SmallVectors.bigSize, SmallVectors.tlv]
        let result = try await TestRun.faulty("good", families: families, change: { $0.required = [name] })
        #expect(
            result.requiredButNotExercised == ["--require \(name): not exercised under blip66-draft: B1-TLV-1"]
        )
        #expect(result.exitStatus == 2)
    }

    @Test(arguments: ["T-UNUSED", "server"])
    func whatNoCaseIsAboutIsNotExercised(name: String) async throws {
        let result = try await TestRun.faulty("good", change: { $0.required = [name] })
        #expect(result.requiredButNotExercised.count == 1)
        #expect(result.exitStatus == 2)
    }

    @Test func aFailureWinsOverWhatWasRequired() async throws {
        let result = try await TestRun.faulty("log", "--on", "c8", change: { $0.required = ["server"] })
        #expect(!result.requiredButNotExercised.isEmpty)
        #expect(result.exitStatus == 1)
    }

    @Test func whatIsRequiredAndExercisedPasses() async throws {
        let result = try await TestRun.faulty("good", change: { $0.required = ["B1-BS-1", "bolt01"] })
        #expect(result.requiredButNotExercised.isEmpty)
        #expect(result.exitStatus == 0)
    }

    @Test func aNameThatMeansNothingIsRejected() async throws {
        await #expect(throws: PlanError.self) {
            try await TestRun.faulty("good", change: { $0.required = ["nobody"] })
        }
    }

    /// A family under a profile that `faulty.py` does not know.
    private var other: VectorFamily {
        let vectors = [
            VectorCase(
                id: "bolt01/other/one",
                operation: "bigsize.decode",
                requirements: ["B1-BS-1"],
                subject: "B1-BS-1",
                comment: "",
                input: ["bytes": "01"],
                expectation: .accept(out: ["value": "1"])
            )
        ]
        return VectorFamily(name: "bolt01/other", title: "", profile: "ldk-0.2", flags: [], cases: vectors)
    }
}
