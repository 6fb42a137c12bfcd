import Catalogue
import Reference
import Rules
import Scenarios
import StrictJSON
import TestSupport
import Testing

/// The scenarios of salt and secret, with the reference and with parties that do one thing wrong.
struct SaltScenarioTests {
    private static func families() throws -> [ScenarioFamily] {
        try ScenarioStore.load(folder: "\(Project.root)/Vectors").filter { $0.role.hasPrefix("salt-") }
    }

    @Test func theReferenceFinishesEachOfThem() async throws {
        for family in try Self.families() {
            for scenario in family.scenarios {
                let outcome = try await LocalParty.play(scenario, role: family.role, .reference)
                #expect(outcome.end == .finished, "\(scenario.id)")
                #expect(outcome.breaches == [], "\(scenario.id)")
            }
        }
    }

    @Test func everyKillIsFoundOutByItsRequirementAlone() async throws {
        var killed: Set<String> = []
        for family in try Self.families() {
            for scenario in family.scenarios {
                for kill in scenario.kills {
                    let variant = try #require(SaltVariants.all[kill], "\(kill), in \(scenario.id)")
                    let registry = PartyRegistry.reference.replacing(family.role, variant())
                    let outcome = try await LocalParty.play(scenario, role: family.role, registry)
                    let broken = Set(outcome.breaches.flatMap(\.requirements))
                    let requirement = RequirementID(String(kill.prefix { $0 != "/" }))
                    #expect(broken == [requirement], "\(kill) in \(scenario.id): \(outcome.end) \(outcome.breaches)")
                    killed.insert(kill)
                }
            }
        }
        #expect(killed == Set(SaltVariants.all.keys))
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
            let outcome = try await LocalParty.play(scenario, role: role, .reference)
            #expect(outcome.end == .finished)
            #expect(outcome.breaches == [])
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
