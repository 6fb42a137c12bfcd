package import Catalogue

/// A run in the Test Anything Protocol, version 13.
package enum TAPReport {
    package static func text(_ result: RunResult) -> String {
        let problems = TestState.runProblems(result)
        var lines = ["TAP version 13", "1..\(result.cases.count + max(1, problems.count))"]
        var number = 0
        func point(_ isRight: Bool, _ name: String, _ directive: String = "") -> String {
            number += 1
            return "\(isRight ? "ok" : "not ok") \(number) - \(plain(name))\(directive)"
        }
        for one in result.cases {
            switch TestState(one) {
            case .passed(let warning):
                lines.append(point(true, one.id))
                if let warning { lines.append("# \(plain(warning))") }
            case .skipped(let why): lines.append(point(true, one.id, " # SKIP \(plain(why))"))
            case .failure(let type, let message, _), .error(let type, let message, _):
                lines.append(point(false, one.id))
                lines += ["  ---", "  type: \(yaml(type))", "  message: \(yaml(message))", "  ..."]
            }
        }
        if problems.isEmpty { lines.append(point(true, "run/can be trusted")) }
        for problem in problems {
            lines.append(point(false, "run"))
            lines += ["  ---", "  message: \(yaml(problem))", "  ..."]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `#` begins a directive.
    private static func plain(_ text: String) -> String {
        PrintableText.line(text, limit: 500).replacing("#", with: "\\#")
    }

    private static func yaml(_ text: String) -> String {
        "'\(PrintableText.line(text, limit: 1000).replacing("'", with: "''"))'"
    }
}
