internal import Catalogue
internal import GridFamilies
package import StrictJSON

extension Coverage {
    /// The matrix, then what is not covered, then the sum.
    package func text(strict: Bool) -> String {
        var lines = [header]
        lines += entries.map(line)
        for name in ["missing", "pending", "waived"] {
            let entries = entries(status: name)
            guard !entries.isEmpty else { continue }
            lines.append("\n\(name)")
            lines += entries.map { "  \($0.requirement.id)  \($0.status.detail ?? "")" }
        }
        if !excused.isEmpty { lines += ["\nanswered otherwise by another reading"] + excused.map { "  \($0.text)" } }
        if !holes.isEmpty {
            lines += ["\nholes in the grid"] + holes.map { "  \($0.row), \($0.rule): there is no case \($0.testCase)" }
        }
        if !problems.isEmpty { lines += ["\nproblems"] + problems.map { "  \($0)" } }
        if !notes.isEmpty { lines += ["\nnotes"] + notes.map { "  \($0)" } }
        lines.append("\n\(summary)")
        if fails(strict: strict) { lines.append(verdict(strict: strict)) }
        return lines.joined(separator: "\n")
    }

    package var summary: String {
        let counts = ["covered", "waived", "pending", "missing"].map { "\(entries(status: $0).count) \($0)" }
        return "\(entries.count) requirements: \(counts.joined(separator: ", "))"
    }

    /// The ids for which the gate is shut.
    private func verdict(strict: Bool) -> String {
        let names = strict ? ["missing", "pending"] : ["missing"]
        let ids =
            names.flatMap(entries(status:)).map(\.requirement.id.rawValue)
            + Set(excused.filter(\.isOnlyCase).map(\.requirement.rawValue)).sorted()
        return "not covered: \(ids.isEmpty ? "see holes, problems and notes above" : ids.joined(separator: " "))"
    }

    private static let columns = ["vectors +", "vectors -", "scenarios +", "scenarios -"]

    private var header: String {
        (["requirement".padded(to: 14)] + Self.columns + ["standing"]).joined(separator: "  ")
    }

    private func line(_ entry: Entry) -> String {
        let counts = [
            entry.vectors.positive, entry.vectors.negative, entry.scenarios.positive, entry.scenarios.negative,
        ].map { $0.isEmpty ? "." : String($0.count) }
        let cells = zip(counts, Self.columns).map { $0.padded(to: $1.count) }
        return ([entry.requirement.id.rawValue.padded(to: 14)] + cells + [entry.status.name]).joined(separator: "  ")
    }

    package var json: JSON {
        [
            "requirements": .array(entries.map(json)),
            "excused": .array(excused.map(\.json)),
            "holes": .array(holes.map { .string($0.testCase) }),
            "problems": .array(problems.map { .string($0) }),
            "notes": .array(notes.map { .string($0) }),
        ]
    }

    private func json(_ entry: Entry) -> JSON {
        var json: JSONObject = [
            "id": .string(entry.requirement.id.rawValue),
            "document": .string(entry.requirement.document),
            "level": .string(entry.requirement.level.rawValue),
            "observed": .string(entry.requirement.observed.rawValue),
            "vectors": entry.vectors.json,
            "scenarios": entry.scenarios.json,
            "standing": .string(entry.status.name),
        ]
        if let detail = entry.status.detail { json["detail"] = .string(detail) }
        return .object(json)
    }
}

extension Coverage.Exercise {
    package var json: JSON {
        [
            "positive": .array(positive.map { .string($0) }),
            "negative": .array(negative.map { .string($0) }),
        ]
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
