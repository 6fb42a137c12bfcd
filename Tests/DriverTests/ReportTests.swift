internal import Catalogue
internal import Driver
internal import Report
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat

/// The text of runs, which are made with `faulty.py`.
@Suite struct ReportTests {
    @Test func theLineOfAFamilyCountsWhatBecameOfItsCases() async throws {
        let result = try await TestRun.faulty("crash", "--on", "c8")
        let family = try #require(result.families.first)
        #expect(FamilyText.line(family, width: 14) == "FAIL  bolt01/small    6/7, 1 failed")
    }

    @Test func theLineOfAFamilyThatWasNotExercisedSaysWhy() async throws {
        let result = try await TestRun.faulty("good", families: [SmallVectors.bigSize, SmallVectors.tlv])
        let lines = result.families.map { FamilyText.line($0, width: 0) }
        #expect(
            lines == [
                "ok    bolt01/small  7/7",
                "--    bolt01/small-tlv  0/1, 1 not exercised (op not declared: tlv.decode)",
            ]
        )
    }

    @Test func aFailureShowsAllThatIsNeededToUnderstandAndRepeatIt() async throws {
        let result = try await TestRun.faulty("log", "--on", "c8")
        let block = try block(result, "two-hundred")
        for part in [
            "FAIL bolt01/small/two-hundred   wrong answer", "for a test", #""op":"bigsize.decode""#, "out.value",
            "expected 200", "got      7", "B1-BS-1 (MUST) What B1-BS-1 says.",
            "text.md, Part, line 57 (s:57)", "| about to answer",
            "blip66 check --filter 'bolt01/small/two-hundred' -- \(Python.path) ",
        ] {
            #expect(block.contains(part), "\(part) is missing")
        }
    }

    @Test func anAcceptedInvalidCaseShowsReasonsNeighbourAndFlags() async throws {
        let result = try await TestRun.faulty("accept", "--on", "fd00fc")
        let block = try block(result, "not-minimal")
        for part in [
            "reject (tlv.noncanonical)", "accepted an invalid input; it has to be rejected", "accused   B1-BS-2",
            "neighbour bolt01/small/two-bytes", "NotMinimal: A longer form than needed is taken.",
        ] {
            #expect(block.contains(part), "\(part) is missing")
        }
    }

    @Test func aFaultSaysWhatItIsAndThatTheCaseWasPutAgainAlone() async throws {
        let result = try await TestRun.faulty("crash_with_last_words", "--on", "c8")
        let block = try block(result, "two-hundred")
        #expect(block.contains("FAIL bolt01/small/two-hundred   crash"))
        #expect(block.contains("exit status 3"))
        #expect(block.contains("alone"))
        #expect(block.contains("| the end is near"))
    }

    @Test func theConclusionCountsRequirements() async throws {
        let result = try await TestRun.faulty("good", families: [SmallVectors.bigSize, SmallVectors.tlv])
        let sentences = result.conclusions.map(RunText.sentence)
        let counts = "2 requirements met, 0 failed, 1 not exercised (op not declared: tlv.decode)"
        #expect(sentences == ["conforms in bolt01 under blip66-draft: \(counts)"])
    }

    @Test func aFailureDoesNotConform() async throws {
        let result = try await TestRun.faulty("crash", "--on", "fd00fc")
        let counts = "1 requirement met, 1 failed, 0 not exercised"
        let sentences = result.conclusions.map(RunText.sentence)
        #expect(sentences == ["does not conform in bolt01 under blip66-draft: \(counts)"])
    }

    /// Not to do what a text allows is worth knowing, and no reason for a warning.
    @Test func anInfoIsCalledAnInfo() async throws {
        let may = SmallVectors.accept("may", "bigsize.decode", ["bytes": "02"], ["value": "2"], ["T-MAY"])
        let result = try await run(with: may, "reject", "--on", "02")
        #expect(result.exitStatus == 0)
        #expect(result.conclusions.map(\.grade) == [.passed])
        #expect(result.conclusions.map(\.withInfos) == [["T-MAY"]])
        #expect(result.conclusions.flatMap(\.withWarnings).isEmpty)
        #expect(RequirementText.lines(result, isVerbose: false).first?.hasPrefix("info    T-MAY") == true)
        #expect(RequirementText.totals(result).contains("1 with an info"))
        #expect(RunText.summary(result).hasSuffix("passed (exit status 0)"))
    }

    @Test func aWarningConformsAndIsCountedApart() async throws {
        let should = SmallVectors.accept("wrong", "bigsize.decode", ["bytes": "02"], ["value": "3"], ["T-SHOULD"])
        let result = try await run(with: should)
        #expect(result.exitStatus == 0)
        let counts = "2 requirements met, 0 failed, 0 not exercised; SHOULDs not met: T-SHOULD"
        #expect(result.conclusions.map(RunText.sentence) == ["conforms in bolt01 under blip66-draft: \(counts)"])
        #expect(try block(result, "wrong").hasPrefix("  warn "))
        #expect(result.families.map { FamilyText.line($0, width: 0) } == ["warn  bolt01/small  7/8, 1 with a warning"])
        #expect(RunText.summary(result).hasSuffix("passed with warnings (exit status 0)"))
    }

    @Test func theSummarySaysWhyARunCannotBeTrusted() async throws {
        let result = try await TestRun.faulty("error", "--on", "00")
        let summary = RunText.summary(result)
        #expect(summary.contains("bigsize.decode was not graded because its canary failed (B1-BS-1)"))
        #expect(summary.contains("the run cannot be trusted: canaries failed: bigsize.decode"))
    }

    @Test func reasonsThatDifferInANameAloneAreOne() {
        let reasons: [CaseVerdict.NotExercised] = [
            .operationNotDeclared("om.peel"), .skipped("x"), .operationNotDeclared("om.build"),
            .operationNotDeclared("om.peel"), .canarySkipped("bolt12.merkle"), .lacking("role not declared: payer"),
        ]
        #expect(
            reasons.reasons == [
                "ops not declared: om.peel, om.build", "skipped by the adapter", "canary skipped: bolt12.merkle",
                "role not declared: payer",
            ]
        )
    }

    @Test func aSkippedCanaryIsToldOnceByItsName() async throws {
        let text = RunWriter.text(try await TestRun.faulty("skip", "--on", "00"), ReportStyle())
        #expect(text.contains("not graded, since the adapter skipped the canary: bigsize.decode"))
        #expect(text.matches(of: /canary skipped: bigsize.decode/).count == 1)
        #expect(text.contains("not exercised (canaries skipped)"))
    }

    @Test func aFailedCanaryHasACommandThatSendsItAlone() async throws {
        let summary = RunText.summary(try await TestRun.faulty("error", "--on", "00"))
        #expect(summary.contains("show      blip66 show canary/bigsize.decode"))
        #expect(summary.contains("rerun     blip66 check --filter 'canary/bigsize.decode' -- \(Python.path)"))
    }

    @Test func anAnswerIsCutOnce() {
        let long: JSONObject = ["bytes": .string(String(repeating: "00", count: 5000))]
        let cut = long.cut(4000)
        #expect(cut.cutText?.hasPrefix(#"{"bytes":"0000"#) == true)
        #expect(cut.cut(4000) == cut)
        #expect((["bytes": "00"] as JSONObject).cut(4000).cutText == nil)
    }

    @Test func underVerboseWhatPassedHasItsRequest() async throws {
        var style = ReportStyle()
        style.amount = .verbose
        let result = try await TestRun.faulty("good")
        let text = RunWriter.text(result, style) { "request of \($0)" }
        #expect(text.contains("    bolt01/small/one  passed\n        request  request of bolt01/small/one"))
    }

    @Test func aFamilyOfWhichMostCasesAreNotGradedIsInconclusive() async throws {
        let result = try await TestRun.faulty("good", families: [mostlySkipped])
        let lines = result.families.map { FamilyText.line($0, width: 0) }
        #expect(lines.first?.hasPrefix("--    bolt01/mostly  1/3") == true)
        #expect(lines.first?.contains("inconclusive: 2 of 3 cases were not graded") == true)
    }

    @Test func acceptancesAloneAreInconclusive() async throws {
        let vector = SmallVectors.accept("bare", "bigsize.decode", ["bytes": "02"], [:])
        let family = VectorFamily(name: "bolt01/bare", title: "", profile: "any", flags: [], cases: [vector])
        let result = try await TestRun.faulty("good", families: [family])
        #expect(result.notPassed.isEmpty)
        #expect(result.conclusions.map(\.inPart) == [["B1-BS-1"]])
        #expect(RunText.summary(result).contains("inconclusive: no requirement was met"))
        #expect(result.exitStatus == 2)
    }

    @Test func noMustMeansNoConformity() async throws {
        let vector = SmallVectors.accept("should", "bigsize.decode", ["bytes": "02"], ["value": "2"], ["T-SHOULD"])
        let family = VectorFamily(name: "bolt01/should", title: "", profile: "any", flags: [], cases: [vector])
        let result = try await TestRun.faulty("good", families: [family])
        let sentence = try #require(result.conclusions.map(RunText.sentence).first)
        #expect(sentence.hasPrefix("inconclusive (no MUST was met) in bolt01"))
    }

    private var mostlySkipped: VectorFamily {
        let one = SmallVectors.accept("one", "bigsize.decode", ["bytes": "01"], ["value": "1"])
        let others = ["a", "b"].map { SmallVectors.accept($0, "tlv.decode", ["bytes": ""], ["records": []]) }
        return VectorFamily(name: "bolt01/mostly", title: "", profile: "any", flags: [], cases: [one] + others)
    }

    @Test func theSummaryTellsOfAFaultThatNobodyIsBlamedFor() async throws {
        let folder = try TemporaryFolder()
        let result = try await TestRun.faulty("crash", "--on", "c8", "--once", folder.file("once"))
        let place = "crash at bolt01/small/two-hundred, after bolt01/small/one"
        #expect(RunText.summary(result).contains("\(place); not reproduced by the suspected cases"))
    }

    @Test func theTextOfARunIsTheSameEveryTime() async throws {
        var texts: Set<String> = []
        for _ in 0..<2 {
            var result = try await TestRun.faulty("reject")
            // How long the answers took is another thing each time.
            result.times = AnswerTimes()
            let blocks = result.cases.map { CaseText.block($0, requirements: result.requirements, rerun: result.rerun) }
            texts.insert((blocks + [RunText.summary(result)]).joined(separator: "\n"))
        }
        #expect(texts.count == 1)
    }

    @Test func longHexIsCutAroundTheFirstDifference() async throws {
        let long = String(repeating: "ab", count: 300)
        let wrong = SmallVectors.accept("long", "bigsize.decode", ["bytes": "02"], ["value": .string(long + "00")])
        let other = VectorFamily(name: "bolt01/small", title: "", profile: "any", flags: [], cases: [wrong])
        var result = CaseResult(
            wrong,
            other,
            verdict: .failed(
                .init(
                    kind: .wrongAnswer,
                    severity: .failure,
                    detail: "a member differs",
                    differences: [
                        Difference(
                            path: "out.value",
                            expected: .string(long + "00" + long),
                            got: .string(long + "01" + long)
                        )
                    ]
                )
            ),
            notes: [],
            attempts: []
        )
        var block = CaseText.block(result, requirements: [:], rerun: .init(program: ["p"], adapter: []))
        #expect(block.contains("first difference at byte 300 of 601 and 601"))
        #expect(block.contains("…abababababababab00ab"))
        #expect(block.contains("…abababababababab01ab"))
        #expect(block.utf8.count < 700)
        // What a run keeps of a long answer is cut; the length that is told is the answer's.
        let kept = CaseText.block(
            result.trimmed(keepsTranscript: false),
            requirements: [:],
            rerun: .init(program: ["p"], adapter: [])
        )
        #expect(kept.contains("first difference at byte 300 of 601 and 601"))
        result = CaseResult(wrong, other, verdict: .passed, notes: ["a note"], attempts: [])
        block = CaseText.line(result)
        #expect(block.contains("a note"))
    }

    @Test func aLongValueInARequestLacksItsMiddleAndSaysWhereTheWholeIs() throws {
        let hex = "aa" + String(repeating: "00", count: 1000) + "bb"
        let block = try block(ofRequestWith: hex)
        #expect(block.contains(#""bytes":"aa0000"#))
        #expect(block.contains("(1845 characters left out)"))
        #expect(block.contains(#"00bb"}}"#))
        #expect(block.contains("whole request: blip66 show --vectors 'my vectors' bolt01/small/long"))
        #expect(block.utf8.count < 900)
    }

    @Test func aLongRequestIsWholeUnderVerbose() throws {
        let hex = String(repeating: "00", count: 1000)
        let block = try block(ofRequestWith: hex, isVerbose: true)
        #expect(block.contains(hex))
        #expect(!block.contains("whole request"))
    }

    @Test func aShortRequestIsWhole() throws {
        let block = try block(ofRequestWith: "00ff")
        #expect(block.contains(#"{"id":1,"op":"bigsize.decode","in":{"bytes":"00ff"}}"#))
        #expect(!block.contains("whole request"))
    }

    @Test func aCommandToPasteQuotesWhatAShellWouldTakeApart() throws {
        let vector = SmallVectors.accept("it", "op", [:], [:])
        let result = CaseResult(vector, SmallVectors.bigSize, verdict: .passed, notes: [], attempts: [])
        let rerun = RunResult.Rerun(program: ["blip66", "check"], adapter: ["./my adapter", "it's", "--x=1", ""])
        let block = CaseText.block(result, requirements: [:], rerun: rerun)
        #expect(block.hasSuffix(#"blip66 check --filter 'bolt01/small/it' -- './my adapter' 'it'\''s' --x=1 ''"#))
    }

    // MARK: Helpers

    /// The block of a case that failed, with a request that holds `hex`.
    private func block(ofRequestWith hex: String, isVerbose: Bool = false) throws -> String {
        let vector = SmallVectors.accept("long", "bigsize.decode", ["bytes": .string(hex)], ["value": "1"])
        let request = Request(id: 1, operation: vector.operation, profile: nil, input: vector.input)
        let attempt = Attempt(
            ticket: 1,
            request: request.line,
            answerLine: nil,
            outcome: .success(.error("no")),
            isAlone: false,
            elapsed: .zero
        )
        let result = CaseResult(
            vector,
            SmallVectors.bigSize,
            verdict: .failed(.init(kind: .adapterError, severity: .failure, detail: "the adapter failed: no")),
            notes: [],
            attempts: [attempt]
        )
        let rerun = RunResult.Rerun(program: ["blip66", "check", "--vectors", "my vectors"], adapter: [])
        return CaseText.block(result, requirements: [:], rerun: rerun, isVerbose: isVerbose)
    }

    private func block(_ result: RunResult, _ name: String) throws -> String {
        let found = try #require(result.result(name))
        return CaseText.block(found, requirements: result.requirements, rerun: result.rerun)
    }

    /// A run of the small family with one more case, against a good adapter.
    private func run(with vector: VectorCase, _ arguments: String...) async throws -> RunResult {
        let small = SmallVectors.bigSize
        let family = VectorFamily(
            name: small.name,
            title: small.title,
            profile: small.profile,
            flags: small.flags,
            cases: small.cases + [vector]
        )
        let command = TestRun.adapter("faulty.py", arguments.isEmpty ? ["good"] : arguments)
        return try await TestRun.run(command, [family])
    }
}
