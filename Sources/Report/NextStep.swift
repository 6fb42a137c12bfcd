package import Catalogue

/// The last lines of a run: what to do now.
package enum NextStep {
    package static func lines(_ result: RunResult) -> [String] {
        sentences(result).map { "next: \($0)" }
    }

    private static func sentences(_ result: RunResult) -> [String] {
        if result.adapter == nil {
            let lint = Shell.line(["blip66", "lint", "--"] + result.rerun.adapter)
            return result.rerun.adapter.isEmpty ? [] : ["find out what is wrong with the handshake: \(lint)"]
        }
        if result.hasFailures { return failures(result) }
        if case .inconclusive = result.grade { return [inconclusive(result)] }
        return []
    }

    private static func failures(_ result: RunResult) -> [String] {
        var sentences: [String] = []
        if let first = result.cases.first(where: \.fails) {
            let faults = result.cases.contains {
                if case .failed(let failure) = $0.verdict, case .fault = failure.kind { true } else { false }
            }
            sentences.append("look at one failure alone: \(CaseText.command(first.id, result.rerun))")
            if faults { sentences.append("a crash or a timeout is explained in Spec/adapter-misbehaviour.md") }
            if result.baseline == nil {
                sentences.append(
                    "what you cannot fix now: --write-expect known.json lists it, --expect known.json lets it pass"
                )
            }
        }
        if result.baseline?.problems.isEmpty == false {
            sentences.append("change the entries of the baseline that are no longer so")
        }
        return sentences
    }

    private static func inconclusive(_ result: RunResult) -> String {
        if result.canaries.contains(where: { $0.failure != nil }) {
            return "make the adapter answer the canaries rightly: show and rerun of each stand above"
        }
        if result.stop != nil { return "end what stopped the run, and run it again" }
        if !result.requiredButNotExercised.isEmpty { return "list in hello what --require asks for, or run more of it" }
        let skipped =
            result.cases.contains(where: \.verdict.isSkipped) || result.canaries.contains { $0.verdict == .skipped }
        let what =
            skipped
            ? "answer what hello lists and was skipped, or list less in hello" : "run more cases, or list more in hello"
        return "\(what) (Spec/grading.md, \"What does inconclusive want from me\")"
    }
}
