package import Rules

/// What a run says about one layer or role under one profile.
package struct Conclusion: Hashable, Sendable {
    package let subject: Subject
    package let profile: String
    package let met: [RequirementID]
    package let failed: [RequirementID]
    /// Graded, not failed, but with a warning, an info or a differing reading.
    package let withWarnings: [RequirementID]
    package let notExercised: [RequirementID]
    /// Why cases of it were not exercised or not counted, each reason once, in order.
    package let reasons: [String]
    package let casesPassed: Int
    package let cases: Int
    /// Failing cases.
    package let failures: Int
    /// Faults that nobody could be blamed for.
    package let incidents: Int

    package var nothingWasGraded: Bool { met.isEmpty && failed.isEmpty && withWarnings.isEmpty && failures == 0 }
    package var conforms: Bool { failed.isEmpty && failures == 0 && incidents == 0 && !nothingWasGraded && !isInert }
    /// A party of which not one requirement could be said to be met.
    package var isInert: Bool {
        if case .role = subject { return met.isEmpty && !nothingWasGraded }
        return false
    }
}

extension RunResult {
    /// One for each subject and profile, in the order of the families.
    package var conclusions: [Conclusion] {
        var order: [SubjectKey] = []
        var families: [SubjectKey: [FamilyResult]] = [:]
        for family in self.families {
            let key = SubjectKey(subject: family.subject, profile: family.profile)
            if families[key] == nil { order.append(key) }
            families[key, default: []].append(family)
        }
        return order.map { conclusion($0, families[$0] ?? []) }
    }

    private struct SubjectKey: Hashable {
        let subject: Subject
        let profile: String
    }

    private func conclusion(_ key: SubjectKey, _ families: [FamilyResult]) -> Conclusion {
        let cases = families.flatMap(\.cases)
        let status = RequirementStatus.of(cases)
        func all(_ wanted: RequirementStatus) -> [RequirementID] {
            status.filter { $0.value == wanted }.keys.sorted()
        }
        let ids = Set(cases.map(\.id))
        return Conclusion(
            subject: key.subject,
            profile: key.profile,
            met: all(.met),
            failed: all(.failed),
            withWarnings: all(.withWarnings),
            notExercised: all(.notExercised),
            reasons: reasons(cases),
            casesPassed: cases.count { $0.verdict.isPassed },
            cases: cases.count,
            failures: cases.count { $0.verdict.fails },
            incidents: incidents.count { $0.conclusion == .notReproduced && ids.contains($0.caseID) }
        )
    }

    private func reasons(_ cases: [CaseResult]) -> [String] {
        var reasons: [String] = []
        for result in cases {
            let reason: String
            switch result.verdict {
            case .notExercised(let why): reason = why.reason
            case .notCounted: reason = "neighbour not accepted"
            case .passed, .failed: continue
            }
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return reasons
    }
}

/// How a requirement fared over the cases that list it.
package enum RequirementStatus: Hashable, Sendable {
    /// At least one case was graded, and every graded case passed.
    case met
    /// A case failed.
    case failed
    /// Not failed, but not every graded case passed.
    case withWarnings
    /// No case was graded.
    case notExercised

    package static func of(_ cases: [CaseResult]) -> [RequirementID: RequirementStatus] {
        var status: [RequirementID: RequirementStatus] = [:]
        for result in cases {
            for (id, verdict) in result.verdictsByRequirement {
                status[id] = (status[id] ?? .notExercised).adding(verdict)
            }
        }
        return status
    }

    private func adding(_ verdict: CaseVerdict) -> RequirementStatus {
        guard verdict.isGraded, self != .failed else { return self }
        if verdict.fails { return .failed }
        return verdict.isPassed && self != .withWarnings ? .met : .withWarnings
    }
}

extension CaseResult {
    /// What the case says about each requirement that it names or that was broken in it.
    var verdictsByRequirement: [RequirementID: CaseVerdict] {
        let named = Set(requirements + violates)
        guard let scenario, verdict.isGraded, !scenario.violations.isEmpty else {
            return Dictionary(uniqueKeysWithValues: named.map { ($0, verdict) })
        }
        return scenario.verdicts(named)
    }
}

extension ScenarioResult {
    /// Broken requirements have the verdict of their worst violation; of the others a scenario that was gone through says that
    /// they are met, and one that broke off nothing.
    fileprivate func verdicts(_ named: Set<RequirementID>) -> [RequirementID: CaseVerdict] {
        var verdicts: [RequirementID: CaseVerdict] = [:]
        if isFinished { for id in named { verdicts[id] = .passed } }
        for violation in violations.sorted(by: { $0.severity < $1.severity }) {
            for id in violation.requirements {
                verdicts[id] = .failed(
                    .init(kind: .wrongAnswer, severity: violation.severity, detail: violation.detail)
                )
            }
        }
        return verdicts
    }
}

extension RunResult {
    package var gradedCount: Int { cases.count { $0.verdict.isGraded } }

    /// Why the run cannot be trusted; empty when it can.
    package var distrust: [String] {
        var reasons: [String] = []
        if let stop { reasons.append(stop) }
        let operations = canaries.filter { $0.failure != nil }.map(\.operation)
        if !operations.isEmpty { reasons.append("canaries failed: \(operations.joined(separator: ", "))") }
        if stop == nil, gradedCount == 0 { reasons.append("nothing was graded") }
        for conclusion in conclusions where conclusion.isInert && conclusion.failures == 0 {
            reasons.append("as \(conclusion.subject.name) under \(conclusion.profile) no requirement was met")
        }
        return reasons
    }

    /// 0 conforms in all that was exercised; 1 at least one failure; 2 the run could not be trusted or nothing was graded.
    package var exitStatus: Int32 {
        if !distrust.isEmpty { return 2 }
        let isFailed =
            cases.contains { $0.verdict.fails }
            || incidents.contains { $0.conclusion == .notReproduced }
            || !requiredButNotExercised.isEmpty
        return isFailed ? 1 : 0
    }
}
