internal import Catalogue
internal import Scenarios
internal import StrictJSON

/// The implementation under test as a process that speaks the adapter protocol.
actor ScenarioPort: PartyPort {
    private let connection: AdapterConnection
    private let profile: String
    /// The last request and its answer, for reports.
    private(set) var lastAttempt: Attempt?

    init(_ connection: AdapterConnection, profile: String) {
        self.connection = connection
        self.profile = profile
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
        case .success(let answer): return answer
        case .failure(let fault): throw .fault(fault)
        }
    }

    func kill() async throws(PortFailure) { await connection.kill() }
}
