/// A check's answer about its subject.
package enum Verdict: Hashable, Sendable {
    case meets
    case fails(String)
    /// The condition of the requirement does not hold, or an earlier fault leaves nothing to judge.
    case notApplicable(String)

    /// `meets` when the condition holds, otherwise `fails` with the sentence.
    package static func require(_ condition: Bool, _ otherwise: @autoclosure () -> String) -> Verdict {
        condition ? .meets : .fails(otherwise())
    }
}

/// One requirement as a small value: it judges a subject and answers with a reason.
package struct Check<Subject>: Sendable {
    package let id: RequirementID
    /// The reason class of a rejection by this check.
    package let reason: ReasonClass
    /// The ambiguity (`Spec/ambiguities.md`) on whose recommended reading the check rests, if any.
    package let reading: String?
    package let evaluate: @Sendable (Subject) -> Verdict

    package init(
        _ id: RequirementID,
        _ reason: ReasonClass,
        reading: String? = nil,
        _ evaluate: @escaping @Sendable (Subject) -> Verdict
    ) {
        self.id = id
        self.reason = reason
        self.reading = reading
        self.evaluate = evaluate
    }
}

extension Array {
    /// The list without the check of that requirement: so a mutant is made.
    package func without<Subject>(_ id: RequirementID) -> [Check<Subject>] where Element == Check<Subject> {
        filter { $0.id != id }
    }
}
