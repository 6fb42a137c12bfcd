internal import Catalogue
internal import Mutants
internal import Reference
internal import Rules
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat

/// The lawful variants against the cases that name their alternatives. That each gives those answers is for `blip66 prove`.
@Suite struct LawfulVariantTests {
    private let profiles: [String: Profile]
    /// Those that are sent to an implementation.
    private let cases: [(case: VectorCase, profile: Profile)]

    init() throws {
        let profiles = try ProfileStore(folder: "\(Project.root)/Spec/profiles").profiles
        let draft = try #require(profiles["blip66-draft"])
        self.profiles = profiles
        cases = try ProjectData.families().flatMap { family in
            let profile = profiles[family.profile] ?? draft
            return family.cases.filter { $0.sample == nil }.map { ($0, profile) }
        }
    }

    @Test func eachIsNamedByAnAlternativeThatIsNotTheTakenOne() throws {
        let readings = try ProjectData.readings()
        for variant in LawfulVariantRegistry.all {
            #expect(readings[variant.alternative] != nil, "\(variant.name)")
            #expect(readings[variant.alternative.reading]?.taken != variant.alternative.id, "\(variant.name)")
            #expect(readings[variant.alternative.reading]?.kind != .parameter, "\(variant.name)")
        }
        let names = LawfulVariantRegistry.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(LawfulVariantRegistry.variant("C-30-b")?.alternative == ReadingAlternative("C-30 b"))
        #expect(LawfulVariantRegistry.variant("C-30 b")?.name == "C-30-b")
        #expect(LawfulVariantRegistry.variant("C-30-a") == nil)
    }

    @Test func everyAlternativeOfACaseHasAVariant() {
        let alternatives = Set(cases.flatMap { $0.case.under.map(\.when) })
        #expect(alternatives.filter { LawfulVariantRegistry.variant($0) == nil } == [])
    }

    @Test func aVariantDiffersFromTheReferenceWhereACaseNamesIt() throws {
        for (testCase, profile) in cases where !testCase.under.isEmpty {
            let reference = OperationTable.reference.perform(testCase.operation, profile, testCase.input)
            for under in testCase.under {
                #expect(!ExpectedAnswer(under.answer).problems(with: reference).isEmpty, "\(testCase.id) \(under.when)")
            }
        }
    }
}

/// What a case, or one of its alternatives, wants.
private enum ExpectedAnswer {
    case accept(JSONObject)
    case reject([ReasonClass])

    init(_ answer: VectorCase.Alternative.Answer) {
        switch answer {
        case .accept(let out): self = .accept(out)
        case .reject(let reasons): self = .reject(reasons)
        }
    }

    func problems(with outcome: Outcome) -> [String] {
        switch (self, outcome) {
        case (.accept(let wanted), .accept(let out)):
            wanted.members.compactMap { member in
                out[member.key] == member.value
                    ? nil : "out.\(member.key) is \(out[member.key]?.line ?? "absent"), not \(member.value.line)"
            }
        case (.reject(let reasons), .reject(let finding)):
            reasons.contains(finding.reason) ? [] : ["rejected as \(finding.reason), not as one of \(reasons)"]
        case (.accept, .reject(let finding)):
            ["rejected, to be accepted: \(finding.detail) (\(finding.requirement))"]
        default:
            ["\(outcome.name), to be rejected"]
        }
    }
}
