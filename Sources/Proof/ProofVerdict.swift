package import Catalogue
package import Mutants
package import Rules

/// What a run says of a variant.
package enum ProofVerdict: Hashable, Sendable {
    /// Found out by its own requirement, as bad as that is: a MUST fails, a SHOULD warns.
    case killed
    /// A canary of what it does otherwise found it out: the operation is not graded, and the run ends with 2.
    case killedByCanary
    /// A case that lists its requirement found it out. It accuses its own subject alone, as each case does.
    case killedInContext([RequirementID])
    /// Found out, and others were blamed alone.
    case misblamed([RequirementID])
    case survived
    /// What it answers otherwise is what somebody who reads the text in another way answers: these alternatives. The run says so.
    case excused([ReadingAlternative])
    /// A lawful variant to which nothing was said.
    case passed
    /// A lawful variant that was accused: sentences.
    case accused([String])
    /// Nothing could be said: a sentence.
    case unclear(String)

    package var isRight: Bool {
        switch self {
        case .killed, .killedByCanary, .excused, .passed: true
        case .killedInContext, .misblamed, .survived, .accused, .unclear: false
        }
    }

    package var word: String {
        switch self {
        case .killed: "killed"
        case .killedByCanary: "killed by a canary"
        case .killedInContext: "killed in context"
        case .misblamed: "blamed on others"
        case .survived: "survived"
        case .excused: "another reading"
        case .passed: "passed"
        case .accused: "accused"
        case .unclear: "unclear"
        }
    }
}

/// A case that found a mutant out.
package struct Kill: Hashable, Sendable {
    package let testCase: String
    package let accused: [RequirementID]
}

/// A variant with what became of it.
package struct ProofResult: Sendable {
    package let subject: ServedVariant
    package var verdict: ProofVerdict
    /// Those that accuse its own requirement, in the order of the run.
    package var kills: [Kill] = []
    /// Cases that were sent.
    package var cases = 0
    /// Why nobody could tell it from the reference, where that is so.
    package var equivalence: String?

    package init(subject: ServedVariant, verdict: ProofVerdict) {
        self.subject = subject
        self.verdict = verdict
    }

    /// Whether all is as it should be.
    package var isRight: Bool { verdict.isRight || equivalence != nil && verdict == .survived }
}

extension ProofResult {
    /// What a run with default flags says.
    /// - Parameter claims: the cases that claim to find it out.
    init(_ subject: ServedVariant, _ result: RunResult, claims: Set<String>) {
        self.init(subject: subject, verdict: .survived)
        cases = result.cases.count
        if let stop = result.stop {
            verdict = .unclear(stop)
        } else if subject.kind == .lawful {
            verdict = Self.lawful(subject, result)
        } else {
            judgeMutant(result)
            if verdict == .killed, let idle = Self.idleClaim(subject, result, claims) {
                verdict = .unclear("\(idle) claims to find it out, and does not, or not by its requirement alone")
            }
        }
    }

    /// The first case that was graded, claims to find it out, and does not; a scenario has to accuse nothing else.
    private static func idleClaim(_ subject: ServedVariant, _ result: RunResult, _ claims: Set<String>) -> String? {
        let own = Set(subject.requirements)
        return result.cases.first { one in
            guard claims.contains(one.id), one.verdict.isGraded else { return false }
            if case .anotherReading = one.verdict { return false }
            guard let scenario = one.scenario else {
                return one.verdict.severity == nil || own.isDisjoint(with: one.accused)
            }
            // With what is looked at in all that a party sends.
            let broken = scenario.violations.flatMap(\.requirements)
            return broken.isEmpty || !own.isSuperset(of: broken)
        }?.id
    }

    private mutating func judgeMutant(_ result: RunResult) {
        let own = Set(subject.requirements)
        kills = result.cases.filter { $0.verdict.severity != nil && !own.isDisjoint(with: $0.accused) }
            .map { Kill(testCase: $0.id, accused: $0.accused) }
        let general = result.generalViolations.filter { !own.isDisjoint(with: $0.requirements) }
        kills += general.map { Kill(testCase: $0.caseID, accused: $0.requirements) }
        let severities =
            result.cases.filter { !own.isDisjoint(with: $0.accused) }.compactMap(\.verdict.severity)
            + general.map(\.severity)
        let isBadEnough = severities.contains { $0 >= expectedSeverity(result) }
        if subject.kind == .throughout {
            let missing = own.subtracting(kills.flatMap(\.accused))
            verdict = missing.isEmpty ? .killed : .misblamed(Set(kills.flatMap(\.accused)).sorted())
        } else if isBadEnough {
            verdict = .killed
        } else if result.canaries.contains(where: { $0.failure != nil && isAnswered($0.name) }) {
            verdict = .killedByCanary
        } else {
            let wrong = result.cases.filter { $0.verdict.fails || $0.verdict.severity == .warning }
            let context = wrong.filter { !own.isDisjoint(with: $0.requirements) }
            kills = context.map { Kill(testCase: $0.id, accused: $0.accused) }
            let others = Set((context.isEmpty ? wrong : context).flatMap(\.accused)).sorted()
            if wrong.isEmpty {
                let shown = Self.otherReadings(result)
                verdict = shown.isEmpty ? .survived : .excused(shown)
            } else {
                verdict = context.isEmpty ? .misblamed(others) : .killedInContext(others)
            }
        }
    }

    private static func otherReadings(_ result: RunResult) -> [ReadingAlternative] {
        let shown = result.cases.compactMap { one in
            if case .anotherReading(let alternative) = one.verdict { return alternative }
            return nil
        }
        return Set(shown).sorted { "\($0)" < "\($1)" }
    }

    /// Whether it answers otherwise what a canary of this name asks: an operation, perhaps with a message behind it.
    private func isAnswered(_ canary: String) -> Bool {
        subject.operations.contains { canary == $0 || canary.hasPrefix("\($0) ") || canary.hasPrefix("\($0):") }
    }

    /// The least that its strongest requirement asks for.
    private func expectedSeverity(_ result: RunResult) -> CaseVerdict.Severity {
        let weights = subject.requirements.compactMap { result.requirements[$0]?.enforcement }
        if weights.contains(.fail) { return .failure }
        return weights.contains(.warn) ? .warning : .info
    }

    private static func lawful(_ subject: ServedVariant, _ result: RunResult) -> ProofVerdict {
        var problems = result.cases.compactMap { one -> String? in
            guard case .failed(let failure) = one.verdict, failure.severity != .info else { return nil }
            return "\(one.id): \(failure.detail)"
        }
        problems += result.generalViolations.filter { $0.severity != .info }.map { "\($0.caseID): \($0.detail)" }
        problems += result.canaries.compactMap { canary in canary.failure.map { "canary \(canary.name): \($0)" } }
        problems += result.cases.compactMap { one in
            guard case .anotherReading(let alternative) = one.verdict, alternative != subject.alternative else {
                return nil
            }
            return "\(one.id): shows \(alternative), which it does not take"
        }
        problems += result.readings.filter(\.isMixed).map { "\($0.id): takes two alternatives" }
        if problems.isEmpty, result.exitStatus != 0 { problems = result.distrust }
        return problems.isEmpty ? .passed : .accused(problems)
    }
}
