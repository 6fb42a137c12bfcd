internal import Catalogue
internal import GridFamilies
internal import Mutants
internal import Proof
internal import Rules
internal import Scenarios
internal import TestSupport
internal import Testing
internal import VectorKit
internal import VectorValidation

/// `Spec/kill-matrix.md` is made by a long run. What can be had without one is held to it: which variants there are, and which cases.
@Suite(.enabled(if: KillPage.isThere, "blip66 prove --page Spec/kill-matrix.md has not made the page"))
struct KillPageTests {

    private func subjects() throws -> [ServedVariant] {
        let grid = GridTable(try GenerationContext(store: try ProjectData.profiles()))
        return ProofSubjects.all(grid, try ProjectData.families())
    }

    @Test func thePageCountsTheVariantsThatThereAre() throws {
        let text = String(decoding: try Files.read("\(KillPage.spec)/\(ProofPage.file)"), as: UTF8.self)
        let inventory = KillMatrix.inventory(try subjects())
        #expect(
            text.contains("- \(inventory)\n"),
            "blip66 prove has to make the page again: \(inventory)"
        )
        #expect(text.contains("`blip66 prove` made this page ("))
    }

    @Test func everyMutantStandsOnIt() throws {
        let page = try #require(ProofPage(specFolder: KillPage.spec))
        let mutants = try subjects().filter { $0.kind != .lawful }.map(\.name)
        #expect(mutants.filter { !page.variants.contains($0) } == [])
        #expect(page.casesOfMutant.keys.filter { !mutants.contains($0) } == [])
    }

    @Test func itNamesCasesThatThereAre() throws {
        let page = try #require(ProofPage(specFolder: KillPage.spec))
        let runs = try ProjectData.scenarios().flatMap { ScenarioRun.all($0).joined().map(\.id) }
        let ids = Set(try ProjectData.families().flatMap(\.cases).map(\.id) + runs)
        #expect(page.mutantsOfCase.keys.filter { !ids.contains($0) } == [])
        #expect(page.mutantsOfCase.count > 100)
    }
}

private enum KillPage {
    static let spec = ProjectFiles(root: Project.root).spec
    static let isThere = ProofPage(specFolder: spec) != nil
}
