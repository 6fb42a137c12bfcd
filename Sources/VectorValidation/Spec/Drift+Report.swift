internal import Catalogue
internal import Rules
package import StrictJSON

extension Drift {
    /// How many vectors of a requirement are listed by name.
    private static let listedVectors = 6

    /// What differs, each with the requirements and vectors that rest on it.
    package func text(_ coverage: Coverage) -> String {
        var lines = findings.flatMap { finding in text(finding, coverage) }
        let title = "\(source.title), at \(source.revision)"
        if findings.isEmpty {
            lines.append("no drift: \(lineCount) lines are as in \(title)")
        } else {
            lines.append("\(findings.count) of \(lineCount) lines drifted from \(title)")
        }
        return lines.joined(separator: "\n")
    }

    private func text(_ finding: Finding, _ coverage: Coverage) -> [String] {
        var lines = ["\(finding.kind.rawValue)  \(finding.section)"]
        if let digest = finding.knownDigest { lines.append("  was   \(digest)…") }
        if let line = finding.line {
            lines.append("  now   \(line.digest)")
            lines += line.context.map { "        \(PlainText.of($0))" }
            lines.append("        \(PlainText.of(line.text))")
        }
        if finding.kind == .unaccounted {
            lines.append("  no requirement rests on it, and it is not listed as unclaimed")
        }
        for id in finding.requirements { lines += text(id, coverage) }
        return lines + [""]
    }

    private func text(_ id: RequirementID, _ coverage: Coverage) -> [String] {
        guard let entry = coverage[id] else { return ["  \(id)"] }
        let cases = Self.cases(entry)
        var lines = ["  \(id)  \(entry.requirement.statement)"]
        lines += cases.prefix(Self.listedVectors).map { "        \($0)" }
        if cases.count > Self.listedVectors {
            lines.append("        and \(cases.count - Self.listedVectors) more: blip66 spec show \(id)")
        }
        return lines
    }

    private static func cases(_ entry: Coverage.Entry) -> [String] {
        [entry.vectors, entry.scenarios].flatMap { $0.positive + $0.negative }
    }

    package func json(_ coverage: Coverage) -> JSON {
        [
            "source": .string(source.key),
            "lines": .integer(Int64(lineCount)),
            "findings": .array(findings.map { json($0, coverage) }),
        ]
    }

    private func json(_ finding: Finding, _ coverage: Coverage) -> JSON {
        var json: JSONObject = ["kind": .string(finding.kind.rawValue), "section": .string(finding.section)]
        if let digest = finding.knownDigest { json["was"] = .string(digest) }
        if let line = finding.line {
            json["now"] = .string(line.digest)
            json["text"] = .string(PlainText.of(line.text))
        }
        let entries = finding.requirements.compactMap { coverage[$0] }
        json["requirements"] = .array(
            entries.map { entry in
                [
                    "id": .string(entry.requirement.id.rawValue),
                    "cases": .array(Self.cases(entry).map { .string($0) }),
                ]
            }
        )
        return .object(json)
    }
}
