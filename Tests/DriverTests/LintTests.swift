internal import Catalogue
internal import StrictJSON
internal import TestSupport
internal import Testing

internal import Driver

/// `blip66 lint` against `speaker.py`, which speaks the protocol by the letter unless it is told to leave it.
@Suite struct LintTests {
    // MARK: By the letter

    @Test(arguments: [false, true])
    func anAdapterThatSpeaksByTheLetterPassesEveryStep(isOneShot: Bool) async throws {
        let result = await lint("good", isOneShot: isOneShot)
        let left = isOneShot ? [LintStep.atOnce, .emptyLine] : []
        for (step, found) in zip(LintStep.allCases, result.steps) {
            #expect(found.verdict == (left.contains(step) ? .notExercised : .ok), "\(found)")
        }
        #expect(result.steps.count == LintStep.allCases.count)
        #expect(result.adapter?.name == "speaker")
        #expect(result.exitStatus == 0)
    }

    @Test func everyStepThatWasMadeShowsWhatWasSaid() async throws {
        let result = await lint("good", [.hello, .missingMember, .largeID, .longLine, .halves, .notJSON, .end])
        for step in result.steps {
            #expect(!step.transcript.isEmpty, "\(step.title)")
        }
        #expect(sent(result, .largeID).contains { $0.contains("9007199254740991") })
        #expect(sent(result, .longLine).contains { $0.utf8.count > 1_000_000 })
        #expect(sent(result, .halves).count == 2)
    }

    // MARK: Faults

    @Test(
        arguments: [
            ("misspells_an_operation", .hello), ("has_a_strange_role", .hello), ("has_a_text_for_a_number", .hello),
            ("lists_no_operation", .hello), ("changes_its_name", .helloWithMore),
            ("wants_known_members", .unknownMembers),
            ("knows_no_skip", .unknownOperation), ("refuses_what_is_missing", .missingMember),
            ("takes_numbers", .wrongType), ("takes_upper_case", .upperCaseHex), ("counts_in_floating_point", .largeID),
            ("reads_short_lines", .longLine), ("times_in_numbers", .repeated), ("takes_what_comes", .halves),
            ("mixes_the_order", .atOnce), ("ends_at_rubbish", .notJSON), ("is_silent_at_rubbish", .notJSON),
            ("has_an_id_for_rubbish", .notJSON), ("ends_deep_down", .deepNesting), ("says_goodbye", .end),
            ("fails_at_the_end", .end), ("outlives", .end),
        ] as [(String, LintStep)]
    )
    func aFaultIsFoundInItsStepWithAWayToMendIt(mode: String, step: LintStep) async throws {
        let result = await lint(mode, [.hello, step, .end])
        let found = try found(result, step)
        #expect(found.verdict == .fault, "\(found)")
        #expect(found.problems.allSatisfy { !$0.fix.isEmpty && !$0.detail.isEmpty })
        #expect(result.exitStatus == 1)
    }

    @Test(arguments: ["takes_upper_case", "knows_no_skip", "fails_at_the_end", "counts_in_floating_point"])
    func aFaultIsNotBlamedOnOtherSteps(mode: String) async throws {
        let result = await lint(mode)
        #expect(result.steps.count { $0.verdict == .fault } == 1)
    }

    @Test func aSecondAnswerIsAFault() async throws {
        let result = await lint("answers_twice", [.hello, .unknownOperation, .unknownMembers])
        let details = result.steps.flatMap(\.problems).map(\.detail)
        #expect(details.contains { $0.contains("no request had asked for") || $0.contains("desync") })
        #expect(result.exitStatus == 1)
    }

    @Test func aBannerIsAFaultOfTheFirstStepAndTheOthersAreLeftOut() async throws {
        let result = await lint("prints_a_banner")
        let hello = try found(result, .hello)
        #expect(hello.problems.contains { $0.detail.contains("not JSON") && $0.fix.contains("standard error") })
        #expect(result.steps.dropFirst().allSatisfy { $0.verdict == .notExercised })
        #expect(result.adapter == nil)
        #expect(result.exitStatus == 1)
    }

    @Test func anotherProtocolIsAFaultOfTheFirstStep() async throws {
        let hello = try found(await lint("speaks_another_protocol", [.hello]), .hello)
        #expect(hello.problems.map(\.detail) == [#"protocol is "1"; the number 1 is needed"#])
    }

    @Test func anAnswerThatIsNotFlushedIsToldFromASilence() async throws {
        var limits = TestRun.limits
        limits.hello = .seconds(2)
        let hello = try found(await lint("does_not_flush", [.hello], limits: limits), .hello)
        #expect(hello.problems.contains { $0.detail.contains("until the input was closed") })
        #expect(hello.problems.contains { $0.fix.contains("Flush") })
    }

    @Test func anAdapterForOneRequestIsToldOfTheOptionForIt() async throws {
        let result = await lint("ends_after_one_line")
        #expect(try found(result, .plainRequest).problems.contains { $0.fix.contains("--one-shot") })
        #expect(result.steps.count { $0.verdict == .fault } == 1)
        let alone = await lint("ends_after_one_line", [.hello, .plainRequest, .end], isOneShot: true)
        #expect(alone.exitStatus == 0)
    }

    // MARK: What is allowed

    @Test(
        arguments: [
            ("says_little", .hello), ("follows_no_tables", .helloWithTables), ("does_not_repeat", .repeated),
            ("skips_empty_lines", .emptyLine), ("takes_keys_twice", .duplicateKeys),
        ] as [(String, LintStep)]
    )
    func whatIsAllowedAndWorthKnowingIsANote(mode: String, step: LintStep) async throws {
        let result = await lint(mode, [.hello, step, .end])
        #expect(try found(result, step).verdict == .note, "\(result.steps)")
        #expect(result.exitStatus == 0)
    }

    @Test func answersMayOvertakeEachOtherWherePipeliningSaysSo() async throws {
        let result = await lint("may_overtake", [.hello, .atOnce])
        #expect(try found(result, .atOnce).verdict == .ok)
    }

    // MARK: Starts

    @Test func anAdapterThatDoesNotExistCannotBeStarted() async throws {
        let linter = Linter(
            AdapterCommand(program: "/nonexistent/adapter"),
            limits: TestRun.limits,
            isOneShot: false,
            profileTables: [:]
        )
        let result = await linter.run()
        #expect(result.stop?.contains("cannot be started") == true)
        #expect(result.steps.isEmpty)
        #expect(result.exitStatus == 2)
    }

    // MARK: Names

    @Test func theNamesAreThoseOfThePage() throws {
        let page = String(decoding: try Files.read("\(Project.root)/Spec/adapter-protocol.md"), as: UTF8.self)
        for name in ProtocolNames.statelessOperations + ProtocolNames.roles + ProtocolNames.capabilities.keys {
            #expect(page.contains("`\(name)`") || page.contains(" \(name)`"), "\(name) is not on the page")
        }
        for row in page.split(separator: "\n") where row.hasPrefix("| `") && row.contains(".") {
            let names = row.split(separator: "|")[0].split(separator: "`").map(String.init)
            for name in names where name.wholeMatch(of: /[a-z0-9_]+\.[a-z_]+/) != nil {
                #expect(ProtocolNames.statelessOperations.contains(name), "\(name) is not known here")
            }
        }
    }

    // MARK: Helpers

    private func lint(
        _ mode: String,
        _ steps: [LintStep] = LintStep.allCases,
        isOneShot: Bool = false,
        limits: Limits = TestRun.limits
    ) async -> LintResult {
        var limits = limits
        if mode == "outlives" { limits.shutDown = .milliseconds(300) }
        let tables = ["blip66-draft": JSON.object(["name": "blip66-draft"])]
        let command = TestRun.adapter("speaker.py", [mode])
        return await Linter(command, limits: limits, isOneShot: isOneShot, profileTables: tables).run()
    }

    private func found(_ result: LintResult, _ step: LintStep) throws -> LintStepResult {
        try #require(result.steps.first { $0.title == step.title })
    }

    private func sent(_ result: LintResult, _ step: LintStep) -> [String] {
        result.steps.first { $0.title == step.title }?.transcript.compactMap {
            if case .sent(let text) = $0 { text } else { nil }
        } ?? []
    }
}
