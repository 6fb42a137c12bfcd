package import Catalogue
internal import Rules

/// A run by requirement: what was met, what failed, and what nobody looked at.
package enum RequirementText {
    /// One line for each requirement that did not simply pass; for all of them with `isVerbose`.
    package static func lines(_ result: RunResult, isVerbose: Bool) -> [String] {
        let status = RequirementStatus.of(result.cases, canaries: result.canaries)
        let shown = status.keys.sorted().filter { isVerbose || isAccused(status[$0]) }
        let width = shown.map(\.rawValue.count).max() ?? 0
        let known = knownFailures(result, status)
        return shown.map { id in
            let name = id.rawValue + String(repeating: " ", count: width - id.rawValue.count)
            let requirement = result.requirements[id]
            let text = requirement.map { "\($0.level.rawValue): \($0.statement)" } ?? "not in the catalogue"
            let why = status[id] == .inPart ? whyInPart(id, result) : cases(id, result)
            let word = known.contains(id) ? "known failure" : word(status[id] ?? .notExercised)
            let line = "\(word)  \(name)  \(text)\(why)"
            return isAccused(status[id]) ? line + places(requirement, word.count + 2 + width + 2) : line
        }
    }

    /// `requirements, each once, by the worst that was seen of it: N met, N failed, N not exercised`. Why they were not
    /// exercised is said above, of each layer and role.
    package static func totals(_ result: RunResult) -> String {
        let all = RequirementStatus.of(result.cases, canaries: result.canaries)
        let status = all.values
        func count(_ wanted: RequirementStatus) -> Int { status.count { $0 == wanted } }
        let known = knownFailures(result, all).count
        var parts = ["\(count(.met)) met", "\(count(.failed) - known) failed"]
        if known > 0 { parts.append("\(known) known to fail") }
        if count(.withWarnings) > 0 { parts.append("\(count(.withWarnings)) with a warning") }
        if count(.withInfos) > 0 { parts.append("\(count(.withInfos)) with an info") }
        if count(.inPart) > 0 { parts.append("\(count(.inPart)) in part (--verbose says why)") }
        parts.append("\(count(.notExercised)) not exercised")
        return "requirements, each once, by the worst that was seen of it: \(parts.joined(separator: ", "))"
    }

    /// Those of which the baseline lists every failure.
    private static func knownFailures(
        _ result: RunResult,
        _ status: [RequirementID: RequirementStatus]
    ) -> Set<RequirementID> {
        Set(result.failedAsKnown(result.cases, status.filter { $0.value == .failed }.map(\.key)))
    }

    private static func isAccused(_ status: RequirementStatus?) -> Bool {
        switch status {
        case .failed?, .withWarnings?, .withInfos?: true
        case .met?, .inPart?, .notExercised?, nil: false
        }
    }

    /// Below a requirement that did not pass: document, section and line of it.
    private static func places(_ requirement: Requirement?, _ indentation: Int) -> String {
        let indent = String(repeating: " ", count: indentation)
        return (requirement?.places ?? []).map { "\n\(indent)\($0)" }.joined()
    }

    private static func word(_ status: RequirementStatus) -> String {
        switch status {
        case .met: "met   "
        case .failed: "FAILED"
        case .withWarnings: "warn  "
        case .withInfos: "info  "
        case .inPart: "part  "
        case .notExercised: "--    "
        }
    }

    /// The cases that accuse it, as many as help; otherwise the canary that does.
    private static func cases(_ id: RequirementID, _ result: RunResult) -> String {
        let bad = result.cases.filter { $0.accuses(id) }
        guard let first = bad.first else {
            return result.canaries.first { $0.broken == id }.map { " (canary of \($0.name))" } ?? ""
        }
        let place = first.faultName.map { "\($0) at \(first.id)" } ?? first.id
        return bad.count == 1 ? " (\(place))" : " (\(place) and \(bad.count - 1) more)"
    }

    private static func whyInPart(_ id: RequirementID, _ result: RunResult) -> String {
        let evidence = result.cases.map(\.evidence).filter { $0.shownInPart.contains(id) }
        let reasons = evidence.compactMap(\.whyInPart).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        return reasons.isEmpty ? "" : " (in part: \(reasons.joined(separator: "; ")))"
    }
}

extension CaseResult {
    /// How the adapter gave no usable answer: then nothing says that the requirement's own rule is what is wrong.
    fileprivate var faultName: String? {
        guard case .failed(let failure) = verdict, failure.kind != .wrongAnswer else { return nil }
        return failure.kind.name
    }

    /// General violations count too: the requirement is broken, whatever the scenario is about.
    fileprivate func accuses(_ id: RequirementID) -> Bool {
        if verdict.severity != nil, accused.contains(id) { return true }
        // A scenario that ended by a fault shows none of what it is about.
        if scenario != nil, faultName != nil, requirements.contains(id) { return true }
        return scenario?.violations.contains { $0.requirements.contains(id) } ?? false
    }
}
