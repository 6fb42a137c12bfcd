import Catalogue
import Rules
import Testing
import TestSupport

@Suite struct WeakerEnforcementTests {
    private func catalogue() throws -> RequirementCatalogue {
        try ProjectData.requirements()
    }

    @Test func thePageIsMadeFromTheCatalogue() throws {
        let catalogue = try catalogue()
        let page = try Files.read("\(Project.root)/Spec/\(RequirementCatalogue.weakerPageFile)")
        let isMade = page == Array(catalogue.weakerPage.utf8)
        let file = "Spec/\(RequirementCatalogue.weakerPageFile)"
        #expect(isMade, "make it anew: blip66 spec list --weaker --markdown > \(file)")
    }

    @Test func whatFailsIsStrongest() {
        #expect(Requirement.Enforcement.info.isWeaker(than: .warn))
        #expect(Requirement.Enforcement.warn.isWeaker(than: .fail))
        #expect(!Requirement.Enforcement.fail.isWeaker(than: .fail))
    }

    @Test func noRuleOfTheServersReaderIsWeak() throws {
        let weak = Set(try catalogue().weaklyEnforced.map(\.id))
        #expect(weak.allSatisfy { !$0.rawValue.hasPrefix("B12-IRQ-") && !$0.rawValue.hasPrefix("B66-OP") })
        #expect(weak == ["B66-RAT-1", "ASY-H1", "SALT-SEC-1"])
    }
}
