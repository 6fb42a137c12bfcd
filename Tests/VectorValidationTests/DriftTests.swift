import Catalogue
import Rules
import StrictJSON
import TestSupport
import Testing
import VectorValidation

@Suite struct DriftTests {
    private static let text = """
        # Rules
        Writers:
        - MUST write one.
        - MUST write two.
        - SHOULD write three.
        """

    /// A document that knows the text: one requirement a line, and the last one unclaimed.
    private func document(_ text: String = text, unclaimed: Int = 1) -> SpecDocument {
        let scope = SourceScope(sections: ["*"])
        let lines = LineExtraction.lines(of: text, in: scope)
        let digests = lines.map(\.digest)
        let source = SpecSource(
            key: "text",
            title: "A text",
            revision: "1",
            file: "text.md",
            scope: scope,
            basedOn: nil,
            outline: [
                .init(name: "Rules", lines: lines.map { .init(digest: String($0.digest.prefix(16)), span: $0.span) })
            ]
        )
        let requirements = digests.dropLast(unclaimed).enumerated().map { index, digest in
            Requirement(
                id: RequirementID("T-\(index + 1)"),
                level: .must,
                enforcement: .fail,
                role: "writer",
                statement: "It writes.",
                bases: [.init(source: "text", section: "Rules", lines: [digest])],
                document: "test"
            )
        }
        return SpecDocument(
            name: "test",
            title: "Test",
            sources: [source],
            requirements: requirements,
            unclaimed: [.init(source: "text", reason: "For a test.", lines: Array(digests.suffix(unclaimed)))]
        )
    }

    private func findings(_ text: String) throws -> [Drift.Finding] {
        let document = document()
        return Drift(text, against: try #require(document[source: "text"]), in: document).findings
    }

    @Test func aTextThatIsKnownHasNoDrift() throws {
        #expect(try findings(Self.text).isEmpty)
        #expect(try findings(Self.text.replacing("- MUST", with: "*   MUST")).isEmpty)
    }

    @Test func aChangedLineNamesItsRequirement() throws {
        let findings = try findings(Self.text.replacing("write two", with: "write too"))
        #expect(findings.map(\.kind) == [.changed])
        #expect(findings.first?.requirements == ["T-2"])
        #expect(findings.first?.line?.text == "MUST write too.")
    }

    @Test func aNewLineAndAVanishedLineAreTold() throws {
        let new = try findings(Self.text.replacing("- MUST write two.", with: "- MUST write two.\n- MAY rest."))
        #expect(new.map(\.kind) == [.new])
        let vanished = try findings(Self.text.replacing("- MUST write one.\n", with: ""))
        #expect(vanished.map(\.kind) == [.vanished])
        #expect(vanished.first?.requirements == ["T-1"])
    }

    @Test func aLineThatMovedIsNoDrift() throws {
        #expect(try findings("# Rules\nWriters:\n- SHOULD write three.\n- MUST write one.\n- MUST write two.").isEmpty)
    }

    @Test func aChangedConditionChangesEveryLineUnderIt() throws {
        let findings = try findings(Self.text.replacing("Writers:", with: "Readers:"))
        #expect(findings.map(\.kind) == [.changed, .changed, .changed])
        #expect(findings.flatMap(\.requirements) == ["T-1", "T-2"])
    }

    @Test func aLineThatNothingRestsOnAnyMoreIsUnaccounted() throws {
        let whole = document()
        let document = SpecDocument(
            name: whole.name,
            title: whole.title,
            sources: whole.sources,
            requirements: Array(whole.requirements.dropFirst()),
            unclaimed: whole.unclaimed
        )
        let findings = Drift(Self.text, against: try #require(document[source: "text"]), in: document).findings
        #expect(findings.map(\.kind) == [.unaccounted])
        #expect(findings.first?.line?.text == "MUST write one.")
    }

    @Test func aProposalMayHaveTheLinesOfTheTextThatItChanges() throws {
        let base = document()
        let proposal = SpecSource(
            key: "proposal",
            title: "A proposal",
            revision: "1",
            file: "text.md",
            scope: SourceScope(sections: ["*"]),
            basedOn: "text",
            outline: []
        )
        let document = SpecDocument(
            name: base.name,
            title: base.title,
            sources: base.sources + [proposal],
            requirements: base.requirements,
            unclaimed: base.unclaimed
        )
        #expect(Drift(Self.text, against: proposal, in: document).findings.isEmpty)
        let more = Drift(Self.text + "\n- MUST write four.", against: proposal, in: document).findings
        #expect(more.map(\.kind) == [.new])
    }
}

@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "source texts skipped: \(Upstream.howToGet)")))
struct SourceDriftTests {
    private func text(_ name: String) throws -> String {
        String(decoding: try Upstream.bytes("../spec/\(name)"), as: UTF8.self)
    }

    private func drift(_ text: String, _ name: String, _ catalogue: RequirementCatalogue? = nil) throws -> Drift {
        let document = try #require(try (catalogue ?? ProjectData.requirements())[document: name])
        return Drift(text, against: try #require(document.sources.first), in: document)
    }

    @Test(arguments: [("blip-0066", "blip-0066.md", 50), ("salt-secret", "salt-secret-scheme.txt", 15)])
    func theTextsAreAsTheCatalogueKnowsThem(_ document: String, _ file: String, _ count: Int) throws {
        let drift = try drift(text(file), document)
        #expect(drift.findings.isEmpty)
        #expect(drift.lineCount == count)
    }

    @Test(arguments: [
        ("till the invoice is confirmed", "until the invoice is confirmed", "B66-SIP-S1"),
        ("type: 65548", "type: 65544", "B66-D4"),
        ("`u32`: `slot_number`", "`u16`: `slot_number`", "B66-D2"),
        ("MAY authenticate the request", "MUST authenticate the request", "B66-OPR-R1"),
        ("in private over the previously", "over the previously", "B66-SRV-2b"),
    ])
    func oneWordThatChangesNamesTheRequirement(_ new: String, _ old: String, _ id: RequirementID) throws {
        let original = try text("blip-0066.md")
        let changed = original.replacing(old, with: new, maxReplacements: 1)
        #expect(changed != original)
        let drift = try drift(changed, "blip-0066")
        #expect(drift.findings.map(\.kind) == [.changed])
        #expect(drift.findings.first?.requirements.contains(id) == true)
        #expect(drift.text(try AlteredProject.coverage()).contains("\n  \(id)  "))
    }

    @Test func eachNormativeLineThatIsTakenAwayNamesItsRequirements() throws {
        let lines = try text("blip-0066.md").split(separator: "\n", omittingEmptySubsequences: false)
        func isBullet(_ line: Substring) -> Bool { line.drop { $0 == " " }.hasPrefix("* ") }
        let catalogue = try ProjectData.requirements()
        var taken = 0
        for (start, line) in lines.enumerated() where isBullet(line) {
            let more = lines[(start + 1)...].prefix { !$0.isEmpty && !isBullet($0) }
            let item = lines[start..<(start + 1 + more.count)]
            guard item.contains(where: { KeyWords.first(in: String($0)) != nil }) else { continue }
            taken += 1
            let rest = lines[..<start] + lines[item.endIndex...]
            let drift = try drift(rest.joined(separator: "\n"), "blip-0066", catalogue)
            #expect(drift.findings.map(\.kind) == [.vanished], "\(line)")
            #expect(drift.findings.first?.requirements.isEmpty == false, "\(line)")
        }
        #expect(taken == 27)
    }

    @Test func aRequirementThatIsTakenAwayLeavesItsLineUnaccounted() throws {
        let catalogue = try AlteredProject.catalogue(without: "B66-OPR-S1", in: "blip-0066")
        let drift = try drift(text("blip-0066.md"), "blip-0066", catalogue)
        #expect(drift.findings.map(\.kind) == [.unaccounted])
        #expect(drift.findings.first?.line?.keyWord == "MUST")
    }

    @Test func aRequirementWhoseDigestIsAlteredIsRejectedWithItsPath() throws {
        let error = #expect(throws: FileError.self) {
            try AlteredProject.catalogue(without: "B66-OPR-S1", in: "blip-0066") {
                var entry = $0
                entry["lines"] = [.string(String(repeating: "0", count: 64))]
                return entry
            }
        }
        #expect(error?.detail.contains("].lines[0]: the outline of blip66 has no such line") == true)
    }
}
