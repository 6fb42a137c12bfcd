internal import Catalogue
internal import Synchronization

/// What the workers of a run share: how far it is, and whether it has to stop.
final class RunState: Sendable {
    private struct Counts {
        var done = 0
        var failures = 0
    }

    private let counts = Mutex(Counts())
    /// What the workers keep until it is reported.
    private let evidence: Mutex<EvidenceBudget>
    private let total: Int
    private let options: RunOptions
    private let observer: RunObserver
    private let deadline: ContinuousClock.Instant

    init(_ plan: RunPlan, _ options: RunOptions, _ observer: RunObserver) {
        total = plan.caseCount
        evidence = Mutex(EvidenceBudget(options.keepsTranscripts ? .max : options.limits.keptEvidence))
        self.options = options
        self.observer = observer
        deadline = ContinuousClock().now + options.limits.run
    }

    /// Ends the run where it may not go on.
    func check() throws(RunStop) {
        if let detail = Interruption.detail { throw RunStop(detail: detail) }
        if let most = options.mostFailures, counts.withLock({ $0.failures }) >= most {
            throw RunStop(
                detail: "stopped after \(most) failure\(most == 1 ? "" : "s") (--max-failures)",
                isAsked: true
            )
        }
        guard ContinuousClock().now < deadline else {
            throw RunStop(detail: "the run took longer than \(options.limits.run.inSeconds) (--run-limit)")
        }
    }

    func sent() {
        let (done, failures) = counts.withLock { counts in
            counts.done += 1
            return (counts.done, counts.failures)
        }
        observer.progress(RunProgress(done: min(done, total), total: total, failures: failures))
    }

    /// The result, without its evidence where too much is kept already.
    func kept(_ result: CaseResult) -> CaseResult { evidence.withLock { $0.kept(result) } }

    func failed() { counts.withLock { $0.failures += 1 } }
}

/// How far a run is.
package struct RunProgress: Hashable, Sendable {
    /// Cases that were sent, or found to be not exercised.
    package let done: Int
    package let total: Int
    package let failures: Int

    package init(done: Int, total: Int, failures: Int) {
        self.done = done
        self.total = total
        self.failures = failures
    }
}
