internal import Catalogue
internal import Rules

/// What stands of a run at the top of the page.
enum RunSummary {
    static func context(_ run: NamedRun, number: Int) -> [String: Any] {
        let result = run.result
        let facts = [
            ("Profile", result.profile), ("Suite", result.suite), ("Shard", result.shard ?? ""),
            ("Language", result.adapter?.language ?? ""),
            ("Answers to", result.adapter.map { declared($0) } ?? ""),
        ]
        return [
            "number": number, "name": run.name, "grade": result.grade.word, "mark": Mark.of(result.grade),
            "counts": counts(result),
            "facts": facts.filter { !$0.1.isEmpty }.map { ["name": $0.0, "value": line($0.1)] },
            "distrust": result.distrust.map { line($0) }, "notes": result.notes.map { line($0) },
        ]
    }

    private static func declared(_ adapter: AdapterIdentity) -> String {
        let operations = "\(adapter.operations.count) operations"
        return adapter.roles.isEmpty ? operations : "\(operations); \(adapter.roles.joined(separator: ", "))"
    }

    private static func counts(_ result: RunResult) -> [[String: Any]] {
        let status = RequirementStatus.of(result.cases, canaries: result.canaries).values
        func cases(_ test: (CaseResult) -> Bool) -> Int { result.cases.count(where: test) }
        let counts: [(String, Int, String)] = [
            ("met", status.count { $0 == .met }, "met"),
            ("failed", status.count { $0 == .failed }, "failed"),
            ("warned", status.count { $0 == .withWarnings }, "warning"),
            ("with an info", status.count { $0 == .withInfos }, "part"),
            ("in part", status.count { $0 == .inPart }, "part"),
            ("not exercised", status.count { $0 == .notExercised }, "none"),
        ]
        let ofCases = "\(cases { $0.verdict.isPassed }) of \(result.cases.count) cases passed, \(cases(\.fails)) failed"
        return [["text": ofCases, "mark": "plain"]]
            + counts.filter { $0.1 > 0 }.map { word, count, mark in
                var entry: [String: Any] = ["text": "\(count) \(word)", "mark": mark]
                entry["show"] = filters[mark]
                return entry
            }
    }

    /// What the filter `show` of the page is set to by a count.
    private static let filters = ["failed": "failed", "warning": "warning", "none": "none"]

    static func line(_ text: String) -> String { PrintableText.line(text, limit: 2000) }
}

/// Classes of the style sheet, one for each colour that says how something stands.
enum Mark {
    static func of(_ grade: ConformanceGrade) -> String {
        switch grade {
        case .passed: "met"
        case .passedWithWarnings: "warning"
        case .failed: "failed"
        case .inconclusive: "none"
        }
    }

    static func of(_ status: RequirementStatus) -> String {
        switch status {
        case .met: "met"
        case .failed: "failed"
        case .withWarnings: "warning"
        case .withInfos: "part"
        case .inPart: "part"
        case .notExercised: "none"
        }
    }

    static func word(_ status: RequirementStatus) -> String {
        switch status {
        case .met: "met"
        case .failed: "failed"
        case .withWarnings: "with a warning"
        case .withInfos: "with an info"
        case .inPart: "met in part"
        case .notExercised: "not exercised"
        }
    }
}

/// Layers and roles, with the word for each in each run.
enum SubjectTable {
    static func rows(_ runs: [NamedRun]) -> [[String: Any]] {
        let conclusions = runs.map(\.result.conclusions)
        let keys = conclusions.flatMap { $0.map { Key($0) } }.reduce(into: [Key]()) { keys, key in
            if !keys.contains(key) { keys.append(key) }
        }
        return keys.map { key in
            [
                "name": key.subject.name, "profile": key.profile,
                "cells": conclusions.map { cell($0.first { Key($0) == key }) },
            ]
        }
    }

    /// How many of them fail, run by run.
    static func summary(_ runs: [NamedRun]) -> String {
        let counts = runs.map { run in
            let conclusions = run.result.conclusions
            return "\(run.name): \(conclusions.count { $0.grade == .failed }) of \(conclusions.count) fail"
        }
        return counts.joined(separator: "; ")
    }

    private struct Key: Equatable {
        let subject: Subject
        let profile: String

        init(_ conclusion: Conclusion) {
            subject = conclusion.subject
            profile = conclusion.profile
        }
    }

    private static func cell(_ conclusion: Conclusion?) -> [String: Any] {
        guard let conclusion else { return ["mark": "absent", "word": "not run", "detail": ""] }
        if conclusion.nothingWasGraded { return ["mark": "none", "word": "nothing graded", "detail": ""] }
        let detail =
            "\(conclusion.met.count) met, \(conclusion.failed.count) failed, \(conclusion.notExercised.count) not exercised"
        return ["mark": Mark.of(conclusion.grade), "word": conclusion.grade.word, "detail": detail]
    }
}

/// The alternatives of readings that each run showed.
enum ReadingTable {
    /// How many dialects were seen, and how many of them the runs do not share.
    static func summary(_ runs: [NamedRun]) -> String {
        let rows = rows(runs) { $0.isDialect }
        let differing = rows.count { $0["differs"] as? Bool == true }
        return "\(rows.count) seen, \(differing) not alike in these runs"
    }

    static func rows(_ runs: [NamedRun], _ isWanted: (ReadingResult) -> Bool) -> [[String: Any]] {
        let readings = runs.map { $0.result.readings.filter(isWanted) }
        let names = readings.joined().reduce(into: [String: String]()) { $0[$1.id] = $1.title }
        let ids = names.keys.sorted { ($0.count, $0) < ($1.count, $1) }
        return ids.map { id in
            let cells = readings.map { $0.first { $0.id == id } }
            let shown = Set(cells.compactMap { $0?.seen.map(\.alternative) })
            return [
                "id": id, "title": names[id] ?? "", "cells": cells.map(cell), "differs": shown.count > 1,
            ]
        }
    }

    private static func cell(_ reading: ReadingResult?) -> [String: Any] {
        guard let reading else { return ["seen": [[String: Any]](), "mark": "absent"] }
        let seen = reading.seen.map { seen -> [String: Any] in
            ["letter": seen.alternative.id, "says": seen.says ?? "", "count": seen.cases.count]
        }
        return ["seen": seen, "mark": reading.isMixed ? "warning" : "plain"]
    }
}
