internal import Catalogue
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat

/// An answer, accept or reject, beside one right answer.
struct Rating: Sendable {
    let right: RightAnswer
    let subject: RequirementID
    let grade: Grade

    /// Whether the answer is this one, whatever else there is to say about it.
    var isRight: Bool { grade.verdict.isPassed }

    init(_ grader: Grader, _ vector: VectorCase, _ answer: Answer, _ right: RightAnswer, _ profile: Profile?) {
        self.right = right
        subject = vector.subject
        let judge = Judge(grader: grader, vector: vector, right: right, profile: profile)
        grade =
            switch (right.outcome, answer) {
            case (.accept(let out), .accept(let got)): judge.accepted(out, got)
            case (.accept, .reject(let reason, let detail)): judge.refused(reason, detail)
            case (.reject(let reasons), .reject(let reason, _)): judge.rightlyRefused(reason, reasons)
            case (.reject, _): judge.wronglyAccepted
            case (.accept, _): Grade(verdict: .notExercised(.runStopped))
            }
    }
}

/// The four ways in which an answer and a right answer meet.
private struct Judge {
    let grader: Grader
    let vector: VectorCase
    let right: RightAnswer
    let profile: Profile?

    // MARK: To be accepted

    /// A wrong output accuses the subject; an optional member that is wrong, what that member shows; what was written, the
    /// rules that it breaks.
    func accepted(_ out: JSONObject, _ got: JSONObject) -> Grade {
        let comparison = OutputComparison(vector.operation, vector.input, expected: out, got: got, profile)
        let differences = comparison.differences
        if !differences.isEmpty {
            let detail = differences.count == 1 ? "a member differs" : "\(differences.count) members differ"
            let subject = comparison.required.isEmpty ? [] : [vector.subject]
            return wrong(subject + comparison.brokenByOptional, detail, differences, isWrongDeed: !subject.isEmpty)
        }
        // The rules of writers are those of the taken reading. What another one writes stands in the case, and was compared.
        let isComparedAlone = !right.isTaken && !out.isEmpty
        let validator = profile == nil || isComparedAlone ? nil : WriterOutputValidator.of(vector.operation)
        let findings = profile.flatMap { validator?.findings($0, vector.input, .object(got)) } ?? []
        if !findings.isEmpty {
            let broken = findings.map { "\($0.requirement): \($0.detail)" }.joined(separator: "; ")
            let accused = findings.map { grader.requirements[$0.requirement] == nil ? vector.subject : $0.requirement }
            return wrong(accused, "the output violates \(broken)")
        }
        let isSeen = comparison.comparesSomething || (validator != nil && !got.members.isEmpty)
        return Grade(verdict: .passed, evidence: evidence(isSeen: isSeen, without: comparison.notShown))
    }

    /// - Parameter isSeen: whether a wrong output would have been found out. An acceptance alone shows what has a waiver; and what
    ///   the operation has to refuse is not shown by what it accepts, however right its output.
    private func evidence(isSeen: Bool, without notShown: Set<RequirementID>) -> CaseEvidence {
        var evidence = CaseEvidence()
        for id in vector.requirements where !notShown.contains(id) {
            let isRefused = grader.refusals.contains(Refusal(requirement: id, operation: vector.operation))
            if (isSeen && !isRefused) || grader.requirements[id]?.waiver != nil {
                evidence.shown.append(id)
            } else {
                evidence.shownInPart.append(id)
            }
        }
        if !evidence.shownInPart.isEmpty {
            evidence.whyInPart = "only valid inputs were accepted, which one that accepts everything does too"
        }
        return evidence
    }

    /// What was refused may have been refused for the subject's sake; the other requirements are context.
    func refused(_ reason: String, _ detail: String) -> Grade {
        wrong([vector.subject], "rejected a valid input (reason: \(reason)): \(detail)", notes: notes(on: reason))
    }

    // MARK: To be rejected

    var wronglyAccepted: Grade {
        wrong(right.violates, "accepted an invalid input; it has to be rejected")
    }

    func rightlyRefused(_ reason: String, _ reasons: [ReasonClass]) -> Grade {
        var evidence = CaseEvidence()
        evidence.shown = right.violates
        evidence.shownInPart = vector.requirements.filter { !right.violates.contains($0) }
        if !evidence.shownInPart.isEmpty { evidence.whyInPart = "only inputs that break another rule were refused" }
        guard !reasons.contains(ReasonClass(rawValue: reason)) else {
            return Grade(verdict: .passed, evidence: evidence)
        }
        let expected = reasons.map(\.rawValue).joined(separator: " or ")
        let detail = "rejected with the reason \(reason), expected \(expected)"
        if grader.strictness.reasons { return wrong(right.violates, detail, notes: notes(on: reason)) }
        return Grade(verdict: .passed, notes: [detail] + notes(on: reason), evidence: evidence)
    }

    // MARK: Helpers

    private func notes(on reason: String) -> [String] {
        ReasonClass(rawValue: reason).isKnown ? [] : ["the reason class \"\(reason)\" is unknown"]
    }

    /// - Parameter isWrongDeed: whether something was done, and done wrong. A MAY leaves one free not to do it, and no more.
    private func wrong(
        _ accused: [RequirementID],
        _ detail: String,
        _ differences: [Difference] = [],
        notes: [String] = [],
        isWrongDeed: Bool = false
    ) -> Grade {
        var evidence = CaseEvidence()
        for id in accused where !evidence.accused.contains(id) { evidence.accused.append(id) }
        var severity = grader.severity(of: evidence.accused)
        if isWrongDeed, severity == .info { severity = .failure }
        return Grade(
            verdict: .failed(
                .init(kind: .wrongAnswer, severity: severity, detail: detail, differences: differences)
            ),
            notes: notes,
            evidence: evidence
        )
    }
}
