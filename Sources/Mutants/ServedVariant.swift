package import Catalogue
package import Reference
package import Rules

/// One of all that the reference can be served as, deliberately wrong or deliberately otherwise: the list that `serve` and `prove`
/// go by.
package struct ServedVariant: Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Somebody wrote it: a mutant of a role, or of an operation.
        case written
        /// An operator made it from the reference's own lists and tables.
        case made
        /// It does not look at one thing in what it reads; the grid of vectors names it (`blip66 spec grid`).
        case lazyReader = "lazy reader"
        /// A role that is wrong throughout.
        case throughout
        /// It takes another alternative of a reading, or does otherwise where the texts leave it open.
        case lawful
    }

    /// For the command line.
    package let name: String
    /// A sentence without its subject; empty where the name says it.
    package let does: String
    package let kind: Kind
    /// What it breaks: one of these is to be blamed, or all for one that is wrong throughout. Empty for a lawful one.
    package let requirements: [RequirementID]
    /// The operations that it answers otherwise.
    package let operations: Set<String>
    /// The roles that it plays otherwise.
    package let roles: [String]
    /// The alternative of a reading that a lawful one takes.
    package var alternative: ReadingAlternative?

    private let served: Served

    private enum Served: Sendable {
        case role(Mutant)
        case operation(OperationMutant)
        case reader(LazyReader)
        case variant(LawfulVariant)
        case conduct(LawfulConduct)
    }

    // MARK: What is served

    package var table: OperationTable {
        switch served {
        case .operation(let mutant): mutant.table
        case .reader(let reader): reader.table
        case .variant(let variant): variant.table
        case .role, .conduct: .reference
        }
    }

    package var registry: PartyRegistry {
        switch served {
        case .role(let mutant): mutant.registry
        case .variant(let variant): variant.registry
        case .conduct(let conduct): conduct.registry
        case .operation, .reader: .reference
        }
    }

    /// The profile as it takes it.
    package func adjusted(_ profile: Profile) -> Profile {
        if case .variant(let variant) = served { return variant.adjusted(profile) }
        return profile
    }

    // MARK: All of them

    /// All but the lazy readers, whose names the grid has.
    package static let all: [ServedVariant] =
        MutantRegistry.all.map { ServedVariant($0, .written) } + LeftOutChecks.ofRoles.map { ServedVariant($0, .made) }
        + OperationMutant.all.map { ServedVariant($0) }
        + HigherOrderMutants.all.map(ofRoleWrongThroughout)
        + LawfulVariantRegistry.all.map { ServedVariant($0) } + LawfulConduct.all.map { ServedVariant($0) }

    /// A mutant, a lazy reader or a role that is wrong throughout.
    ///
    /// Whoever is served needs no more than itself, and each of thousands of processes asks: so the lists are looked through one
    /// after the other, and those behind it are never made.
    package static func mutant(_ name: String) -> ServedVariant? {
        // Made from its name alone.
        if let reader = LazyReader.named(name) { return ServedVariant(reader, [], []) }
        return MutantRegistry.all.first { $0.name == name }.map { ServedVariant($0, .written) }
            ?? LeftOutChecks.ofRoles.first { $0.name == name }.map { ServedVariant($0, .made) }
            ?? OperationMutant.named(name).map { ServedVariant($0) }
            ?? HigherOrderMutants.all.first { $0.name == name }.map(ofRoleWrongThroughout)
    }

    /// A lawful one; `C-30 b` will do for `C-30-b`.
    package static func lawful(_ name: String) -> ServedVariant? {
        LawfulConduct.all.first { $0.name == name }.map { ServedVariant($0) }
            ?? LawfulVariantRegistry.variant(name).map { ServedVariant($0) }
    }

    private static func ofRoleWrongThroughout(_ mutant: Mutant) -> ServedVariant {
        ServedVariant(mutant, .throughout, HigherOrderMutants.broken[mutant.name] ?? [])
    }

    /// A lazy reader of the grid.
    /// - Parameters:
    ///   - requirements: what its cells are about.
    ///   - operations: those of the cells' cases.
    package static func lazyReader(
        _ name: String,
        breaking requirements: [RequirementID],
        in operations: Set<String>
    ) -> ServedVariant? {
        LazyReader.named(name).map { ServedVariant($0, requirements, operations) }
    }

    private init(
        _ name: String,
        _ does: String,
        _ kind: Kind,
        _ requirements: [RequirementID],
        operations: Set<String> = [],
        roles: [String] = [],
        _ served: Served
    ) {
        self.name = name
        self.does = does
        self.kind = kind
        self.requirements = requirements
        self.operations = operations
        self.roles = roles
        self.served = served
    }

    private init(_ mutant: Mutant, _ kind: Kind, _ requirements: [RequirementID]? = nil) {
        self.init(mutant.name, "", kind, requirements ?? [mutant.requirement], roles: [mutant.role], .role(mutant))
    }

    private init(_ mutant: OperationMutant) {
        self.init(
            mutant.name,
            mutant.does,
            mutant.isMade ? .made : .written,
            mutant.requirements,
            operations: Set(mutant.operations),
            .operation(mutant)
        )
    }

    private init(_ reader: LazyReader, _ requirements: [RequirementID], _ operations: Set<String>) {
        self.init(reader.name, reader.does, .lazyReader, requirements, operations: operations, .reader(reader))
    }

    private init(_ variant: LawfulVariant) {
        self.init(
            variant.name,
            variant.does,
            .lawful,
            [],
            operations: variant.operations,
            roles: variant.roles,
            .variant(variant)
        )
        alternative = variant.alternative
    }

    private init(_ conduct: LawfulConduct) {
        self.init(conduct.name, conduct.does, .lawful, [], roles: [conduct.role], .conduct(conduct))
        alternative = conduct.alternative
    }
}
