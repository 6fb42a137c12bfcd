import Catalogue
import Foundation
import Rules
import Scenarios
import StrictJSON
import TestSupport
import Testing
import VectorValidation
import VectorFormat

/// The catalogue and the vectors, with something taken away or changed.
struct AlteredProject {
    static let spec = "\(Project.root)/Spec"

    /// A copy of the catalogue in which one document is changed.
    static func catalogue(_ document: String, _ alter: (inout JSONObject) throws -> Void) throws -> RequirementCatalogue
    {
        let folder = try TemporaryFolder()
        for name in RequirementCatalogue.documents {
            var json = try #require(try Files.readJSON("\(spec)/\(name).json").object)
            if name == document { try alter(&json) }
            try folder.write(JSON.object(json).pretty, to: "\(name).json")
        }
        return try RequirementCatalogue(specFolder: folder.path)
    }

    /// A copy of the catalogue in which one requirement is changed or, with `nil`, missing.
    static func catalogue(
        without id: String,
        in document: String,
        _ change: (JSONObject) -> JSONObject? = { _ in nil }
    ) throws -> RequirementCatalogue {
        try catalogue(document) { json in
            let requirements = try #require(json["requirements"]?.array)
            let changed = requirements.compactMap { entry -> JSON? in
                guard entry["id"]?.string == id, let object = entry.object else { return entry }
                return change(object).map(JSON.object)
            }
            json["requirements"] = .array(changed)
        }
    }

    static func coverage(
        _ catalogue: RequirementCatalogue? = nil,
        families: [VectorFamily]? = nil,
        scenarios: [Coverage.ScenarioCase] = [],
        planned: PlannedFamilies? = nil
    ) throws -> Coverage {
        Coverage(
            try catalogue ?? ProjectData.requirements(),
            try families ?? ProjectData.families(),
            scenarios: scenarios,
            planned: try planned ?? PlannedFamilies(specFolder: spec)
        )
    }
}

@Suite struct CoverageTests {
    @Test func nothingIsMissing() throws {
        let scenarios = try ProjectData.scenarios().flatMap(\.coverage)
        let coverage = try AlteredProject.coverage(scenarios: scenarios)
        #expect(coverage.entries(status: "missing").map(\.requirement.id) == [])
        #expect(coverage.problems == [])
        #expect(!coverage.fails(strict: false), "\(coverage.text(strict: false))")
    }

    @Test func aFamilyThatIsTakenAwayLeavesItsRequirementsMissing() throws {
        let families = try ProjectData.families().filter {
            $0.name != "bolt01/bigsize" && $0.name != "bolt01/ints-points"
        }
        let scenarios = try ProjectData.scenarios().flatMap(\.coverage)
        let coverage = try AlteredProject.coverage(families: families, scenarios: scenarios)
        #expect(coverage.fails(strict: false))
        #expect(coverage["B1-T-6"]?.status == .missing("no accepted case, no rejected case, and no waiver"))
        #expect(coverage.text(strict: false).contains("\nnot covered: B1-"))
        #expect(coverage.text(strict: false).contains("B1-T-6"))
    }

    @Test func aRequirementThatIsTakenAwayIsNamedByTheCasesThatExerciseIt() throws {
        let catalogue = try AlteredProject.catalogue(without: "B1-BS-1", in: "bolt01-tlv")
        let coverage = try AlteredProject.coverage(catalogue)
        #expect(coverage.fails(strict: false))
        #expect(coverage.problems.contains { $0.hasPrefix("B1-BS-1 is named by bolt01/bigsize/") })
    }

    @Test func aRequirementThatIsTakenAwayIsNamedByTheFamilyThatIsToCome() throws {
        let catalogue = try AlteredProject.catalogue(without: "OM-R7", in: "bolt04-onion-messages")
        let planned = PlannedFamilies([.init(family: "scenario/to-come", requirements: ["OM-R7"])])
        let coverage = try AlteredProject.coverage(catalogue, planned: planned)
        #expect(coverage.problems == ["OM-R7 is named by scenario/to-come and is not in the catalogue"])
        #expect(coverage.fails(strict: false))
    }

    @Test func aRequirementThatIsRenamedIsMissing() throws {
        let catalogue = try AlteredProject.catalogue(without: "B1-BS-1", in: "bolt01-tlv") {
            var entry = $0
            entry["id"] = "B1-BS-9"
            return entry
        }
        let coverage = try AlteredProject.coverage(catalogue)
        #expect(coverage["B1-BS-9"]?.status.name == "missing")
    }

    @Test func aWaiverThatIsTakenAwayLeavesItsRequirementMissing() throws {
        let catalogue = try AlteredProject.catalogue(without: "B1-TLV-8", in: "bolt01-tlv") {
            var entry = $0
            entry["waiver"] = nil
            return entry
        }
        let coverage = try AlteredProject.coverage(catalogue)
        #expect(coverage["B1-TLV-8"]?.status == .missing("no rejected case, and no waiver"))
    }

    @Test func withoutItsListWhatIsToComeIsMissing() throws {
        let taken: Set = ["bolt01/bigsize", "bolt01/ints-points"]
        let families = try ProjectData.families().filter { !taken.contains($0.name) }
        let listed = PlannedFamilies([.init(family: "bolt01/ints-points", requirements: ["B1-T-6"])])
        let pending = try AlteredProject.coverage(families: families, planned: listed)
        #expect(pending["B1-T-6"]?.status == .pending("bolt01/ints-points not there yet"))
        let coverage = try AlteredProject.coverage(families: families, planned: PlannedFamilies())
        #expect(coverage["B1-T-6"]?.status.name == "missing")
        #expect(coverage["B66-SRV-1"]?.status == .pending("its scenarios are not there yet"))
    }

    @Test func whatIsPendingFailsUnderStrictOnly() throws {
        let coverage = try AlteredProject.coverage()
        #expect(!coverage.entries(status: "pending").isEmpty)
        #expect(coverage.fails(strict: true))
        #expect(coverage.text(strict: true).contains("\nnot covered: "))
    }

    @Test func behaviourIsCoveredByScenariosAndNotByVectors() throws {
        let behaviour = try #require(try AlteredProject.coverage()["B12-IRQ-8"])
        #expect(behaviour.status.name == "pending")
        let scenarios = [false, true].map {
            Coverage.ScenarioCase(
                family: "scenario/server",
                id: "scenario/server/\($0)",
                requirements: ["B12-IRQ-8"],
                isNegative: $0
            )
        }
        let coverage = try AlteredProject.coverage(scenarios: scenarios)
        #expect(coverage["B12-IRQ-8"]?.status == .covered)
    }

    @Test func aPlannedFamilyThatIsThereKeepsNothingPending() throws {
        let families = try ProjectData.families().filter { $0.name != "bolt01/ints-points" }
        let planned = PlannedFamilies([.init(family: "bolt01/bigsize", requirements: ["B1-T-6"])])
        let coverage = try AlteredProject.coverage(families: families, planned: planned)
        #expect(coverage["B1-T-6"]?.status.name == "missing")
        #expect(coverage.notes == ["bolt01/bigsize is there: take it out of Spec/planned-families.json"])
    }

    @Test func theMatrixIsTheSameInJSON() throws {
        let coverage = try AlteredProject.coverage()
        let entries = try #require(coverage.json["requirements"]?.array)
        #expect(entries.count == coverage.entries.count)
        let entry = try #require(entries.first { $0["id"]?.string == "B1-BS-1" })
        #expect(entry["standing"]?.string == "covered")
        #expect(entry["vectors"]?["negative"]?.array?.contains("bolt01/bigsize/three-bytes-for-one") == true)
    }

    @Test func everyReadingThatAVectorNamesIsExplained() throws {
        let readings = try Readings(specFolder: AlteredProject.spec)
        for testCase in try ProjectData.families().flatMap(\.cases) {
            for alternative in testCase.under {
                #expect(readings[alternative.when] != nil, "\(alternative.when), in \(testCase.id)")
            }
        }
    }

    @Test func aCaseThatAnotherReadingAnswersOtherwiseIsListedWithIt() throws {
        let coverage = try AlteredProject.coverage()
        let excused = try #require(coverage.excused.first { $0.id == "bolt12/static-invoice-read/two-chains" })
        #expect(excused.requirement == "B12-SI-R21")
        #expect(excused.alternatives.map(\.description) == ["C-94 b"])
        #expect(!excused.isOnlyCase)
        #expect(coverage.text(strict: false).contains("B12-SI-R21  bolt12/static-invoice-read/two-chains  C-94 b"))
        #expect(!coverage.excused.contains { $0.id.contains("/sample-") }, "samples are never sent")
    }

    @Test func aRequirementWhoseOnlyCaseIsExcusedFails() throws {
        let families = try ProjectData.families().map { family in
            VectorFamily(
                name: family.name,
                title: family.title,
                profile: family.profile,
                flags: family.flags,
                cases: family.cases.filter { !$0.requirements.contains("B12-SI-R21") || !$0.under.isEmpty }
            )
        }
        let coverage = try AlteredProject.coverage(families: families)
        let only = coverage.excused.filter(\.isOnlyCase)
        #expect(Set(only.map(\.requirement)).contains("B12-SI-R21"))
        #expect(coverage.fails(strict: false))
        #expect(coverage.text(strict: false).contains("two-chains  C-94 b  its only case"))
    }

    @Test func aPlanWithAStrangeMemberIsRejectedWithItsPath() throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"families":[{"family":"a","requirements":["B1-BS-1", 2]}]}"#, to: PlannedFamilies.file)
        let error = #expect(throws: FileError.self) { try PlannedFamilies(specFolder: folder.path) }
        #expect(error?.detail.hasPrefix("planned.families[0].requirements[1]") == true)
    }
}
