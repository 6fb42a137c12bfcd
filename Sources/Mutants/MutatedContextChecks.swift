internal import InvoiceServer
internal import Rules

/// What can be wrong with the rules by which a context is authenticated; the same for every message that is authenticated.
enum MutatedContextChecks {
    static func anyPurpose(_ id: RequirementID) -> [Check<SealedContext>] {
        [PathContextChecks.present(id), PathContextChecks.authentic(id), PathContextChecks.alive(id)]
    }

    static func withoutMAC(_ id: RequirementID, _ purpose: PathContext.Purpose) -> [Check<SealedContext>] {
        [PathContextChecks.present(id), PathContextChecks.madeFor(purpose, id), PathContextChecks.alive(id)]
    }

    static func withoutEnd(_ id: RequirementID, _ purpose: PathContext.Purpose) -> [Check<SealedContext>] {
        [PathContextChecks.present(id), PathContextChecks.authentic(id), PathContextChecks.madeFor(purpose, id)]
    }

    /// Of the MAC's 32 bytes four are compared.
    static func startOfMAC(_ id: RequirementID, _ purpose: PathContext.Purpose) -> [Check<SealedContext>] {
        let start = Check<SealedContext>(id, .context) { sealed in
            let own = sealed.context?.sealed(with: sealed.key) ?? []
            return .require(
                own.dropLast(28).elementsEqual(sealed.bytes?.dropLast(28) ?? []),
                "the MAC begins otherwise"
            )
        }
        return [start] + withoutMAC(id, purpose)
    }
}

extension Mutant {
    /// What a message is taken for whose path is not the party's own.
    typealias SubstituteContext = @Sendable (OriginalParty) -> PathContext?

    /// A message over no path, or over one with no context or a foreign one, is believed. The party's own contexts are judged
    /// as they should be.
    static func noAuthentication(
        _ name: String,
        _ base: MutantBase,
        _ kind: MessageKind,
        as substitute: @escaping SubstituteContext
    ) -> Mutant {
        Mutant(name, base, onReceive: kind) { message, party in
            guard party.context(message) == nil, let context = substitute(party) else { return message }
            return party.moved(message, to: context)
        }
    }

    /// That a context is there is enough.
    static func contextNotChecked(
        _ name: String,
        _ base: MutantBase,
        _ kind: MessageKind,
        as substitute: @escaping SubstituteContext
    ) -> Mutant {
        Mutant(name, base, onReceive: kind) { message, party in
            guard message.context != nil, party.context(message) == nil, let context = substitute(party) else {
                return message
            }
            return party.moved(message, to: context)
        }
    }
}
