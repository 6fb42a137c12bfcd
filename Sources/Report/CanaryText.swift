internal import Catalogue

/// What became of the plainest inputs there are, where that has to be known.
enum CanaryText {
    static func lines(_ result: RunResult) -> [String] {
        var lines = result.canaries.flatMap { failure($0, result.rerun) }
        if result.isOfCanariesAlone {
            lines += result.canaries.filter { $0.verdict == .passed }.map { "ok    \($0.id)" }
        }
        let skipped = result.canaries.filter { $0.verdict == .skipped }.map(\.name)
        if !skipped.isEmpty {
            lines.append("not graded, since the adapter skipped the canary: \(skipped.joined(separator: ", "))")
        }
        return lines
    }

    private static func failure(_ canary: CanaryResult, _ rerun: RunResult.Rerun) -> [String] {
        guard case .failed(let detail, let requirement) = canary.verdict else { return [] }
        let broken = requirement.map { " (\($0))" } ?? ""
        return [
            "FAIL  \(canary.id)   \(canary.name) was not graded because its canary failed\(broken): "
                + PrintableText.line(detail, limit: 1000),
            "       show      \(CaseText.showCommand(canary.id.description, rerun))",
            "       rerun     \(CaseText.command(canary.id.description, rerun))",
        ]
    }
}
