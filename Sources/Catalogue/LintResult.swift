/// What `blip66 lint` found out about how an adapter speaks the protocol: plain values from which the report is made.
package struct LintResult: Hashable, Sendable {
    /// The adapter's command, as it was started.
    package let command: [String]
    /// A new process for every request.
    package let isOneShot: Bool
    /// Who answered; `nil` when `hello` failed.
    package var adapter: AdapterIdentity?
    package var steps: [LintStepResult] = []
    /// Why the adapter could not be started, if it could not.
    package var stop: String?

    package init(command: [String], isOneShot: Bool) {
        self.command = command
        self.isOneShot = isOneShot
    }

    /// 0 no fault, 1 faults, 2 the adapter could not be started.
    package var exitStatus: Int32 {
        if stop != nil { return 2 }
        return steps.contains { $0.verdict == .fault } ? 1 : 0
    }
}

/// One step: what was said, and what is wrong with it.
package struct LintStepResult: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        case ok
        /// Allowed, and worth knowing.
        case note
        case fault
        case notExercised
    }

    /// What a line of the transcript is.
    package enum Line: Hashable, Sendable {
        case sent(String)
        case received(String)
        /// What happened besides, such as the end of the process.
        case remark(String)
        /// The adapter's standard error.
        case log(String)
    }

    /// Something that is wrong or worth knowing.
    package struct Problem: Hashable, Sendable {
        package let isFault: Bool
        package let detail: String
        /// How to fix it.
        package let fix: String

        package init(isFault: Bool, detail: String, fix: String) {
            self.isFault = isFault
            self.detail = detail
            self.fix = fix
        }
    }

    /// What the step asks of an adapter.
    package let title: String
    package let transcript: [Line]
    package let problems: [Problem]
    /// Why the step was left out, if it was.
    package let reasonNotExercised: String?

    package init(title: String, transcript: [Line] = [], problems: [Problem] = [], notExercised: String? = nil) {
        self.title = title
        self.transcript = transcript
        self.problems = problems
        reasonNotExercised = notExercised
    }

    package var verdict: Verdict {
        if problems.contains(where: \.isFault) { return .fault }
        if reasonNotExercised != nil { return .notExercised }
        return problems.isEmpty ? .ok : .note
    }
}
