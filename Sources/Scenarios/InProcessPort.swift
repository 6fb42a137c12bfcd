package import Catalogue
package import Reference
package import Rules
package import StrictJSON

/// The reference, or a mutant of it, as the implementation under test, without a process.
package actor InProcessPort: PartyPort {
    private let registry: PartyRegistry
    private let profile: Profile
    private var session: PartySession

    package init(_ registry: PartyRegistry, _ profile: Profile) {
        self.registry = registry
        self.profile = profile
        session = PartySession(registry)
    }

    package func ask(_ operation: String, _ input: JSON) -> Answer {
        switch session.perform(operation, profile, input) {
        case .accept(let out): .accept(out)
        case .reject(let finding): .reject(reason: finding.reason.rawValue, detail: finding.detail)
        case .skip(let detail): .skip(detail)
        case .error(let detail): .error(detail)
        }
    }

    package func kill() { session = PartySession(registry) }
}
