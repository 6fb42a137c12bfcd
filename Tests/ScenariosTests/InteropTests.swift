import Catalogue
import InvoiceServer
import Mutants
import Reference
import Rules
import Scenarios
import StrictJSON
import TestSupport
import Testing

/// Several implementations in one run: here all of them are the reference, or one is a mutant, in this process.
struct InteropTests {
    private static let spec = Result { try ScenarioSpec(specFolder: "\(Project.root)/Spec") }
    private static let profiles: [String: Profile] = {
        guard var store = try? ProfileStore(folder: "\(Project.root)/Spec/profiles") else { return [:] }
        let names = ["blip66-draft", "ldk-0.2"]
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in (try? store.profile(name)).map { (name, $0) } }
        )
    }()

    /// - Parameter played: registries in the reference's place, by role.
    private func play(
        _ scenario: InteropScenario,
        depth: Depth = .packet,
        profile name: String = "blip66-draft",
        _ played: [String: PartyRegistry] = [:]
    ) async throws -> ScenarioOutcome {
        let profile = try #require(Self.profiles[name])
        var parties: [String: InteropParty] = [:]
        for role in scenario.course.roles {
            let registry = played[role] ?? .reference
            let capabilities = PartySession(registry).capabilities
            parties[role] = InteropParty(
                InProcessPort(registry, profile),
                DeclaredCapabilities(capabilities: capabilities)
            )
        }
        var run = InteropRun(
            scenario,
            depth: depth,
            profile: profile,
            spec: try Self.spec.get(),
            parties: parties
        )
        return await run.run()
    }

    @Test(arguments: InteropCourse.allCases)
    func thePaymentIsMadeAtEachDepthUnderEachProfile(course: InteropCourse) async throws {
        for depth in course.depths {
            for profile in ["blip66-draft", "ldk-0.2"] {
                let outcome = try await play(InteropScenario(course), depth: depth, profile: profile)
                #expect(outcome.end == .finished, "\(depth) \(profile)")
                #expect(outcome.violations == [], "\(depth) \(profile)")
            }
        }
    }

    /// Each party after each phase, and copies of messages.
    @Test(arguments: InteropCourse.allCases)
    func noFaultKeepsThePaymentFromBeingMadeOnce(course: InteropCourse) async throws {
        let scenarios = InteropScenario.all(roles: Set(course.roles)).filter { $0.course == course }
        #expect(scenarios.count == 2 + course.roles.count * course.phases.count)
        for scenario in scenarios {
            // At payload depth, for onions cost time; the salt roles know no other.
            let outcome = try await play(scenario, depth: course.depths.last ?? .packet)
            #expect(outcome.end == .finished, "\(scenario.id)")
            #expect(outcome.violations == [], "\(scenario.id)")
        }
    }

    /// Among right parties the wrong one is blamed by name, for its own requirement alone.
    @Test(arguments: WrongParty.all)
    func theWrongPartyIsBlamed(wrong: WrongParty) async throws {
        let mutant = try #require(MutantRegistry.mutant(wrong.mutant))
        let outcome = try await play(wrong.scenario, [mutant.role: mutant.registry])
        #expect(outcome.end == .broken)
        let violations = outcome.violations
        #expect(violations.first?.requirements.map(\.rawValue) == [wrong.requirement])
        #expect(violations.allSatisfy { $0.detail.hasPrefix("\(mutant.role): ") }, "\(violations.map(\.detail))")
    }

    struct WrongParty: Sendable {
        let mutant: String
        let course: InteropCourse
        let fault: InteropFault
        let requirement: String

        init(_ mutant: String, _ course: InteropCourse, _ fault: InteropFault = .none, _ requirement: String? = nil) {
            self.mutant = mutant
            self.course = course
            self.fault = fault
            self.requirement = requirement ?? String(mutant.prefix { $0 != "/" })
        }

        var scenario: InteropScenario { InteropScenario(course, fault) }

        static let all = [
            WrongParty("ASY-M2/tells-the-recipient-once", .async_payment),
            WrongParty("ASY-M2/forgets-what-waits", .async_payment, .kill(role: "payer", after: .request)),
            WrongParty("ASY-M1/pays-at-each-release", .async_payment, .twice),
            WrongParty("B12-SI-R18/pays-at-once", .async_payment),
            WrongParty("OM-R13/passes-nothing-on", .async_payment),
            WrongParty("ASY-H2/passes-on-at-once", .held_payment),
            WrongParty("ASY-M4/passes-on-at-each-release", .held_payment, .twice),
            WrongParty("server/forgets-at-a-kill", .async_payment, .kill(role: "server", after: .publish), "B66-SRV-1"),
        ]
    }

    /// A party that does nothing is named, be the payment driven by others.
    @Test(arguments: ["payer", "server", "recipient"])
    func whoDoesNothingIsNamed(role: String) async throws {
        let silent = PartyRegistry.reference.replacing(role) { _ in SilentParty() }
        let outcome = try await play(InteropScenario(.async_payment), [role: silent])
        let sentences = outcome.violations.map(\.detail) + ["\(outcome.end)"]
        #expect(outcome.end != .finished)
        #expect(sentences.contains { $0.contains("\(role): ") })
        #expect(outcome.violations.allSatisfy { $0.detail.hasPrefix("\(role): ") })
    }
}

private struct SilentParty: Party {
    func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect] {
        switch event {
        case .command(.issueClientPaths): [.answer(.paths([]))]
        case .command(.getOffer): [.answer(.offer(nil))]
        default: []
        }
    }
}
