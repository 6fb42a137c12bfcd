package import Rules

/// How a requirement fared over the cases that name it.
package enum RequirementStatus: Hashable, Sendable {
    /// A wrong answer would have been seen, and none came.
    case met
    /// A case fails that accuses it, or a canary.
    case failed
    /// A case accuses it, and its weight makes that a warning.
    case withWarnings
    /// A case accuses it, and its weight makes that no more than something worth knowing.
    case withInfos
    /// Answers were right that an implementation without it could give as well.
    case inPart
    /// No answer says anything of it.
    case notExercised

    /// - Parameter canaries: those whose failure kept a case from being sent accuse their requirement.
    package static func of(
        _ cases: [CaseResult],
        canaries: [CanaryResult] = []
    ) -> [RequirementID: RequirementStatus] {
        var status: [RequirementID: RequirementStatus] = [:]
        func add(_ id: RequirementID, _ new: RequirementStatus) {
            status[id] = max(status[id] ?? .notExercised, new)
        }
        for result in cases {
            for id in result.requirements + result.violates { add(id, .notExercised) }
            for (id, shown) in result.statuses { add(id, shown) }
        }
        for canary in canaries where cases.contains(where: { $0.isKept(by: canary) }) {
            if let id = canary.broken { add(id, .failed) }
        }
        return status
    }

    /// What weighs more replaces what weighs less.
    private var rank: Int {
        switch self {
        case .notExercised: 0
        case .inPart: 1
        case .met: 2
        case .withInfos: 3
        case .withWarnings: 4
        case .failed: 5
        }
    }
}

extension RequirementStatus: Comparable {
    package static func < (left: RequirementStatus, right: RequirementStatus) -> Bool { left.rank < right.rank }
}

extension RequirementStatus {
    fileprivate init(_ severity: CaseVerdict.Severity) {
        self =
            switch severity {
            case .failure: .failed
            case .warning: .withWarnings
            case .info: .withInfos
            }
    }
}

extension CaseResult {
    /// Whether the canary's failure is why the case was not sent.
    fileprivate func isKept(by canary: CanaryResult) -> Bool {
        verdict == .notExercised(.canaryFailed(canary.name)) && canary.broken != nil
    }

    /// What the case says about single requirements; nothing of those that are not in it.
    fileprivate var statuses: [(RequirementID, RequirementStatus)] {
        guard verdict.isGraded else { return [] }
        if let scenario { return scenario.statuses(requirements, verdict) }
        let accused = evidence.accused.map { ($0, RequirementStatus(verdict.severity ?? .failure)) }
        return accused + evidence.shown.map { ($0, .met) } + evidence.shownInPart.map { ($0, .inPart) }
    }
}

extension ScenarioResult {
    /// A broken requirement has the status of its worst violation; of the others a scenario that was gone through says that
    /// they are met, and one that broke off nothing.
    fileprivate func statuses(
        _ named: [RequirementID],
        _ verdict: CaseVerdict
    ) -> [(RequirementID, RequirementStatus)] {
        var statuses: [(RequirementID, RequirementStatus)] = []
        if isFinished { statuses += named.map { ($0, .met) } }
        for violation in violations {
            statuses += violation.requirements.map { ($0, RequirementStatus(violation.severity)) }
        }
        if violations.isEmpty, let severity = verdict.severity {
            // An adapter that crashed or failed in it: whatever the scenario was about was not done.
            statuses += named.map { ($0, RequirementStatus(severity)) }
        }
        return statuses
    }
}
