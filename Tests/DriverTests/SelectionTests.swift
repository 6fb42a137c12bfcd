internal import Catalogue
internal import Driver
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat

@Suite struct SelectionTests {
    @Test func everyOptionSelectsByItsOwn() throws {
        #expect(try names { $0.filters = ["bolt01/small/t*"] } == ["two-hundred", "two-bytes", "truncated"])
        #expect(try names { $0.excludes = ["*/t*", "*/encode-*"] } == ["one", "not-minimal", "empty-stream"])
        #expect(try names { $0.families = ["*-tlv"] } == ["empty-stream"])
        #expect(try names { $0.requirements = ["B1-BS-2"] } == ["not-minimal", "truncated"])
        #expect(try names { $0.flags = ["NotMinimal"] } == ["not-minimal", "truncated"])
        #expect(try names { $0.levels = [.must] }.count == 8)
        #expect(try names { $0.documents = ["small"] }.count == 8)
        #expect(try names { $0.ids = ["bolt01/small/one"] } == ["one"])
    }

    @Test func allOptionsMustFit() throws {
        let both = try names {
            $0.requirements = ["B1-BS-2"]
            $0.filters = ["*not*"]
        }
        #expect(both == ["not-minimal"])
    }

    @Test func aRoleSelectsScenariosAlone() throws {
        var selection = Selection()
        selection.roles = ["server"]
        let scenarios = try ProjectData.scenarios()
        let plan = try RunPlan(families: [SmallVectors.bigSize], scenarios: scenarios, selection: selection)
        #expect(plan.parts.isEmpty)
        #expect(Set(plan.scenarioRuns.joined().map(\.family.role)) == ["server"])
    }

    @Test func whatFitsNothingIsAnError() {
        let changes: [(inout Selection) -> Void] = [
            { $0.filters = ["nothing*"] }, { $0.excludes = ["nothing*"] }, { $0.families = ["nothing"] },
            { $0.requirements = ["T-UNUSED"] }, { $0.roles = ["payer"] }, { $0.flags = ["nothing"] },
            { $0.levels = [.may] }, { $0.documents = ["other"] },
        ]
        for change in changes { #expect(throws: PlanError.self) { try names(change) } }
    }

    @Test func theListSaysWhatEachCaseNeeds() throws {
        let plan = try RunPlan(families: [SmallVectors.bigSize], filters: ["bolt01/small/not-minimal"])
        let text = PlanListing(plan).text(isJSON: false)
        #expect(
            text.contains("bolt01/small/not-minimal  op bigsize.decode, after bolt01/small/two-bytes, flags NotMinimal")
        )
        #expect(text.hasSuffix("1 case\n"))
        let json = try JSON.parse(PlanListing(plan).text(isJSON: true))
        #expect(json.array?.first?["needs"]?["operations"] == ["bigsize.decode"])
    }

    // MARK: Files that anyone may have written

    @Test func aRefusedCaseThatIsItsOwnNeighbourIsRefused() {
        let loop = SmallVectors.reject("loop", "bigsize.decode", ["bytes": "fd"], "tlv.truncated", neighbour: "loop")
        #expect(throws: PlanError.self) { try RunPlan(families: [Self.family([loop])]) }
    }

    @Test func anIDThatIsThereTwiceIsRefused() {
        let one = SmallVectors.accept("one", "bigsize.decode", ["bytes": "01"], ["value": "1"])
        #expect(throws: PlanError.self) { try RunPlan(families: [Self.family([one, one])]) }
    }

    @Test func aRequirementThatIsNotInTheCatalogueIsRefused() throws {
        let one = SmallVectors.accept("one", "bigsize.decode", ["bytes": "01"], ["value": "1"], ["B1-NONE-1"])
        let plan = try RunPlan(families: [Self.family([one])])
        #expect(throws: PlanError.self) { try plan.checkRequirements(SmallVectors.requirements()) }
        let known = try RunPlan(families: [SmallVectors.bigSize])
        #expect(throws: Never.self) { try known.checkRequirements(SmallVectors.requirements()) }
    }

    private static func family(_ cases: [VectorCase]) -> VectorFamily {
        VectorFamily(name: "bolt01/small", title: "", profile: "any", flags: [], cases: cases)
    }

    private func names(_ change: (inout Selection) -> Void) throws -> [String] {
        var selection = Selection()
        change(&selection)
        let plan = try RunPlan(
            families: [SmallVectors.bigSize, SmallVectors.tlv],
            selection: selection,
            requirements: SmallVectors.requirements()
        )
        return plan.parts.flatMap(\.cases).map { String($0.id.split(separator: "/").last ?? "") }
    }
}
