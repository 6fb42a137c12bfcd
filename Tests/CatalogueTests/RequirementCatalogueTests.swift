import Catalogue
import Rules
import StrictJSON
import Testing
import TestSupport

@Suite struct RequirementCatalogueTests {
    private func catalogue() throws -> RequirementCatalogue {
        try ProjectData.requirements()
    }

    @Test(arguments: [
        ("blip-0066", "B66-", 43), ("salt-secret", "SALT-", 23), ("bolt12-static-invoice", "B12-", 100),
        ("bolt01-tlv", "B1-", 21), ("bolt04-onion-messages", "", 60), ("async-payments", "ASY-", 27),
    ])
    func aDocumentHasItsRequirements(_ name: String, _ prefix: String, _ count: Int) throws {
        let document = try #require(try catalogue()[document: name])
        #expect(document.requirements.count == count)
        #expect(document.requirements.allSatisfy { $0.id.rawValue.hasPrefix(prefix) && $0.document == name })
    }

    @Test func theDocumentOfTheServerHasTheIdsOfItsTwentySevenBullets() throws {
        let document = try #require(try catalogue()[document: "blip-0066"])
        let keyWords: Set<Requirement.Level> = [.must, .mustNot, .should, .may]
        let bullets = document.requirements.filter { keyWords.contains($0.level) }
        #expect(bullets.count == 28)
        #expect(Set(bullets.flatMap { $0.bases.flatMap(\.lines) }).count == 27)
        #expect(bullets.filter { $0.level == .must }.count == 12)
        #expect(bullets.filter { $0.level == .should }.count == 14)
        #expect(bullets.filter { $0.level == .may }.count == 2)
    }

    @Test func idsAreSortedByTheNumbersInThem() {
        let sorted: [RequirementID] = [
            "ASY-D1", "B1-T-2", "B1-T-10", "B12", "B12-SI-R9", "B12-SI-R10", "B12-SI-R10b", "B12-SI-W1", "B66-D2", "BS",
        ]
        #expect(sorted.reversed().sorted() == sorted)
        #expect(!(RequirementID("B1-T-2") < "B1-T-2"))
    }

    @Test func everySourceThatIsNamedIsThere() throws {
        let catalogue = try catalogue()
        for id in catalogue.ids {
            let requirement = try #require(catalogue[id])
            #expect(requirement.bases.allSatisfy { catalogue.sources[$0.source] != nil }, "\(id)")
        }
    }

    @Test func everyLineOfAnOutlineIsAccountedForAndStandsOnce() throws {
        for document in try catalogue().documents {
            for source in document.sources {
                let lines = source.outline.flatMap(\.lines).map(\.digest)
                let accounted = Set(document.accountedLines(of: source.key).map { String($0.prefix(16)) })
                #expect(Set(lines) == accounted, "\(document.name), \(source.key)")
                #expect(Set(lines).count == lines.count, "\(document.name), \(source.key)")
            }
        }
    }

    @Test func theLinesOfASectionStandInTheOrderOfTheText() throws {
        for source in try catalogue().documents.flatMap(\.sources) {
            for section in source.outline {
                let numbers = section.lines.map(\.span.first)
                #expect(numbers == numbers.sorted(), "\(source.key), \(section.name)")
            }
        }
    }

    @Test func anAddressOfATextIsThatOfItsRevision() throws {
        for source in try catalogue().documents.flatMap(\.sources) {
            guard let url = source.url, let file = source.file else { continue }
            #expect(url.contains("/blob/\(source.revision)"), "\(source.key)")
            #expect(url.hasSuffix("/\(file)?plain=1"), "\(source.key)")
        }
    }

    @Test func aRequirementNamesDocumentSectionAndLine() throws {
        let requirement = try #require(try catalogue()["B66-OPR-R1"])
        let place = try #require(requirement.places.first)
        let expected = /blip-0066\.md, Specification > Requirements, lines? ([0-9]+)(-[0-9]+)? \(blip66:\1\)/
        #expect(place.wholeMatch(of: expected) != nil)
    }

    @Test(arguments: [
        ("BOLT4", ["bolt04"]), ("bolt 04", ["bolt04"]), ("bLIP-66", ["blip66"]), ("blip-0066.md", ["blip66"]),
        ("PR1149", ["pr1149"]), ("pr1149-bolt4", ["pr1149-bolt04"]), ("BOLT7", []), ("salt2024", ["salt2024"]),
        ("12-offer-encoding.md", ["bolt12", "pr1149"]),
    ])
    func aTextIsMeantByMoreThanOneName(_ name: String, _ keys: [String]) throws {
        let meant = try catalogue().documents.flatMap(\.sources).filter { $0.isMeant(by: name) }
        #expect(meant.map(\.key) == keys)
    }

    @Test func noLineIsBothClaimedAndUnclaimed() throws {
        for document in try catalogue().documents {
            let claimed = Set(
                document.requirements.flatMap(\.bases).flatMap { basis in basis.lines.map { basis.source + $0 } }
            )
            let unclaimed = document.unclaimed.flatMap { entry in entry.lines.map { entry.source + $0 } }
            #expect(claimed.isDisjoint(with: unclaimed), "\(document.name)")
            #expect(Set(unclaimed).count == unclaimed.count, "\(document.name)")
        }
    }

    @Test func filesAreLaidOutAsTheProjectWritesJSON() throws {
        for name in RequirementCatalogue.documents {
            let path = "\(Project.root)/Spec/\(name).json"
            #expect(try Files.read(path) == Array(try Files.readJSON(path).pretty.utf8), "\(name)")
        }
    }

    @Test func idsSortByTheirNumbers() {
        let ids: [RequirementID] = ["B12-SI-R10", "B1-TLV-2", "B12-SI-R9", "B66-SRV-2b", "B66-SRV-2a"]
        #expect(ids.sorted() == ["B1-TLV-2", "B12-SI-R9", "B12-SI-R10", "B66-SRV-2a", "B66-SRV-2b"])
    }
}

@Suite struct SpecDocumentFileTests {
    private static let digest = String(repeating: "ab", count: 32)

    private static let requirement: JSONObject = [
        "id": "T-1", "level": "MUST", "enforcement": "fail", "role": "any", "statement": "It does.", "source": "text",
        "section": "Part", "lines": [.string(digest)], "observed": "wire",
    ]

    private static let document: JSONObject = [
        "title": "For a test",
        "sources": [
            "text": [
                "title": "A text", "revision": "1", "file": "text.md", "sections": ["*"],
                "outline": ["Part": [.string("\(digest.prefix(16)) 5-7")]],
            ],
            "program": ["title": "A program", "revision": "2"],
        ],
        "requirements": [.object(requirement)],
        "unclaimed": [],
    ]

    private func read(_ json: JSONObject) throws(JSONShapeError) -> SpecDocument {
        try SpecDocument(JSONReader(.object(json), path: "doc"), name: "doc")
    }

    private func reading(_ member: String, _ value: JSON?, also other: (String, JSON)? = nil) throws -> JSONShapeError?
    {
        var requirement = Self.requirement
        requirement[member] = value
        if let (name, value) = other { requirement[name] = value }
        var document = Self.document
        document["requirements"] = [.object(requirement)]
        do {
            _ = try read(document)
            return nil
        } catch {
            return error
        }
    }

    @Test func aDocumentIsRead() throws {
        let document = try read(Self.document)
        #expect(document.requirements.map(\.id) == ["T-1"])
        #expect(document.requirements(restingOn: Self.digest, of: "text") == ["T-1"])
        #expect(document[source: "text"]?.section(of: Self.digest) == "Part")
        #expect(document.requirements.first?.places == ["text.md, Part, lines 5-7 (text:5)"])
    }

    @Test(
        arguments: [
            ("level", "OUGHT"), ("enforcement", "warn"), ("role", "somebody"), ("statement", "No full stop"),
            ("statement", ""), ("source", "nowhere"), ("source", "program"), ("section", "Elsewhere"),
            ("lines", ["ab"]),
            ("lines", ["CD"]), ("lines", []), ("observed", "seldom"), ("colour", "red"),
            ("without_line", "There is one."),
            ("enforcement_reason", "It is normal."), ("waiver", ["because": "So."]), ("waiver", ["reason": "so"]),
            ("id", 1),
            ("also", [["source": "text", "section": "Part"]]),
            ("lines", [.string(String(repeating: "cd", count: 32))]),
        ] as [(String, JSON)]
    )
    func aWrongMemberIsRejectedWithItsPath(_ member: String, _ value: JSON) throws {
        let error = try #require(try reading(member, value))
        let path = member == "source" && value == "program" ? "lines" : member
        #expect(error.path.hasPrefix("doc.requirements[0].\(path)"), "\(error)")
    }

    @Test(arguments: ["id", "level", "enforcement", "role", "statement", "source", "section", "lines", "observed"])
    func aMissingMemberIsNamed(_ member: String) throws {
        let error = try #require(try reading(member, nil))
        #expect(error.detail.contains("\"\(member)\""))
    }

    @Test func aWeakerEnforcementNeedsAReason() throws {
        #expect(try reading("enforcement", "warn", also: ("enforcement_reason", "Nobody does it.")) == nil)
        #expect(try reading("enforcement", "warn") != nil)
    }

    @Test func aRequirementWithoutLinesSaysWhy() throws {
        #expect(try reading("lines", [], also: ("without_line", "No sentence says it.")) == nil)
        #expect(try reading("lines", []) != nil)
    }

    @Test func aWrongSourceIsRejectedWithItsPath() throws {
        let faults: [(JSON, String)] = [
            (["title": "T", "revision": "1", "outline": [:]], "doc.sources.text.outline"),
            (["title": "T", "revision": "1", "file": "f", "sections": ["*"]], "doc.sources.text"),
            (["title": "T", "revision": "1", "file": "f", "outline": [:]], "doc.sources.text"),
            (
                ["title": "T", "revision": "1", "file": "f", "sections": ["*"], "outline": ["Part": ["ab"]]],
                "doc.sources.text.outline.Part[0]"
            ),
            (
                [
                    "title": "T", "revision": "1", "file": "f", "sections": ["*"],
                    "outline": ["Part": ["9dd50f5c22438f15"]],
                ],
                "doc.sources.text.outline.Part[0]"
            ),
            (
                ["title": "T", "revision": "1", "file": "f", "sections": ["*"], "outline": [:], "based_on": "text"],
                "doc.sources.text.based_on"
            ),
            (["title": "T", "revision": "1", "url": "u"], "doc.sources.text.url"),
        ]
        for (source, path) in faults {
            var document = Self.document
            document["sources"] = ["text": source]
            let error = #expect(throws: JSONShapeError.self) { try read(document) }
            #expect(error?.path == path, "\(String(describing: error))")
        }
    }

    @Test func anIdThatStandsTwiceAndASourceThatTwoDocumentsHaveAreRejected() throws {
        let folder = try TemporaryFolder()
        func write(_ documents: [String: JSONObject]) throws {
            let empty: JSONObject = ["title": "", "sources": [:], "requirements": [], "unclaimed": []]
            for name in RequirementCatalogue.documents {
                try folder.write(JSON.object(documents[name] ?? empty).pretty, to: "\(name).json")
            }
        }
        var twice = Self.document
        twice["requirements"] = [.object(Self.requirement), .object(Self.requirement)]
        try write(["bolt01-tlv": twice])
        let error = #expect(throws: FileError.self) { try RequirementCatalogue(specFolder: folder.path) }
        #expect(error?.detail == "bolt01-tlv.requirements[1]: the id T-1 stands twice")

        try write(["blip-0066": Self.document, "bolt01-tlv": Self.document])
        let other = #expect(throws: FileError.self) { try RequirementCatalogue(specFolder: folder.path) }
        #expect(other?.detail == "bolt01-tlv.sources.text: another document has a source of that name")
    }
}
