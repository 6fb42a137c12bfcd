/// A violation of one requirement: which, its reason class, where and why.
package struct Finding: Error, Hashable, Sendable {
    package let requirement: RequirementID
    package let reason: ReasonClass
    /// A sentence for the person who made the input.
    package let detail: String
    /// Bytes before the fault, if it has a place.
    package let offset: Int?
    /// For a fault of encoding: which part of which object has it. `nil` for what a check found.
    package private(set) var place: Place?

    package init(_ requirement: RequirementID, _ reason: ReasonClass, _ detail: String, offset: Int? = nil) {
        self.requirement = requirement
        self.reason = reason
        self.detail = detail
        self.offset = offset
    }

    /// A part of an object, and the rule of encoding that is broken there, whatever requirement of the object's own the
    /// finding is reported under.
    package struct Place: Hashable, Sendable {
        /// The stream by the name of its table, such as `offer`; empty for a value that stands alone.
        package let object: String
        /// From the record inwards, such as `offer_paths`, `path_key`; empty where the stream itself is at fault.
        package let field: [String]
        package let rule: RequirementID

        package init(object: String, field: [String], rule: RequirementID) {
            self.object = object
            self.field = field
            self.rule = rule
        }
    }

    package func placed(_ place: Place?) -> Finding {
        var copy = self
        copy.place = place
        return copy
    }
}

/// Where readers and checks report what they find.
///
/// A strict validation ends at the first finding, as an implementation does. A collecting one notes every
/// finding and goes on as far as the input makes sense: so the generator proves that a vector violates one rule
/// and no other, and how `inspect` shows all that is wrong.
package struct Validation: Sendable {
    package enum Mode: Sendable { case strict, collecting }

    package let mode: Mode
    package private(set) var findings: [Finding] = []
    /// The checks that ran, with the verdict of each, in order.
    package private(set) var verdicts: [(check: RequirementID, verdict: Verdict)] = []

    package init(_ mode: Mode) { self.mode = mode }

    package mutating func report(_ finding: Finding) throws(Finding) {
        findings.append(finding)
        if mode == .strict { throw finding }
    }

    /// Adds a finding that ended the validation, unless it was reported.
    package mutating func note(_ finding: Finding) {
        if !findings.contains(finding) { findings.append(finding) }
    }

    /// Runs each check on `subject`.
    package mutating func apply<Subject>(_ checks: [Check<Subject>], to subject: Subject) throws(Finding) {
        for check in checks {
            let verdict = check.evaluate(subject)
            verdicts.append((check.id, verdict))
            if case .fails(let reason) = verdict {
                try report(Finding(check.id, check.reason, reason))
            }
        }
    }
}
