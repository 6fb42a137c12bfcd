internal import Catalogue
internal import Mutants
internal import Proof
internal import Rules
internal import TestSupport
internal import Testing

/// What is said about mutants and requirements is said about some that there are.
@Suite struct EquivalentMutantsTests {
    @Test func waiversAndArgumentsAreOfWhatThereIs() throws {
        let requirements = try ProjectData.requirements()
        #expect(MutantWaivers.all.filter { requirements[$0.requirement] == nil }.map(\.requirement) == [])
        let names = ServedVariant.all.map(\.name)
        let idle = EquivalentMutants.all.filter { entry in !names.contains { IDPattern(entry.pattern).matches($0) } }
        #expect(idle.map(\.pattern) == [])
    }
}
