package import InvoiceServer
internal import SaltSecret

/// Which roles there are, and how a party for one is made. A mutant of a role is another factory in its place.
package struct PartyRegistry: Sendable {
    package typealias Factory = @Sendable (PartyConfiguration) -> any Party

    private var factories: [String: Factory]
    /// Capabilities that its parties have and do not declare.
    private(set) var undeclared: Set<String> = []

    package init(_ factories: [String: Factory]) { self.factories = factories }

    /// The reference roles.
    package static let reference = PartyRegistry([
        "server": { Server($0) },
        "recipient": { Recipient($0) },
        "payer": { AsyncPayer($0) },
        "holder": { HTLCHolder($0) },
        "forwarder": { Forwarder($0) },
        "salt-counterparty": { Counterparty($0) },
        "salt-receiver": { Receiver($0) },
        "salt-payer": { Payer($0) },
    ])

    /// No party at all.
    package static let none = PartyRegistry([:])

    package var roles: [String] { factories.keys.sorted() }

    package subscript(role: String) -> Factory? { factories[role] }

    /// The same roles, not saying so in `hello`.
    package func undeclaring(_ capabilities: Set<String>) -> PartyRegistry {
        var registry = self
        registry.undeclared.formUnion(capabilities)
        return registry
    }

    /// The registry with another factory for a role.
    package func replacing(_ role: String, _ factory: @escaping Factory) -> PartyRegistry {
        var registry = self
        registry.factories[role] = factory
        return registry
    }
}
