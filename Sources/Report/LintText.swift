package import Catalogue

/// The text of `blip66 lint`.
package enum LintText {
    /// The step, what was said in it, what is wrong, and how to fix it; each line ended by a newline but the last.
    package static func block(_ step: LintStepResult) -> String {
        var lines = ["\(label(step.verdict))  \(step.title)"]
        lines += step.transcript.map { "        \(line($0))" }
        for (index, problem) in step.problems.enumerated() {
            let detail = PrintableText.line(problem.detail, limit: 2000)
            lines.append("      \(problem.isFault ? "wrong" : "note ")   \(detail)")
            let next = step.problems.dropFirst(index + 1).first
            if next?.fix != problem.fix { lines.append("      fix     \(problem.fix)") }
        }
        if let reason = step.reasonNotExercised { lines.append("      not exercised: \(reason)") }
        return lines.joined(separator: "\n")
    }

    /// The end of the report.
    package static func summary(_ result: LintResult) -> String {
        if let stop = result.stop { return PrintableText.block(stop) }
        func count(_ verdict: LintStepResult.Verdict) -> Int { result.steps.count { $0.verdict == verdict } }
        var parts = ["\(result.steps.count) steps: \(count(.ok)) ok"]
        if count(.note) > 0 { parts.append("\(count(.note)) with a note") }
        if count(.notExercised) > 0 { parts.append("\(count(.notExercised)) not exercised") }
        parts.append("\(count(.fault)) with a fault")
        return "\(parts.joined(separator: ", "))\n\(conclusion(result))"
    }

    private static func conclusion(_ result: LintResult) -> String {
        guard result.exitStatus == 0, let adapter = result.adapter else {
            return "fix the steps marked FAIL in order: later ones may follow from the first"
        }
        let check = result.isOneShot ? "blip66 check --one-shot --" : "blip66 check --"
        let command = Shell.line(result.command)
        return
            "\(adapter.name) speaks the protocol; now check its answers: \(check) \(command)"
    }

    private static func label(_ verdict: LintStepResult.Verdict) -> String {
        switch verdict {
        case .ok: "ok  "
        case .note: "note"
        case .fault: "FAIL"
        case .notExercised: "--  "
        }
    }

    private static func line(_ line: LintStepResult.Line) -> String { PrintableText.line(words(line)) }

    private static func words(_ line: LintStepResult.Line) -> String {
        switch line {
        case .sent(let text): "> \(short(text))"
        case .received(let text): "< \(short(text))"
        case .remark(let text): "  (\(text))"
        case .log(let text): "stderr | \(Excerpt.withoutMiddle(text, width: 160))"
        }
    }

    /// Lists are cut too: an adapter may name many operations.
    private static func short(_ text: String) -> String {
        Excerpt.withoutMiddle(Excerpt.line(text, width: 100), width: 320)
    }
}
