package import Catalogue
internal import Reference
package import Rules
internal import StrictJSON

/// A case that does not do what it was built for.
package struct GenerationError: Error, Hashable, Sendable, CustomStringConvertible {
    package let id: String
    package let problems: [String]

    package var description: String { "\(id): \(problems.joined(separator: "; "))" }
}

/// Collects the cases of a family. Each is proved when it is added (`CaseProof`), so a family that stands is right by the
/// reference; what it expects is written by the family's author or derived there, never taken from the reference.
package struct FamilyBuilder {
    private let name: String
    private let title: String
    private let profile: Profile?
    private let flags: [VectorFamily.Flag]
    private let proof: CaseProof
    private var cases: [VectorCase] = []

    /// - Parameters:
    ///   - name: without a profile.
    ///   - profile: the profile that the family is for, and that its name then carries unless it is the draft's;
    ///     `nil` where no profile matters.
    init(
        _ name: String,
        title: String,
        profile: Profile?,
        in context: GenerationContext,
        flags: [VectorFamily.Flag] = []
    ) {
        let isNamed = profile.map { $0.name != context.draft.name } ?? false
        self.name = isNamed ? "\(name)@\(profile?.name ?? "")" : name
        self.title = title
        self.profile = profile
        self.flags = flags
        proof = CaseProof(table: .reference, profile: profile ?? context.draft)
    }

    /// Adds a case that is accepted with these members of `out`.
    mutating func accept(
        _ name: String,
        _ operation: String,
        _ requirements: [RequirementID],
        _ comment: String,
        flags: [String] = [],
        readings: [String] = [],
        in input: JSON,
        out: JSONObject = [:],
        sample: JSONObject? = nil,
        steps: JSON? = nil
    ) throws(GenerationError) {
        try add(
            VectorCase(
                id: id(name),
                operation: operation,
                requirements: requirements,
                comment: comment,
                flags: flags,
                readings: readings,
                input: input,
                expectation: .accept(out: out),
                sample: sample,
                steps: steps
            )
        )
    }

    /// Adds a case that is refused because it breaks exactly `violates`.
    /// - Parameters:
    ///   - alsoExercises: requirements beside `violates` whose breach this case shows: the input keeps all others, and an
    ///     implementation that breaks these would accept it.
    ///   - neighbour: the name of the accepted case in this family that differs by the fault alone.
    mutating func reject(
        _ name: String,
        _ operation: String,
        _ violates: [RequirementID],
        _ reasons: [ReasonClass],
        _ comment: String,
        alsoExercises: [RequirementID] = [],
        neighbour: String,
        flags: [String] = [],
        readings: [String] = [],
        in input: JSON,
        sample: JSONObject? = nil,
        steps: JSON? = nil
    ) throws(GenerationError) {
        try add(
            VectorCase(
                id: id(name),
                operation: operation,
                requirements: violates + alsoExercises,
                comment: comment,
                flags: flags,
                readings: readings,
                input: input,
                expectation: .reject(reasons: reasons, violates: violates, neighbour: id(neighbour)),
                sample: sample,
                steps: steps
            )
        )
    }

    private func id(_ name: String) -> String { "\(self.name)/\(name)" }

    private mutating func add(_ testCase: VectorCase) throws(GenerationError) {
        let problems = proof.problems(of: testCase)
        guard problems.isEmpty else { throw GenerationError(id: testCase.id, problems: problems) }
        cases.append(testCase)
    }

    /// The family, once its own rules hold: unique ids, declared flags, accepted neighbours.
    func build() throws(GenerationError) -> VectorFamily {
        let family = VectorFamily(
            name: name,
            title: title,
            profile: profile?.name ?? VectorFamily.anyProfile,
            flags: flags,
            cases: cases
        )
        let problems = family.structuralProblems
        guard problems.isEmpty else { throw GenerationError(id: name, problems: problems) }
        return family
    }
}

/// What the generators build on.
package struct GenerationContext: Sendable {
    /// The profiles that the project's own vectors are made for. Families under further profiles join when somebody has
    /// something to compare them with; a user's own profile is added on request.
    package static let profileNames = ["blip66-draft", "ldk-0.2"]

    /// The profile of families that have no `@` in their name.
    package let draft: Profile
    /// The profiles for which families are generated, the draft among them.
    package let profiles: [Profile]

    package init(draft: Profile, profiles: [Profile]) {
        self.draft = draft
        self.profiles = profiles
    }

    /// The context of the project's own vectors, with a further profile or without.
    package init(store: ProfileStore, further: Profile? = nil) throws(FileError) {
        var profiles: [Profile] = []
        var store = store
        for name in Self.profileNames { profiles.append(try store.profile(name)) }
        if let further, !Self.profileNames.contains(further.name) { profiles.append(further) }
        self.init(draft: try store.profile(ProfileStore.defaultName), profiles: profiles.sorted { $0.name < $1.name })
    }
}
