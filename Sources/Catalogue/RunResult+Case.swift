package import Rules
package import StrictJSON

/// The cases of one family.
///
/// What is drawn from them stands in `RunResult+Conclusion.swift`.
package struct FamilyResult: Hashable, Sendable {
    package let name: String
    package let title: String
    /// What its cases are about, and what a conclusion is drawn on.
    package let subject: Subject
    /// The profile under which the cases were put; the run's own where the family names none.
    package let profile: String
    package let cases: [CaseResult]

    package init(name: String, title: String, subject: Subject, profile: String, cases: [CaseResult]) {
        self.name = name
        self.title = title
        self.subject = subject
        self.profile = profile
        self.cases = cases
    }

    package func with(_ cases: [CaseResult]) -> FamilyResult {
        FamilyResult(name: name, title: title, subject: subject, profile: profile, cases: cases)
    }
}

/// What cases say something about.
package enum Subject: Hashable, Sendable {
    /// A part of the protocols, by the first part of a family's name: `bolt01`, `bolt12`, …
    case layer(String)
    /// An implementation's conduct in a role, for scenarios.
    case role(String)

    package var name: String {
        switch self {
        case .layer(let name), .role(let name): name
        }
    }
}

/// One case: what was asked, what was expected, what came, and what that means.
package struct CaseResult: Hashable, Sendable {
    package let id: String
    package let operation: String
    package let requirements: [RequirementID]
    package let violates: [RequirementID]
    package let neighbour: String?
    package let comment: String
    package let flags: [Flag]
    package let readings: [String]
    package var expected: Expected
    package var verdict: CaseVerdict
    /// What the case shows of single requirements.
    package var evidence: CaseEvidence
    /// What is worth knowing and does not change the verdict.
    package var notes: [String]
    /// Every time the case was put to the adapter; the last one counts.
    package var attempts: [Attempt]
    /// Where the answer's `steps` first leave the vector's.
    package let stepsDivergence: Difference?
    /// For a scenario.
    package var scenario: ScenarioResult?
    /// How long its attempts took; they are not all kept.
    package var elapsed: Duration = .zero
    /// Where it stands among all cases that there are, selected or not.
    package var number = 0
    /// What the baseline says about a failure that it lists.
    package var known: String?

    /// What a flag of the family says.
    package struct Flag: Hashable, Sendable {
        package let name: String
        package let note: String

        package init(name: String, note: String) {
            self.name = name
            self.note = note
        }
    }

    package enum Expected: Hashable, Sendable {
        case accept(JSONObject)
        case reject(reasons: [String])
    }

    package init(
        id: String,
        operation: String,
        requirements: [RequirementID],
        violates: [RequirementID],
        neighbour: String?,
        comment: String,
        flags: [Flag],
        readings: [String],
        expected: Expected,
        verdict: CaseVerdict,
        evidence: CaseEvidence = CaseEvidence(),
        notes: [String],
        attempts: [Attempt],
        stepsDivergence: Difference?,
        scenario: ScenarioResult? = nil
    ) {
        self.id = id
        self.operation = operation
        self.requirements = requirements
        self.violates = violates
        self.neighbour = neighbour
        self.comment = comment
        self.flags = flags
        self.readings = readings
        self.expected = expected
        self.verdict = verdict
        self.evidence = evidence
        self.notes = notes
        self.attempts = attempts
        elapsed = attempts.reduce(.zero) { $0 + $1.elapsed }
        self.stepsDivergence = stepsDivergence
        self.scenario = scenario
    }
}

extension CaseResult {
    /// Whether it makes the run fail: what the baseline lists does not.
    package var fails: Bool { verdict.fails && known == nil }

    /// The requirements that the case accuses: those of its evidence; for a scenario those of its violations.
    package var accused: [RequirementID] {
        guard let scenario else { return evidence.accused }
        return scenario.violations.filter { !$0.isGeneral }.flatMap(\.requirements).reduce(into: []) { ids, id in
            if !ids.contains(id) { ids.append(id) }
        }
    }
}

/// What an answer shows of the requirements that its case is about. Of the others that the case names it shows nothing.
package struct CaseEvidence: Hashable, Sendable {
    /// The requirements that a wrong answer breaks.
    package var accused: [RequirementID] = []
    /// A wrong answer would have been seen.
    package var shown: [RequirementID] = []
    /// The answer is right, and an implementation that does not keep the requirement could give it too.
    package var shownInPart: [RequirementID] = []
    /// Why `shownInPart` is no more than that, as the end of a sentence.
    package var whyInPart: String?
    /// The alternative of the case's reading that the answer shows.
    package var alternative: ReadingAlternative?
    package init() {}
}

/// A request and what came back.
package struct Attempt: Hashable, Sendable {
    /// Tells the requests of a run apart; those that were put at once share it.
    package let ticket: Int64
    /// The request line, without newline.
    package let request: String
    /// The line that came, if one came; what is not UTF-8 in it is replaced.
    package var answerLine: String?
    package var outcome: Result<Answer, Fault>
    /// Whether a process was started for this request alone.
    package let isAlone: Bool
    /// From sending the request to the answer or the fault.
    package let elapsed: Duration
    /// The end of what the process wrote to its standard error meanwhile.
    package var standardError: String
    /// Bytes that the process wrote to its standard error meanwhile.
    package var standardErrorCount: Int

    package init(
        ticket: Int64,
        request: String,
        answerLine: String?,
        outcome: Result<Answer, Fault>,
        isAlone: Bool,
        elapsed: Duration,
        standardError: String = "",
        standardErrorCount: Int = 0
    ) {
        self.ticket = ticket
        self.request = request
        self.answerLine = answerLine
        self.outcome = outcome
        self.isAlone = isAlone
        self.elapsed = elapsed
        self.standardError = standardError
        self.standardErrorCount = standardErrorCount
    }
}

/// One of the four answers of the adapter protocol.
package enum Answer: Hashable, Sendable {
    case accept(JSONObject)
    case reject(reason: String, detail: String)
    case skip(String)
    case error(String)

    /// The outcome, as the protocol spells it.
    package var outcome: String {
        switch self {
        case .accept: "accept"
        case .reject: "reject"
        case .skip: "skip"
        case .error: "error"
        }
    }
}

/// What is wrong with an adapter that gave no usable answer.
package struct Fault: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case crash
        case timeout
        case desync
        case protocolError = "protocol error"
    }

    package let kind: Kind
    package let detail: String

    package init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

/// A member that is not as it should be.
package struct Difference: Hashable, Sendable {
    /// Where, as in `out.records[1].value`.
    package let path: String
    /// `nil` where the member should be absent.
    package let expected: JSON?
    /// `nil` where the member is absent.
    package let got: JSON?

    package init(path: String, expected: JSON?, got: JSON?) {
        self.path = path
        self.expected = expected
        self.got = got
    }
}
