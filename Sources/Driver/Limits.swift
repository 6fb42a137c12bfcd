/// How long and how much an adapter may take (`Spec/adapter-misbehaviour.md`).
package struct Limits: Hashable, Sendable {
    /// For an answer.
    package var answer: Duration = .seconds(10)
    /// For the answer to `hello`, within which the process starts.
    package var hello: Duration = .seconds(30)
    /// For the process to end by itself, and again after it was asked to terminate.
    package var shutDown: Duration = .seconds(2)
    /// For an answer, once the adapter's input is found closed.
    package var closedInput: Duration = .seconds(1)
    /// Bytes of an answer line.
    package var line = 16 * 1024 * 1024
    /// Bytes of answer lines that wait to be read, or that are held of requests that are open at once. A line of the limit fits.
    package var held = 32 * 1024 * 1024
    /// Bytes of standard error that are kept for each request.
    package var standardError = 64 * 1024
    /// How long the log of a failing case may lag behind its answer; after that it is counted to the next request.
    package var log: Duration = .milliseconds(5)
    /// Faults of one worker's adapter after which the worker stops.
    package var faults = 20
    /// Events in an answer.
    package var events = 10_000
    /// Bytes of the events of an answer.
    package var answerEventBytes = 8 * 1024 * 1024
    /// Bytes of all events of a scenario: they are held to its end.
    package var eventBytes = 16 * 1024 * 1024
    /// Bytes of requests, answers, differences and transcripts that a run keeps, and that its report has.
    package var keptEvidence = 48 * 1024 * 1024
    package var reportedEvidence = 3_000_000
    /// For the whole run.
    package var run: Duration = .seconds(3600)

    /// Requests that are open at once, whatever an adapter declares.
    package static let mostOpenRequests = 64

    package init() {}

    /// With another deadline for answers; `hello` gets at least its own.
    package init(answer: Duration) {
        self.answer = answer
        hello = max(answer, hello)
    }
}
