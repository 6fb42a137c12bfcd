package import Catalogue
internal import Rules

/// The end of a report: what the run says as a whole.
package enum RunText {
    /// Who is checked.
    package static func heading(_ identity: AdapterIdentity, profile: String, _ what: String) -> String {
        let language = identity.language.flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
        let version = identity.version.flatMap { $0.isEmpty ? nil : " \($0)" } ?? ""
        return "checking \(identity.name)\(version)\(language): \(what), profile \(profile)"
    }

    /// Everything after the families.
    ///
    /// - `isVerbose`: every requirement gets a line, not only those that did not simply pass.
    package static func summary(_ result: RunResult, isVerbose: Bool = false) -> String {
        let blocks = [
            RequirementText.lines(result, isVerbose: isVerbose), remarks(result), baseline(result),
            ReadingText.lines(result), conclusions(result),
        ]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    /// What has to be known beside the verdicts.
    private static func remarks(_ result: RunResult) -> [String] {
        var lines = CanaryText.lines(result)
        lines += result.incidents.map(incident)
        lines += result.generalViolations.map(general)
        lines += result.notes.map { "note: \(PrintableText.line($0))" }
        return lines + hiddenNotes(result) + speed(result)
    }

    /// The end of it alone, for `--quiet`.
    package static func verdict(_ result: RunResult) -> String {
        (baseline(result) + (result.families.isEmpty ? [] : [totals(result)]) + result.distrust.map(distrust) + [
            grade(result)
        ])
        .joined(separator: "\n")
    }

    /// What is wrong with the baseline.
    private static func baseline(_ result: RunResult) -> [String] {
        guard let baseline = result.baseline else { return [] }
        let known = result.cases.count { $0.known != nil }
        let file = PrintableText.line(baseline.file)
        return baseline.problems.map { "FAIL: \(file), entry \($0.entry + 1): \(PrintableText.line($0.detail))" }
            + baseline.ended.map { "note: \(file): \(PrintableText.line($0))" }
            + ["baseline \(file): \(count(known, "case")) known, \(count(baseline.problems.count, "problem"))"]
            + unexplained(baseline, file)
    }

    /// What `--write-expect` left for people to write. It fails nothing: a reason that somebody was forced to write says as little.
    private static func unexplained(_ baseline: BaselineResult, _ file: String) -> [String] {
        let cases = baseline.unexplained
        if cases.isEmpty { return [] }
        let shown = cases.prefix(3).map { PrintableText.line($0) } + (cases.count > 3 ? ["…"] : [])
        let what = cases.count == 1 ? "1 entry of \(file) has" : "\(cases.count) entries of \(file) have"
        return [
            "warning: \(what) no reason yet: \(shown.joined(separator: ", ")). Write why in place of \"\(Baseline.Entry.unexplained)\"."
        ]
    }

    private static func conclusions(_ result: RunResult) -> [String] {
        var lines = result.conclusions.map(sentence)
        if !result.families.isEmpty { lines += [totals(result), RequirementText.totals(result)] }
        return lines + result.distrust.map(distrust) + [grade(result)]
    }

    private static func distrust(_ reason: String) -> String {
        reason.hasPrefix("inconclusive") ? reason : "the run cannot be trusted: \(reason)"
    }

    /// The last line: the word for the whole run, and the exit status that goes with it.
    private static func grade(_ result: RunResult) -> String {
        "\(result.grade.word) (exit status \(result.exitStatus))"
    }

    // MARK: Lines

    /// A SHOULD that was broken in whatever scenario there was.
    private static func general(_ violation: GeneralViolation) -> String {
        let ids = violation.requirements.map(\.rawValue).joined(separator: ", ")
        let word = violation.severity == .failure ? "FAIL" : "warning"
        let first = "first at \(violation.caseID), step \(violation.step): \(violation.detail)"
        return "\(word): \(ids) was not met \(count(violation.count, "time")) in all that was sent; \(first)"
    }

    private static func incident(_ incident: Incident) -> String {
        let place = "\(incident.fault.kind.rawValue) at \(incident.caseID)\(after(incident))"
        switch incident.conclusion {
        case .reproduced(let cases):
            return "\(place); reproduced by \(cases.joined(separator: " and ")) alone"
        case .flaky:
            return "\(place); not reproduced by the case alone, treated as flaky"
        case .notReproduced:
            return "\(place); not reproduced by the suspected cases alone: \(incident.fault.detail)"
        }
    }

    private static func after(_ incident: Incident) -> String { incident.previousCaseID.map { ", after \($0)" } ?? "" }

    /// What a maintainer looks at when a run takes long: the adapter's part of it.
    private static func speed(_ result: RunResult) -> [String] {
        guard let median = result.times.medianNanoseconds else { return [] }
        let seconds = Double(result.elapsed.microseconds) / 1e6
        return [
            "\(count(result.times.count, "answer")) in \(Self.time(seconds)); the median answer took \(time(Double(median) / 1e9))"
        ]
    }

    private static func time(_ seconds: Double) -> String {
        func rounded(_ value: Double) -> String {
            value < 9.95 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
        }
        if seconds < 1e-3 { return "\(rounded(seconds * 1e6)) µs" }
        return seconds < 1 ? "\(rounded(seconds * 1e3)) ms" : "\(rounded(seconds)) s"
    }

    private static func hiddenNotes(_ result: RunResult) -> [String] {
        let count = result.cases.filter { $0.verdict.isPassed }.reduce(0) { $0 + $1.notes.count }
        return count == 0 ? [] : ["\(self.count(count, "note")) on cases that passed (--verbose shows them)"]
    }

    /// Such as `conforms in bolt01 under blip66-draft: 23 requirements met, 0 failed, 2 not exercised (…)`.
    package static func sentence(_ conclusion: Conclusion) -> String {
        let subject =
            switch conclusion.subject {
            case .layer(let name): "in \(name)"
            case .role(let name): "as \(name)"
            }
        let text = "\(verdict(conclusion)) \(subject) under \(conclusion.profile): \(counts(conclusion))"
        return ([text] + warnings(conclusion)).joined(separator: "; ")
    }

    private static func verdict(_ conclusion: Conclusion) -> String {
        if conclusion.nothingWasGraded { return "nothing was graded" }
        switch conclusion.grade {
        case .passed, .passedWithWarnings: return "conforms"
        case .failed: return "does not conform"
        case .inconclusive(let reason): return "inconclusive (\(reason))"
        }
    }

    private static func counts(_ conclusion: Conclusion) -> String {
        var parts = ["\(count(conclusion.met.count, "requirement")) met", "\(failed(conclusion))"]
        if !conclusion.inPart.isEmpty { parts.append("\(conclusion.inPart.count) in part") }
        parts.append("\(conclusion.notExercised.count) not exercised")
        let reasons = conclusion.reasons.isEmpty ? "" : " (\(conclusion.reasons.joined(separator: "; ")))"
        return parts.joined(separator: ", ") + reasons
    }

    private static func failed(_ conclusion: Conclusion) -> String {
        let known = conclusion.failedAsKnown.count
        if known == 0 { return "\(conclusion.failed.count) failed" }
        return "\(conclusion.failed.count - known) failed, \(known) known to fail"
    }

    /// What is broken and fails nothing, by id: a SHOULD, or what is enforced less than its level calls for.
    private static func warnings(_ conclusion: Conclusion) -> [String] {
        let others = conclusion.withWarnings.filter { !conclusion.shouldsNotMet.contains($0) } + conclusion.withInfos
        func list(_ ids: [RequirementID]) -> String { ids.map(\.rawValue).joined(separator: ", ") }
        var lines: [String] = []
        if !conclusion.shouldsNotMet.isEmpty { lines.append("SHOULDs not met: \(list(conclusion.shouldsNotMet))") }
        if !others.isEmpty { lines.append("not met, without failing: \(list(others))") }
        return lines
    }

    private static func count(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }

    private static func totals(_ result: RunResult) -> String {
        let cases = result.cases
        let passed = cases.count { $0.verdict.isPassed }
        let failed = cases.count(where: \.fails)
        let known = cases.count { $0.known != nil }
        let ungraded = cases.count { !$0.verdict.isGraded && $0.known == nil }
        let others = cases.count - passed - failed - known - ungraded
        var parts = ["\(count(cases.count, "case")): \(passed) passed", "\(failed) failed"]
        if known > 0 { parts.append("\(known) known to go wrong") }
        if others > 0 { parts.append("\(others) with a warning or an info") }
        parts.append("\(ungraded) not exercised or not counted")
        return parts.joined(separator: ", ")
    }
}
