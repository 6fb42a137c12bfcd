internal import Reference
package import Rules
package import StrictJSON
package import VectorFormat

/// Collects the cases of a family. Each case is proved when it is added (`CaseProof`); what it expects is written by the
/// family's author or derived there, never taken from the reference. A case that does not hold is noted and left out, so that
/// one run tells every mistake.
package struct FamilyBuilder {
    private let name: String
    private let title: String
    private let profile: Profile?
    private let flags: [VectorFamily.Flag]
    private let proof: CaseProof
    private var cases: [VectorCase] = []
    private var sources: [String: CaseSource] = [:]
    private var mistakes: [GenerationError] = []

    /// - Parameters:
    ///   - name: without a profile.
    ///   - profile: the profile that the family is for, and that its name then carries unless it is the draft's;
    ///     `nil` where no profile matters.
    package init(
        _ name: String,
        title: String,
        profile: Profile?,
        in context: GenerationContext,
        flags: [VectorFamily.Flag] = []
    ) {
        self.name = profile.map { context.familyName(name, $0) } ?? name
        self.title = title
        self.profile = profile
        self.flags = flags
        proof = CaseProof(table: .reference, profile: profile ?? context.draft)
    }

    /// Adds a case that is accepted with these members of `out`.
    /// - Parameters:
    ///   - file: with `line`, the place in the sources that the case is told by; the caller's, unless a helper hands on its own.
    package mutating func accept(
        _ name: String,
        _ operation: String,
        _ requirements: [RequirementID],
        _ comment: String,
        flags: [String] = [],
        readings: [String] = [],
        in input: JSON,
        out: JSONObject = [:],
        sample: JSONObject? = nil,
        steps: JSON? = nil,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        add(
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
            ),
            CaseSource(file, line)
        )
    }

    /// Adds a case that is rejected because it breaks exactly `violates`.
    /// - Parameters:
    ///   - alsoExercises: requirements beside `violates` whose violation this case shows: the input keeps all others, and an
    ///     implementation that breaks these would accept it.
    ///   - neighbour: the name of the accepted case in this family that differs by the fault alone.
    package mutating func reject(
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
        steps: JSON? = nil,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        add(
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
            ),
            CaseSource(file, line)
        )
    }

    private func id(_ name: String) -> String { "\(self.name)/\(name)" }

    private mutating func add(_ testCase: VectorCase, _ source: CaseSource) {
        let problems = proof.problems(of: testCase)
        if !problems.isEmpty { mistakes.append(GenerationError(id: testCase.id, problems: problems, source: source)) }
        if sources[testCase.id] == nil { sources[testCase.id] = source }
        cases.append(testCase)
    }

    /// The family, and what is wrong with it: cases that do not hold, and violations of its own rules (unique ids,
    /// declared flags, accepted neighbours).
    package func build() -> GeneratedFamily {
        let family = VectorFamily(
            name: name,
            title: title,
            profile: profile?.name ?? VectorFamily.anyProfile,
            flags: flags,
            cases: cases
        )
        let structural = family.structuralProblems.map {
            GenerationError(id: $0.id, problems: [$0.detail], source: sources[$0.id])
        }
        return GeneratedFamily(family: family, sources: sources, mistakes: mistakes + structural)
    }
}
