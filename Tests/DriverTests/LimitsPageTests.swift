internal import Catalogue
internal import Reference
internal import TestSupport
internal import Testing

internal import Driver

/// The table of limits in `Spec/security.md` says what holds.
@Suite struct LimitsPageTests {
    /// What the first two columns of a row say. Rows whose bound stands in the program itself, or in a reader of requests, have tests there.
    private static let rows: [(String, String)] = {
        let limits = Limits()
        return [
            ("a line of an adapter", bytes(limits.line)),
            (
                "an answer to a request; to `hello`",
                "\(limits.answer.components.seconds) s, `--timeout`; \(limits.hello.components.seconds) s"
            ),
            ("values in a line of an adapter, such as elements of a list", count(AnswerLine.mostValues)),
            ("requests that are open at once", "\(Limits.mostOpenRequests), whatever is declared"),
            ("answers to requests that are open at once", bytes(limits.held)),
            ("lines that wait to be read", "\(LineChannel.capacity), or \(bytes(limits.held))"),
            (
                "standard error of a request that is kept",
                "the last \(bytes(limits.standardError)); \(KeptText.logLines) lines of \(KeptText.logLine) characters in a report"
            ),
            (
                "an answer in a report; a value that differs; a transcript",
                """
                \(count(KeptText.line)) characters; \(count(KeptText.value)) of \(KeptText.differences) values; \
                \(count(KeptText.entries)) entries
                """
            ),
            (
                "what is said of a violation of a scenario; violations of one",
                "\(count(KeptText.detail)) characters; \(KeptText.violations)"
            ),
            (
                "what a run keeps of requests, answers and transcripts of cases that are told of; what its report has of them",
                "\(bytes(limits.keptEvidence)); \(limits.reportedEvidence / 1_000_000) MB"
            ),
            ("faults of one worker's adapter", "\(limits.faults)"),
            ("a run", "\(count(Int(limits.run.components.seconds))) s, `--run-limit`"),
            ("a file that is read", bytes(InputFile.limit)),
            ("a request line of `serve`", bytes(ServeSession.lineLimit)),
            ("an answer line of `serve`", bytes(ServeSession.lineLimit)),
            ("`repeat`", "10,000,000, and \(ServeSession.repeatLimit.components.seconds) s"),
        ]
    }()

    @Test(arguments: rows)
    func aRowSaysWhatHolds(name: String, bound: String) throws {
        let page = String(decoding: try Files.read("\(Project.root)/Spec/security.md"), as: UTF8.self)
        let row = page.split(separator: "\n").first { $0.hasPrefix("| \(name) |") }
        #expect(row?.hasPrefix("| \(name) | \(bound) |") == true, "\(row ?? "no such row")")
    }

    private static func bytes(_ count: Int) -> String {
        count.isMultiple(of: 1 << 20) ? "\(count >> 20) MiB" : "\(count >> 10) KiB"
    }

    /// With commas between thousands.
    private static func count(_ number: Int) -> String {
        number < 1000 ? "\(number)" : "\(count(number / 1000)),\("\(1000 + number % 1000)".dropFirst())"
    }
}
