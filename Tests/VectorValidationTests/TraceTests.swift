import Catalogue
import Rules
import Scenarios
import StrictJSON
import TestSupport
import Testing
import VectorFormat
import VectorValidation

/// The project's sources and scenarios, as the index of checks reads them.
private struct Checkout {
    var sources: [(file: String, text: String)] = []
    var families: [(file: String, text: String, ScenarioFamily)] = []

    init() throws {
        for file in try Files.list("\(Project.root)/Sources", ending: ".swift") {
            let text = String(decoding: try Files.read("\(Project.root)/Sources/\(file)"), as: UTF8.self)
            sources.append(("Sources/\(file)", text))
        }
        for entry in try ScenarioStore.entries(folder: "\(Project.root)/Vectors") {
            families.append(("Vectors/\(entry.file)", String(decoding: entry.bytes, as: UTF8.self), entry.family))
        }
    }

    var index: CheckIndex { CheckIndex(sources, families) }

    /// Read once for all tests: it is the whole project.
    private static let read = Result { try Checkout() }
    private static let readIndex = read.map(\.index)

    static func whole() throws -> Checkout { try read.get() }
    static func wholeIndex() throws -> CheckIndex { try readIndex.get() }

    /// The lines of each file.
    var lines: [String: [String]] {
        let texts = sources.map { ($0.file, $0.text) } + families.map { ($0.file, $0.text) }
        let lines = texts.map { file, text in
            (file, text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { String(Substring($0)) })
        }
        return Dictionary(lines) { first, _ in first }
    }
}

@Suite struct CheckIndexTests {
    @Test func whatNeedsACheckHasOne() throws {
        let index = try Checkout.wholeIndex()
        #expect(index.unchecked(try ProjectData.requirements()) == [])
    }

    @Test func aCheckThatIsTakenAwayIsMissed() throws {
        var checkout = try Checkout.whole()
        let index = try Checkout.wholeIndex()
        let catalogue = try ProjectData.requirements()
        let id = try #require(
            catalogue.ids.first { id in
                guard let requirement = catalogue[id], CheckIndex.isDue(requirement) else { return false }
                return requirement.waiver == nil && index.places[id]?.count == 1 && index.steps[id] == nil
            }
        )
        checkout.sources = checkout.sources.map { ($0.file, $0.text.replacing("\"\(id)\"", with: "\"\"")) }
        #expect(checkout.index.unchecked(catalogue) == [id])

        let scenarios = checkout.families.map(\.2)
        func coverage(_ checks: CheckIndex) throws -> Coverage {
            Coverage(
                catalogue,
                try ProjectData.families(),
                scenarios: scenarios.flatMap(\.coverage),
                planned: try PlannedFamilies(specFolder: AlteredProject.spec),
                checks: checks
            )
        }
        #expect(try !coverage(index).fails(strict: false))
        let failing = try coverage(checkout.index)
        #expect(failing.fails(strict: false))
        #expect(failing.text(strict: false).contains("\(id) has no check"))
    }

    @Test func stepsThatAreTakenAwayAreMissed() throws {
        var checkout = try Checkout.whole()
        let catalogue = try ProjectData.requirements()
        checkout.families = []
        let unchecked = checkout.index.unchecked(catalogue)
        #expect(unchecked.contains("B66-SIP-S1"))
        #expect(unchecked.contains("SALT-8"))
        #expect(!unchecked.contains("B66-OPR-S1"))
    }

    @Test func aWaiverStandsForACheck() throws {
        let waived = try AlteredProject.catalogue(without: "B66-SIP-S1", in: "blip-0066") { entry in
            var entry = entry
            entry["waiver"] = ["reason": "For a test."]
            return entry
        }
        let index = CheckIndex([], [])
        #expect(!index.unchecked(waived).contains("B66-SIP-S1"))
        #expect(index.unchecked(try ProjectData.requirements()).contains("B66-SIP-S1"))
    }

    @Test func everyPlaceIsWhereTheRequirementIsNamed() throws {
        let checkout = try Checkout.whole()
        let index = try Checkout.wholeIndex()
        let lines = checkout.lines
        func text(_ number: Int, of file: String) -> String? {
            lines[file].flatMap { $0.indices.contains(number - 1) ? $0[number - 1] : nil }
        }
        for id in try ProjectData.requirements().ids {
            for place in index.places[id] ?? [] {
                #expect(text(place.line, of: place.file)?.contains("\"\(id)\"") == true, "\(id): \(place)")
                #expect(!place.symbol.isEmpty, "\(id): \(place)")
            }
            for step in index.steps[id] ?? [] {
                let line = text(step.line, of: step.file)
                #expect(line?.contains("\"do\": \"\(step.kind)\"") == true, "\(step)")
                let evaluate = text(step.evaluate.line, of: step.evaluate.file)
                // One branch may be there for several kinds.
                #expect(evaluate?.contains("case .") == true, "\(step.evaluate)")
                #expect(evaluate?.contains(".\(step.kind)") == true, "\(step.evaluate)")
            }
        }
        for place in index.scenarios.values {
            #expect(text(place.line, of: place.file)?.contains("\"id\": \"scenario/") == true, "\(place)")
        }
    }

    @Test func everyStepWithARequirementIsOfAKindThatJudges() throws {
        let checkout = try Checkout.whole()
        let judges = Set(try Checkout.wholeIndex().steps.values.joined().map(\.kind))
        for step in checkout.families.flatMap({ $0.2.scenarios }).flatMap(\.steps) where !step.requirements.isEmpty {
            let kind = try #require(step.source["do"]?.string)
            #expect(judges.contains(kind))
        }
    }

    @Test func everyModuleThatIsSaidToJudgeIsThere() throws {
        for module in CheckIndex.judgingModules {
            #expect(Files.isFolder("\(Project.root)/Sources/\(module)"), "\(module)")
        }
    }

    @Test func literalsAndCommentsKnowWhatTheyStandIn() {
        let text = #"""
            /// Rules (T-9).
            enum Checks {
                /// The first, T-1.
                static let first = Check<[Int]>("T-1", .x) { list in
                    let inner = "inner \(list.map { "\($0)" }.joined(separator: ")")) end"
                    return inner
                }
                static func second() -> [String: ID] { ["a": "T-2"] } // T-3
            }
            extension Array where Element == Int {
                init(a: Int) { self = [a] } /* "T-8" { */
                var raw: String { ##"a "quoted" { word"## }
                func choose(_ x: Kind) {
                    switch x {
                    case .one, .two(let y): violation(["T-4"], y)
                    }
                }
            }
            let last = "T-5"
            """#
        let source = SwiftSource(text)
        let literals = source.mentions.filter { !$0.isComment && $0.text.hasPrefix("T-") }
        #expect(
            literals.map { "\($0.text) \($0.line) \($0.symbol)" } == [
                "T-1 4 Checks.first", "T-2 8 Checks.second", "T-4 15 Array.choose", "T-5 19 last",
            ]
        )
        let comments = source.mentions.filter(\.isComment).map { "\($0.line) \($0.symbol)" }
        #expect(Set(comments) == ["1 Checks", "3 Checks.first", "8 Checks.second", "11 Array.init"])
        #expect(
            source.branches.map { "\($0.name) \($0.line) \($0.symbol)" } == [
                "one 15 Array.choose", "two 15 Array.choose",
            ]
        )
    }

    @Test func noSourceIsTooOddToRead() {
        let pieces = [
            "\"", "\"\"\"", "\\(", "(", ")", "{", "}", "//", "/*", "*/", "\n", "let ", "case .a", "#", "struct A", " ",
        ]
        for noise in RandomInputs.noise("swift-source", count: 300) {
            let text = noise.map { pieces[Int($0) % pieces.count] }.joined()
            let source = SwiftSource(text)
            #expect(source.mentions.allSatisfy { $0.line >= 1 })
        }
    }
}

@Suite struct TraceTests {
    private func tracer(texts: SpecTexts? = nil) throws -> RequirementTracer {
        let catalogue = try ProjectData.requirements()
        let scenarios = try ProjectData.scenarios()
        let families = try ProjectData.families()
        let checks = try Checkout.wholeIndex()
        let coverage = Coverage(
            catalogue,
            families,
            scenarios: scenarios.flatMap(\.coverage),
            planned: try PlannedFamilies(specFolder: AlteredProject.spec),
            checks: checks
        )
        return RequirementTracer(catalogue, coverage, checks, families: families, scenarios: scenarios, texts: texts)
    }

    @Test func everyRequirementLeadsToAllThatThereIsOfIt() throws {
        let tracer = try tracer()
        for id in tracer.catalogue.ids {
            let trace = try #require(tracer.trace(id))
            #expect(!trace.lines.isEmpty || trace.requirement.withoutLine != nil, "\(id)")
            #expect(trace.lines.count == trace.requirement.bases.flatMap(\.lines).count, "\(id)")
            // One that an operator made stands in no file by its name.
            let claimed = trace.mutants.filter { !$0.scenarios.isEmpty && !$0.name.contains("/left-out") }
            #expect(claimed.allSatisfy { $0.place != nil }, "\(id)")
            #expect(trace.scenarios.allSatisfy { $0.place != nil }, "\(id)")
            if trace.requirement.waiver != nil || trace.status.name == "pending" { continue }
            #expect(!trace.checks.isEmpty || !trace.steps.isEmpty || trace.isCompared, "\(id)")
            #expect(!trace.vectors.isEmpty || !trace.scenarios.isEmpty, "\(id)")
            #expect(!trace.mutants.isEmpty || trace.rejections != nil, "\(id)")
        }
    }

    @Test func everyCaseLeadsBackToItsRequirements() throws {
        let tracer = try tracer()
        for testCase in try ProjectData.families().flatMap(\.cases) {
            #expect(try tracer.find(testCase.id).flatMap(\.requirements) == testCase.requirements)
        }
        let address = try tracer.find("scenario/server@ldk-0.2/happy:packet")
        #expect(address.flatMap(\.requirements).contains("B66-OPR-R1"))
    }

    @Test func everyLineLeadsBackToTheRequirementsThatRestOnIt() throws {
        let tracer = try tracer()
        for id in tracer.catalogue.ids {
            for line in try #require(tracer.trace(id)).lines {
                #expect(try tracer.find(line.address).flatMap(\.requirements).contains(id), "\(id): \(line.address)")
            }
        }
    }

    @Test func aLineThatNothingRestsOnSaysWhy() throws {
        let tracer = try tracer()
        let document = try #require(tracer.catalogue[document: "bolt04-onion-messages"])
        let digest = try #require(document.unclaimed.first?.lines.first)
        let span = try #require(document[source: "bolt04"]?.span(of: digest))
        let found = try tracer.find("BOLT4:\(span.last)")
        #expect(found.flatMap(\.requirements) == [])
        #expect(found.first?.unclaimed == document.unclaimed.first?.reason)
    }

    @Test(arguments: ["BOLT4:1", "BOLT7:12", "no statement has these words"])
    func whatIsNotFoundIsToldWithWhatThereIs(_ words: String) throws {
        let tracer = try tracer()
        let error = #expect(throws: RequirementTracer.NotFound.self) { try tracer.find(words) }
        #expect(error?.description.isEmpty == false)
    }

    @Test func anIDLeadsToItsRequirement() throws {
        let tracer = try tracer()
        #expect(try tracer.find("B66-OPR-R1").flatMap(\.requirements) == ["B66-OPR-R1"])
        #expect(try tracer.find("b66-srv-2A").flatMap(\.requirements) == ["B66-SRV-2a"])
    }

    /// In statements, and otherwise in what cases say of themselves.
    @Test(
        arguments: [
            ("paths_absolute_expiry", "B66-D3"), ("invreq_chain", "B12-IRQ-13"),
            ("offer_quantity_max", "B12-IRQ-10"),
            ("bolt12/merkle", "B12-SIG-1"), ("scenario/server", "B66-OPR-R1"),
        ] as [(String, RequirementID)]
    )
    func theNameOfARecordOrAFamilyLeadsToRequirements(name: String, id: RequirementID) throws {
        #expect(try tracer().find(name).flatMap(\.requirements).contains(id))
    }

    @Test func aPhraseOfAStatementLeadsToIt() throws {
        let found = try tracer().find("no earlier than storage has confirmed")
        #expect(found.flatMap(\.requirements) == ["B66-SIP-S1"])
    }
}

@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "source texts skipped: \(Upstream.howToGet)")))
struct SpecTextsTests {
    private static let texts = [
        ("blip-0066", "blip66", "blip-0066.md"), ("salt-secret", "salt2024", "salt-secret-scheme.txt"),
    ]

    private func text(_ file: String) throws -> String {
        String(decoding: try Upstream.bytes("../spec/\(file)"), as: UTF8.self)
    }

    @Test(arguments: texts)
    func anOutlineIsWhatIsMadeOfItsText(_ name: String, _ key: String, _ file: String) throws {
        let json = try Files.readJSON("\(Project.root)/Spec/\(name).json")
        let document = try #require(try ProjectData.requirements()[document: name])
        let outline = document.outline(of: try text(file), for: try #require(document[source: key]))
        #expect(outline == json.object?["sources"]?.object?[key]?.object?["outline"])
    }

    @Test(arguments: texts)
    func everyLineIsFoundWhereItStands(_ name: String, _ key: String, _ file: String) throws {
        let catalogue = try ProjectData.requirements()
        let folder = try TemporaryFolder()
        try folder.write(try text(file), to: file)
        let texts = try SpecTexts(folder: folder.path, catalogue)
        let document = try #require(catalogue[document: name])
        let source = try #require(document[source: key])
        #expect(texts.hasCopy(of: source))
        let lines = document.accountedLines(of: key)
        #expect(lines.count == source.outline.flatMap(\.lines).count)
        for line in lines { #expect(texts.sentence(line, of: source)?.isInPlace == true, "\(line)") }
    }

    @Test func aLineThatMovedIsFoundAndOneThatChangedIsNot() throws {
        let catalogue = try ProjectData.requirements()
        let folder = try TemporaryFolder()
        let original = try text("blip-0066.md")
        let changed = original.replacing("MAY authenticate the request", with: "MUST authenticate the request")
            .replacing("MUST authenticate the request", with: "MUST never authenticate the request")
        try folder.write("\n\n\(changed)", to: "blip-0066.md")
        let texts = try SpecTexts(folder: folder.path, catalogue)
        let source = try #require(catalogue[document: "blip-0066"]?[source: "blip66"])
        let gone = try #require(catalogue["B66-OPR-R1"]?.bases.first?.lines.first)
        #expect(texts.sentence(gone, of: source) == nil)
        let moved = try #require(catalogue["B66-SIP-S1"]?.bases.first)
        let digest = try #require(moved.lines.first)
        let sentence = try #require(texts.sentence(digest, of: source))
        #expect(!sentence.isInPlace)
        #expect(sentence.line.span.first == (moved.spans.first?.first ?? 0) + 2)
    }

    @Test func aFolderWithoutTextsIsRejected() throws {
        let folder = try TemporaryFolder()
        let catalogue = try ProjectData.requirements()
        let error = #expect(throws: FileError.self) { try SpecTexts(folder: folder.path, catalogue) }
        #expect(error?.detail.contains("blip-0066.md") == true)
    }
}
