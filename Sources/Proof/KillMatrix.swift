package import Catalogue
package import Mutants
package import Rules
package import StrictJSON

/// What came of a proof: mutant × requirement × case.
package struct KillMatrix: Sendable {
    package let results: [ProofResult]
    /// How it was made, for those who read it: `the full form`, or which sample.
    package let form: String
    private let requirements: [RequirementID: Requirement]
    private let open: OpenMutants
    /// Whether all mutants were run: only then a requirement can be said to have none.
    private let isWhole: Bool

    package init(
        _ results: [ProofResult],
        form: String,
        isWhole: Bool,
        requirements: [RequirementID: Requirement],
        open: OpenMutants = OpenMutants()
    ) {
        self.results = results.sorted { $0.subject.name < $1.subject.name }
        self.form = form
        self.isWhole = isWhole
        self.requirements = requirements
        self.open = open
    }

    private var mutants: [ProofResult] { results.filter { $0.subject.kind != .lawful } }

    /// A requirement with the mutants that break it, and the cases that find one of them out.
    package struct Row: Sendable {
        package let id: RequirementID
        package let mutants: [ProofResult]
        package let cases: [String]

        package var killed: Int { mutants.count { $0.verdict.isRight } }
    }

    package var rows: [Row] {
        var byRequirement: [RequirementID: [ProofResult]] = [:]
        for result in mutants where result.subject.kind != .throughout {
            for id in result.subject.requirements { byRequirement[id, default: []].append(result) }
        }
        return byRequirement.keys.sorted().map { id in
            let mutants = byRequirement[id] ?? []
            let cases = Set(mutants.flatMap(\.kills).filter { $0.accused.contains(id) }.map(\.testCase))
            return Row(id: id, mutants: mutants, cases: cases.sorted())
        }
    }

    /// Requirements that fail or warn, and that no mutant breaks, though nothing was waived.
    package var withoutMutant: [RequirementID] {
        guard isWhole else { return [] }
        let broken = Set(mutants.flatMap(\.subject.requirements))
        return requirements.values.filter { $0.enforcement != .info && $0.waiver == nil && !broken.contains($0.id) }
            .map(\.id).filter { !open.withoutMutant.contains($0) && !MutantWaivers.requirements.contains($0) }.sorted()
    }

    /// Reasons that somebody refuted: the mutant of a waived requirement that is blamed on it by name.
    package var refutedWaivers: [(requirement: RequirementID, mutant: String)] {
        MutantWaivers.all.compactMap { id, _ in
            let killed = mutants.first { $0.kills.contains { $0.accused.contains(id) } }
            return killed.map { (id, $0.subject.name) }
        }
    }

    /// Mutants of which an argument says that nobody can tell them from the reference, and that are found out.
    package var refuted: [ProofResult] { mutants.filter { $0.equivalence != nil && $0.verdict.isRight } }

    /// A MUST that one case alone shows.
    package var killedOnce: [Row] {
        rows.filter { row in
            let level = requirements[row.id]?.level
            return row.cases.count == 1 && (level == .must || level == .mustNot)
        }
    }

    /// MUSTs that no case accuses by name, each with the alternatives that its mutants are taken to follow.
    package var unaccused: [(id: RequirementID, excuses: [ReadingAlternative])] {
        rows.compactMap { row in
            let level = requirements[row.id]?.level
            guard row.cases.isEmpty, level == .must || level == .mustNot else { return nil }
            let excuses = row.mutants.flatMap { mutant -> [ReadingAlternative] in
                if case .excused(let alternatives) = mutant.verdict { return alternatives }
                return []
            }
            return (row.id, Set(excuses).sorted { "\($0)" < "\($1)" })
        }
    }

    /// What is not as it should be, and not known to be.
    package var problems: [ProofResult] { results.filter { !$0.isRight && !open.lists($0) } }
    /// What is known not to be as it should be.
    package var known: [ProofResult] { results.filter { !$0.isRight && open.lists($0) } }
    /// What was known, and is so no more.
    package var stale: [ProofResult] { results.filter(open.isStale) }
    package var isProved: Bool {
        problems.isEmpty && stale.isEmpty && refuted.isEmpty && refutedWaivers.isEmpty && withoutMutant.isEmpty
    }

    // MARK: Figures

    /// How many there are of what.
    package static func inventory(_ subjects: [ServedVariant]) -> String {
        func count(_ kind: ServedVariant.Kind) -> Int { subjects.count { $0.kind == kind } }
        let equivalent = subjects.count { $0.kind != .lawful && EquivalentMutants.argument(for: $0.name) != nil }
        return "mutants: \(count(.written)) written, \(count(.made)) made, \(count(.lazyReader)) lazy readers, "
            + "\(count(.throughout)) wrong throughout, \(equivalent) of them equivalent; "
            + "\(count(.lawful)) lawful variants"
    }

    /// Kills of each requirement, sorted.
    private var killCounts: [Int] { rows.map(\.cases.count).sorted() }

    package var figures: [String] {
        let words = [
            "killed", "killed by a canary", "another reading", "killed in context", "blamed on others", "survived",
            "accused", "unclear",
        ]
        let outcomes = words.map { word in (word, results.count { $0.verdict.word == word }) }.filter { $0.1 > 0 }
        let counts = killCounts
        let spread =
            counts.isEmpty
            ? ""
            : "; cases that kill, of \(counts.count) requirements: least \(counts[0]), median \(counts[counts.count / 2])"
        return [
            Self.inventory(results.map(\.subject)),
            "open: \(known.count) variants that Spec/open-mutants.json lists",
            outcomes.map { "\($0.1) \($0.0)" }.joined(separator: ", ") + spread,
        ]
    }

    // MARK: Text

    /// What is wrong, a line each, then the figures.
    package var text: String {
        let wrong = problems.map { "\($0.verdict.word): \($0.subject.name)\(Self.detail($0))" }
        let missing = withoutMutant.map { "no mutant breaks \($0), and it has no waiver" }
        let stale = stale.map {
            "stale: \($0.subject.name) is \($0.verdict.word); take it out of Spec/open-mutants.json"
        }
        let told = refuted.map {
            "refuted: \($0.subject.name) is \($0.verdict.word); take its argument out of EquivalentMutants.swift"
        }
        let waivers = refutedWaivers.map {
            "refuted: \($0.mutant) is blamed on \($0.requirement); take that out of MutantWaivers.swift"
        }
        let once = killedOnce.isEmpty || !isWhole ? [] : [onceText]
        let never = unaccused.isEmpty || !isWhole ? [] : [unaccusedText]
        return (wrong + stale + told + waivers + missing + once + never + figures).joined(separator: "\n")
    }

    private var unaccusedText: String {
        let ids = unaccused.map { id, excuses in
            excuses.isEmpty ? "\(id)" : "\(id) (\(excuses.map(\.description).joined(separator: ", ")))"
        }
        return "no case accuses who breaks them, or another reading allows it: \(ids.joined(separator: ", "))"
    }

    private var onceText: String {
        "one case alone finds out who breaks: \(killedOnce.map { "\($0.id) (\($0.cases[0]))" }.joined(separator: ", "))"
    }

    private static func detail(_ result: ProofResult) -> String {
        switch result.verdict {
        case .misblamed(let others), .killedInContext(let others):
            ": \(result.subject.requirements.prefix(4).map(\.description).joined(separator: ", ")) "
                + "was to be blamed; \(others.prefix(6).map(\.description).joined(separator: ", ")) was"
        case .accused(let problems): ": \(problems.prefix(3).joined(separator: "; "))"
        case .unclear(let reason): ": \(reason)"
        case .survived: " (\(result.cases) cases)"
        case .excused(let alternatives): ": answers as \(alternatives.map(\.description).joined(separator: ", "))"
        case .killed, .killedByCanary, .passed: ""
        }
    }

    /// The page.
    package var page: String {
        var lines = [
            "# What kills what", "",
            "`blip66 prove` made this page (\(form)): it serves each mutant of the reference over a pipe, runs the suite with its "
                + "default flags, and looks whom that blames. Do not edit it.", "",
        ]
        lines += figures.map { "- \($0)" } + [""]
        if !(problems + known).isEmpty {
            lines += ["## What is not as it should be", "", "| variant | verdict | |", "|---|---|---|"]
            lines += (problems + known).map {
                "| `\($0.subject.name)` | \($0.verdict.word) | \(Self.detail($0).dropFirst(2)) |"
            }
            lines.append("")
        }
        if !withoutMutant.isEmpty {
            lines += ["No mutant breaks: \(withoutMutant.map(\.description).joined(separator: ", ")).", ""]
        }
        let equivalent = results.filter { $0.equivalence != nil }
        if !equivalent.isEmpty {
            lines += ["## Mutants that nobody can tell from the reference", "", "| mutant | why |", "|---|---|"]
            lines += equivalent.map { "| `\($0.subject.name)` | \($0.equivalence ?? "") |" } + [""]
        }
        lines += ["## Requirements without a mutant of their own", "", "| requirement | why |", "|---|---|"]
        lines += MutantWaivers.all.map { "| \($0.requirement) | \($0.reason) |" } + [""]
        if !killedOnce.isEmpty { lines += ["MUSTs: \(onceText).", ""] }
        if !unaccused.isEmpty { lines += ["MUSTs: \(unaccusedText).", ""] }
        lines += [
            "## Requirements", "", "| requirement | level | mutants killed | cases that kill | such as |",
            "|---|---|---|---|---|",
        ]
        lines += rows.map { row in
            let level = requirements[row.id]?.level.rawValue ?? ""
            let names = row.cases.prefix(2).map { "`\($0)`" }.joined(separator: ", ")
            return "| \(row.id) | \(level) | \(row.killed) of \(row.mutants.count) | \(row.cases.count) | \(names) |"
        }
        lines += [
            "", "## Mutants", "", "Of the cases that find one out, two at most.", "", "| mutant | found out by |",
            "|---|---|",
        ]
        lines += mutants.filter(\.verdict.isRight).map { result in
            let cases = result.kills.prefix(2).map { "`\($0.testCase)`" }.joined(separator: ", ")
            return "| `\(result.subject.name)` | \(cases.isEmpty ? result.verdict.word : cases) |"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: JSON

    package var json: JSON {
        [
            "form": .string(form),
            "proved": .bool(isProved),
            "without_mutant": .array(withoutMutant.map { .string($0.rawValue) }),
            "variants": .array(results.map(Self.json)),
        ]
    }

    private static func json(_ result: ProofResult) -> JSON {
        var json: JSONObject = [
            "name": .string(result.subject.name), "kind": .string(result.subject.kind.rawValue),
            "requirements": .array(result.subject.requirements.map { .string($0.rawValue) }),
            "verdict": .string(result.verdict.word), "cases": .integer(Int64(result.cases)),
        ]
        if !result.subject.does.isEmpty { json["does"] = .string(result.subject.does) }
        let detail = detail(result)
        if !detail.isEmpty { json["detail"] = .string(detail) }
        json["equivalent"] = result.equivalence.map { .string($0) }
        if !result.kills.isEmpty {
            json["kills"] = .array(
                result.kills.map { kill in
                    ["case": .string(kill.testCase), "accused": .array(kill.accused.map { .string($0.rawValue) })]
                }
            )
        }
        return .object(json)
    }
}
