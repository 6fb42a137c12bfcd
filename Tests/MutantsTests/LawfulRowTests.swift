internal import Catalogue
internal import InvoiceServer
internal import Mutants
internal import Reference
internal import Rules
internal import Scenarios
internal import TestSupport
internal import Testing
internal import VectorValidation

/// Rows that name another alternative take the conduct of a party that has taken it, and of nobody else.
@Suite struct LawfulRowTests {
    @Test func aServerThatDoesNotVerifySignaturesShowsIt() async throws {
        let outcomes = try await outcomes("server", "badly-signed-invoice") { configuration in
            var server = Server(configuration)
            server.checks.serveStaticInvoice.removeAll { $0.id == "B12-SI-R13" }
            return server
        }
        #expect(outcomes.allSatisfy { $0.shows("C-15 b") })
    }

    @Test func aServerThatStoresWhatHasEndedShowsIt() async throws {
        let outcomes = try await outcomes("server", "ended-invoice") { configuration in
            var server = Server(configuration)
            server.checks.serveStaticInvoice.removeAll { ["B12-SI-R5", "B12-SI-R6"].contains($0.id) }
            return server
        }
        #expect(outcomes.allSatisfy { $0.shows("C-80 b") })
    }

    @Test func aServerThatServesWhatHasEndedShowsIt() async throws {
        let outcomes = try await outcomes("server", "invoice-after-its-end") { configuration in
            var server = Server(configuration)
            server.checks.invoiceRequest.removeAll { $0.id == "B12-IRQ-2" }
            return server
        }
        #expect(outcomes.allSatisfy { $0.shows("C-83 c") })
    }

    @Test func theReferenceShowsWhatTheSuiteTakes() async throws {
        for name in ["badly-signed-invoice", "ended-invoice", "invoice-after-its-end"] {
            let outcomes = try await outcomes("server", name) { Server($0) }
            #expect(outcomes.allSatisfy { $0.violations.isEmpty && $0.readings.allSatisfy(\.isTaken) })
            #expect(outcomes.allSatisfy { $0.readings.contains { $0.alternative.id == "a" } })
        }
    }

    // MARK: Advice

    /// A SHOULD that is looked at everywhere says nothing about a scenario that does not name it; a MUST does.
    @Test func generalAdviceMakesNoRowFail() async throws {
        let mutant = try #require(MutantRegistry.mutant("B66-OP-S5/end-in-the-past"))
        var spec = try Self.spec()
        let wrong = try await outcomes("server", "happy", spec, mutant.party)
        #expect(wrong.allSatisfy { !$0.violations.isEmpty && $0.violations.allSatisfy { !$0.isGeneral } })

        var requirements = spec.requirements
        requirements["B66-OP-S5"] = try #require(requirements["B66-OP-S5"]).asAdvice
        spec = ScenarioSpec(requirements: requirements, readings: spec.readings)
        let advised = try await outcomes("server", "happy", spec, mutant.party)
        #expect(advised.allSatisfy { $0.end == .finished })
        #expect(advised.allSatisfy { !$0.violations.isEmpty && $0.violations.allSatisfy(\.isGeneral) })
        let named = try await outcomes("server", "paths-hold-until-their-end", spec, mutant.party)
        #expect(named.allSatisfy { $0.violations.contains { !$0.isGeneral } })
    }

    // MARK: Runs

    private static func spec() throws -> ScenarioSpec { try ScenarioSpec(specFolder: "\(Project.root)/Spec") }

    /// At both depths, under the draft.
    private func outcomes(
        _ role: String,
        _ name: String,
        _ spec: ScenarioSpec? = nil,
        _ factory: @escaping PartyRegistry.Factory
    ) async throws -> [ScenarioOutcome] {
        let family = try ScenarioFamily.read("\(Project.root)/Vectors/scenario/\(role).json")
        let profiles = try ProfileStore(folder: "\(Project.root)/Spec/profiles").profiles
        let registry = PartyRegistry.reference.replacing(role, factory)
        var outcomes: [ScenarioOutcome] = []
        for scenarioRun in ScenarioRun.all(family, profile: "blip66-draft").joined()
        where scenarioRun.scenario.id == "scenario/\(role)/\(name)" {
            let spec = try spec ?? Self.spec()
            outcomes.append(await ScenarioProof.outcome(of: scenarioRun, registry, profiles, spec))
        }
        #expect(outcomes.count == 2)
        return outcomes
    }
}

extension ScenarioOutcome {
    /// The scenario was gone through, nothing was broken, and this alternative alone is not the suite's.
    fileprivate func shows(_ alternative: String) -> Bool {
        end == .finished && violations.isEmpty
            && readings.filter { !$0.isTaken }.map(\.alternative.description) == [alternative]
    }
}

extension Requirement {
    /// The same, as if the text only advised it.
    fileprivate var asAdvice: Requirement {
        Requirement(
            id: id,
            level: .should,
            enforcement: .warn,
            role: role,
            statement: statement,
            bases: bases,
            document: document
        )
    }
}
