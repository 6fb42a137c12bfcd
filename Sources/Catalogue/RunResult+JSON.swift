internal import Rules
package import StrictJSON

/// The JSON form of a run (`Spec/run-report.schema.json`): all that any other form of report shows, so that each can be made
/// of it later.
///
/// Members that follow from others, such as `grade`, are written for readers and not read back.
extension RunResult {
    package static let format = "blip66-run"
    package static let version: Int64 = 1

    package var json: JSON {
        var json: JSONObject = [
            "format": .string(Self.format), "version": .integer(Self.version), "suite": .string(suite),
            "grade": .string(grade.word), "exit_status": .integer(Int64(exitStatus)),
        ]
        json["distrust"] = .array(distrust.map { .string($0) })
        json["shard"] = shard.map { .string($0) }
        json["adapter"] = adapter?.json
        json["command"] = .words(command)
        json["rerun"] = ["program": .words(rerun.program), "adapter": .words(rerun.adapter)]
        json["profile"] = .string(profile)
        json["required"] = .words(required)
        json["declared_readings"] = .words(declaredReadings.map(\.description))
        json["times"] = timesJSON
        json["stop"] = stop.map { .string($0) }
        json["notes"] = .words(notes)
        json["required_but_not_exercised"] = .words(requiredButNotExercised)
        json["baseline"] = baseline?.json
        json["conclusions"] = .array(conclusions.map(\.json))
        json["families"] = .array(families.map(\.json))
        json["canaries"] = .array(canaries.map(\.json))
        json["incidents"] = .array(incidents.map(\.json))
        json["readings"] = .array(readings.map(\.json))
        json["requirements"] = .array(requirements.keys.sorted().compactMap { requirements[$0]?.reportJSON })
        return .object(json)
    }

    private var timesJSON: JSON {
        var json: JSONObject = ["elapsed_us": .integer(elapsed.microseconds), "answers": .integer(Int64(times.count))]
        json["median_answer_ns"] = times.medianNanoseconds.map { .integer($0) }
        json["classes"] = .array(times.classes.map { [.integer(Int64($0.index)), .integer(Int64($0.count))] })
        return .object(json)
    }
}

extension ConformanceGrade {
    package var word: String {
        switch self {
        case .passed: "passed"
        case .passedWithWarnings: "passed with warnings"
        case .failed: "failed"
        case .inconclusive: "inconclusive"
        }
    }
}

extension Duration {
    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1_000_000).partialValue &+ attoseconds / 1_000_000_000_000
    }
}

extension JSON {
    static func words(_ words: [String]) -> JSON { .array(words.map { .string($0) }) }
    static func ids(_ ids: [RequirementID]) -> JSON { words(ids.map(\.rawValue)) }
}

extension Subject {
    var json: JSON {
        switch self {
        case .layer(let name): ["layer": .string(name)]
        case .role(let name): ["role": .string(name)]
        }
    }
}

extension AdapterIdentity {
    var json: JSON {
        var json: JSONObject = ["name": .string(name)]
        json["version"] = version.map { .string($0) }
        json["language"] = language.map { .string($0) }
        json["url"] = url.map { .string($0) }
        json["operations"] = .words(operations)
        json["roles"] = .words(roles)
        json["profiles"] = .words(profiles)
        json["capabilities"] = .object(capabilities)
        json["readings"] = .words(readings.map(\.description))
        return .object(json)
    }
}

extension BaselineResult {
    var json: JSON {
        [
            "file": .string(file), "entries": .integer(Int64(entries)),
            "problems": .array(problems.map { ["entry": .integer(Int64($0.entry)), "detail": .string($0.detail)] }),
            "ended": .words(ended), "unexplained": .words(unexplained),
        ]
    }
}

extension Conclusion {
    var json: JSON {
        [
            "subject": subject.json, "profile": .string(profile), "grade": .string(grade.word), "met": .ids(met),
            "failed": .ids(failed), "with_warnings": .ids(withWarnings), "with_infos": .ids(withInfos),
            "in_part": .ids(inPart),
            "not_exercised": .ids(notExercised), "reasons": .words(reasons),
        ]
    }
}

extension FamilyResult {
    var json: JSON {
        [
            "name": .string(name), "title": .string(title), "subject": subject.json, "profile": .string(profile),
            "grade": .string(grade.word), "cases": .array(cases.map(\.json)),
        ]
    }
}

extension CaseResult {
    /// Of a case about which there is nothing to tell, without what was expected and what came.
    package var json: JSON {
        var json: JSONObject = [
            "id": .string(id), "number": .integer(Int64(number)), "op": .string(operation),
            "verdict": .string(verdict.word),
        ]
        json["known"] = known.map { .string($0) }
        verdict.add(to: &json)
        json["requirements"] = .ids(requirements)
        if !violates.isEmpty { json["violates"] = .ids(violates) }
        json["neighbour"] = neighbour.map { .string($0) }
        json["comment"] = .string(comment)
        json["evidence"] = evidence.json
        json["elapsed_us"] = .integer(elapsed.microseconds)
        if !notes.isEmpty { json["notes"] = .words(notes) }
        if !readings.isEmpty { json["readings"] = .words(readings) }
        if verdict.severity != nil { addDetails(to: &json) }
        if let scenario { json["scenario"] = scenario.json }
        return .object(json)
    }

    private func addDetails(to json: inout JSONObject) {
        if !flags.isEmpty {
            json["flags"] = .array(flags.map { ["name": .string($0.name), "note": .string($0.note)] })
        }
        json["expected"] = expected.json
        json["attempts"] = .array(attempts.map(\.json))
        json["steps"] = stepsDivergence?.json
    }
}

extension CaseVerdict {
    package var word: String {
        switch self {
        case .passed: "passed"
        case .anotherReading: "another reading"
        case .failed: "failed"
        case .notExercised: "not exercised"
        case .notCounted: "not counted"
        }
    }

    fileprivate func add(to json: inout JSONObject) {
        switch self {
        case .passed: break
        case .anotherReading(let alternative): json["reading"] = .string(alternative.description)
        case .failed(let failure): json["failure"] = failure.json
        case .notExercised(let why):
            json["reason"] = ["kind": .string(why.kind), "what": .string(why.what), "text": .string(why.reason)]
        case .notCounted(let why): json["why"] = .string(why)
        }
    }
}

extension CaseVerdict.Severity {
    package var word: String {
        switch self {
        case .info: "info"
        case .warning: "warning"
        case .failure: "failure"
        }
    }
}

extension CaseVerdict.Failure {
    fileprivate var json: JSON {
        var json: JSONObject = [
            "kind": .string(kind.name), "severity": .string(severity.word), "detail": .string(detail),
        ]
        if !differences.isEmpty { json["differences"] = .array(differences.map(\.json)) }
        return .object(json)
    }
}

extension CaseVerdict.NotExercised {
    var kind: String {
        switch self {
        case .operationNotDeclared: "op not declared"
        case .profileNotDeclared: "profile not declared"
        case .skipped: "skipped"
        case .canarySkipped: "canary skipped"
        case .canaryFailed: "canary failed"
        case .lacking: "lacking"
        case .runStopped: "run stopped"
        }
    }

    var what: String {
        switch self {
        case .operationNotDeclared(let what), .profileNotDeclared(let what), .skipped(let what),
            .canarySkipped(let what),
            .canaryFailed(let what), .lacking(let what):
            what
        case .runStopped: ""
        }
    }

    init?(kind: String, what: String) {
        switch kind {
        case "op not declared": self = .operationNotDeclared(what)
        case "profile not declared": self = .profileNotDeclared(what)
        case "skipped": self = .skipped(what)
        case "canary skipped": self = .canarySkipped(what)
        case "canary failed": self = .canaryFailed(what)
        case "lacking": self = .lacking(what)
        case "run stopped": self = .runStopped
        default: return nil
        }
    }
}

extension Difference {
    var json: JSON {
        var json: JSONObject = ["path": .string(path)]
        json["expected"] = expected
        json["got"] = got
        return .object(json)
    }
}

extension CaseEvidence {
    var json: JSON? {
        var json: JSONObject = [:]
        if !accused.isEmpty { json["accused"] = .ids(accused) }
        if !shown.isEmpty { json["shown"] = .ids(shown) }
        if !shownInPart.isEmpty { json["in_part"] = .ids(shownInPart) }
        json["why_in_part"] = whyInPart.map { .string($0) }
        json["alternative"] = alternative.map { .string($0.description) }
        return json.isEmpty ? nil : .object(json)
    }
}

extension CaseResult.Expected {
    var json: JSON {
        switch self {
        case .accept(let out): ["outcome": "accept", "out": .object(out)]
        case .reject(let reasons): ["outcome": "reject", "reasons": .words(reasons)]
        }
    }
}

extension Attempt {
    /// The request's id tells one process's requests apart, and is left out.
    package var json: JSON {
        var json: JSONObject = [:]
        if var request = (try? JSON.parse(request))?.object {
            request["id"] = nil
            json["request"] = .object(request)
        }
        json["answer"] = outcome.json
        if case .failure = outcome { json["line"] = answerLine.map { .string(PrintableText.block($0)) } }
        if isAlone { json["alone"] = true }
        json["elapsed_us"] = .integer(elapsed.microseconds)
        if !standardError.isEmpty { json["stderr"] = .string(standardError) }
        if standardErrorCount > 0 { json["stderr_bytes"] = .integer(Int64(standardErrorCount)) }
        return .object(json)
    }
}

extension Result<Answer, Fault> {
    fileprivate var json: JSON {
        switch self {
        case .success(.accept(let out)): ["outcome": "accept", "out": .object(out)]
        case .success(.reject(let reason, let detail)):
            ["outcome": "reject", "reason": .string(reason), "detail": .string(detail)]
        case .success(.skip(let detail)): ["outcome": "skip", "detail": .string(detail)]
        case .success(.error(let detail)): ["outcome": "error", "detail": .string(detail)]
        case .failure(let fault): ["fault": .string(fault.kind.rawValue), "detail": .string(fault.detail)]
        }
    }
}

extension ScenarioResult {
    var json: JSON {
        var json: JSONObject = ["depth": .string(depth), "finished": .bool(isFinished)]
        if !readings.isEmpty { json["readings"] = .words(readings.map(\.description)) }
        if !violations.isEmpty { json["violations"] = .array(violations.map(\.json)) }
        if !transcript.entries.isEmpty { json["transcript"] = transcript.json }
        return .object(json)
    }
}

extension ScenarioResult.Violation {
    fileprivate var json: JSON {
        var json: JSONObject = [
            "requirements": .ids(requirements), "step": .integer(Int64(step)), "detail": .string(detail),
            "severity": .string(severity.word),
        ]
        if isGeneral { json["general"] = true }
        return .object(json)
    }
}

extension CanaryResult {
    var json: JSON {
        var json: JSONObject = ["name": .string(name)]
        switch verdict {
        case .passed: json["verdict"] = "passed"
        case .skipped: json["verdict"] = "skipped"
        case .failed(let detail, let requirement):
            json["verdict"] = "failed"
            json["detail"] = .string(detail)
            json["requirement"] = requirement.map { .string($0.rawValue) }
            json["attempts"] = .array(attempts.map(\.json))
        }
        return .object(json)
    }
}

extension Incident {
    var json: JSON {
        var json: JSONObject = [
            "fault": .string(fault.kind.rawValue), "detail": .string(fault.detail), "case": .string(caseID),
        ]
        json["previous_case"] = previousCaseID.map { .string($0) }
        switch conclusion {
        case .reproduced(let cases): json["reproduced_by"] = .words(cases)
        case .flaky: json["conclusion"] = "flaky"
        case .notReproduced: json["conclusion"] = "not reproduced"
        }
        return .object(json)
    }
}

extension ReadingResult {
    var json: JSON {
        var json: JSONObject = ["id": .string(id), "title": .string(title)]
        json["kind"] = kind.map { .string($0.rawValue) }
        json["declared"] = declared.map { .string($0.description) }
        json["seen"] = .array(
            seen.map { seen in
                var json: JSONObject = ["alternative": .string(seen.alternative.description)]
                json["says"] = seen.says.map { .string($0) }
                json["cases"] = .words(seen.cases)
                return .object(json)
            }
        )
        return .object(json)
    }
}

extension Requirement {
    /// What reports show of it.
    var reportJSON: JSON {
        [
            "id": .string(id.rawValue), "level": .string(level.rawValue), "enforcement": .string(enforcement.rawValue),
            "role": .string(role), "document": .string(document), "statement": .string(statement),
            "bases": .array(
                bases.map { basis in
                    var json: JSONObject = ["source": .string(basis.source), "section": .string(basis.section)]
                    json["file"] = basis.file.map { .string($0) }
                    json["lines"] = .words(basis.spans.map(\.description))
                    return .object(json)
                }
            ),
        ]
    }
}
