import Catalogue
import Reference
import Rules
import Scenarios
import StrictJSON
import TestSupport
import Testing

/// The scenarios of salt and secret beside what the validator proves of them: their readings, lines and notes.
struct SaltScenarioTests {
    private static func families() throws -> [ScenarioFamily] {
        try ProjectData.scenarios().filter { $0.role.hasPrefix("salt-") }
    }

    @Test func theReferenceFinishesEachOfThem() async throws {
        for family in try Self.families() {
            for scenario in family.scenarios {
                let outcome = try await LocalParty.execute(scenario, role: family.role).outcome
                #expect(outcome.end == .finished, "\(scenario.id)")
                #expect(outcome.violations == [], "\(scenario.id)")
            }
        }
    }

    @Test func everyLineFollowsTheSchemaOfTheProtocol() async throws {
        let file = try Files.readJSON("\(Project.root)/Spec/adapter-protocol.schema.json")
        let request = try JSONSchema(file)
        for family in try Self.families() {
            for scenario in family.scenarios where !scenario.id.contains("-under-") {
                let lines = try await LocalParty.execute(scenario, role: family.role).party.lines
                for (index, line) in lines.enumerated() {
                    let place = "\(scenario.id) \(line.operation)"
                    let object: JSON = ["id": .integer(Int64(index)), "op": .string(line.operation), "in": line.input]
                    let definition: JSON = .string("#/$defs/\(line.operation).out")
                    let out = try JSONSchema(["$ref": definition, "$defs": file["$defs"] ?? [:]])
                    #expect(request.problems(of: object, path: place) == [])
                    #expect(out.problems(of: .object(line.out), path: place) == [])
                }
            }
        }
    }

    @Test func eachPairOfReadingsHasItsScenario() throws {
        for family in try Self.families() {
            let ids = family.scenarios.map(\.id).filter { $0.contains("-under-") }
            #expect(ids.count == 32)
            #expect(ids.contains { $0.hasSuffix("-under-sb16-ra") })
            #expect(!ids.contains { $0.hasSuffix("-under-sd-head-rc") }, "48 bytes are no key of 16")
            #expect(Set(ids).count == ids.count)
        }
    }

    /// SALT-SEC-1: the note comes where key and nonce repeat, and not where each payer has a nonce of its own.
    @Test(arguments: [("RA", true), ("RB", true), ("RC", true), ("RD", false)])
    func aSharedKeyStreamIsNotedAndBreaksNothing(_ sealing: String, _ isShared: Bool) async throws {
        for (role, name) in [("salt-counterparty", "two-payers"), ("salt-payer", "two-payments")] {
            let scenario = try Self.scenario(role, name, sealing: sealing)
            let outcome = try await LocalParty.execute(scenario, role: role).outcome
            #expect(outcome.end == .finished)
            #expect(outcome.violations == [])
            #expect(outcome.notes.contains { $0.contains("SALT-SEC-1") } == isShared)
        }
    }

    private static func scenario(_ role: String, _ name: String, sealing: String) throws -> Scenario {
        var json = try #require(try Files.readJSON("\(Project.root)/Vectors/scenario/\(role).json").object)
        let all = try #require(json["scenarios"]?.array)
        var scenario = try #require(all.first { $0["id"]?.string == "scenario/\(role)/\(name)" }?.object)
        scenario["limits"] = ["sealing": .string(sealing)]
        json["scenarios"] = [.object(scenario)]
        return try #require(try ScenarioFamily(JSONReader(.object(json), path: "family")).scenarios.first)
    }
}
