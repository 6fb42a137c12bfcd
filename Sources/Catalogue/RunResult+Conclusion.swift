package import Rules

/// The word for a family, a role or layer, and a run (`Spec/grading.md`).
package enum ConformanceGrade: Hashable, Sendable {
    case passed
    /// Nothing failed, and something is worth a warning.
    case passedWithWarnings
    case failed
    /// Too little was seen to say anything; why, as the end of a sentence.
    case inconclusive(String)
}

extension FamilyResult {
    /// What its line says. All of its cases count, for the line stands for all of them.
    package var grade: ConformanceGrade {
        let status = RequirementStatus.of(cases)
        if cases.contains(where: \.fails) { return .failed }
        if !status.values.contains(.met) { return .inconclusive("no requirement was met") }
        let ungraded = cases.count { !$0.verdict.isGraded }
        if ungraded * 2 > cases.count { return .inconclusive("\(ungraded) of \(cases.count) cases were not graded") }
        let isWarned = cases.contains { $0.verdict.severity == .warning || $0.known != nil }
        return isWarned ? .passedWithWarnings : .passed
    }
}

/// What a run says about one layer or role under one profile.
package struct Conclusion: Hashable, Sendable {
    package let subject: Subject
    package let profile: String
    package let met: [RequirementID]
    package let failed: [RequirementID]
    /// Those of `failed` whose failures the baseline lists, all of them.
    package let failedAsKnown: [RequirementID]
    /// Accused, with no more than a warning.
    package let withWarnings: [RequirementID]
    /// Accused, with no more than an info.
    package let withInfos: [RequirementID]
    /// Those of `withWarnings` of which the text says SHOULD.
    package let shouldsNotMet: [RequirementID]
    package let inPart: [RequirementID]
    package let notExercised: [RequirementID]
    /// Why cases of it were not exercised or not counted, each reason once, in order.
    package let reasons: [String]
    package let casesPassed: Int
    package let cases: Int
    /// Failing cases.
    package let failures: Int
    /// Cases whose answer was judged.
    package let graded: Int
    /// Why nothing can be said of a MUST whose refusals were skipped, as the end of a sentence.
    package let evasion: String?
    package let grade: ConformanceGrade

    package var nothingWasGraded: Bool { graded == 0 && failed.isEmpty }
    package var conforms: Bool { grade == .passed || grade == .passedWithWarnings }
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
        let status = RequirementStatus.of(cases, canaries: canaries)
        func all(_ wanted: RequirementStatus) -> [RequirementID] {
            status.filter { $0.value == wanted }.keys.sorted()
        }
        let withWarnings = all(.withWarnings)
        let evasion = evadedMusts(cases, status)
        return Conclusion(
            subject: key.subject,
            profile: key.profile,
            met: all(.met),
            failed: all(.failed),
            failedAsKnown: failedAsKnown(cases, all(.failed)),
            withWarnings: withWarnings,
            withInfos: all(.withInfos),
            shouldsNotMet: (withWarnings + all(.withInfos)).sorted().filter { requirements[$0]?.level == .should },
            inPart: all(.inPart),
            notExercised: all(.notExercised),
            reasons: reasons(cases, for: Set(all(.notExercised))),
            casesPassed: cases.count { $0.verdict.isPassed },
            cases: cases.count,
            failures: cases.count { $0.verdict.fails },
            graded: cases.count { $0.verdict.isGraded },
            evasion: evasion,
            grade: grade(cases, status, evasion)
        )
    }

    /// What an adapter does not declare is left out of the count: nobody promised it.
    private func grade(
        _ cases: [CaseResult],
        _ status: [RequirementID: RequirementStatus],
        _ evasion: String?
    ) -> ConformanceGrade {
        if status.values.contains(.failed) || cases.contains(where: { $0.verdict.fails }) { return .failed }
        // Nobody knows whose fault it was: no case, and no part of the run, can be vouched for.
        if let faults = incidentsBeyondTheLimit { return .inconclusive(faults) }
        if cases.contains(where: { $0.verdict == .notExercised(.runStopped) }) {
            return .inconclusive("the run stopped before all of it was sent")
        }
        if !status.contains(where: { $0.value == .met && isMust($0.key) }) { return .inconclusive("no MUST was met") }
        if let canary = Self.failedCanary(in: cases) { return .inconclusive("the canary of \(canary) failed") }
        if let ungraded = Self.tooFewGraded(cases) { return .inconclusive(ungraded) }
        if let evasion { return .inconclusive(evasion) }
        let isWarned =
            cases.contains { $0.verdict.severity == .warning } || status.values.contains(.withWarnings)
        return isWarned ? .passedWithWarnings : .passed
    }

    /// The requirements of which the baseline lists every failure.
    package func failedAsKnown(_ cases: [CaseResult], _ failed: [RequirementID]) -> [RequirementID] {
        let news = Set(cases.flatMap(\.newlyFailing) + canaries.compactMap(\.broken))
        return failed.filter { !news.contains($0) }
    }

    /// A requirement of which a text says that it must be so, or that it is so.
    private func isMust(_ id: RequirementID) -> Bool {
        switch requirements[id]?.level {
        case .must?, .mustNot?, .structural?, .inEffect?: true
        case .should?, .may?, nil: false
        }
    }

    /// - Returns: the sentence's end where a MUST is not shown, since each input that breaks it was skipped though the same input
    ///   without the fault was answered: one that cannot refuse must not pass by saying nothing.
    private func evadedMusts(
        _ cases: [CaseResult],
        _ status: [RequirementID: RequirementStatus]
    ) -> String? {
        let answered = Set(cases.filter(\.verdict.isPassed).map(\.id))
        let evaded = cases.filter { $0.verdict.isSkipped && $0.neighbour.map(answered.contains) ?? false }
        let ids = Set(evaded.flatMap { $0.scenario == nil ? $0.violates : $0.requirements })
        let unshown = ids.filter { isMust($0) && (status[$0] ?? .notExercised) <= .inPart }.sorted()
        if unshown.isEmpty { return nil }
        let names = unshown.prefix(3).map(\.rawValue).joined(separator: ", ") + (unshown.count > 3 ? ", …" : "")
        return "inputs that break \(names) were skipped, and the same inputs without the fault were answered"
    }

    /// - Returns: the sentence's end where most of what the adapter declares was not graded.
    fileprivate static func tooFewGraded(_ cases: [CaseResult]) -> String? {
        let declared = cases.filter { !$0.verdict.isUndeclared }
        let ungraded = declared.count { !$0.verdict.isGraded }
        guard ungraded * 2 > declared.count else { return nil }
        return "\(ungraded) of \(declared.count) cases of what hello declares were not graded"
    }

    /// The first canary that kept one of the cases from being sent by its failure.
    private static func failedCanary(in cases: [CaseResult]) -> String? {
        for result in cases {
            if case .notExercised(.canaryFailed(let name)) = result.verdict { return name }
        }
        return nil
    }

    /// Why these requirements are not exercised.
    private func reasons(_ cases: [CaseResult], for ids: Set<RequirementID>) -> [String] {
        var notExercised: [CaseVerdict.NotExercised] = []
        var others: [String] = []
        for result in cases where !ids.isDisjoint(with: result.requirements) {
            switch result.verdict {
            // Their names stand in the lines of families.
            case .notExercised(.canarySkipped): others.append("canaries skipped")
            case .notExercised(.canaryFailed): others.append("canaries failed")
            case .notExercised(let why): notExercised.append(why)
            case .notCounted: others.append("neighbour not accepted")
            case .failed: others.append("context of cases that did not pass")
            case .passed, .anotherReading: continue
            }
        }
        return notExercised.reasons + others.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension CaseVerdict {
    fileprivate var isUndeclared: Bool {
        if case .notExercised(let reason) = self { return reason.isUndeclared }
        return false
    }
}

extension CaseResult {
    /// The requirements that it makes fail, and of which the baseline does not say so.
    fileprivate var newlyFailing: [RequirementID] {
        guard let scenario else { return fails ? evidence.accused : [] }
        let news = scenario.violations.filter { $0.severity == .failure && ($0.isGeneral || known == nil) }
        return news.isEmpty && fails ? requirements : news.flatMap(\.requirements)
    }
}

/// A SHOULD that is looked at in everything a party sends, and was broken: told once a run.
package struct GeneralViolation: Hashable, Sendable {
    package let requirements: [RequirementID]
    package let severity: CaseVerdict.Severity
    /// How often it was broken.
    package let count: Int
    /// The scenario run of the first time, and its step.
    package let caseID: String
    package let step: Int
    package let detail: String
}

extension RunResult {
    /// One for each set of requirements, in the order of the run.
    package var generalViolations: [GeneralViolation] {
        var order: [[RequirementID]] = []
        var found: [[RequirementID]: [(String, ScenarioResult.Violation)]] = [:]
        for result in cases {
            for violation in result.scenario?.violations ?? [] where violation.isGeneral {
                if found[violation.requirements] == nil { order.append(violation.requirements) }
                found[violation.requirements, default: []].append((result.id, violation))
            }
        }
        return order.compactMap { ids in
            guard let all = found[ids], let first = all.first else { return nil }
            return GeneralViolation(
                requirements: ids,
                severity: all.map(\.1.severity).max() ?? first.1.severity,
                count: all.count,
                caseID: first.0,
                step: first.1.step,
                detail: first.1.detail
            )
        }
    }
}

extension RunResult {
    /// Canaries were asked for by themselves; any other run has a family.
    package var isOfCanariesAlone: Bool { families.isEmpty && !canaries.isEmpty }

    package var gradedCount: Int { cases.count { $0.verdict.isGraded } }

    /// Whether something fails, whatever else happened.
    package var hasFailures: Bool {
        cases.contains(where: \.fails) || generalViolations.contains { $0.severity == .failure }
            || baseline?.problems.isEmpty == false
    }

    /// Why the run cannot be trusted, or says too little; empty when neither is so.
    package var distrust: [String] {
        var reasons = stop.map { [$0] } ?? []
        let failed = canaries.filter { $0.failure != nil }.map(\.name)
        if !failed.isEmpty { reasons.append("canaries failed: \(failed.joined(separator: ", "))") }
        reasons += [incidentsBeyondTheLimit].compactMap { $0 } + requiredButNotExercised
        return reasons + (stop == nil ? inconclusive : [])
    }

    /// One hang that does not come again happens on a busy machine. Two, or anything else once, do not.
    private var incidentsBeyondTheLimit: String? {
        let hangs = incidents.count { $0.conclusion == .flaky }
        let others = incidents.count { $0.conclusion == .notReproduced }
        guard hangs > 1 || others > 0 else { return nil }
        let total = hangs + others
        return
            "\(total == 1 ? "a fault" : "\(total) faults") of the adapter did not come again, so no case can be blamed"
    }

    private var inconclusive: [String] {
        if gradedCount == 0 {
            if isOfCanariesAlone, canaries.allSatisfy({ $0.verdict == .passed }) { return [] }
            // A failed canary has been told already, and is what there is to mend.
            return canaries.contains { $0.failure != nil } ? [] : ["inconclusive: nothing was graded"]
        }
        var reasons: [String] = []
        if !RequirementStatus.of(cases).values.contains(where: { $0 == .met || $0 == .failed }) {
            reasons.append("inconclusive: no requirement was met")
        } else {
            reasons += silentRoles + evasions
        }
        return reasons + (Self.tooFewGraded(cases).map { ["inconclusive: \($0)"] } ?? [])
    }

    /// Roles of which scenarios were run, and not one requirement could be said to be met.
    private var silentRoles: [String] {
        conclusions.filter { conclusion in
            guard case .role = conclusion.subject else { return false }
            return conclusion.met.isEmpty && conclusion.failures == 0 && !conclusion.nothingWasGraded
        }
        .map { "inconclusive: as \($0.subject.name) under \($0.profile) no requirement was met" }
    }

    /// Layers and roles whose refusals were skipped.
    private var evasions: [String] {
        conclusions.compactMap { conclusion in
            guard let why = conclusion.evasion, conclusion.grade == .inconclusive(why) else { return nil }
            return "inconclusive: \(conclusion.subject.name) under \(conclusion.profile): \(why)"
        }
    }

    /// The word for the whole run.
    package var grade: ConformanceGrade {
        if hasFailures { return .failed }
        if let reason = distrust.first { return .inconclusive(reason) }
        let isWarned =
            cases.contains { $0.verdict.severity == .warning || $0.verdict.fails } || !generalViolations.isEmpty
            || readings.contains(where: \.isMixed)
        return isWarned ? .passedWithWarnings : .passed
    }

    /// 1: at least one failure, whatever else happened; otherwise 2: the run could not be trusted, or says too little;
    /// otherwise 0.
    package var exitStatus: Int32 {
        if hasFailures { return 1 }
        return distrust.isEmpty ? 0 : 2
    }
}
