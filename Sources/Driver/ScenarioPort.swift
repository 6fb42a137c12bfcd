internal import Catalogue
internal import Scenarios
internal import StrictJSON

/// The implementation under test as a process that speaks the adapter protocol.
actor ScenarioPort: PartyPort {
    private let connection: AdapterConnection
    private let profile: String
    private let limits: Limits
    private var eventBytes = 0
    /// The last request and its answer, for reports.
    private(set) var lastAttempt: Attempt?

    /// For one scenario. Its events are held to its end, and an adapter that tells of too many would fill the memory.
    init(_ connection: AdapterConnection, profile: String, limits: Limits = Limits()) {
        self.connection = connection
        self.profile = profile
        self.limits = limits
    }

    func ask(_ operation: String, _ input: JSON) async throws(PortFailure) -> Answer {
        let attempt: Attempt
        do {
            attempt = try await connection.ask(operation, profile: profile, input)
        } catch {
            throw .stop(error.detail)
        }
        lastAttempt = attempt.isLong ? attempt.withTheBeginningOfItsAnswer : attempt
        switch attempt.outcome {
        case .success(let answer):
            if case .accept(let out) = answer, let fault = tooMany(out["events"]?.array ?? [], attempt) {
                await connection.kill()
                throw .fault(fault)
            }
            return answer
        case .failure(let fault): throw .fault(fault)
        }
    }

    private func tooMany(_ events: [JSON], _ attempt: Attempt) -> Fault? {
        guard events.count <= limits.events else {
            return Fault(.protocolError, "the answer has more than \(limits.events) events")
        }
        guard !events.isEmpty else { return nil }
        let bytes = bytes(events, attempt)
        guard bytes <= limits.answerEventBytes else {
            return Fault(.protocolError, "the answer has more than \(limits.answerEventBytes) bytes of events")
        }
        eventBytes += bytes
        guard eventBytes <= limits.eventBytes else {
            return Fault(.protocolError, "the events of the scenario take more than \(limits.eventBytes) bytes")
        }
        return nil
    }

    /// A line may be padded beside its events; those of a short line need not be written again to be measured. Of a long one they
    /// are written one by one, up to the limit of an answer: all at once they would take the memory that the limit is to save.
    private func bytes(_ events: [JSON], _ attempt: Attempt) -> Int {
        guard attempt.isLong else { return attempt.answerLine?.utf8.count ?? 0 }
        var count = 0
        for event in events where count <= limits.answerEventBytes { count += event.line.utf8.count }
        return count
    }

    func kill() async throws(PortFailure) { await connection.kill() }
}
