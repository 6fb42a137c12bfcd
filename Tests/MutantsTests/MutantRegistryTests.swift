internal import Catalogue
internal import Mutants
internal import Reference
internal import Scenarios
internal import TestSupport
internal import Testing

/// The table of mutants by itself. That cases and scenarios find them out is for `blip66 prove`.
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

    /// `serve` and `prove` mean the same by a name.
    @Test func whatIsServedIsFoundInTheListThatItStandsIn() {
        for variant in ServedVariant.all {
            let found =
                variant.kind == .lawful ? ServedVariant.lawful(variant.name) : ServedVariant.mutant(variant.name)
            #expect(found?.kind == variant.kind && found?.requirements == variant.requirements, "\(variant.name)")
        }
        #expect(ServedVariant.mutant("C-30-b") == nil && ServedVariant.lawful("B66-OPR-R2/mute") == nil)
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
        // Who mixes cases breaks B12-ENC-1 at once: no scenario can claim to find out the advice alone.
        let others = MutantRegistry.all.filter { $0.requirement != "B12-ENC-6" }
        #expect(others.map(\.name).filter { !kills.contains($0) } == [])
    }

    @Test func everyServedVariantHasANameOfItsOwn() throws {
        let names = ServedVariant.all.map(\.name)
        #expect(
            Set(names).count == names.count,
            "\(Dictionary(grouping: names) { $0 }.filter { $1.count > 1 }.keys.sorted())"
        )
        #expect(ServedVariant.all.count { $0.kind == .made } > 300)
    }

    @Test func everyMutantOfAnOperationIsOfOneAndBreaksAKnownRequirement() throws {
        let requirements = try ProjectData.requirements()
        for variant in ServedVariant.all where variant.kind != .lawful {
            #expect(!variant.operations.isEmpty || !variant.roles.isEmpty, "\(variant.name)")
            #expect(variant.operations.allSatisfy { OperationTable.reference[$0] != nil }, "\(variant.name)")
            #expect(variant.requirements.allSatisfy { requirements[$0] != nil }, "\(variant.name)")
            #expect(!variant.requirements.isEmpty, "\(variant.name)")
        }
    }

    @Test func aLawfulVariantIsNoMutant() {
        #expect(ServedVariant.mutant("C-30-b") == nil)
        #expect(ServedVariant.lawful("C-30-b") != nil)
        #expect(ServedVariant.lawful("C-30 b")?.name == "C-30-b")
        #expect(ServedVariant.mutant("lazy-repeated@offer")?.kind == .lazyReader)
        #expect(ServedVariant.lawful("B66-OPR-R2/mute") == nil)
    }

    @Test func aVariantTakesThePlaceOfItsRoleAlone() throws {
        let mutant = try #require(MutantRegistry.mutant("B66-OPR-R2/mute"))
        #expect(mutant.registry.roles == PartyRegistry.reference.roles)
    }
}
