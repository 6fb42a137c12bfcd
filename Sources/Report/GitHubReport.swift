package import Catalogue
internal import Rules

/// A run for GitHub's workflows: annotations, and a summary of the job in Markdown.
package enum GitHubReport {
    /// GitHub shows ten of a kind for a step.
    private static let mostAnnotations = 10
    private static let mostRows = 50

    package static func annotations(_ result: RunResult) -> String {
        var groups = FailureGroups()
        let failed = result.cases.filter { $0.fails && groups.representative(of: $0) == nil }
        let warned = result.cases.filter {
            $0.known == nil && $0.verdict.severity == .warning && groups.representative(of: $0) == nil
        }
        let problems = TestState.runProblems(result).map { command("error", "blip66", $0) }
        let lines =
            problems.prefix(3) + failed.prefix(mostAnnotations - min(3, problems.count)).map { annotation("error", $0) }
            + warned.prefix(mostAnnotations).map { annotation("warning", $0) }
        return lines.map { "\($0)\n" }.joined()
    }

    private static func annotation(_ kind: String, _ result: CaseResult) -> String {
        guard case .failed(let failure) = result.verdict else { return "" }
        let accused = result.accused.map(\.rawValue).joined(separator: ", ")
        return command(
            kind,
            result.id,
            "\(failure.kind.name)\(accused.isEmpty ? "" : ", accused \(accused)"): \(failure.detail)"
        )
    }

    private static func command(_ kind: String, _ title: String, _ text: String) -> String {
        let text = PrintableText.block(text, limit: 1000)
        return "::\(kind) title=\(escaped(PrintableText.line(title), ":", ","))::\(escaped(text))"
    }

    private static func escaped(_ text: String, _ more: Character...) -> String {
        var result = ""
        for character in text {
            if ["%", "\r", "\n", "\r\n"].contains(character) || more.contains(character) {
                for byte in character.utf8 {
                    let digits = String(byte, radix: 16, uppercase: true)
                    result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
                }
            } else {
                result.append(character)
            }
        }
        return result
    }

    // MARK: The summary

    package static func summary(_ result: RunResult) -> String {
        let who = [result.adapter?.name, result.adapter?.version].compactMap { $0 }.joined(separator: " ")
        var lines = ["## blip66: \(result.grade.word)", ""]
        lines.append(
            "\(code(who.isEmpty ? "no handshake" : who)), profile \(code(result.profile)), exit status \(result.exitStatus)"
        )
        lines.append("")
        lines +=
            result.distrust.map { "- \(plain($0))" } + (result.baseline?.problems ?? []).map { "- \(plain($0.detail))" }
        lines += ["", "| | met | failed | with warnings | in part | not exercised |", "|---|---|---|---|---|---|"]
        lines += result.conclusions.map(row)
        let failed = result.cases.filter(\.fails)
        if !failed.isEmpty {
            lines += ["", "| failed | accused | |", "|---|---|---|"] + failed.prefix(mostRows).map(failure)
            if failed.count > mostRows { lines.append("| … and \(failed.count - mostRows) more | | |") }
        }
        let known = result.cases.count { $0.known != nil }
        if known > 0 { lines += ["", "\(known) cases are known to go wrong."] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(_ conclusion: Conclusion) -> String {
        let known = conclusion.failedAsKnown.count
        let failed = "\(conclusion.failed.count - known)\(known > 0 ? ", \(known) known" : "")"
        let others = [conclusion.withWarnings + conclusion.withInfos, conclusion.inPart, conclusion.notExercised]
        let counts = ["\(conclusion.met.count)", failed] + others.map { "\($0.count)" }
        let name = "\(conclusion.subject.name) under \(conclusion.profile): \(conclusion.grade.word)"
        return "| \(plain(name)) | \(counts.joined(separator: " | ")) |"
    }

    private static func failure(_ result: CaseResult) -> String {
        guard case .failed(let failure) = result.verdict else { return "" }
        let accused = result.accused.map(\.rawValue).joined(separator: ", ")
        let detail = plain(PrintableText.line(failure.detail, limit: 200))
        return "| \(code(result.id)) | \(plain(accused)) | \(failure.kind.name): \(detail) |"
    }

    private static func code(_ text: String) -> String {
        "`\(PrintableText.line(text, limit: 200).replacing("`", with: "'").replacing("|", with: "\\|"))`"
    }

    /// Text that Markdown takes for nothing else.
    private static func plain(_ text: String) -> String {
        PrintableText.line(text, limit: 500).reduce(into: "") { result, character in
            switch character {
            case "<": result += "&lt;"
            case "|", "*", "_", "`", "[", "]", "\\", "#", "~", "!": result += "\\\(character)"
            default: result.append(character)
            }
        }
    }
}
