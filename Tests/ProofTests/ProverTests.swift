internal import Catalogue
internal import Driver
internal import GridFamilies
internal import Mutants
internal import Proof
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat
internal import VectorKit

/// The proof itself: that it tells what is found out from what is not. All of it is `blip66 prove`.
@Suite(.enabled(if: BuiltProgram.path != nil, "blip66 is not built beside the tests"))
struct ProverTests {
    @Test(arguments: [
        "B12-SI-R4/left-out@static_invoice.validate", "B66-OPR-R2/mute", "lazy-repeated@offer",
        "B12-SI-W11/payinfos-in-opposite-order", "B66-OP-S1/left-out@msg.encode.offer_paths",
    ])
    func whatIsWrongIsFoundOut(_ name: String) async throws {
        let subject = try #require(try subject(name))
        let result = try #require(await prove(subject))
        #expect(result.verdict == .killed, "\(result.verdict)")
        #expect(result.kills.count >= 1)
        #expect(result.kills.allSatisfy { !$0.accused.filter(subject.requirements.contains).isEmpty })
    }

    /// Without the refused cases of a requirement nobody finds out who does not keep it.
    @Test(arguments: [
        ("B12-SI-R4", "B12-SI-R4/left-out@static_invoice.validate"),
        ("B12-OFF-R7", "B12-OFF-R7/left-out@offer.validate"),
        ("OM-R3", "OM-R3/left-out@om.classify"),
    ])
    func withoutItsCasesAMutantSurvives(requirement: RequirementID, name: String) async throws {
        let subject = try #require(ServedVariant.mutant(name))
        let families = try ProjectData.families().map { family in
            family.with { !$0.violates.contains(requirement) }
        }
        let result = try #require(await prove(subject, families))
        #expect(!result.isRight, "\(result.verdict)")
    }

    /// Updates play no part in the scenario.
    @Test func aScenarioThatClaimsTooMuchIsTold() async throws {
        let subject = try #require(ServedVariant.mutant("B66-SSI-R2/keeps-the-first"))
        let result = try #require(await prove(subject, scenarios: scenarios(claiming: subject.name)))
        guard case .unclear(let reason) = result.verdict else {
            Issue.record("\(result.verdict)")
            return
        }
        #expect(reason.contains("scenario/server/happy:") && reason.contains("claims to find it out"))
    }

    @Test(arguments: ["C-30-b", "C-48-b"])
    func whatIsLawfulIsToldNothing(_ name: String) async throws {
        let subject = try #require(ServedVariant.lawful(name))
        let result = try #require(await prove(subject))
        #expect(result.verdict == .passed)
    }

    /// The first stage ends with two cases; what shows a mutant beside them is found when it is asked for.
    @Test func oneOfFewKillsIsAskedMore() async throws {
        let subject = try #require(ServedVariant.mutant("B12-SI-R4/left-out@static_invoice.validate"))
        let prover = try prover()
        let first = await prover.run([subject])
        #expect(await prover.lookingFurther(first, at: []).map(\.kills) == first.map(\.kills))
        let more = try #require(await prover.lookingFurther(first, at: [subject.name]).first)
        #expect(more.kills.starts(with: first[0].kills) && more.kills.count > first[0].kills.count)
        #expect(more.verdict == .killed && more.cases > first[0].cases)
    }

    // MARK: Samples

    @Test func aSampleIsTheSameForASeed() {
        let all = ServedVariant.all.sorted { $0.name < $1.name }
        let one = ProofSubjects.sample(all, count: 20, seed: 1).map(\.name)
        #expect(one == ProofSubjects.sample(all.reversed(), count: 20, seed: 1).map(\.name))
        #expect(one != ProofSubjects.sample(all, count: 20, seed: 2).map(\.name))
        #expect(Set(one).count == 20)
    }

    // MARK: Proofs

    private func subject(_ name: String) throws -> ServedVariant? {
        let grid = GridTable(try GenerationContext(store: try ProjectData.profiles()))
        return ProofSubjects.all(grid, try ProjectData.families()).first { $0.name == name }
    }

    private func prove(
        _ subject: ServedVariant,
        _ families: [VectorFamily]? = nil,
        scenarios: [ScenarioFamily]? = nil
    ) async throws -> ProofResult? {
        await (try prover(families, scenarios: scenarios)).run([subject]).first
    }

    private func prover(_ families: [VectorFamily]? = nil, scenarios: [ScenarioFamily]? = nil) throws -> Prover {
        try Prover(
            families: try families ?? ProjectData.families(),
            scenarios: try scenarios ?? ProjectData.scenarios(),
            cells: [],
            requirements: try ProjectData.requirements().requirements,
            readings: try ProjectData.readings(),
            tables: try ProjectData.profiles().tables,
            options: Prover.Options(program: try #require(BuiltProgram.path))
        )
    }

    /// The server's scenarios, of which the first lists this mutant.
    private func scenarios(claiming mutant: String) throws -> [ScenarioFamily] {
        let file = "\(Project.root)/Vectors/scenario/server.json"
        guard case .object(var family) = try Files.readJSON(file) else { return [] }
        family["scenarios"] = .array(
            (family["scenarios"]?.array ?? []).map { json in
                guard json["id"]?.string == "scenario/server/happy", var scenario = json.object else { return json }
                scenario["kills"] = [.string(mutant)]
                return .object(scenario)
            }
        )
        return [try ScenarioFamily(JSONReader(.object(family), path: "family"))]
    }
}

extension VectorFamily {
    fileprivate func with(_ isKept: (VectorCase) -> Bool) -> VectorFamily {
        VectorFamily(name: name, title: title, profile: profile, flags: flags, cases: cases.filter(isKept))
    }
}
