import Scenarios
import StrictJSON
import Testing

/// Scenarios that stand for several.
struct ScenarioTableTests {
    @Test func eachRowIsAScenarioOfItsOwn() throws {
        let scenarios = try Self.read([
            ["as": "one", "requirements": ["B66-SRV-1"], "comment": "One.", "seconds": 1, "chain": "testnet"],
            ["as": "two", "requirements": ["B66-SRV-2a"], "comment": "Two.", "seconds": 2, "then": "tick"],
        ])
        #expect(scenarios.map(\.id) == ["scenario/tables/waits-one", "scenario/tables/waits-two"])
        #expect(scenarios.map(\.requirements) == [["B66-SRV-1"], ["B66-SRV-2a"]])
        #expect(scenarios.map(\.comment) == ["One.", "Two."])
        #expect(scenarios.map(\.chain) == [.testnet, .bitcoin])
        #expect(scenarios.map(\.twin) == ["scenario/tables/happy", "scenario/tables/happy"])
        #expect(
            scenarios.flatMap(\.steps).map { JSON.object($0.source) } == [
                ["do": "advance", "seconds": 1], ["do": "advance", "seconds": 2, "then": "tick"],
            ]
        )
    }

    @Test(
        arguments: [
            (
                ["as": "one", "requirements": ["B66-SRV-1"], "comment": "One.", "secons": 1],
                "nothing stands for $secons"
            ),
            (
                ["as": "one", "requirements": ["B66-SRV-1"], "comment": "One.", "seconds": 1],
                "no row has a member then"
            ),
            (["requirements": ["B66-SRV-1"], "comment": "One.", "seconds": 1, "then": "tick"], "\"as\" is missing"),
        ] as [(JSON, String)]
    )
    func aTableWithAMistakeIsRejected(_ row: JSON, _ reason: String) throws {
        let error = #expect(throws: JSONShapeError.self) { try Self.read([row]) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        #expect(error?.path.contains("each") == true || error?.path.hasSuffix("each[0]") == true)
    }

    /// What is changed about records is hex, and a record has a number.
    @Test(
        arguments: [
            (["8": "0g"], "hex is needed"), (["eight": "00"], "the number of a record is needed"),
            (["8": 8], "a string"),
        ] as [(JSON, String)]
    )
    func aChangeOfRecordsThatSaysNothingIsRejected(_ changes: JSON, _ reason: String) throws {
        let scenario: JSON = [
            "id": "scenario/tables/one", "requirements": ["B66-SRV-1"], "comment": "For tests.",
            "steps": [["do": "make_offer", "by": "rita", "as": "offer", "paths": "paths", "with": changes]],
        ]
        let error = #expect(throws: JSONShapeError.self) { try Self.read(family: [scenario]) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    private static func read(_ rows: [JSON]) throws -> [Scenario] {
        let table: JSON = [
            "id": "scenario/tables/waits", "twin": "scenario/tables/happy", "each": .array(rows),
            "steps": [["do": "advance", "seconds": "$seconds", "then": "$then"]],
        ]
        return try read(family: [table])
    }

    private static func read(family scenarios: [JSON]) throws -> [Scenario] {
        let family: JSON = [
            "format": 2, "family": "scenario/tables", "title": "For tests", "role": "recipient",
            "profiles": ["blip66-draft"], "scenarios": .array(scenarios),
        ]
        return try ScenarioFamily(JSONReader(family, path: "family")).scenarios
    }
}
