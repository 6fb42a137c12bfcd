/// What a case says about the implementation.
package enum CaseVerdict: Hashable, Sendable {
    case passed
    /// Right under another alternative of a reading than the taken one, such as C-30 b. Fails only under `--strict-readings`.
    case anotherReading(ReadingAlternative)
    case failed(Failure)
    case notExercised(NotExercised)
    /// A rejection that proves nothing, since the valid neighbour was not accepted in the same run.
    case notCounted(String)

    package struct Failure: Hashable, Sendable {
        package let kind: FailureKind
        package let severity: Severity
        /// A sentence that says what is wrong.
        package let detail: String
        package let differences: [Difference]

        package init(kind: FailureKind, severity: Severity, detail: String, differences: [Difference] = []) {
            self.kind = kind
            self.severity = severity
            self.detail = detail
            self.differences = differences
        }
    }

    /// In which of the ways that are told apart the case went wrong.
    package enum FailureKind: Hashable, Sendable {
        case wrongAnswer
        /// The adapter says of itself that it failed: a wrong answer that is never a rejection.
        case adapterError
        case fault(Fault.Kind)

        package var name: String {
            switch self {
            case .wrongAnswer: "wrong answer"
            case .adapterError: "adapter error"
            case .fault(let kind): kind.rawValue
            }
        }
    }

    /// What the failure does to the run.
    package enum Severity: Int, Hashable, Sendable, Comparable {
        case info
        case warning
        case failure

        package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// Why a case was not put, or its answer not graded.
    package enum NotExercised: Hashable, Sendable {
        case operationNotDeclared(String)
        case profileNotDeclared(String)
        /// The adapter answered `skip`.
        case skipped(String)
        /// The adapter answered `skip` to the plainest input that there is; what has this name was not sent.
        case canarySkipped(String)
        /// The canaries of this name failed.
        case canaryFailed(String)
        /// What a scenario needs and the adapter has not.
        case lacking(String)
        case runStopped

        package var reason: String {
            switch self {
            case .operationNotDeclared(let operation): "op not declared: \(operation)"
            case .profileNotDeclared(let profile): "profile not declared: \(profile)"
            case .skipped: "skipped by the adapter"
            case .canarySkipped(let name): "canary skipped: \(name)"
            case .canaryFailed(let name): "canary failed: \(name)"
            case .lacking(let what): what
            case .runStopped: "the run stopped before"
            }
        }

        /// Whether `hello` says that the adapter does not have what the case needs. Nobody expects it to be graded then.
        package var isUndeclared: Bool {
            switch self {
            case .operationNotDeclared, .profileNotDeclared, .lacking: true
            case .skipped, .canarySkipped, .canaryFailed, .runStopped: false
            }
        }
    }

    /// Whether the answer was judged.
    package var isGraded: Bool {
        switch self {
        case .passed, .anotherReading, .failed: true
        case .notExercised, .notCounted: false
        }
    }

    /// Whether the answer was right, by the taken reading or by another.
    package var isPassed: Bool {
        switch self {
        case .passed, .anotherReading: true
        case .failed, .notExercised, .notCounted: false
        }
    }

    /// Whether the adapter answered `skip`.
    package var isSkipped: Bool {
        if case .notExercised(.skipped) = self { return true }
        return false
    }

    /// Whether the case makes the run fail.
    package var fails: Bool { severity == .failure }

    /// How bad a failure is; `nil` where nothing failed.
    package var severity: Severity? {
        if case .failed(let failure) = self { return failure.severity }
        return nil
    }
}
