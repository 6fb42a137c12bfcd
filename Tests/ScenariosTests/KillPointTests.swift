import Reference
import Scenarios
import TestSupport
import Testing

/// Kill after each answer: the runner enumerates the points, and says how many there were.
struct KillPointTests {
    @Test(arguments: ["server", "recipient"])
    func thePartyIsKilledAtEveryPoint(role: String) async throws {
        let family = try ScenarioFamily.read("\(Project.root)/Vectors/scenario/\(role).json")
        let scenario = try #require(family.scenarios.first { $0.id == "scenario/\(role)/kill-anywhere" })
        let (outcome, party) = try await LocalParty.execute(scenario, role: role)
        #expect(outcome.end == .finished)
        #expect(outcome.violations == [])
        let note = try #require(outcome.notes.first { $0.hasPrefix("killed at ") })
        let counts = note.split(separator: " ").compactMap { Int($0) }
        let (points, failed) = (try #require(counts.first), try #require(counts.last))
        print("\(scenario.id): \(note)")
        #expect(points >= 20)
        #expect(failed >= 2)
        // Once as it stands, twice for each kill: before it and after it, and once where a write fails.
        #expect(await party.lines.count { $0.operation == "init" } == 1 + 2 * points + failed)
    }

    @Test func whatIsNotAboutKillsIsGoneThroughOnce() async throws {
        let family = try ScenarioFamily.read("\(Project.root)/Vectors/scenario/server.json")
        let scenario = try #require(family.scenarios.first { $0.id == "scenario/server/happy" })
        let (outcome, party) = try await LocalParty.execute(scenario, role: "server")
        #expect(outcome.notes.isEmpty)
        #expect(await party.lines.count { $0.operation == "init" } == 1)
    }
}
