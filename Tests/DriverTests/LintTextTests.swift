internal import Catalogue
internal import Report
internal import StrictJSON
internal import Testing

internal import Driver

/// The text of `blip66 lint`.
@Suite struct LintTextTests {
    private let fault = LintStepResult.Problem(isFault: true, detail: "it is wrong", fix: "Do it right.")
    private let note = LintStepResult.Problem(isFault: false, detail: "it is odd", fix: "Leave it.")

    @Test func aStepShowsWhatWasSaidWhatIsWrongAndHowToMendIt() {
        let step = LintStepResult(
            title: "a step",
            transcript: [.sent("{}"), .received("{}"), .remark("it ended"), .log("last words")],
            problems: [fault, note]
        )
        #expect(
            LintText.block(step) == """
                FAIL  a step
                        > {}
                        < {}
                          (it ended)
                        stderr | last words
                      wrong   it is wrong
                      fix     Do it right.
                      note    it is odd
                      fix     Leave it.
                """
        )
    }

    @Test func theSameWayToMendIsSaidOnce() {
        let text = LintText.block(LintStepResult(title: "a step", problems: [fault, fault]))
        #expect(text.ranges(of: "it is wrong").count == 2)
        #expect(text.ranges(of: "Do it right.").count == 1)
    }

    @Test func aStepThatWasLeftOutSaysWhy() {
        let text = LintText.block(LintStepResult(title: "a step", notExercised: "for a reason"))
        #expect(text == "--    a step\n      not exercised: for a reason")
    }

    @Test func longLinesLackTheirMiddle() {
        let line = #"{"bytes":""# + String(repeating: "0", count: 5000) + #""}"#
        let text = LintText.block(LintStepResult(title: "a step", transcript: [.sent(line)]))
        #expect(text.contains("characters left out"))
        #expect(text.utf8.count < 600)
    }

    @Test func nothingThatAnAdapterWritesDrivesATerminalOrForgesALine() {
        let evil = "\u{1B}[2J\u{7}\r\nok    forged\u{9B}\u{202E}\u{2028}\u{85}\u{0}"
        let step = LintStepResult(
            title: "a step",
            transcript: [.sent(evil), .received(evil), .remark(evil), .log(evil)],
            problems: [LintStepResult.Problem(isFault: true, detail: evil, fix: "Do it right.")]
        )
        var stopped = LintResult(command: ["./mine"], isOneShot: false)
        stopped.stop = evil
        for text in [LintText.block(step), LintText.summary(stopped)] {
            #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !drivesTerminal($0) }, "\(text)")
        }
        #expect(!LintText.block(step).split(separator: "\n").contains { $0.hasPrefix("ok") })
    }

    private func drivesTerminal(_ scalar: Unicode.Scalar) -> Bool {
        [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }

    @Test func theSummaryCountsAndSaysWhatComesNext() {
        var result = LintResult(command: ["./my adapter"], isOneShot: true)
        result.adapter = AdapterIdentity(
            name: "mine",
            version: nil,
            language: nil,
            url: nil,
            operations: [],
            roles: [],
            profiles: [],
            capabilities: [:]
        )
        result.steps = [
            LintStepResult(title: "a"), LintStepResult(title: "b", problems: [note]),
            LintStepResult(title: "c", notExercised: "for a reason"),
        ]
        let summary = LintText.summary(result)
        #expect(summary.contains("3 steps: 1 ok, 1 with a note, 1 not exercised, 0 with a fault"))
        #expect(summary.contains("blip66 check --one-shot -- './my adapter'"))
        result.steps.append(LintStepResult(title: "d", problems: [fault]))
        #expect(LintText.summary(result).contains("fix the steps marked FAIL"))
        result.stop = "the adapter x cannot be started"
        #expect(LintText.summary(result) == "the adapter x cannot be started")
    }
}
