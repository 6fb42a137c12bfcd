package import Catalogue
package import Rules
internal import StrictJSON

/// What there is to say about one case.
package struct CaseText {
    private let result: CaseResult
    private let requirements: [RequirementID: Requirement]
    private let rerun: RunResult.Rerun
    private let isVerbose: Bool
    private var lines: [String] = []

    private init(
        _ result: CaseResult,
        _ requirements: [RequirementID: Requirement],
        _ rerun: RunResult.Rerun,
        isVerbose: Bool
    ) {
        self.result = result
        self.requirements = requirements
        self.rerun = rerun
        self.isVerbose = isVerbose
    }

    /// Whether a report without `--verbose` shows the case.
    package static func isShown(_ result: CaseResult) -> Bool { result.verdict.severity != nil }

    /// A block of lines, each ended by a newline but the last: for a failure, or a warning.
    /// - `isVerbose`: shows the request whole, however long it is.
    package static func block(
        _ result: CaseResult,
        requirements: [RequirementID: Requirement],
        rerun: RunResult.Rerun,
        isVerbose: Bool = false
    ) -> String {
        var text = CaseText(result, requirements, rerun, isVerbose: isVerbose)
        text.write()
        return text.lines.joined(separator: "\n")
    }

    /// One line, for `--verbose`; of a vector also the request.
    package static func line(_ result: CaseResult, request: String? = nil) -> String {
        let verdict =
            switch result.verdict {
            case .passed: "passed"
            case .anotherReading(let alternative): "another reading (\(alternative))"
            case .failed(let failure): "\(failure.kind.name): \(failure.detail)"
            case .notExercised(let reason): "not exercised: \(reason.reason)"
            case .notCounted(let why): "not counted: \(why)"
            }
        let notes = result.notes.map { "        note: \(PrintableText.line($0))" }
        let requests = request.map { ["        request  \(PrintableText.line($0))"] } ?? []
        return (["    \(result.id)  \(PrintableText.line(verdict))"] + requests + notes).joined(separator: "\n")
    }

    // MARK: The block

    private mutating func write() {
        if case .failed(let failure) = result.verdict {
            lines.append("  \(Self.label(result, failure.severity)) \(result.id)   \(failure.kind.name)")
            if let reason = result.known { add("reason", reason) }
            add("problem", failure.detail)
        }
        add("why", result.comment)
        if let scenario = result.scenario {
            write(scenario)
        } else if let attempt = result.attempts.last {
            writeExchange(attempt)
        }
        writeDifferences()
        writeRequirements()
        for flag in result.flags { add("flag", "\(flag.name): \(flag.note)") }
        if let neighbour = result.neighbour { add("neighbour", neighbour) }
        for note in result.notes { add("note", note) }
        writeSteps()
        writeStandardError()
        add("rerun", Self.command(result.id, rerun))
    }

    /// All violations, and the steps up to the last of them.
    private mutating func write(_ scenario: ScenarioResult) {
        for violation in scenario.violations where !violation.isGeneral {
            let ids = violation.requirements.map(\.rawValue).joined(separator: ", ")
            add("broken", "step \(violation.step), \(ids): \(violation.detail)")
        }
        let broken = Set(scenario.violations.filter { !$0.isGeneral }.map(\.step))
        let steps = TranscriptText.lines(scenario.transcript, brokenSteps: broken, isVerbose: isVerbose)
        add("steps", "at \(scenario.depth) depth; iut is the implementation under test, ! marks the steps that fail")
        for line in steps { lines.append("       \(line)") }
    }

    private mutating func writeExchange(_ attempt: Attempt) {
        writeRequest(Self.withPlainID(attempt.request))
        if !hasDifferences {
            add("expected", Self.expected(result.expected))
            add("got", got(attempt))
        }
        if attempt.isAlone, result.attempts.count > 1 {
            add("alone", "this is the answer to the case when it was run again alone, after a fault in the run")
        }
    }

    /// A process counts its requests; a request to paste has the id 1, and the text of a run is the same every time.
    private static func withPlainID(_ request: String) -> String {
        let digits = request.dropFirst(6).prefix { $0.isNumber }
        guard request.hasPrefix("{\"id\":"), !digits.isEmpty else { return request }
        return "{\"id\":1\(request.dropFirst(6 + digits.count))"
    }

    private mutating func writeRequest(_ request: String) {
        let shortened = isVerbose ? request : Excerpt.line(request)
        add("request", shortened)
        if shortened != request { add("", "whole request: \(Self.showCommand(result.id, rerun))") }
    }

    /// Then only the members that differ are shown.
    private var hasDifferences: Bool {
        if case .failed(let failure) = result.verdict { return !failure.differences.isEmpty }
        return false
    }

    private mutating func writeDifferences() {
        guard case .failed(let failure) = result.verdict else { return }
        for difference in failure.differences.prefix(20) { write(difference, as: "differs") }
        if failure.differences.count > 20 { add("differs", "… and \(failure.differences.count - 20) more members") }
    }

    private mutating func write(_ difference: Difference, as label: String) {
        let (expected, got, place) = Excerpt.pair(
            expected: Self.text(difference.expected),
            got: Self.text(difference.got)
        )
        add(label, difference.path + (place.map { ": \($0)" } ?? ""))
        lines.append("                 expected \(expected)")
        lines.append("                 got      \(got)")
    }

    private mutating func writeRequirements() {
        let accused = result.accused
        for id in accused { writeRequirement(id, as: "accused") }
        if isValidAndRejected { add("", "The input keeps this rule; an implementation that rejects it does not.") }
        let others = result.requirements.filter { !accused.contains($0) }.map(\.rawValue)
        if !others.isEmpty { add("context", "\(others.joined(separator: ", ")) (not accused by this case)") }
        writeReading()
    }

    private var isValidAndRejected: Bool {
        guard case .accept = result.expected, case .success(.reject)? = result.attempts.last?.outcome else {
            return false
        }
        return !result.accused.isEmpty
    }

    /// Which answers other alternatives of the reading would have had.
    private mutating func writeReading() {
        if let shown = result.evidence.alternative {
            add("reading", "this is the answer by \(shown); `blip66 spec readings \(shown.reading)` shows the others")
        } else {
            for reading in result.readings { add("reading", "\(reading) has an answer of its own; this is not it") }
        }
    }

    /// Its statement, and below it the document, section and line that it comes from.
    private mutating func writeRequirement(_ id: RequirementID, as label: String) {
        add(label, Self.statement(id, requirements[id]))
        for place in requirements[id]?.places ?? [] { add("", place) }
    }

    private mutating func writeSteps() {
        if let divergence = result.stepsDivergence { write(divergence, as: "steps") }
    }

    private mutating func writeStandardError() {
        guard let words = result.attempts.last?.standardError, !words.isEmpty else { return }
        let all = words.split(whereSeparator: \.isNewline)
        if all.count > 12 { add("stderr", "… \(all.count - 12) lines before") }
        for line in all.suffix(12) { add("stderr", "| \(Excerpt.beginning(String(line), width: 400))") }
    }

    /// What has several lines stays in its block: an adapter's words may look like lines of a report.
    private mutating func add(_ label: String, _ text: String) {
        let padded = label + String(repeating: " ", count: max(0, 10 - label.count))
        let parts = PrintableText.block(text).split(separator: "\n", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            lines.append("       \(index == 0 ? padded : String(repeating: " ", count: 12))\(part)")
        }
    }

    // MARK: Words

    static func label(_ result: CaseResult, _ severity: CaseVerdict.Severity) -> String {
        if result.known != nil { return "known failure" }
        return switch severity {
        case .failure: "FAIL"
        case .warning: "warn"
        case .info: "info"
        }
    }

    private static func expected(_ expected: CaseResult.Expected) -> String {
        switch expected {
        case .accept(let out): "accept \(Excerpt.beginning(JSON.object(out).line, width: 400))"
        case .reject(let reasons): "reject (\(reasons.joined(separator: " or ")))"
        }
    }

    private func got(_ attempt: Attempt) -> String {
        switch attempt.outcome {
        case .success(.accept(let out)):
            "accept \(Excerpt.beginning(out.cutText ?? JSON.object(out).line, width: 400))"
        case .success(.reject(let reason, let detail)): "reject (\(reason)) \(detail)"
        case .success(.skip(let detail)): "skip: \(detail)"
        case .success(.error(let detail)): "error: \(detail)"
        case .failure(let fault): "no answer: \(blamedFault ?? fault.kind.rawValue)"
        }
    }

    /// What the case is blamed for: one that hangs ends when its input is closed, and did not crash by that.
    private var blamedFault: String? {
        if case .failed(let failure) = result.verdict, case .fault(let kind) = failure.kind { return kind.rawValue }
        return nil
    }

    private static func text(_ value: JSON?) -> String {
        guard let value else { return "(nothing)" }
        return PrintableText.line(value.string ?? value.line)
    }

    private static func statement(_ id: RequirementID, _ requirement: Requirement?) -> String {
        requirement.map { "\(id) (\($0.level.rawValue)) \($0.statement)" } ?? "\(id)"
    }

    /// The command that prints just this case.
    static func showCommand(_ id: String, _ rerun: RunResult.Rerun) -> String {
        let option = "--vectors"
        let vectors = rerun.program.drop { $0 != option }.prefix(2)
        return Shell.line(["blip66", "show"] + vectors + [id])
    }

    /// The command that puts just this case again.
    static func command(_ id: String, _ rerun: RunResult.Rerun) -> String {
        let (before, after) = rerunParts(rerun)
        return "\(before)'\(id)'\(after)"
    }

    /// That command, up to the case's quoted id and from there on.
    package static func rerunParts(_ rerun: RunResult.Rerun) -> (before: String, after: String) {
        let adapter = rerun.adapter.isEmpty ? "" : " \(Shell.line(["--"] + rerun.adapter))"
        return ("\(Shell.line(rerun.program)) --filter ", adapter)
    }
}
