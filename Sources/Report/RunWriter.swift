package import Catalogue
package import Rules

/// How much of a run is told.
package struct ReportStyle: Hashable, Sendable {
    package enum Amount: Hashable, Sendable {
        /// What failed, and the last lines.
        case quiet
        case normal
        /// Every case and every requirement, with whole requests.
        case verbose
    }

    package var amount = Amount.normal
    package var isColoured = false
    /// Columns of the terminal; `nil` where lines may have any length.
    package var width: Int?

    package init() {}
}

/// The text of a run, in the pieces in which it comes about: live, or from a file.
package struct RunWriter {
    private let style: ReportStyle
    private let rerun: RunResult.Rerun
    private let requirements: [RequirementID: Requirement]
    private let nameWidth: Int
    /// The request line of a case, for `--verbose`: a run does not keep what passed.
    private let request: (@Sendable (String) -> String?)?
    private var groups = FailureGroups()

    /// Names of a group's cases in one list.
    private static let mostNames = 60

    /// - Parameter nameWidth: of the longest family name of the run.
    package init(
        _ style: ReportStyle,
        rerun: RunResult.Rerun,
        requirements: [RequirementID: Requirement],
        nameWidth: Int,
        request: (@Sendable (String) -> String?)? = nil
    ) {
        self.style = style
        self.rerun = rerun
        self.requirements = requirements
        self.nameWidth = nameWidth
        self.request = request
    }

    /// All of it.
    package static func text(
        _ result: RunResult,
        _ style: ReportStyle,
        request: (@Sendable (String) -> String?)? = nil
    ) -> String {
        var writer = RunWriter(
            style,
            rerun: result.rerun,
            requirements: result.requirements,
            nameWidth: result.families.map(\.name.count).max() ?? 0,
            request: request
        )
        var blocks: [String] = []
        if let adapter = result.adapter {
            let canaries = result.isOfCanariesAlone ? result.canaries.count : 0
            blocks.append(
                writer.heading(adapter, profile: result.profile, cases: result.cases.count, canaries: canaries)
            )
        }
        for family in result.families { blocks.append(writer.family(family)) }
        return (blocks + [writer.end(result)]).filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// - Parameter canaries: those that are sent by themselves.
    package func heading(_ identity: AdapterIdentity, profile: String, cases: Int, canaries: Int) -> String {
        if style.amount == .quiet { return "" }
        let sent = SentCases(cases: cases, canaries: canaries)
        return finished(RunText.heading(identity, profile: profile, sent.text))
    }

    /// The line of a family, and what there is to say about its cases. Empty if nothing is to be told.
    package mutating func family(_ family: FamilyResult) -> String {
        if style.amount == .quiet, family.grade != .failed { return "" }
        var lines = [fitted(FamilyText.line(family, width: nameWidth))]
        var others: [(representative: String, names: [String], label: String)] = []
        for result in family.cases {
            guard CaseText.isShown(result) else {
                if style.amount == .verbose { lines.append(line(result)) }
                continue
            }
            if style.amount == .quiet, !result.fails { continue }
            guard style.amount != .verbose, let same = groups.representative(of: result) else {
                lines.append(block(result))
                continue
            }
            if let index = others.firstIndex(where: { $0.representative == same }) {
                others[index].names.append(result.id)
            } else {
                others.append((same, [result.id], CaseText.label(result, result.verdict.severity ?? .info)))
            }
        }
        for other in others { lines += list(other.label, other.names, like: other.representative) }
        return finished(lines.joined(separator: "\n"))
    }

    /// Everything after the families.
    package func end(_ result: RunResult) -> String {
        let text: String
        switch style.amount {
        case .quiet: text = RunText.verdict(result)
        case .normal, .verbose: text = RunText.summary(result, isVerbose: style.amount == .verbose)
        }
        let space = result.families.isEmpty || style.amount == .quiet ? [] : [""]
        return finished((space + [text] + NextStep.lines(result)).joined(separator: "\n"))
    }

    private func line(_ result: CaseResult) -> String {
        CaseText.line(result, request: result.verdict.isPassed ? request?(result.id) : nil)
    }

    private func block(_ result: CaseResult) -> String {
        CaseText.block(result, requirements: requirements, rerun: rerun, isVerbose: style.amount == .verbose)
    }

    /// Names of cases, a few to a line, without the family where it is the first one's.
    private func list(_ label: String, _ names: [String], like first: String) -> [String] {
        let what = names.count == 1 ? "1 more case" : "\(names.count) more cases"
        var lines = ["  \(label) \(what) with the accused and the cause of \(first):"]
        var line = ""
        for name in names.prefix(Self.mostNames) {
            if !line.isEmpty, line.count + name.count > 110 {
                lines.append("         \(line)")
                line = ""
            }
            line += line.isEmpty ? name : " \(name)"
        }
        if names.count > Self.mostNames { line += " … and \(names.count - Self.mostNames) more (--verbose shows all)" }
        return lines + ["         \(line)"]
    }

    private func fitted(_ line: String) -> String {
        guard let width = style.width, width > 20, line.count > width else { return line }
        return "\(line.prefix(width - 1))…"
    }

    /// Nothing that an adapter wrote reaches a terminal as it is, wherever it stands.
    private func finished(_ text: String) -> String {
        let text = PrintableText.block(text)
        return style.isColoured ? Colour.marks(text) : text
    }
}

/// Colours for the marks at the beginning of lines.
enum Colour {
    private static let codes = [
        "ok": "32", "FAIL": "31;1", "FAIL:": "31;1", "FAILED": "31;1", "warn": "33", "warning:": "33", "known": "33",
        "met": "32", "passed": "32;1", "failed": "31;1", "inconclusive": "33;1", "next:": "1",
    ]

    static func marks(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(coloured).joined(separator: "\n")
    }

    private static func coloured(_ line: Substring) -> String {
        let indent = line.prefix { $0 == " " }
        let word = line.dropFirst(indent.count).prefix { $0 != " " }
        guard indent.count <= 2, let code = codes[String(word)] else { return String(line) }
        return "\(indent)\u{1B}[\(code)m\(word)\u{1B}[0m\(line.dropFirst(indent.count + word.count))"
    }
}
