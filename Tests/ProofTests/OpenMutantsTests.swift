internal import Catalogue
internal import Mutants
internal import Proof
internal import Rules
internal import TestSupport
internal import Testing

/// What is known to be open is counted, and fails the proof only once it is so no more.
@Suite struct OpenMutantsTests {
    private static let name = "B66-OPR-R2/mute"

    @Test func whatIsListedIsNoProblemWhileItIsSo() throws {
        let listed = try matrix(.survived, OpenMutants([Self.name: "survived"]))
        #expect(listed.isProved)
        #expect(listed.known.count == 1)
        let unlisted = try matrix(.survived, OpenMutants())
        #expect(!unlisted.isProved)
        #expect(unlisted.problems.count == 1)
    }

    @Test func anotherVerdictThanTheListedOneIsAProblem() throws {
        #expect(try matrix(.misblamed(["B66-OP-R4"]), OpenMutants([Self.name: "survived"])).problems.count == 1)
    }

    @Test func whatIsFoundOutIsToBeTakenOut() throws {
        let matrix = try matrix(.killed, OpenMutants([Self.name: "survived"]))
        #expect(!matrix.isProved)
        #expect(matrix.text.contains("stale: \(Self.name) is killed"))
    }

    @Test func theProjectsListNamesVariantsAndRequirementsThatThereAre() throws {
        let open = try OpenMutants(file: "\(Project.root)/Spec/open-mutants.json")
        let requirements = try ProjectData.requirements()
        #expect(open.variants.filter { ServedVariant.mutant($0) == nil && ServedVariant.lawful($0) == nil } == [])
        #expect(open.withoutMutant.filter { requirements[$0] == nil } == [])
    }

    private func matrix(_ verdict: ProofVerdict, _ open: OpenMutants) throws -> KillMatrix {
        let subject = try #require(ServedVariant.mutant(Self.name))
        let result = ProofResult(subject: subject, verdict: verdict)
        return KillMatrix([result], form: "a test", isWhole: false, requirements: [:], open: open)
    }
}
