internal import Catalogue
internal import Scenarios
internal import StrictJSON

/// The implementation under test as a process that speaks the adapter protocol.
actor ScenarioPort: PartyPort {
    private let connection: AdapterConnection
    private let profile: String
    private let mostEvents: Int
    /// The last request and its answer, for reports.
    private(set) var lastAttempt: Attempt?

    /// - Parameter mostEvents: in one answer; an adapter that tells of more would fill the memory.
    init(_ connection: AdapterConnection, profile: String, mostEvents: Int = Limits().events) {
        self.connection = connection
        self.profile = profile
        self.mostEvents = mostEvents
    }

    func ask(_ operation: String, _ input: JSON) async throws(PortFailure) -> Answer {
        let attempt: Attempt
        do {
            attempt = try await connection.ask(operation, profile: profile, input)
        } catch {
            throw .stop(error.detail)
        }
        lastAttempt = attempt
        switch attempt.outcome {
        case .success(.accept(let out)) where (out["events"]?.array?.count ?? 0) > mostEvents:
            await connection.kill()
            throw .fault(Fault(.protocolError, "the answer has more than \(mostEvents) events"))
        case .success(let answer): return answer
        case .failure(let fault): throw .fault(fault)
        }
    }

    func kill() async throws(PortFailure) { await connection.kill() }
}
