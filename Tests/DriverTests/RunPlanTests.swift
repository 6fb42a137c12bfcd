internal import Catalogue
internal import Driver
internal import StrictJSON
internal import Testing
internal import VectorFormat

@Suite struct RunPlanTests {
    @Test(arguments: [
        ("bolt01/small/one", true), ("bolt01/small/*", true), ("*", true), ("*/one", true), ("bolt01*one", true),
        ("b*1/s*l/*e", true), ("bolt01/small/one*", true), ("*one*", true), ("", false), ("bolt01", false),
        ("bolt01/small/on", false), ("*two", false), ("bolt01/small/one*e", false), ("*bolt01/small/one/*", false),
        ("one", false), ("**one", true), ("bolt01/*small/*/one", false),
    ])
    func aStarStandsForAnyCharacters(pattern: String, matches: Bool) {
        #expect(IDPattern(pattern).matches("bolt01/small/one") == matches)
    }

    @Test func piecesAreFoundInOrderAndNotTwice() {
        #expect(IDPattern("a*b*a").matches("a-b-a"))
        #expect(!IDPattern("a*b*a").matches("a-b"))
        #expect(!IDPattern("ab*ba").matches("aba"))
    }

    @Test func withoutAFilterEveryCaseIsChosen() throws {
        let plan = try RunPlan(families: [SmallVectors.bigSize, SmallVectors.tlv])
        #expect(plan.caseCount == SmallVectors.bigSize.cases.count + 1)
    }

    @Test func theNameOfAFamilyChoosesItsCases() throws {
        let plan = try RunPlan(families: [SmallVectors.bigSize, SmallVectors.tlv], filters: ["bolt01/small-tlv"])
        #expect(plan.parts.map(\.family.name) == ["bolt01/small-tlv"])
    }

    @Test func aFilterThatMatchesNothingIsRejectedWithHelp() {
        let error = #expect(throws: PlanError.self) {
            try RunPlan(families: [SmallVectors.bigSize], filters: ["bolt01/small", "bolt01/small/thre"])
        }
        #expect(error?.description.contains("bolt01/small/two-bytes") == true)
    }

    @Test func aProfileChoosesItsFamiliesAndThoseOfAnyProfile() throws {
        let families = [SmallVectors.bigSize, family("a/draft", "blip66-draft"), family("a/ldk", "ldk-0.2")]
        let plan = try RunPlan(families: families, profile: "ldk-0.2")
        #expect(plan.parts.map(\.family.name) == ["bolt01/small", "a/ldk"])
        #expect(plan.profiles == ["ldk-0.2"])
    }

    @Test func recordedAnswersAreNotPutToAnAdapter() throws {
        let sample = VectorCase(
            id: "a/b/sample",
            operation: "op",
            requirements: [],
            subject: "",
            comment: "",
            input: [:],
            expectation: .accept(out: [:]),
            sample: [:]
        )
        let family = VectorFamily(name: "a/b", title: "", profile: "any", flags: [], cases: [sample])
        #expect(throws: PlanError.self) { try RunPlan(families: [family]) }
    }

    @Test(
        arguments: [
            ("a/x", 2), ("a/x/one", 1), ("a/x@ldk-0.2", 1), ("a/x@blip66-draft", 1), ("a/x@ldk-0.2/one", 1), ("a/*", 2),
            ("a/x@ldk-0.2/*", 1), ("*/one", 2),
        ]
    )
    func aPatternWithoutAProfileSelectsUnderEveryOne(pattern: String, count: Int) throws {
        let families = [one("a/x", "blip66-draft"), one("a/x@ldk-0.2", "ldk-0.2")]
        #expect(try RunPlan(families: families, filters: [pattern]).caseCount == count)
    }

    private func one(_ name: String, _ profile: String) -> VectorFamily {
        let vector = VectorCase(
            id: "\(name)/one",
            operation: "op",
            requirements: ["B1-BS-1"],
            subject: "B1-BS-1",
            comment: "",
            input: [:],
            expectation: .accept(out: [:])
        )
        return VectorFamily(name: name, title: "", profile: profile, flags: [], cases: [vector])
    }

    private func family(_ name: String, _ profile: String) -> VectorFamily {
        VectorFamily(name: name, title: "", profile: profile, flags: [], cases: SmallVectors.tlv.cases)
    }
}
