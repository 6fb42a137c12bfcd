import Catalogue
import Rules
import StrictJSON
import TestSupport
import Testing
import VectorFormat
import VectorKit

/// What a family's author is told.
@Suite struct FamilyBuilderTests {
    private func builder() throws -> FamilyBuilder {
        FamilyBuilder(
            "bolt01/trial",
            title: "t",
            profile: nil,
            in: try GenerationContext(store: ProjectData.profiles())
        )
    }

    @Test func everyMistakeOfAFamilyIsToldWithTheLineOfItsCase() throws {
        var family = try builder()
        let first = #line + 1
        family.accept("cut", "bigsize.decode", ["B1-BS-1"], "c", in: ["bytes": "fd"])
        family.accept("right", "bigsize.decode", ["B1-BS-1"], "c", in: ["bytes": "01"], out: ["value": "1"])
        family.reject(
            "no-fault",
            "bigsize.decode",
            ["B1-BS-1"],
            ["tlv.noncanonical"],
            "c",
            neighbour: "right",
            in: ["bytes": "02"]
        )
        let made = family.build()
        #expect(made.mistakes.map(\.id) == ["bolt01/trial/cut", "bolt01/trial/no-fault"])
        #expect(made.mistakes.map { $0.source?.line } == [UInt(first), UInt(first + 2)])
        #expect(made.mistakes[0].description.hasPrefix("Sources/VectorKitTests/FamilyBuilderTests.swift:\(first): "))
    }

    /// `Vectors/README.md`, "Neighbours".
    @Test func aRejectedCaseDiffersFromItsNeighbourInOneThing() throws {
        var family = try builder()
        family.accept(
            "right",
            "field.decode",
            ["B1-T-1"],
            "c",
            in: ["kind": "u16", "bytes": "0001"],
            out: ["value": 1]
        )
        for (name, input) in [
            ("same", ["kind": "u16", "bytes": "0001"]), ("another", ["kind": "u32", "bytes": "01"]),
            ("neighbour", ["kind": "u16", "bytes": "01"]),
        ] as [(String, JSON)] {
            family.reject(name, "field.decode", ["B1-T-1"], ["tlv.length"], "c", neighbour: "right", in: input)
        }
        let problems = family.build().mistakes.flatMap(\.problems)
        #expect(problems.contains("its input is that of its neighbour bolt01/trial/right"))
        #expect(problems.contains("it differs from its neighbour bolt01/trial/right in bytes, kind"))
        #expect(problems.count == 3, "and the first breaks no rule: \(problems)")
    }

    @Test func aFamilysOwnRulesAreMistakesOfTheirCases() throws {
        var family = try builder()
        family.accept("right", "bigsize.decode", ["B1-BS-1"], "c", in: ["bytes": "01"], out: ["value": "1"])
        let again = #line + 1
        family.accept(
            "right",
            "bigsize.decode",
            ["B1-BS-1"],
            "c",
            flags: ["odd"],
            in: ["bytes": "02"],
            out: ["value": "2"]
        )
        let made = family.build()
        #expect(made.mistakes.map(\.problems) == [["the id stands twice"], ["the flag odd is not explained"]])
        #expect(made.sources["bolt01/trial/right"]?.line == UInt(again - 2))
    }
}
