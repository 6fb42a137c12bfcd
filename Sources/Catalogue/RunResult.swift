package import Rules
package import StrictJSON

/// All that a run found out about an adapter: plain values from which every report is made.
package struct RunResult: Hashable, Sendable {
    /// Who answered; `nil` when the handshake failed.
    package var adapter: AdapterIdentity?
    /// The adapter's command, as it was started.
    package var command: [String]
    /// The command that repeats the run; a report adds a filter and the adapter.
    package var rerun: Rerun
    /// The profile of cases for which none matters.
    package var profile: String
    package var families: [FamilyResult] = []
    package var canaries: [CanaryResult] = []
    package var incidents: [Incident] = []
    /// What is worth knowing and fails nothing.
    package var notes: [String] = []
    /// What `--require` asked for and was not exercised, a sentence each.
    package var requiredButNotExercised: [String] = []
    /// What the run saw of readings on which cases depend, in the order of their numbers.
    package var readings: [ReadingResult] = []
    /// Why the run ended early, if it did.
    package var stop: String?
    /// The version of this program.
    package var suite = ""
    /// Which share of the run this is, such as `2/4`; `nil` for all of it.
    package var shard: String?
    /// What `--require` named.
    package var required: [String] = []
    /// The alternatives of readings that `hello` or `--reading` declared.
    package var declaredReadings: [ReadingAlternative] = []
    package var baseline: BaselineResult?
    package var times = AnswerTimes()
    package var elapsed: Duration = .zero
    /// The requirements that the cases name, for their statements.
    package var requirements: [RequirementID: Requirement] = [:]

    package init(command: [String], rerun: Rerun, profile: String) {
        self.command = command
        self.rerun = rerun
        self.profile = profile
    }

    /// How to start this run again.
    package struct Rerun: Hashable, Sendable {
        /// The program, its subcommand and the options that change a verdict.
        package let program: [String]
        /// What follows `--`; empty when the program's own adapter was driven.
        package let adapter: [String]

        package init(program: [String], adapter: [String]) {
            self.program = program
            self.adapter = adapter
        }
    }

    package var cases: [CaseResult] { families.flatMap(\.cases) }
}

/// What an adapter says of itself in `hello`.
package struct AdapterIdentity: Hashable, Sendable {
    package let name: String
    package let version: String?
    package let language: String?
    package let url: String?
    package let operations: [String]
    package let roles: [String]
    package let profiles: [String]
    package let capabilities: JSONObject
    /// The alternatives of readings that it says it takes: it is graded under them.
    package let readings: [ReadingAlternative]

    package init(
        name: String,
        version: String?,
        language: String?,
        url: String?,
        operations: [String],
        roles: [String],
        profiles: [String],
        capabilities: JSONObject,
        readings: [ReadingAlternative] = []
    ) {
        self.name = name
        self.version = version
        self.language = language
        self.url = url
        self.operations = operations
        self.roles = roles
        self.profiles = profiles
        self.capabilities = capabilities
        self.readings = readings
    }
}

/// The known answers that are asked for before an operation is graded.
package struct CanaryResult: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        case passed
        /// The adapter does not have it.
        case skipped
        /// What was wrong, and the requirement that it breaks. A crash or a hang breaks none: nothing was answered.
        case failed(String, RequirementID?)
    }

    /// The operation, with the message, schema or kind where canaries stand for one of them alone.
    package let name: String
    package let verdict: Verdict
    package let attempts: [Attempt]

    package init(name: String, verdict: Verdict, attempts: [Attempt]) {
        self.name = name
        self.verdict = verdict
        self.attempts = attempts
    }

    /// What was wrong.
    package var failure: String? {
        if case .failed(let detail, _) = verdict { return detail }
        return nil
    }

    /// The requirement that a failed one shows to be broken.
    package var broken: RequirementID? {
        if case .failed(_, let requirement) = verdict { return requirement }
        return nil
    }
}

/// A fault of the adapter that ended a process, and what became of it.
package struct Incident: Hashable, Sendable {
    package enum Conclusion: Hashable, Sendable {
        /// The fault showed again when these cases were run alone: they carry the blame.
        case reproduced([String])
        /// A timeout that did not show again: taken for noise.
        case flaky
        /// It did not show again; nobody can be blamed, but the run cannot be called clean.
        case notReproduced
    }

    package let fault: Fault
    /// The case that was asked when it happened.
    package let caseID: String
    /// The case before it in the same process.
    package let previousCaseID: String?
    package let conclusion: Conclusion

    package init(fault: Fault, caseID: String, previousCaseID: String?, conclusion: Conclusion) {
        self.fault = fault
        self.caseID = caseID
        self.previousCaseID = previousCaseID
        self.conclusion = conclusion
    }
}
