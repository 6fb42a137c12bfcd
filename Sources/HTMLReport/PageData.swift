internal import Catalogue
internal import Report
internal import Rules
internal import StrictJSON

/// What the page's script reads: all that drawers and lists of cases show.
///
/// - `names`: short texts; `texts`: long ones (`PackedTexts`).
/// - `columns` and `cases`: what `PageCases` knows of each case.
/// - `runs`: `name`, `rerun` (the command before a case's filter, and what follows it), `verdicts` (a letter for each case), and
///   `details` by the case's index: the index of a name that says why, or the case as a report has it
///   (`Spec/run-report.schema.json`).
enum PageData {
    static func json(_ runs: [NamedRun], _ cases: PageCases) -> JSON {
        var names = cases.names
        let runs = runs.map { run($0, cases, &names) }
        return [
            "names": .array(names.all.map { .string($0) }), "texts": .array(cases.texts.json),
            "columns": .array(PageCases.columns.map { .string($0) }), "cases": .array(cases.rows), "runs": .array(runs),
        ]
    }

    private static func run(_ run: NamedRun, _ cases: PageCases, _ names: inout NameTable) -> JSON {
        var verdicts = [Character](repeating: " ", count: cases.ids.count)
        var details: [(Int, JSON)] = []
        for result in run.result.cases {
            guard let index = cases.indices[result.id] else { continue }
            verdicts[index] = letter(result)
            if let detail = detail(result, &names) { details.append((index, detail)) }
        }
        let sorted = details.sorted { $0.0 < $1.0 }.map { (String($0.0), $0.1) }
        let rerun = CaseText.rerunParts(run.result.rerun)
        return [
            "name": .string(run.name), "rerun": [.string(rerun.before), .string(rerun.after)],
            "verdicts": .string(String(verdicts)), "details": .object(JSONObject(sorted)),
        ]
    }

    private static func letter(_ result: CaseResult) -> Character {
        switch result.verdict {
        case .passed: "p"
        case .anotherReading: "r"
        case .failed where result.known != nil: "k"
        case .failed(let failure):
            switch failure.severity {
            case .failure: "f"
            case .warning: "w"
            case .info: "i"
            }
        case .notExercised: "n"
        case .notCounted: "c"
        }
    }

    /// - Returns: `nil` for a case of which the verdict says all.
    private static func detail(_ result: CaseResult, _ names: inout NameTable) -> JSON? {
        switch result.verdict {
        case .notExercised(let why): return names.index(sentence(why))
        case .notCounted(let why): return names.index(why)
        case .anotherReading(let alternative): return names.index("\(alternative)")
        case .failed: break
        case .passed where result.notes.isEmpty && result.scenario?.violations.isEmpty ?? true: return nil
        case .passed: break
        }
        let dropped: Set = [
            "id", "number", "op", "verdict", "requirements", "violates", "neighbour", "comment", "elapsed_us",
            "readings",
        ]
        var detail = JSONObject(
            (result.json.object ?? [:]).members.filter { !dropped.contains($0.key) }.map { ($0.key, $0.value) }
        )
        if detail["attempts"] != nil { detail["attempts"] = .array(result.attempts.suffix(1).map(shortened)) }
        return .object(detail)
    }

    /// Without the request, which the case has.
    private static func shortened(_ attempt: Attempt) -> JSON {
        var json = attempt.json.object ?? [:]
        json["elapsed_us"] = nil
        json["request"] = nil
        return .object(json)
    }

    private static func sentence(_ why: CaseVerdict.NotExercised) -> String {
        if case .skipped(let detail) = why, !detail.isEmpty { return "\(why.reason): \(detail)" }
        return why.reason
    }
}
