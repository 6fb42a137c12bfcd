import Catalogue
import Reference
import Rules
import Scenarios
import StrictJSON
import TestSupport
import Testing

/// `expect_any`: which row is taken, what it shows, and what it excuses.
struct RowTests {
    private static let rows: JSON = [
        ["steps": [["do": "expect_event", "ev": "wake", "client": "alice"]]],
        ["reading": "C-13 b", "steps": [["do": "silence", "events": ["wake"]]]],
    ]

    @Test func theRowOfAnotherAlternativeIsShownAndBreaksNothing() async throws {
        let outcome = try await Self.outcome(of: ScriptedParty(), Self.rows)
        #expect(outcome.end == .finished)
        #expect(outcome.violations == [])
        let shown = try #require(outcome.readings.first)
        #expect(outcome.readings.count == 1)
        #expect(shown.alternative == ReadingAlternative("C-13 b"))
        #expect(!shown.isTaken)
        #expect(shown.step == 2)
        #expect(shown.requirements == ["B66-SRV-1"])
    }

    @Test func aRowWithoutAReadingShowsTheAlternativeThatTheSuiteTakes() async throws {
        let outcome = try await Self.outcome(of: ScriptedParty(onTick: .wakes("alice")), Self.rows)
        // The script has no request that the wake would be due to.
        #expect(outcome.violations.allSatisfy { $0.requirements == ["B66-NU-1"] })
        #expect(outcome.readings.map(\.alternative) == [ReadingAlternative(reading: "C-13", id: "a")])
        #expect(outcome.readings.map(\.isTaken) == [true])
    }

    @Test func whereNoRowNamesAReadingNoneIsShown() async throws {
        let rows: JSON = [
            ["steps": [["do": "expect_event", "ev": "wake", "client": "alice"]]],
            ["steps": [["do": "expect_event", "ev": "wake", "client": "bob"]]],
        ]
        let outcome = try await Self.outcome(of: ScriptedParty(onTick: .wakes("bob")), rows)
        #expect(outcome.end == .finished)
        #expect(outcome.readings.isEmpty)
    }

    @Test func whatNoRowAllowsIsBrokenAsIfThereWereNoReading() async throws {
        let outcome = try await Self.outcome(of: ScriptedParty(onTick: .wakes("mallory")), Self.rows)
        #expect(outcome.end == .broken)
        #expect(outcome.violations.map(\.requirements) == [["B66-SRV-1"]])
        #expect(outcome.violations.allSatisfy { !$0.isGeneral })
        #expect(outcome.readings.isEmpty)
    }

    @Test func aRowThatEndsTheScenarioLeavesOutWhatComesLater() async throws {
        let later: [JSON] = [["do": "expect_event", "ev": "htlc.claim"]]
        let goesOn = try await Self.outcome(of: ScriptedParty(), Self.rows, later: later)
        #expect(goesOn.end == .broken)
        let rows: JSON = [
            ["steps": [["do": "expect_event", "ev": "wake", "client": "alice"]]],
            ["reading": "C-13 b", "then": "end", "steps": [["do": "silence", "events": ["wake"]]]],
        ]
        let ends = try await Self.outcome(of: ScriptedParty(), rows, later: later)
        #expect(ends.end == .finished)
        #expect(ends.violations == [])
        #expect(ends.readings.map(\.alternative.description) == ["C-13 b"])
    }

    /// What comes with the barrier counts, and no row asks again.
    @Test func theRowsShareOneBarrierAndOneQuestion() async throws {
        let rows: JSON = [
            ["steps": [["do": "get_offer", "as": "offer"]]],
            ["steps": [["do": "silence"], ["do": "get_offer", "none": true]]],
            ["steps": [["do": "silence", "events": ["wake"]], ["do": "get_offer", "none": true]]],
        ]
        let party = ScriptedParty()
        let outcome = try await Self.outcome(of: party, rows)
        #expect(outcome.violations == [])
        #expect(await party.asked.filter { $0 == "recipient.get_offer" }.count == 1)
        let late = try await Self.outcome(of: ScriptedParty(onBarrier: .wakes("alice"), afterBarriers: 2), Self.rows)
        #expect(late.readings.map(\.alternative.description) == ["C-13 a"])
    }

    // MARK: The format

    @Test(
        arguments: [
            (#"{"reading": "C-13", "steps": [{"do": "silence"}]}"#, "an alternative of a reading is needed"),
            (#"{"then": "stop", "steps": [{"do": "silence"}]}"#, "end is needed"),
            (#"[{"do": "silence"}]"#, "object"),
            (#"{"readings": "C-13 b", "steps": [{"do": "silence"}]}"#, "readings"),
        ]
    )
    func aRowOfAnotherFormIsRefused(row: String, what: String) throws {
        let rows: JSON = [try JSON.parse(row.utf8), ["steps": [["do": "silence"]]]]
        #expect {
            _ = try Self.scenario(rows, later: [])
        } throws: {
            "\($0)".contains(what)
        }
    }

    @Test func aScenarioHasNoReadingsOfItsOwn() throws {
        var scenario = Self.json(Self.rows, later: [])
        scenario["readings"] = ["C-13"]
        #expect(throws: JSONShapeError.self) { try Self.read(scenario) }
    }

    // MARK: Scenarios

    private static func outcome(of party: ScriptedParty, _ rows: JSON, later: [JSON] = []) async throws
        -> ScenarioOutcome
    {
        var store = try ProfileStore(folder: "\(Project.root)/Spec/profiles")
        var executor = ScenarioExecutor(
            try scenario(rows, later: later),
            role: "recipient",
            depth: .payload,
            profile: try store.profile("blip66-draft"),
            declared: DeclaredCapabilities(capabilities: [:]),
            spec: try ScenarioSpec(specFolder: "\(Project.root)/Spec"),
            port: party
        )
        return await executor.run()
    }

    private static func scenario(_ rows: JSON, later: [JSON]) throws -> Scenario {
        try read(json(rows, later: later))
    }

    private static func read(_ scenario: JSONObject) throws -> Scenario {
        let family: JSON = [
            "format": 2, "family": "scenario/rows", "title": "For tests", "role": "recipient",
            "profiles": ["blip66-draft"], "scenarios": [.object(scenario)],
        ]
        return try #require(try ScenarioFamily(JSONReader(family, path: "family")).scenarios.first)
    }

    private static func json(_ rows: JSON, later: [JSON]) -> JSONObject {
        [
            "id": "scenario/rows/one", "requirements": ["B66-SRV-1"], "comment": "For tests.",
            "steps": .array([["do": "tick"], ["do": "expect_any", "of": rows]] + later),
        ]
    }
}

/// Does one thing at a tick, or at a barrier, and answers the rest with nothing.
private actor ScriptedParty: PartyPort {
    enum Conduct { case nothing, wakes(String) }

    private let onTick: Conduct
    private let onBarrier: Conduct
    private let afterBarriers: Int
    private var barriers = 0
    /// The names of all requests.
    private(set) var asked: [String] = []

    /// - Parameter afterBarriers: the barriers that pass before `onBarrier`.
    init(onTick: Conduct = .nothing, onBarrier: Conduct = .nothing, afterBarriers: Int = 0) {
        self.onTick = onTick
        self.onBarrier = onBarrier
        self.afterBarriers = afterBarriers
    }

    func ask(_ operation: String, _ input: JSON) -> Answer {
        asked.append(operation)
        switch operation {
        case "tick": return .accept(Self.out(onTick))
        case "barrier":
            barriers += 1
            return .accept(barriers == afterBarriers + 1 ? Self.out(onBarrier) : [:])
        default: return .accept([:])
        }
    }

    func kill() {}

    private static func out(_ conduct: Conduct) -> JSONObject {
        guard case .wakes(let client) = conduct else { return [:] }
        return ["events": [["ev": "wake", "client": .string(client)]]]
    }
}
