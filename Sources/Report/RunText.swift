package import Catalogue

/// The end of a report: what the run says as a whole.
package enum RunText {
    /// Who is checked.
    package static func heading(_ identity: AdapterIdentity, profile: String, cases: Int) -> String {
        let language = identity.language.flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
        let version = identity.version.flatMap { $0.isEmpty ? nil : " \($0)" } ?? ""
        return "checking \(identity.name)\(version)\(language): \(count(cases, "case")), profile \(profile)"
    }

    /// Everything after the families.
    ///
    /// - `isVerbose`: every requirement gets a line, not only those that did not simply pass.
    package static func summary(_ result: RunResult, isVerbose: Bool = false) -> String {
        let blocks = [RequirementText.lines(result, isVerbose: isVerbose), remarks(result), conclusions(result)]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    /// What has to be known beside the verdicts.
    private static func remarks(_ result: RunResult) -> [String] {
        var lines = result.canaries.compactMap(canary)
        lines += result.incidents.map(incident)
        lines += result.requiredButNotExercised.map {
            "required by --require \($0.name), not exercised: \($0.requirement)"
        }
        lines += result.notes.map { "note: \($0)" }
        return lines + hiddenNotes(result)
    }

    private static func conclusions(_ result: RunResult) -> [String] {
        var lines = result.conclusions.map(sentence)
        if !result.families.isEmpty { lines += [totals(result), RequirementText.totals(result)] }
        return lines + result.distrust.map { "the run cannot be trusted: \($0)" }
    }

    // MARK: Lines

    private static func canary(_ result: CanaryResult) -> String? {
        result.failure.map { "\(result.operation) was not graded because its canary failed: \($0)" }
    }

    private static func incident(_ incident: Incident) -> String {
        let place = "\(incident.fault.kind.rawValue) at \(incident.caseID)\(after(incident))"
        switch incident.conclusion {
        case .reproduced(let cases):
            return "\(place); reproduced by \(cases.joined(separator: " and ")) alone"
        case .flaky:
            return "\(place); not reproduced by the case alone, treated as flaky"
        case .notReproduced:
            return "\(place); not reproduced by the suspected cases alone, so the run fails: \(incident.fault.detail)"
        }
    }

    private static func after(_ incident: Incident) -> String { incident.previousCaseID.map { ", after \($0)" } ?? "" }

    private static func hiddenNotes(_ result: RunResult) -> [String] {
        let count = result.cases.filter { $0.verdict.isPassed }.reduce(0) { $0 + $1.notes.count }
        return count == 0 ? [] : ["\(self.count(count, "note")) on cases that passed (--verbose shows them)"]
    }

    /// Such as `conforms in bolt01 under blip66-draft: 23 requirements met, 0 failed, 2 not exercised (…)`.
    package static func sentence(_ conclusion: Conclusion) -> String {
        let verdict =
            if conclusion.conforms {
                "conforms"
            } else if conclusion.nothingWasGraded {
                "nothing was graded"
            } else {
                "does not conform"
            }
        let subject =
            switch conclusion.subject {
            case .layer(let name): "in \(name)"
            case .role(let name): "as \(name)"
            }
        var parts = ["\(count(conclusion.met.count, "requirement")) met", "\(conclusion.failed.count) failed"]
        if !conclusion.withWarnings.isEmpty {
            parts.append("\(conclusion.withWarnings.count) with a warning or a different reading")
        }
        parts.append("\(conclusion.notExercised.count) not exercised")
        if conclusion.incidents > 0 {
            parts.append("\(count(conclusion.incidents, "fault")) that no case reproduces")
        }
        let reasons = conclusion.reasons.isEmpty ? "" : " (\(conclusion.reasons.joined(separator: "; ")))"
        return "\(verdict) \(subject) under \(conclusion.profile): \(parts.joined(separator: ", "))\(reasons)"
    }

    private static func count(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }

    private static func totals(_ result: RunResult) -> String {
        let cases = result.cases
        let passed = cases.count { $0.verdict.isPassed }
        let failed = cases.count { $0.verdict.fails }
        let ungraded = cases.count { !$0.verdict.isGraded }
        let others = cases.count - passed - failed - ungraded
        var parts = ["\(count(cases.count, "case")): \(passed) passed", "\(failed) failed"]
        if others > 0 { parts.append("\(others) with a warning, an info or a different reading") }
        parts.append("\(ungraded) not exercised or not counted")
        return parts.joined(separator: ", ")
    }
}
