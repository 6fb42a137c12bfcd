package import Catalogue
internal import Reference
package import Rules
internal import StrictJSON
package import VectorFormat

/// What is a failure, beyond what always is one.
package struct Strictness: Hashable, Sendable {
    /// Another reason class than the listed ones fails.
    package var reasons = false
    /// A broken SHOULD fails.
    package var should = false
    /// Another reading than the taken one fails.
    package var readings = false

    package init() {}
}

/// What an answer is worth.
package struct Grade: Hashable, Sendable {
    package var verdict: CaseVerdict
    package var notes: [String] = []
    package var evidence = CaseEvidence()
    /// The right answer that counted, where the answer was held against one.
    package var expected: CaseResult.Expected?
}

/// Judges answers (`Spec/grading.md`).
package struct Grader: Sendable {
    package let requirements: [RequirementID: Requirement]
    package let strictness: Strictness
    package let readings: Readings
    /// Cases that depend on one of these readings have one right answer.
    package var declared = DeclaredReadings()

    /// What operations have to refuse. That valid inputs are answered rightly says nothing of these.
    var refusals: Set<Refusal> = []

    package init(
        requirements: [RequirementID: Requirement],
        strictness: Strictness,
        readings: Readings = Readings(sections: [])
    ) {
        self.requirements = requirements
        self.strictness = strictness
        self.readings = readings
    }

    /// - Parameters:
    ///   - profile: the one that the case was sent under. Answers of operations that write are judged by the rules for
    ///     writers as it has them.
    ///   - neighbourAccepted: whether the valid neighbour of an invalid case was accepted in the same run. A refusal proves
    ///     nothing without that; a wrong accept is wrong all the same.
    package func grade(
        _ vector: VectorCase,
        _ answer: Answer,
        profile: Profile?,
        neighbourAccepted: Bool
    ) -> Grade {
        switch answer {
        case .skip(let detail):
            Grade(verdict: .notExercised(.skipped(detail)))
        case .error(let detail):
            failed(vector, .adapterError, "the adapter failed: \(detail)")
        case .reject where vector.isNegative && !neighbourAccepted:
            Grade(verdict: .notCounted("refused, but the neighbour \(vector.neighbour ?? "") was not accepted"))
        case .accept, .reject:
            grade(vector, rated(vector, answer, profile))
        }
    }

    /// The grade of a fault. The weight of the requirement does not matter: no text allows a crash.
    package func grade(_ vector: VectorCase, _ fault: Fault) -> Grade {
        failed(vector, .fault(fault.kind), fault.detail)
    }

    private func failed(_ vector: VectorCase, _ kind: CaseVerdict.FailureKind, _ detail: String) -> Grade {
        var grade = Grade(verdict: .failed(.init(kind: kind, severity: .failure, detail: detail)))
        grade.evidence.accused = vector.accusedByNoAnswer
        return grade
    }

    // MARK: Right answers

    /// An answer beside each of the right ones.
    private func rated(_ vector: VectorCase, _ answer: Answer, _ profile: Profile?) -> [Rating] {
        vector.rightAnswers(readings).map { Rating(self, vector, answer, $0, profile) }
    }

    private func grade(_ vector: VectorCase, _ ratings: [Rating]) -> Grade {
        let declared = vector.under.first.flatMap { self.declared[$0.when.reading] }
        // The alternatives that say nothing else than the taken one are not listed in the case.
        let main = ratings.first { $0.right.alternative == declared && declared != nil } ?? ratings[0]
        var grade = main.grade
        let other = ratings.first { $0.isRight }
        if !main.isRight, let other, let alternative = other.right.alternative {
            grade =
                declared == nil ? anotherReading(other, alternative) : grade.adding(contradiction(main, alternative))
        } else if !main.isRight, let reading = vector.under.first?.when.reading {
            grade = grade.adding("no alternative of \(reading) gives this answer")
        }
        grade.evidence.alternative = shown(ratings)
        grade.expected = main.right.expected
        return grade
    }

    /// Right by another alternative than the taken one.
    private func anotherReading(_ rating: Rating, _ alternative: ReadingAlternative) -> Grade {
        var grade = rating.grade
        if !strictness.readings {
            if case .passed = grade.verdict { grade.verdict = .anotherReading(alternative) }
            return grade
        }
        let detail = "another reading (\(alternative)), which --strict-readings does not allow"
        grade.verdict = .failed(.init(kind: .wrongAnswer, severity: .failure, detail: detail))
        grade.evidence = CaseEvidence()
        grade.evidence.accused = [rating.subject]
        return grade
    }

    private func contradiction(_ main: Rating, _ alternative: ReadingAlternative) -> String {
        "this is the answer by \(alternative), and \(main.right.alternative?.description ?? "") was declared"
    }

    /// The alternative that the answer shows, if it tells the alternatives apart.
    private func shown(_ ratings: [Rating]) -> ReadingAlternative? {
        let right = ratings.filter(\.isRight)
        return right.count == 1 ? right[0].right.alternative : nil
    }

    /// A scenario run, whose conduct may show alternatives of readings. With `--strict-readings` the runner of scenarios has made
    /// another alternative a violation already.
    func grade(_ result: CaseResult) -> CaseResult {
        guard result.verdict == .passed, let shown = result.scenario?.readings else { return result }
        var graded = result
        for alternative in shown {
            let declared = self.declared[alternative.reading]
            let taken = readings[alternative.reading]?.taken ?? alternative.id
            if let declared, declared != alternative {
                graded.verdict = .failed(
                    .init(
                        kind: .wrongAnswer,
                        severity: .failure,
                        detail: "this is the conduct by \(alternative), and \(declared) was declared"
                    )
                )
                return graded
            }
            guard declared == nil, alternative.id != taken else { continue }
            graded.verdict = .anotherReading(alternative)
        }
        return graded
    }

    // MARK: Weight

    /// How bad it is that these requirements are broken: as bad as the strongest of them says. What is not in the catalogue
    /// fails.
    package func severity(of ids: [RequirementID]) -> CaseVerdict.Severity {
        let found = ids.map { requirements[$0]?.enforcement ?? .fail }
        if found.isEmpty || found.contains(.fail) { return .failure }
        if found.contains(.warn) { return strictness.should ? .failure : .warning }
        return .info
    }
}

extension Grade {
    /// With more to say about a failure.
    fileprivate func adding(_ text: String) -> Grade {
        guard case .failed(let failure) = verdict else { return self }
        var grade = self
        grade.verdict = .failed(
            .init(
                kind: failure.kind,
                severity: failure.severity,
                detail: "\(failure.detail); \(text)",
                differences: failure.differences
            )
        )
        return grade
    }
}

extension VectorCase {
    /// An adapter that gives no answer did not do what the case is about.
    fileprivate var accusedByNoAnswer: [RequirementID] {
        if case .reject(_, let violates, _) = expectation, !violates.isEmpty { return violates }
        return [subject]
    }
}
