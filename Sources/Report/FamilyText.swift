package import Catalogue

/// The line of a family.
package enum FamilyText {
    /// - `width`: of the longest family name of the run.
    package static func line(_ family: FamilyResult, width: Int) -> String {
        let verdicts = family.cases.map(\.verdict)
        let passed = verdicts.count { $0.isPassed }
        let name = family.name + String(repeating: " ", count: max(0, width - family.name.count))
        var parts = ["\(passed)/\(verdicts.count)"]
        parts += counts(family.cases)
        if case .inconclusive(let reason) = family.grade, verdicts.contains(where: \.isGraded) {
            parts.append("inconclusive: \(reason)")
        }
        return "\(mark(family))  \(name)  \(parts.joined(separator: ", "))"
    }

    private static func mark(_ family: FamilyResult) -> String {
        switch family.grade {
        case .passed: "ok  "
        case .passedWithWarnings: "warn"
        case .failed: "FAIL"
        case .inconclusive: "--  "
        }
    }

    private static func counts(_ cases: [CaseResult]) -> [String] {
        let verdicts = cases.filter { $0.known == nil }.map(\.verdict)
        var parts: [String] = []
        func add(_ count: Int, _ text: String) {
            if count > 0 { parts.append("\(count) \(text)") }
        }
        add(cases.count(where: \.fails), "failed")
        add(cases.count { $0.known != nil }, "known to go wrong")
        add(verdicts.count { $0.severity == .warning }, "with a warning")
        add(verdicts.count { $0.severity == .info }, "with an info")
        let others = verdicts.compactMap { if case .anotherReading(let alternative) = $0 { alternative } else { nil } }
        add(others.count, "by another reading (\(names(others)))")
        add(verdicts.count { if case .notCounted = $0 { true } else { false } }, "not counted")
        add(notExercised(verdicts).count, "not exercised\(reasons(notExercised(verdicts)))")
        return parts
    }

    private static func names(_ alternatives: [ReadingAlternative]) -> String {
        Set(alternatives.map(\.description)).sorted().joined(separator: ", ")
    }

    private static func notExercised(_ verdicts: [CaseVerdict]) -> [CaseVerdict.NotExercised] {
        verdicts.compactMap { if case .notExercised(let why) = $0 { why } else { nil } }
    }

    private static func reasons(_ list: [CaseVerdict.NotExercised]) -> String {
        let reasons = list.reasons.map { PrintableText.line($0) }
        return reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))"
    }
}
