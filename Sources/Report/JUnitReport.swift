package import Catalogue
internal import Rules

/// A run as JUnit's XML, a test case for each vector and scenario (`Spec/junit.xsd`).
package enum JUnitReport {
    package static func text(_ result: RunResult) -> String {
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        let name = ["blip66", result.adapter?.name, result.adapter?.version].compactMap { $0 }.joined(separator: " ")
        lines.append("<testsuites name=\(quoted(name))>")
        for family in result.families { lines += suite(family) }
        lines += run(result) + ["</testsuites>", ""]
        return lines.joined(separator: "\n")
    }

    private static func suite(_ family: FamilyResult) -> [String] {
        let states = family.cases.map(TestState.init)
        let counts = [
            "tests": family.cases.count, "failures": states.count { if case .failure = $0 { true } else { false } },
            "errors": states.count { if case .error = $0 { true } else { false } },
            "skipped": states.count { if case .skipped = $0 { true } else { false } },
        ]
        let attributes = ["tests", "failures", "errors", "skipped"].map { "\($0)=\"\(counts[$0] ?? 0)\"" }
        let time = family.cases.reduce(0) { $0 + microseconds($1) }
        return
            ["  <testsuite name=\(quoted(family.name)) \(attributes.joined(separator: " ")) time=\"\(seconds(time))\">"]
            + zip(family.cases, states).flatMap { testCase(family.name, $0, $1) } + ["  </testsuite>"]
    }

    private static func testCase(_ family: String, _ result: CaseResult, _ state: TestState) -> [String] {
        let time = seconds(microseconds(result))
        return element(result.id, family, time, state)
    }

    private static func element(_ name: String, _ family: String, _ time: String, _ state: TestState) -> [String] {
        let head = "    <testcase name=\(quoted(name)) classname=\(quoted(family)) time=\"\(time)\""
        let body: String
        switch state {
        case .passed(nil): return ["\(head)/>"]
        case .passed(let warning?): body = "      <system-out>\(escaped(warning))</system-out>"
        case .skipped(let why): body = "      <skipped message=\(quoted(why))/>"
        case .failure(let type, let message, let text):
            body = "      <failure type=\(quoted(type)) message=\(quoted(message))>\(escaped(text))</failure>"
        case .error(let type, let message, let text):
            body = "      <error type=\(quoted(type)) message=\(quoted(message))>\(escaped(text))</error>"
        }
        return ["\(head)>", body, "    </testcase>"]
    }

    /// What concerns the run as a whole is a suite of its own, so that a reader of the XML alone sees red where the exit status
    /// is not 0.
    private static func run(_ result: RunResult) -> [String] {
        let problems = TestState.runProblems(result)
        let head =
            "  <testsuite name=\"run\" tests=\"\(max(1, problems.count))\" failures=\"0\" errors=\"\(problems.count)\" skipped=\"0\" time=\"0.000\">"
        let cases =
            problems.isEmpty
            ? element("run/can be trusted", "run", "0.000", .passed(nil))
            : problems.enumerated().flatMap { number, text in
                element("run/problem \(number + 1)", "run", "0.000", .error("run", text, text))
            }
        return [head] + cases + ["  </testsuite>"]
    }

    private static func microseconds(_ result: CaseResult) -> Int64 {
        result.elapsed.microseconds
    }

    private static func seconds(_ microseconds: Int64) -> String {
        let thousandths = String(microseconds % 1_000_000 / 1000)
        return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 3 - thousandths.count))\(thousandths)"
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(PrintableText.line(text, limit: 1000)))\"" }

    private static func escaped(_ text: String) -> String {
        PrintableText.block(text).reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}

/// What a case is in the words of test reports.
enum TestState {
    /// With a warning, if there is one.
    case passed(String?)
    case skipped(String)
    /// A wrong answer.
    case failure(String, String, String)
    /// No usable answer.
    case error(String, String, String)

    init(_ result: CaseResult) {
        if let known = result.known { self = .skipped("known: \(known)"); return }
        switch result.verdict {
        case .passed: self = .passed(nil)
        case .anotherReading(let alternative): self = .passed("another reading (\(alternative))")
        case .notExercised(let why): self = .skipped(why.reason)
        case .notCounted(let why): self = .skipped("not counted: \(why)")
        case .failed(let failure) where failure.severity != .failure:
            self = .passed("\(failure.severity.word): \(failure.detail)")
        case .failed(let failure):
            let accused = result.accused.map(\.rawValue).joined(separator: ", ")
            let message = accused.isEmpty ? failure.detail : "\(accused): \(failure.detail)"
            let text = "\(PrintableText.line(failure.detail))\n\(result.comment)"
            switch failure.kind {
            case .wrongAnswer: self = .failure(failure.kind.name, message, text)
            case .adapterError, .fault: self = .error(failure.kind.name, message, text)
            }
        }
    }

    /// What makes the exit status differ from 0 and is no case.
    static func runProblems(_ result: RunResult) -> [String] {
        let general = result.generalViolations.filter { $0.severity == .failure }
            .map { "\($0.requirements.map(\.rawValue).joined(separator: ", ")): \($0.detail) (\($0.caseID))" }
        return general + (result.baseline?.problems.map(\.detail) ?? []) + result.distrust
    }
}
