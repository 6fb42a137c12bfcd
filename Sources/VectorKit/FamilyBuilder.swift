internal import Catalogue
internal import Reference
package import Rules
package import StrictJSON
package import VectorFormat

/// Collects the cases of a family. Each case is proved when it is added (`CaseProof`); what it expects is written by the
/// family's author or derived there, never taken from the reference. A case that does not hold is noted and left out, so that
/// one run reports every mistake.
package struct FamilyBuilder {
    private let name: String
    private let title: String
    private let profile: Profile?
    private let flags: [VectorFamily.Flag]
    private let proof: CaseProof
    private var cases: [VectorCase] = []
    private var sources: [String: CaseSource] = [:]
    private var mistakes: [GenerationError] = []

    /// - `name`: without a profile.
    /// - `profile`: the profile that the family is for, and that its name then carries unless it is the draft's;
    ///   `nil` where no profile matters.
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
    /// - `subject`: the requirement that is accused when the input is rejected or its output is wrong; the first of them,
    ///   unless said otherwise.
    /// - `under`: the right answers by other alternatives of one reading.
    /// - `file`: with `line`, the place in the sources that the case is told by; the caller's, unless a helper hands on its own.
    package mutating func accept(
        _ name: String,
        _ operation: String,
        _ requirements: [RequirementID],
        _ comment: String,
        subject: RequirementID? = nil,
        flags: [String] = [],
        in input: JSON,
        out: JSONObject = [:],
        under: [Under] = [],
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
                subject: subject ?? requirements.first ?? "",
                comment: comment,
                flags: flags,
                input: input,
                expectation: .accept(out: out),
                under: alternatives(under, name, file, line),
                sample: sample,
                steps: steps
            ),
            CaseSource(file, line)
        )
    }

    /// Adds a case that is rejected because it violates exactly `violates`.
    /// - `alsoExercises`: requirements beside `violates` whose violation this case shows: the input keeps all others, and an
    ///   implementation that breaks these would accept it.
    /// - `neighbour`: the name of the accepted case in this family that differs by the fault alone.
    package mutating func reject(
        _ name: String,
        _ operation: String,
        _ violates: [RequirementID],
        _ reasons: [ReasonClass],
        _ comment: String,
        alsoExercises: [RequirementID] = [],
        neighbour: String,
        flags: [String] = [],
        fault: VectorCase.Fault? = nil,
        in input: JSON,
        under: [Under] = [],
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
                subject: violates.first ?? "",
                comment: comment,
                flags: flags,
                input: input,
                expectation: .reject(reasons: reasons, violates: violates, neighbour: id(neighbour)),
                under: alternatives(under, name, file, line),
                fault: fault,
                sample: sample,
                steps: steps
            ),
            CaseSource(file, line)
        )
    }

    private mutating func alternatives(
        _ under: [Under],
        _ name: String,
        _ file: StaticString,
        _ line: UInt
    ) -> [VectorCase.Alternative] {
        under.compactMap { under in
            if let when = ReadingAlternative(under.when) {
                return VectorCase.Alternative(when: when, answer: under.answer)
            }
            let problem = "\"\(under.when)\" does not name an alternative, as C-30 b does"
            mistakes.append(GenerationError(id: id(name), problems: [problem], source: CaseSource(file, line)))
            return nil
        }
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

/// The right answer of an implementation that takes another alternative of a reading.
package struct Under: Sendable {
    let when: String
    let answer: VectorCase.Alternative.Answer

    /// - `when`: the reading and the alternative, such as `C-30 b`.
    package static func accept(_ when: String, _ out: JSONObject = [:]) -> Under {
        Under(when: when, answer: .accept(out: out))
    }

    package static func reject(_ when: String, _ reasons: [ReasonClass]) -> Under {
        Under(when: when, answer: .reject(reasons: reasons))
    }
}
