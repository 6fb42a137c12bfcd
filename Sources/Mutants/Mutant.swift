internal import InvoiceServer
package import Reference
package import Rules

/// A mutant of a reference role: it gets one thing wrong, and breaks one requirement by it.
///
/// That a scenario finds the variant out proves the scenario. Where it can a variant is the role with another check or policy;
/// otherwise it stands around the role, and changes what that is told or what it does.
package struct Mutant: Sendable {
    /// `REQUIREMENT/what-is-wrong`.
    package let name: String
    /// As in `init`.
    package let role: String
    package let party: PartyRegistry.Factory

    /// What is broken.
    package var requirement: RequirementID { RequirementID(String(name.prefix { $0 != "/" })) }

    /// The reference's roles with this one in its place.
    package var registry: PartyRegistry { .reference.replacing(role, party) }
}

/// The role that a variant is made from, perhaps with another check or policy.
struct MutantBase: Sendable {
    let role: String
    let party: PartyRegistry.Factory

    init(role: String, party: @escaping PartyRegistry.Factory) {
        self.role = role
        self.party = party
    }

    /// - `change`: gives the party another check or policy.
    init<Role: Party>(
        _ role: String,
        _ make: @escaping @Sendable (PartyConfiguration) -> Role,
        _ change: @escaping @Sendable (inout Role) -> Void
    ) {
        self.init(role: role) { configuration in
            var party = make(configuration)
            change(&party)
            return party
        }
    }

    static let server = server { _ in }
    static let recipient = recipient { _ in }

    static func server(_ change: @escaping @Sendable (inout Server) -> Void) -> MutantBase {
        MutantBase("server", Server.init, change)
    }

    static func recipient(_ change: @escaping @Sendable (inout Recipient) -> Void) -> MutantBase {
        MutantBase("recipient", Recipient.init, change)
    }

    /// The role, started with something else than what it is given.
    func configured(_ change: @escaping @Sendable (inout PartyConfiguration) -> Void) -> MutantBase {
        MutantBase(role: role) { configuration in
            var configuration = configuration
            change(&configuration)
            return party(configuration)
        }
    }
}

extension Mutant {
    /// Another rule or choice is all that is wrong.
    init(_ name: String, _ base: MutantBase) {
        self.init(name: name, role: base.role, party: base.party)
    }

    /// - `acts`: what is done when something happens.
    init(_ name: String, _ base: MutantBase, onEvent: @escaping MutantParty.Mutation) {
        self.init(name: name, role: base.role) { MutantParty(base.party($0), $0, onEvent) }
    }

    /// - `hears`: what a message of the kind is taken for; `nil` when it is dropped.
    init(
        _ name: String,
        _ base: MutantBase,
        onReceive kind: MessageKind,
        _ onReceive: @escaping @Sendable (ReceivedMessage, inout OriginalParty) -> ReceivedMessage?
    ) {
        self.init(name, base) { event, party in
            guard let message = party.message(kind, in: event) else { return party.take(event) }
            return onReceive(message, &party).map { party.take(.message($0)) } ?? []
        }
    }

    /// - `sends`: what goes out in a message's place; `nil` for nothing.
    init(
        _ name: String,
        _ base: MutantBase,
        onSend kind: MessageKind,
        _ onSend: @escaping @Sendable (SentMessage, inout OriginalParty) -> SentMessage?
    ) {
        self.init(name, base) { event, party in
            party.take(event).compactMap { effect in
                guard let message = party.message(kind, in: effect) else { return effect }
                return onSend(message, &party).map { .send($0) }
            }
        }
    }

    /// - `does`: what is done in the place of something that is no message; `nil` for nothing.
    init(
        _ name: String,
        _ base: MutantBase,
        onEffect: @escaping @Sendable (PartyEffect, inout OriginalParty) -> PartyEffect?
    ) {
        self.init(name, base) { event, party in party.take(event).compactMap { onEffect($0, &party) } }
    }
}
