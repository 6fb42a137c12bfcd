import Catalogue
import Rules
import StrictJSON
import Testing
import TestSupport

@Suite struct ReadingsTests {
    private static let spec = "\(Project.root)/Spec"

    private func readings() throws -> Readings { try Readings(specFolder: Self.spec) }

    @Test func everyReadingThatAStatementNamesIsExplained() throws {
        let readings = try readings()
        let catalogue = try RequirementCatalogue(specFolder: Self.spec)
        for id in catalogue.ids {
            for name in Readings.names(in: catalogue[id]?.statement ?? "") {
                #expect(readings[name] != nil, "\(name), in \(id)")
            }
        }
    }

    @Test func everyRequirementThatAReadingNamesIsInTheCatalogue() throws {
        let catalogue = try RequirementCatalogue(specFolder: Self.spec)
        for reading in try readings().entries {
            for id in reading.requirements { #expect(catalogue[id] != nil, "\(id), in \(reading.id)") }
        }
    }

    @Test func everyReadingThatAReadingNamesIsThere() throws {
        let readings = try readings()
        for reading in readings.entries {
            for name in Readings.names(in: reading.why + reading.question) {
                #expect(readings[name] != nil, "\(name), in \(reading.id)")
            }
        }
    }

    /// Names are never given out twice. These were given out before there was one question to each.
    @Test func noNameIsGivenUp() throws {
        let readings = try readings()
        for number in Array(1...18) + Array(20...27) + Array(30...72) {
            #expect(readings["C-\(number)"] != nil && readings["C-\(number)"]?.splitFrom == nil, "C-\(number)")
        }
        #expect(readings.entries.allSatisfy { $0.splitFrom == nil || readings[$0.splitFrom ?? ""]?.splitFrom == nil })
    }

    @Test func thePageIsMadeFromTheFile() throws {
        let page = try Files.read("\(Self.spec)/\(Readings.pageFile)")
        let isMade = page == Array(try readings().markdown.utf8)
        #expect(isMade, "make it anew: blip66 spec readings --markdown > Spec/\(Readings.pageFile)")
    }

    @Test func theFileIsLaidOutAsTheProjectWritesJSON() throws {
        let path = "\(Self.spec)/\(Readings.file)"
        #expect(try Files.read(path) == Array(try Files.readJSON(path).pretty.utf8))
    }

    @Test func aReadingIsFoundByNameRequirementAndAlternative() throws {
        let readings = try readings()
        let life = try #require(readings["C-30"])
        #expect(life.kind == .dialect && life.taken == "a")
        #expect(readings[ReadingAlternative(reading: "C-30", id: "b")]?.says.contains("7200") == true)
        #expect(readings[ReadingAlternative(reading: "C-30", id: "z")] == nil)
        #expect(readings["C-28"] == nil)
        let requirement = try #require(try RequirementCatalogue(specFolder: Self.spec)["B12-SI-R6"])
        #expect(readings.entries(bearingOn: requirement).map(\.id) == ["C-30"])
    }

    @Test(arguments: ["C-30 b", "C-7 z", "C-112 a"])
    func anAlternativeIsReadAndWritten(_ text: String) throws {
        #expect(try #require(ReadingAlternative(text)).description == text)
    }

    @Test(arguments: [
        "", "C-30", "C-30b", "C-30  b", "C-30 B", "C-030 b", "C-30 bc", "D-30 b", " C-30 b", "C-30 b ", "C-٣ b",
    ])
    func anAlternativeOfAnotherFormIsNone(_ text: String) {
        #expect(ReadingAlternative(text) == nil)
    }
}

@Suite struct ReadingsFileTests {
    private static let reading: JSONObject = [
        "id": "C-1", "title": "one", "question": "Is it so?", "kind": "freedom",
        "alternatives": [["id": "a", "says": "It is."], ["id": "b", "says": "It is not."]], "taken": "b",
        "why": "It is not.", "requirements": ["B1-T-4"],
    ]

    private func read(_ readings: [JSONObject]) throws(JSONShapeError) -> Readings {
        let json: JSON = ["sections": [["title": "Texts", "readings": .array(readings.map { .object($0) })]]]
        return try Readings(JSONReader(json, path: "readings"))
    }

    private func reading(_ changes: [String: JSON]) -> JSONObject {
        var reading = Self.reading
        for (member, value) in changes { reading[member] = value }
        return reading
    }

    private func reading(without member: String) -> JSONObject {
        var reading = Self.reading
        reading[member] = nil
        return reading
    }

    private func fault(in readings: JSONObject...) -> JSONShapeError? {
        do {
            _ = try read(readings)
            return nil
        } catch {
            return error
        }
    }

    @Test func aReadingIsRead() throws {
        let readings = try read([Self.reading])
        let reading = try #require(readings["C-1"])
        #expect(reading.ground == .free && reading.alternatives.map(\.id) == ["a", "b"])
        #expect(reading[alternative: "b"]?.says == "It is not.")
    }

    @Test(
        arguments: [
            ("id", "C-01"), ("id", "30"), ("question", "It is so."), ("kind", "habit"), ("taken", "c"),
            ("why", "no stop"),
            ("requirements", []), ("requirements", ["B1-T-4", "B1-T-4"]), ("colour", "red"), ("split_from", "C-1"),
            ("split_from", "C-2"), ("settled_by", "The profile."), ("dialect_reason", "They differ."),
            ("alternatives", []), ("alternatives", [["id": "a", "says": "It is."]]),
            ("alternatives", [["id": "a", "says": "It is."], ["id": "c", "says": "It is not."]]),
            ("alternatives", [["id": "a", "says": "It is."], ["id": "b", "says": "no stop"]]),
        ] as [(String, JSON)]
    )
    func aWrongMemberIsRefusedWithItsPath(_ member: String, _ value: JSON) throws {
        let error = try #require(fault(in: reading([member: value])))
        #expect(error.path.hasPrefix("readings.sections[0].readings[0].\(member)"), "\(error)")
    }

    @Test(arguments: ["id", "title", "question", "kind", "alternatives", "taken", "why", "requirements"])
    func aMissingMemberIsNamed(_ member: String) throws {
        let error = try #require(fault(in: reading(without: member)))
        #expect(error.detail.contains("\"\(member)\""))
    }

    @Test func eachKindHasItsOwnMember() throws {
        #expect(fault(in: reading(["kind": "parameter", "settled_by": "The profile."])) == nil)
        #expect(fault(in: reading(["kind": "dialect", "dialect_reason": "They differ."])) == nil)
        #expect(fault(in: reading(["kind": "parameter"]))?.detail.contains("\"settled_by\"") == true)
        #expect(fault(in: reading(["kind": "dialect"]))?.detail.contains("\"dialect_reason\"") == true)
        let both = fault(in: reading(["kind": "dialect", "dialect_reason": "So.", "settled_by": "The profile."]))
        #expect(both?.path == "readings.sections[0].readings[0].settled_by")
    }

    @Test func aNameStandsOnce() throws {
        #expect(fault(in: Self.reading, reading(["id": "C-2", "split_from": "C-1"])) == nil)
        #expect(fault(in: Self.reading, Self.reading)?.path == "readings.sections[0].readings[1].id")
    }
}
