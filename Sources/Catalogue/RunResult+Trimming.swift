internal import Rules
package import StrictJSON

/// What a run keeps of what an adapter said. An answer may have 16 MiB, and a run thousands of them: what no report shows is
/// forgotten as soon as it was graded, and what is shown is cut, with a word on how much.
package enum KeptText {
    /// Characters of an answer line, or of a string in a transcript.
    package static let line = 4000
    /// Characters of a value that differs, beyond the part that is as expected.
    package static let value = 1000
    /// Lines of standard error, and characters of each.
    package static let logLines = 12
    package static let logLine = 400
    /// Entries of a transcript.
    package static let entries = 2000
    /// Values that differ, of a case, and violations of a scenario.
    package static let differences = 50
    package static let violations = 100
    /// Characters of what is said of a violation.
    package static let detail = 2000
}

extension Answer {
    /// The outcome, and the words; of an output nothing.
    package var trimmed: Answer {
        if case .accept = self { return .accept([:]) }
        return self
    }
}

extension Attempt {
    /// For an answer of which nothing is shown.
    package var trimmed: Attempt { with(nil, outcome.map(\.trimmed)) }

    /// For an answer that is shown, with a cut line.
    package var cut: Attempt {
        with(
            answerLine.map { PrintableText.cut($0, KeptText.line) },
            outcome.map { answer in
                guard case .accept(let out) = answer else { return answer }
                return .accept(out.cut(KeptText.line))
            }
        )
    }

    /// Whether its answer takes more room than is held of many.
    package var isLong: Bool { (answerLine?.utf8.count ?? 0) >= 1 << 16 }

    /// What a report shows of a long answer, made without another text of its size.
    package var withTheBeginningOfItsAnswer: Attempt {
        with(answerLine.map { PrintableText.cut($0, KeptText.line) }, outcome.map(\.trimmed))
    }

    private func with(_ answerLine: String?, _ outcome: Result<Answer, Fault>) -> Attempt {
        var attempt = self
        attempt.answerLine = answerLine
        attempt.outcome = outcome
        return attempt
    }

    /// With the last lines of its standard error alone.
    package var withLogTail: Attempt {
        var attempt = self
        let lines = standardError.split(whereSeparator: \.isNewline)
        let shown = lines.suffix(KeptText.logLines).map { PrintableText.line(String($0), limit: KeptText.logLine) }
        let left = lines.count - shown.count
        attempt.standardError = ((left > 0 ? ["… \(left) lines before"] : []) + shown).joined(separator: "\n")
        return attempt
    }

    package var withoutLog: Attempt {
        var attempt = self
        attempt.standardError = ""
        return attempt
    }
}

extension Difference {
    /// With a value that is cut some way behind the first place where it is wrong.
    package var cut: Difference {
        guard let got else { return self }
        let text = got.string ?? got.line
        let wanted = expected.map { $0.string ?? $0.line } ?? ""
        let common = zip(text.unicodeScalars, wanted.unicodeScalars).prefix { $0 == $1 }.count
        let kept = PrintableText.cut(text, common + KeptText.value)
        return kept == text ? self : Difference(path: path, expected: expected, got: .string(kept))
    }
}

extension [ScenarioResult.Violation] {
    /// The first ones, and of each requirement the first.
    fileprivate var cut: [ScenarioResult.Violation] {
        var seen: Set<RequirementID> = []
        return enumerated().compactMap { index, violation in
            let isNew = !seen.isSuperset(of: violation.requirements)
            seen.formUnion(violation.requirements)
            return isNew || index < KeptText.violations ? violation.cut : nil
        }
    }
}

extension ScenarioResult.Violation {
    fileprivate var cut: ScenarioResult.Violation {
        ScenarioResult.Violation(
            requirements: requirements,
            step: step,
            detail: PrintableText.block(detail, limit: KeptText.detail),
            severity: severity,
            isGeneral: isGeneral
        )
    }
}

extension JSONObject {
    /// The text's beginning, of an object that was too long.
    package var cutText: String? { members.count == 1 ? self["cut"]?.string : nil }

    /// The object, if its text is no longer than `limit`, or was cut before; otherwise its text's beginning in a member of its own.
    package func cut(_ limit: Int) -> JSONObject {
        if cutText != nil { return self }
        let text = JSON.object(self).line
        return text.utf8.count <= limit ? self : ["cut": .string(PrintableText.cut(text, limit))]
    }
}

extension Transcript {
    /// With the first and the last entries alone where there are very many, and long texts cut.
    package var cut: Transcript {
        var kept = Transcript()
        let half = KeptText.entries / 2
        let left = entries.count - 2 * half
        for (index, entry) in entries.enumerated() {
            if left > 0, index == half {
                kept.add(Entry(step: entry.step, from: nil, to: nil, what: "(\(left) entries left out)", fields: [:]))
            }
            if left > 0, index >= half, index < half + left { continue }
            kept.add(entry.cut)
        }
        return kept
    }
}

extension Transcript.Entry {
    fileprivate var cut: Transcript.Entry {
        let fields = self.fields.members.map { ($0.key, $0.value.cut(KeptText.line)) }
        return Transcript.Entry(step: step, from: from, to: to, what: what, fields: JSONObject(fields))
    }
}

extension JSON {
    fileprivate func cut(_ limit: Int) -> JSON {
        switch self {
        case .string(let text): .string(PrintableText.cut(text, limit))
        case .array(let elements): .array(elements.map { $0.cut(limit) })
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, $0.value.cut(limit)) }))
        case .null, .bool, .integer, .real: self
        }
    }
}

extension CaseResult {
    /// What is kept of it for the end of the run.
    ///
    /// - Parameter keepsTranscript: also of a scenario that passed.
    package func trimmed(keepsTranscript: Bool) -> CaseResult {
        var result = self
        let isShown = verdict.severity != nil
        let isFlooded = attempts.contains { $0.standardErrorCount > 64 * 1024 }
        result.attempts = attempts.map { attempt in
            let kept = isShown ? attempt.cut : attempt.trimmed
            return isShown || isFlooded ? kept.withLogTail : kept.withoutLog
        }
        if case .failed(let failure) = verdict {
            result.verdict = .failed(
                failure.saying(
                    PrintableText.block(failure.detail, limit: KeptText.detail),
                    failure.differences.prefix(KeptText.differences).map(\.cut)
                )
            )
        }
        guard let scenario else { return result }
        let isWarned = isShown || !scenario.violations.isEmpty
        result.scenario = scenario.keeping(
            scenario.violations.cut,
            isWarned || keepsTranscript ? scenario.transcript.cut : Transcript()
        )
        return result
    }
}

extension CaseVerdict.Failure {
    /// The same, told in other words.
    fileprivate func saying(_ detail: String, _ differences: [Difference]) -> CaseVerdict.Failure {
        CaseVerdict.Failure(kind: kind, severity: severity, detail: detail, differences: differences)
    }
}

extension ScenarioResult {
    /// The same with less of what was seen.
    fileprivate func keeping(_ violations: [Violation], _ transcript: Transcript) -> ScenarioResult {
        ScenarioResult(
            depth: depth,
            violations: violations,
            isFinished: isFinished,
            readings: readings,
            transcript: transcript
        )
    }
}

/// How much of what was sent and answered a run can keep. An adapter may be wrong in every case, with long words each time; what
/// goes beyond is left out, case by case, with a word on how to see it.
package struct EvidenceBudget: Sendable {
    private var left: Int

    /// - Parameter bytes: of JSON.
    package init(_ bytes: Int) { left = bytes }

    /// The result as it is while there is room, afterwards without its evidence.
    package mutating func kept(_ result: CaseResult) -> CaseResult {
        guard result.hasEvidence, left < .max else { return result }
        let count = result.json.line.utf8.count
        guard count <= left else { return result.withoutEvidence }
        left -= count
        return result
    }
}

extension CaseResult {
    fileprivate var hasEvidence: Bool {
        verdict.severity != nil && !attempts.isEmpty || !(scenario?.transcript.entries.isEmpty ?? true)
    }

    fileprivate var withoutEvidence: CaseResult {
        var result = self
        result.attempts = []
        if case .accept(let out) = expected { result.expected = .accept(out.cut(KeptText.logLine)) }
        result.notes.append(
            "what was sent and answered is left out: a run keeps only so much. Run this case alone to see it"
        )
        if case .failed(let failure) = verdict {
            result.verdict = .failed(failure.saying(PrintableText.line(failure.detail, limit: KeptText.logLine), []))
        }
        result.scenario = scenario.map { $0.keeping($0.violations, Transcript()) }
        return result
    }
}
