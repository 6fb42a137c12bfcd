package import Catalogue
package import StrictJSON

/// The way to the implementation under test: a process that speaks the adapter protocol, or the reference in this one.
package protocol PartyPort: Sendable {
    /// Puts a request, under the profile of the scenario.
    func ask(_ operation: String, _ input: JSON) async throws(PortFailure) -> Answer
    /// Ends the party without warning. The next request finds a new one, which knows nothing.
    func kill() async throws(PortFailure)
}

/// The party gave no usable answer.
package enum PortFailure: Error, Hashable, Sendable {
    /// What the adapter did wrong.
    case fault(Fault)
    /// The run cannot go on.
    case stop(String)
}
