internal import Catalogue
internal import InvoiceServer
internal import Reference
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorValidation

@Suite struct ScenarioValidatorTests {
    // MARK: Broken copies

    @Test func aCopyOfAFewScenariosHolds() async throws {
        #expect(try await problems { _ in } == [])
    }

    @Test(
        arguments: [
            ("requirements", ["B66-NO-1"], "the requirement B66-NO-1 is not in the catalogue"),
            ("profiles", ["ldk-0.3"], "the profile ldk-0.3 is not one of the family"),
            ("kills", ["B66-NO-1/nothing"], "there is no mutant B66-NO-1/nothing"),
            ("kills", ["B66-OP-R3/mute"], "B66-OP-R3/mute is a mutant of the role recipient"),
        ] as [(String, [String], String)]
    )
    func whatAScenarioNamesMustBeThere(member: String, names: [String], problem: String) async throws {
        let problems = try await problems { $0["happy"]?[member] = .array(names.map { .string($0) }) }
        #expect(problems == ["scenario/server/happy: \(problem)"])
    }

    @Test(
        arguments: [
            ("scenario/server/nowhere", "is not in the file"), ("scenario/server/old-offer", "is not in the file"),
            ("scenario/server/request-without-a-path", "is negative itself"),
        ]
    )
    func theTwinMustBeThereAndPositive(twin: String, problem: String) async throws {
        let problems = try await problems { $0["request-without-a-path"]?["twin"] = .string(twin) }
        #expect(problems == ["scenario/server/request-without-a-path: the twin \(twin) \(problem)"])
    }

    @Test func idsAreUniqueAndBelowTheFamily() async throws {
        let problems = try await problems { $0["happy"]?["id"] = "scenario/other/two-slots" }
        #expect(problems.contains("scenario/other/two-slots: the id does not begin with scenario/server/"))
        let twice = try await self.problems { $0["happy"]?["id"] = "scenario/server/two-slots" }
        #expect(twice.contains("scenario/server/two-slots: the id is there twice"))
    }

    @Test func aRequirementOfAStepMustBeThere() async throws {
        let problems = try await problems { scenarios in
            scenarios["happy"]?.changeStep(3) { $0["requirement"] = ["B66-NO-2"] }
        }
        #expect(problems == ["scenario/server/happy: the requirement B66-NO-2 is not in the catalogue"])
    }

    // MARK: Rows

    @Test(
        arguments: [
            (["C-999 b"], "there is no alternative C-999 b in readings.json"),
            (["C-13 z"], "there is no alternative C-13 z in readings.json"),
            (["C-81 b"], "C-81 is a parameter; it excuses no conduct"),
            (["C-13 b", "C-17 b"], #"the rows of one step name more than one reading: ["C-13", "C-17"]"#),
        ]
    )
    func theReadingsOfRowsMustBeThereAndExcuseSomething(readings: [String], problem: String) async throws {
        let problems = try await problems { scenarios in
            scenarios["request-without-a-path"]?.append(Self.rows(readings.map { ["reading": .string($0)] }))
        }
        #expect(problems == ["scenario/server/request-without-a-path: \(problem)"])
    }

    @Test func aRowThatAllowsSilenceNeedsATwin() async throws {
        let problems = try await problems { $0["happy"]?.append(Self.rows([["reading": "C-13 b"]])) }
        #expect(
            problems == [
                "scenario/server/happy: a row allows silence, and there is no twin that shows that the party speaks"
            ]
        )
    }

    /// The party says nothing here, which is the second row's: the reference has to take what the suite takes.
    @Test func theReferenceHasToTakeWhatTheSuiteTakes() async throws {
        let problems = try await problems { scenarios in
            scenarios["request-without-a-path"]?.append(Self.rows([["reading": "C-13 b"]]))
        }
        #expect(problems.count == 4)
        #expect(problems.allSatisfy { $0.contains("the reference does not pass") && $0.contains("(C-13 b)") })
    }

    /// A step whose first row is never taken, and whose others are silence.
    private static func rows(_ others: [JSONObject]) -> JSON {
        let first: JSON = ["steps": [["do": "expect_event", "ev": "htlc.claim"]]]
        let silent = others.map { row in
            var row = row
            row["steps"] = [["do": "silence", "events": ["htlc.claim"]]]
            return JSON.object(row)
        }
        return ["do": "expect_any", "of": .array([first] + silent)]
    }

    // MARK: Scenario runs

    @Test func theReferenceHasToPass() async throws {
        let problems = try await problems { scenarios in
            scenarios["happy"]?.changeStep(3) { $0["over"] = "alice-paths" }
        }
        #expect(problems.count == 4)
        #expect(problems.allSatisfy { $0.contains("/happy:") && $0.contains("the reference does not pass") })
    }

    @Test func aScenarioThatIsNeverExercisedIsAProblem() async throws {
        let problems = try await problems { $0["happy"]?["needs"] = ["capabilities": ["levitation"]] }
        #expect(problems == ["scenario/server/happy: is never exercised"])
    }

    // MARK: Inertness

    /// A party that takes everything and does nothing passes no positive scenario; so none of its negative ones counts.
    @Test(arguments: ["server", "recipient"])
    func aSilentPartyPassesNoPositiveScenario(role: String) async throws {
        let family = try ScenarioFamily.read("\(Project.root)/Vectors/scenario/\(role).json")
        let profiles = try ProjectData.profiles().profiles
        let spec = try ScenarioSpec(specFolder: "\(Project.root)/Spec")
        let registry = PartyRegistry([role: { _ in SilentParty() }])
        let positive = ScenarioRun.all(family).joined().filter { !$0.scenario.isNegative }
        #expect(positive.count > 80)
        for scenarioRun in positive {
            let outcome = await ScenarioProof.outcome(of: scenarioRun, registry, profiles, spec)
            #expect(outcome.end != .finished || !outcome.violations.isEmpty, "\(scenarioRun.id)")
        }
        let negative = family.scenarios.filter(\.isNegative)
        #expect(negative.allSatisfy { scenario in positive.contains { $0.scenario.id == scenario.twin } })
    }

    // MARK: Copies

    /// What is found in a few of the server's scenarios after a change.
    private func problems(_ change: (inout [String: JSONObject]) -> Void) async throws -> [String] {
        let names = ["happy", "two-slots", "restart-after-persisted", "request-without-a-path"]
        guard case .object(var family) = try Files.readJSON("\(Project.root)/Vectors/scenario/server.json") else {
            return ["the file is no object"]
        }
        var scenarios: [String: JSONObject] = [:]
        for scenario in (family["scenarios"]?.array ?? []).compactMap(\.object) {
            let name = scenario["id"]?.string?.split(separator: "/").last.map(String.init) ?? ""
            if names.contains(name) { scenarios[name] = scenario }
            if name != "happy" { scenarios[name]?["kills"] = [] }
        }
        scenarios["happy"]?["kills"] = ["B66-OPR-R2/mute"]
        change(&scenarios)
        family["scenarios"] = .array(names.compactMap { scenarios[$0] }.map { .object($0) })
        let read = try ScenarioFamily(JSONReader(.object(family), path: "family"))
        return try await ProjectData.scenarioValidator().problems(of: read)
    }
}

/// Answers what it is asked, with nothing.
private struct SilentParty: Party {
    func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        switch event {
        case .command(.issueClientPaths): [.answer(.paths([]))]
        case .command(.getOffer): [.answer(.offer(nil))]
        case .command(.listOffers): [.answer(.offers([]))]
        default: []
        }
    }
}

extension ProjectData {
    static func scenarioValidator() throws -> ScenarioValidator {
        try ScenarioValidator(
            profiles: profiles(),
            requirements: requirements(),
            readings: ProjectData.readings(),
            schemaFile: "\(Project.root)/Vectors/schema/scenario.schema.json"
        )
    }
}

extension JSONObject {
    fileprivate mutating func append(_ step: JSON) {
        self["steps"] = .array((self["steps"]?.array ?? []) + [step])
    }

    /// - Parameter number: from 1.
    fileprivate mutating func changeStep(_ number: Int, _ change: (inout JSONObject) -> Void) {
        guard var steps = self["steps"]?.array, case .object(var step) = steps[number - 1] else { return }
        change(&step)
        steps[number - 1] = .object(step)
        self["steps"] = .array(steps)
    }
}
