internal import Catalogue
internal import Mutants
internal import Reference
internal import Scenarios
internal import TestSupport
internal import Testing

/// The table of mutants by itself. That scenarios find them out is for `ScenarioValidatorTests`.
@Suite struct MutantRegistryTests {
    @Test func namesAreUnique() {
        let names = MutantRegistry.all.map(\.name)
        #expect(names.count > 100)
        #expect(Set(names).count == names.count)
    }

    @Test func aVariantIsFoundByItsName() {
        #expect(MutantRegistry.mutant("B66-OPR-R2/mute")?.requirement == "B66-OPR-R2")
        #expect(MutantRegistry.mutant("B66-OPR-R2/mute")?.role == "server")
        #expect(MutantRegistry.mutant("B66-OPR-R2/other") == nil)
    }

    @Test func everyVariantIsOfARoleAndBreaksAKnownRequirement() throws {
        let requirements = try ProjectData.requirements()
        for mutant in MutantRegistry.all {
            #expect(PartyRegistry.reference[mutant.role] != nil, "\(mutant.name)")
            #expect(requirements[mutant.requirement] != nil, "\(mutant.name)")
        }
    }

    @Test func everyVariantIsToBeFoundOutByAScenario() throws {
        let families = try ProjectData.scenarios()
        let kills = Set(families.flatMap(\.scenarios).flatMap(\.kills))
        #expect(MutantRegistry.all.map(\.name).filter { !kills.contains($0) } == [])
    }

    @Test func aVariantTakesThePlaceOfItsRoleAlone() throws {
        let mutant = try #require(MutantRegistry.mutant("B66-OPR-R2/mute"))
        #expect(mutant.registry.roles == PartyRegistry.reference.roles)
    }
}
