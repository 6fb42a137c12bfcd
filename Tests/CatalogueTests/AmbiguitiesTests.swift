import Catalogue
import Rules
import Testing
import TestSupport

@Suite struct AmbiguitiesTests {
    private func ambiguities() throws -> Ambiguities { try Ambiguities(specFolder: "\(Project.root)/Spec") }

    @Test func everyReadingThatAStatementNamesIsExplained() throws {
        let ambiguities = try ambiguities()
        let catalogue = try RequirementCatalogue(specFolder: "\(Project.root)/Spec")
        for id in catalogue.ids {
            for name in Ambiguities.names(in: catalogue[id]?.statement ?? "") {
                #expect(ambiguities[name] != nil, "\(name), in \(id)")
            }
        }
    }

    @Test func everyRequirementThatAReadingNamesIsInTheCatalogue() throws {
        let catalogue = try RequirementCatalogue(specFolder: "\(Project.root)/Spec")
        let prefixes = Set(catalogue.ids.compactMap { $0.rawValue.split(separator: "-").first })
        for entry in try ambiguities().entries {
            for id in entry.requirements where prefixes.contains(id.rawValue.prefix { $0 != "-" }) {
                #expect(catalogue[id] != nil, "\(id), in \(entry.name)")
            }
        }
    }

    @Test func everyReadingSaysWhatRestsOnIt() throws {
        let entries = try ambiguities().entries
        #expect(entries.count >= 60)
        #expect(Set(entries.map(\.name)).count == entries.count)
        for entry in entries { #expect(!entry.requirements.isEmpty && !entry.title.isEmpty, "\(entry.name)") }
    }

    @Test func readingsAreFoundByTheirHeadings() throws {
        let text = "# T\n\n### C-1: first `one`\n- Rests on it: B66-SRV-2a, SALT-SEC-1.\n\n### C-2: second\nB1-T-4\n"
        let ambiguities = Ambiguities(text: text)
        #expect(ambiguities.entries.map(\.title) == ["first one", "second"])
        #expect(ambiguities["C-1"]?.requirements == ["B66-SRV-2a", "SALT-SEC-1"])
        #expect(ambiguities["C-2"]?.requirements == ["B1-T-4"])
    }
}
