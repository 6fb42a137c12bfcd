internal import Catalogue
internal import Foundation
internal import StrictJSON
internal import TestSupport
internal import Testing

internal import Driver
internal import Report

/// The table of `Spec/adapter-misbehaviour.md`, row by row. `faulty.py` misbehaves at the case `two-hundred` (c8).
@Suite struct MisbehaviourTests {
    // MARK: Crash

    @Test(arguments: ["crash", "abort", "unended_line_and_exit", "close_output"])
    func anAdapterThatEndsBeforeItsAnswerHasCrashed(mode: String) async throws {
        let result = try await TestRun.faulty(mode, "--on", "c8")
        #expect(result.failure("two-hundred") == .fault(.crash))
        #expect(result.notPassed == ["two-hundred"])
        #expect(result.exitStatus == 1)
    }

    @Test func aCrashSaysHowTheProcessEnded() async throws {
        let result = try await TestRun.faulty("crash_with_last_words", "--on", "c8")
        guard case .failed(let failure)? = result.verdict("two-hundred") else {
            Issue.record("the crash did not fail the case")
            return
        }
        #expect(failure.detail.contains("exit status 3"))
        #expect(result.result("two-hundred")?.attempts.last?.standardError.contains("the end is near") == true)
    }

    @Test func anAdapterThatClosesItsInputIsNotWaitedForUntilTheDeadline() async throws {
        let result = try await TestRun.faulty("close_input", "--on", "hello")
        #expect(result.stop == nil)
        #expect(result.canaries.contains { $0.failure?.contains("closed its standard input") == true })
        #expect(result.exitStatus == 2)
    }

    @Test func anAdapterThatEndsAfterHelloHasCrashed() async throws {
        let result = try await TestRun.faulty("exit_after", "--on", "hello")
        #expect(result.canaries.allSatisfy { $0.failure?.contains("crash") == true })
        #expect(result.exitStatus == 2)
    }

    // MARK: Timeout

    @Test(arguments: ["silent", "beginning_of_line"])
    func anAdapterThatHangsIsATimeout(mode: String) async throws {
        let result = try await TestRun.faulty(mode, "--on", "c8", limits: TestRun.impatient)
        #expect(result.failure("two-hundred") == .fault(.timeout))
        #expect(result.exitStatus == 1)
    }

    @Test func aLateAnswerIsNeverReadAsTheNextOne() async throws {
        let result = try await TestRun.faulty("late", "--on", "c8", "--delay", "3", limits: TestRun.impatient)
        #expect(result.failure("two-hundred") == .fault(.timeout))
        #expect(!result.incidents.contains { $0.fault.kind == .desync })
    }

    @Test func anAdapterThatDoesNotReadIsATimeoutHoweverLongTheRequest() async throws {
        let connection = AdapterConnection(
            TestRun.adapter("faulty.py", ["deaf", "--on", "hello"]),
            hello: Hello(profiles: [:]),
            limits: TestRun.impatient,
            isOneShot: false
        )
        let input: JSON = ["bytes": .string(String(repeating: "00", count: 1 << 20))]
        let attempt = try await connection.ask("bigsize.decode", profile: nil, input)
        guard case .failure(let fault) = attempt.outcome else {
            Issue.record("a request that was not read was answered")
            return
        }
        #expect(fault.kind == .timeout)
    }

    @Test func whatComesAfterATimeoutIsGradedInANewProcess() async throws {
        let result = try await TestRun.faulty("silent", "--on", "c8", limits: TestRun.impatient)
        #expect(result.verdict("two-bytes") == .passed)
        #expect(result.verdict("encode-last") == .passed)
    }

    @Test func aTimeoutThatDoesNotShowAgainIsANote() async throws {
        let folder = try TemporaryFolder()
        let result = try await TestRun.faulty(
            "silent",
            "--on",
            "c8",
            "--once",
            folder.file("once"),
            limits: TestRun.impatient
        )
        #expect(result.notPassed.isEmpty)
        #expect(Set(result.incidents.map(\.conclusion)) == [.flaky])
        #expect(result.result("two-hundred")?.notes.isEmpty == false)
        #expect(result.exitStatus == 0)
    }

    @Test func timeoutsThatDoNotShowAgainAreNoNoiseFromTheSecondOn() async throws {
        let folder = try TemporaryFolder()
        var limits = TestRun.impatient
        limits.answer = .milliseconds(700)
        let result = try await TestRun.faulty("silent", "--each", folder.path, limits: limits)
        #expect(result.notPassed.isEmpty)
        #expect(Set(result.incidents.map(\.conclusion)) == [.flaky])
        #expect(result.incidents.count > 1)
        #expect(result.exitStatus == 2)
        // Every case passed in the end, and nothing is vouched for.
        #expect(result.conclusions.map(\.conforms) == [false])
    }

    @Test func twoTimeoutsThatDoNotShowAgainAreTooMany() {
        var result = RunResult(command: [], rerun: .init(program: [], adapter: []), profile: "blip66-draft")
        let hang = Incident(fault: Fault(.timeout, "x"), caseID: "a", previousCaseID: nil, conclusion: .flaky)
        result.incidents = [hang]
        #expect(!result.distrust.contains { $0.contains("did not come again") })
        result.incidents = [hang, hang]
        #expect(result.distrust.contains { $0.contains("did not come again") })
    }

    // MARK: Desync

    @Test(arguments: ["wrong_id", "previous_id"])
    func anAnswerWithAnotherIDIsADesync(mode: String) async throws {
        let result = try await TestRun.faulty(mode, "--on", "c8")
        #expect(result.failure("two-hundred") == .fault(.desync))
        #expect(result.notPassed == ["two-hundred"])
        #expect(result.exitStatus == 1)
    }

    @Test(arguments: ["twice", "unasked"])
    func theCaseThatAnsweredTwiceIsBlamedAndNotTheNext(mode: String) async throws {
        let result = try await TestRun.faulty(mode, "--on", "c8")
        #expect(result.failure("two-hundred") == .fault(.desync))
        #expect(result.verdict("two-bytes") == .passed)
        #expect(result.notPassed == ["two-hundred"])
        #expect(result.exitStatus == 1)
    }

    @Test func aSecondAnswerAfterTheLastCaseIsFound() async throws {
        let result = try await TestRun.faulty("twice", "--on", "254")
        #expect(result.failure("encode-last") == .fault(.desync))
        #expect(result.exitStatus == 1)
    }

    @Test func endlessLinesAreADesyncAndDoNotFillTheMemory() async throws {
        let result = try await TestRun.faulty("endless_lines", "--on", "c8")
        #expect(result.failure("two-hundred") == .fault(.desync))
        #expect(result.verdict("encode-last") == .passed)
    }

    // MARK: Protocol errors

    @Test(arguments: [
        "banner", "empty_line", "duplicate_key", "nul_bytes", "broken_utf8", "no_out", "no_outcome", "no_id", "text_id",
        "two_shapes",
    ])
    func whatIsNotAnAnswerIsAProtocolError(mode: String) async throws {
        let result = try await TestRun.faulty(mode, "--on", "c8")
        #expect(result.failure("two-hundred") == .fault(.protocolError))
        #expect(result.notPassed == ["two-hundred"])
        #expect(result.exitStatus == 1)
    }

    @Test func aLineBeyondTheLimitIsAProtocolError() async throws {
        var limits = TestRun.limits
        limits.line = 1 << 20
        let result = try await TestRun.faulty("huge_line", "--on", "c8", limits: limits)
        #expect(result.failure("two-hundred") == .fault(.protocolError))
        #expect(result.verdict("encode-last") == .passed)
    }

    @Test func aLongLineWithinTheLimitIsRead() async throws {
        var limits = TestRun.limits
        limits.answer = .seconds(240)
        let result = try await TestRun.faulty("huge_line", "--on", "c8", limits: limits)
        #expect(result.verdict("two-hundred")?.isGraded == false)
        #expect(result.incidents.isEmpty)
    }

    // MARK: Faults without a culprit

    @Test(arguments: ["crash", "wrong_id", "banner"])
    func aFaultThatDoesNotShowAgainBlamesNoCaseAndCannotBeTrusted(mode: String) async throws {
        let folder = try TemporaryFolder()
        let result = try await TestRun.faulty(mode, "--on", "c8", "--once", folder.file("once"))
        #expect(result.notPassed.isEmpty)
        #expect(result.incidents.map(\.conclusion) == [.notReproduced])
        #expect(result.exitStatus == 2)
        #expect(result.conclusions.map(\.conforms) == [false])
    }

    @Test func anAdapterThatEndsAfterItsAnswerIsFoundUnderTheNextCase() async throws {
        let result = try await TestRun.faulty("exit_after", "--on", "c8")
        #expect(result.notPassed.isEmpty)
        #expect(result.incidents.map(\.previousCaseID) == ["bolt01/small/two-hundred"])
        #expect(result.exitStatus == 2)
    }

    // MARK: Answers that are neither right nor a rejection

    @Test(arguments: ["error", "error_without_id"])
    func anErrorOfTheAdapterIsAFailureOfItsOwn(mode: String) async throws {
        let result = try await TestRun.faulty(mode, "--on", "c8")
        #expect(result.failure("two-hundred") == .adapterError)
        #expect(result.exitStatus == 1)
    }

    @Test func anErrorOfTheAdapterIsNeverARejection() async throws {
        let result = try await TestRun.faulty("error", "--on", "fd00fc")
        #expect(result.failure("not-minimal") == .adapterError)
    }

    // MARK: What passes with a note

    @Test func aFloodOnStandardErrorIsANote() async throws {
        let result = try await TestRun.faulty("flood", "--on", "c8")
        let flooded = try #require(result.result("two-hundred"))
        #expect(flooded.verdict == .passed)
        #expect(result.exitStatus == 0)
        #expect((flooded.attempts.last?.standardError.utf8.count ?? 0) <= TestRun.limits.standardError)
    }

    @Test func aFloodOnStandardErrorIsKeptInPart() async throws {
        let result = try await TestRun.faulty("flood", "--on", "254")
        // The last case of a run: its process has ended, so all of its log was read.
        let flooded = try #require(result.result("encode-last"))
        #expect(flooded.notes.contains { $0.contains("standard error") })
        #expect(flooded.attempts.last?.standardError.contains("line 03999") == true)
        #expect(result.exitStatus == 0)
    }

    @Test func aProcessThatIsLeftBehindIsKilledAndNoted() async throws {
        let folder = try TemporaryFolder()
        let lock = try folder.write("", to: "lock")
        let result = try await TestRun.faulty("grandchild", "--on", "c8", "--lock", lock)
        #expect(result.notPassed.isEmpty)
        #expect(result.exitStatus == 0)
        #expect(result.notes.contains { $0.contains("leaves a process") })
        #expect(await isFree(lock), "the process that holds the lock is alive")
    }

    #if os(Linux)
        @Test func aProcessThatLeftTheGroupIsKilledAndNoted() async throws {
            let folder = try TemporaryFolder()
            let lock = try folder.write("", to: "lock")
            let result = try await TestRun.faulty("daemon", "--on", "c8", "--lock", lock)
            #expect(result.notPassed.isEmpty)
            #expect(result.notes.contains { $0.contains("leaves a process") })
            #expect(await isFree(lock), "the process that holds the lock is alive")
        }
    #endif

    @Test func aProcessThatIsLeftBehindByACrashIsKilled() async throws {
        let folder = try TemporaryFolder()
        let lock = try folder.write("", to: "lock")
        var limits = TestRun.impatient
        limits.shutDown = .milliseconds(300)
        let result = try await TestRun.faulty("grandchild_and_hang", "--on", "c8", "--lock", lock, limits: limits)
        #expect(result.failure("two-hundred") == .fault(.timeout))
        #expect(await isFree(lock), "the process that holds the lock is alive")
    }

    @Test func anAdapterThatOutlivesItsInputIsKilledAndNoted() async throws {
        var limits = TestRun.limits
        limits.shutDown = .milliseconds(300)
        let result = try await TestRun.faulty("outlive", limits: limits)
        #expect(result.exitStatus == 0)
        #expect(result.notes.contains { $0.contains("goes on") })
    }

    @Test func aFailureStatusAfterAllAnswersIsANote() async throws {
        let result = try await TestRun.faulty("fail_at_the_end")
        #expect(result.exitStatus == 0)
        #expect(result.notes.contains { $0.contains("exit status 4") })
    }

    @Test(arguments: ["forge", "forged_value", "long_words"])
    func whatAnAdapterWritesIsShownHarmlessAndCut(mode: String) async throws {
        let result = try await TestRun.faulty(mode, "--on", "c8")
        #expect(result.failure("two-hundred") == .wrongAnswer)
        let text = RunWriter.text(result, ReportStyle())
        #expect(text.utf8.count < 12_000)
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !["Cc", "Cf", "Zl", "Zp"].contains(category($0)) })
        // What looks like a line of the report stands at the beginning of none.
        let marks = text.split(separator: "\n").filter { $0.hasPrefix("FAIL") || $0.hasPrefix("ok") }
        #expect(marks.allSatisfy { !$0.contains("forged") })
    }

    private func category(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control: "Cc"
        case .format: "Cf"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        default: ""
        }
    }

    @Test func rightAnswersThatArePaddedAreNotKept() async throws {
        let result = try await TestRun.faulty("padded")
        #expect(result.notPassed.isEmpty)
        #expect(result.json.line.utf8.count < 20_000)
        #expect(result.cases.flatMap(\.attempts).allSatisfy { $0.answerLine == nil })
    }

    /// Eight right answers of 2 MiB each, where 1 MiB is held.
    @Test func answersThatAreTooLongToBeHeldAtOnceAreAskedForOneByOne() async throws {
        var limits = TestRun.limits
        limits.held = 1 << 20
        let result = try await TestRun.faulty("padded", "--pipelining", "8", limits: limits)
        #expect(result.notPassed.isEmpty)
        #expect(result.incidents.isEmpty)
        #expect(result.notes.contains { $0.contains("one at a time") })
        #expect(result.exitStatus == 0)
    }

    /// The verdicts stay, and what a report leaves out it says.
    @Test func evidenceBeyondWhatARunKeepsIsLeftOut() async throws {
        let whole = try await TestRun.faulty("reject")
        for change: WritableKeyPath<Limits, Int> in [\.keptEvidence, \.reportedEvidence] {
            var limits = TestRun.limits
            limits[keyPath: change] = 1000
            let result = try await TestRun.faulty("reject", limits: limits)
            #expect(result.cases.map(\.verdict.word) == whole.cases.map(\.verdict.word))
            let failed = result.cases.filter { $0.verdict.severity != nil }
            #expect(failed.contains { $0.attempts.isEmpty && $0.notes.contains { $0.contains("left out") } })
            #expect(result.json.line.utf8.count < whole.json.line.utf8.count)
        }
        #expect(whole.cases.allSatisfy { !$0.notes.contains { $0.contains("left out") } })
    }

    // MARK: Runs that cannot be trusted

    @Test func aLineBeforeTheQuestionEndsTheRun() async throws {
        let result = try await TestRun.faulty("before_hello")
        #expect(result.stop?.contains("handshake") == true)
        #expect(result.exitStatus == 2)
    }

    @Test func aCapabilityOfTheWrongTypeEndsTheRun() async throws {
        let result = try await TestRun.faulty("wrong_capability", "--on", "hello")
        #expect(result.stop?.contains("pipelining") == true)
        #expect(result.exitStatus == 2)
    }

    @Test func aNameCannotForgeTheHeading() async throws {
        let result = try await TestRun.faulty("forged_name", "--on", "hello")
        let name = try #require(result.adapter?.name)
        #expect(!name.contains("\n"))
        #expect(name.contains("\\u{1B}"))
    }

    @Test func aRunThatTakesTooLongIsStopped() async throws {
        var limits = TestRun.limits
        limits.run = .milliseconds(400)
        let result = try await TestRun.faulty("good", "--slow", "0.2", limits: limits)
        #expect(result.stop?.contains("--run-limit") == true)
        #expect(result.verdict("encode-last") == .notExercised(.runStopped))
        #expect(result.exitStatus == 2)
    }

    @Test(arguments: [
        "crash", "banner", "error", "skip", "reject", "accept", "no_operations", "other_protocol", "wrong_id",
    ])
    func aBrokenHandshakeEndsTheRun(mode: String) async throws {
        let result = try await TestRun.faulty(mode, "--on", "hello")
        #expect(result.stop?.contains("handshake") == true)
        #expect(result.families.isEmpty)
        #expect(result.exitStatus == 2)
    }

    @Test func aHelloThatNobodyAnswersEndsTheRun() async throws {
        var limits = TestRun.limits
        limits.hello = .milliseconds(500)
        let result = try await TestRun.faulty("silent", "--on", "hello", limits: limits)
        #expect(result.stop?.contains("timeout") == true)
        #expect(result.exitStatus == 2)
    }

    @Test func anotherHelloAfterARestartEndsTheRun() async throws {
        let result = try await TestRun.run(
            TestRun.adapter("faulty.py", ["changing_hello_and_crash", "--on", "c8"]),
            [SmallVectors.bigSize]
        )
        #expect(result.stop?.contains("differs from the first one") == true)
        // The crash fails its case, which weighs more than that the run cannot be trusted.
        #expect(!result.distrust.isEmpty)
        #expect(result.exitStatus == 1)
    }

    @Test func tooManyFaultsEndTheRun() async throws {
        var limits = TestRun.limits
        limits.faults = 2
        let result = try await TestRun.faulty("crash", limits: limits)
        #expect(result.stop?.contains("more than 2 faults") == true)
        #expect(result.verdict("encode-last") == .notExercised(.runStopped))
        #expect(!result.distrust.isEmpty)
        #expect(result.exitStatus == 1)
    }

    @Test func anAdapterThatDoesNotExistEndsTheRun() async throws {
        let result = try await TestRun.run(AdapterCommand(program: "/nonexistent/adapter"), [SmallVectors.bigSize])
        #expect(result.stop?.contains("cannot be started") == true)
        #expect(result.exitStatus == 2)
    }

    // MARK: The page

    @Test(arguments: Misbehaviour.allCases)
    func theTableOfThePageHasEveryRow(row: Misbehaviour) throws {
        let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let bytes = try Files.read("\(folder)/Spec/adapter-misbehaviour.md")
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.contains(row.row))
    }

    // MARK: Helpers

    /// Whether nobody holds the lock, within a generous time for a killed process to go.
    private func isFree(_ path: String) async -> Bool {
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        for _ in 0..<1000 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
