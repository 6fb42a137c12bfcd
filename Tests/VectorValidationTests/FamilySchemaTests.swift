import Catalogue
import StrictJSON
import TestSupport
import Testing
import VectorFormat

@Suite struct JSONSchemaTests {
    private func schema() throws -> JSONSchema {
        try JSONSchema(try Files.readJSON("\(Project.root)/Vectors/schema/family.schema.json"))
    }

    @Test func everyFamilyFollowsTheSchema() throws {
        let schema = try schema()
        for family in try ProjectData.families() { #expect(schema.problems(of: family.json, path: "family").isEmpty) }
    }

    @Test func aKeywordThatIsNotUnderstoodIsRejected() {
        #expect(throws: JSONShapeError.self) { try JSONSchema(["type": "object", "contains": [:]]) }
    }

    @Test func formalFaultsAreNamedWithTheirPaths() throws {
        let family = try #require(try ProjectData.families().first)
        var json = try #require(family.json.object)
        json["format"] = 1
        json["colour"] = "red"
        json["cases"] = [["id": "x", "op": "bigsize.decode", "requirements": [], "in": [:], "outcome": "perhaps"]]
        let problems = try schema().problems(of: .object(json), path: "family")
        for part in [
            "family.format: must be 3", "family.colour: must not be there",
            "family.cases[0]: the member \"comment\" is missing",
            "family.cases[0].id: does not match", "family.cases[0].requirements: has too few",
            "family.cases[0].outcome: must be one of",
        ] { #expect(problems.contains { $0.hasPrefix(part) }, "\(part) in \(problems)") }
    }

    @Test func anAcceptedCaseHasNoReasonsAndARejectedOneNoOut() throws {
        let base: JSONObject = [
            "id": "a/b/c", "op": "x.y", "requirements": ["B1-BS-1"], "subject": "B1-BS-1", "comment": "c", "flags": [],
            "in": [:],
        ]
        func problems(_ members: [(String, JSON)]) throws -> [String] {
            var testCase = base
            for (key, value) in members { testCase[key] = value }
            let family: JSON = [
                "format": 3, "family": "a/b", "title": "t", "profile": "any", "flags": [:],
                "cases": [.object(testCase)],
            ]
            return try schema().problems(of: family, path: "family")
        }
        let rejection: [(String, JSON)] = [
            ("outcome", "reject"), ("reasons", ["point"]), ("violates", ["B1-BS-1"]), ("neighbour", "a/b/d"),
        ]
        #expect(try problems([("outcome", "accept"), ("out", [:])]).isEmpty)
        #expect(try problems(rejection).isEmpty)
        #expect(try !problems([("outcome", "accept"), ("out", [:]), ("reasons", ["point"])]).isEmpty)
        #expect(try !problems([("outcome", "accept")]).isEmpty)
        #expect(try !problems(rejection + [("out", [:])]).isEmpty)
        #expect(try !problems([("outcome", "reject")]).isEmpty)
    }
}
