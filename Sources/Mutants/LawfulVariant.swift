package import Catalogue
package import Reference
package import Rules
internal import StrictJSON

/// A lawful variant, the opposite of a mutant: the reference, taking another alternative of one reading. It breaks nothing.
///
/// That it gives the answers that cases state under its alternative (`under`) shows that somebody could answer so.
package struct LawfulVariant: Sendable {
    package let alternative: ReadingAlternative
    /// What it does otherwise than the reference: a sentence without its subject.
    package let does: String
    private var changes: [(operation: String, change: OperationChange)] = []
    private var profileChange: ProfileChange?
    private var parties: [(role: String, factory: PartyRegistry.Factory)] = []

    typealias OperationChange = @Sendable (Operation) -> Operation
    typealias ProfileChange = @Sendable (inout Profile) -> Void

    init(_ reading: String, _ letter: String, _ does: String) {
        alternative = ReadingAlternative(reading: reading, id: letter)
        self.does = does
    }

    /// For the command line: `C-30-b`.
    package var name: String { "\(alternative.reading)-\(alternative.id)" }

    /// The operations that it answers otherwise: of any request where a profile's number differs, else of those named here.
    package var operations: Set<String> {
        profileChange == nil ? Set(changes.map(\.operation)) : Set(OperationTable.reference.names)
    }

    package var table: OperationTable {
        changes.reduce(OperationTable.reference) { table, item in
            table[item.operation].map { table.replacing(item.change($0)) } ?? table
        }
    }

    /// The profile as it takes it.
    package func adjusted(_ profile: Profile) -> Profile {
        var profile = profile
        profileChange?(&profile)
        return profile
    }

    /// The roles that it plays otherwise.
    package var roles: [String] { parties.map(\.role) }

    package var registry: PartyRegistry {
        parties.reduce(PartyRegistry.reference) { $0.replacing($1.role, $1.factory) }
    }
}

/// An answer of the reference, for a variant to look at.
struct ReferenceAnswer: Sendable {
    let profile: Profile
    let input: JSONReader
    let out: JSONObject

    /// A member of `out.fields`, as `msg.decode` and `payload.validate` give them.
    func field(_ name: String) -> JSON? { out["fields"]?[name] }

    /// The message that the request is about.
    func isMessage(_ name: String) -> Bool { input.value["message"]?.string == name }
}

// MARK: What a variant does otherwise

extension LawfulVariant {
    /// Another number or switch of the profile.
    func profile(_ change: @escaping ProfileChange) -> LawfulVariant {
        var variant = self
        variant.profileChange = change
        return variant
    }

    /// Accepts what the reference rejects on grounds that it does not share.
    func tolerating(
        in operations: String...,
        where isTolerated: @escaping @Sendable (Finding, ReferenceAnswer) -> Bool
    ) -> LawfulVariant {
        changing(operations) { $0.tolerating(isTolerated) }
    }

    func tolerating(in operations: String..., for reason: ReasonClass) -> LawfulVariant {
        changing(operations) { $0.tolerating { finding, _ in finding.reason == reason } }
    }

    /// Rejects some of what the reference accepts.
    func rejecting(
        in operations: String...,
        with objection: @escaping @Sendable (ReferenceAnswer) throws -> Finding?
    ) -> LawfulVariant {
        changing(operations) { operation in
            Operation(operation.name) { profile, input, validation in
                let out = try operation.body(profile, input, &validation)
                if let finding = try objection(ReferenceAnswer(profile: profile, input: input, out: out)) {
                    try validation.report(finding)
                }
                return out
            }
        }
    }

    /// Has another rule in place of one of the reference's.
    func replacing(_ operations: Operation...) -> LawfulVariant {
        operations.reduce(self) { variant, operation in variant.changing([operation.name]) { _ in operation } }
    }

    func changing(_ operations: [String], _ change: @escaping OperationChange) -> LawfulVariant {
        var variant = self
        variant.changes += operations.map { ($0, change) }
        return variant
    }

    /// Plays a role otherwise.
    func playing(_ base: MutantBase) -> LawfulVariant {
        var variant = self
        variant.parties.append((base.role, base.party))
        return variant
    }
}

extension Operation {
    /// The operation run to its end, with the first finding that is not tolerated. What ended it early cannot be tolerated: then
    /// there is nothing to answer with.
    fileprivate func tolerating(
        _ isTolerated: @escaping @Sendable (Finding, ReferenceAnswer) -> Bool
    ) -> Operation {
        Operation(name) { profile, input, validation in
            let (out, collected, end) = try performed(profile, input)
            let answer = ReferenceAnswer(profile: profile, input: input, out: out)
            for finding in collected.findings where end != nil || !isTolerated(finding, answer) {
                try validation.report(finding)
            }
            if let end { throw end }
            return out
        }
    }
}
