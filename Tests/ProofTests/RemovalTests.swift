internal import Catalogue
internal import Mutants
internal import Proof
internal import Reference
internal import Rules
internal import TestSupport
internal import Testing
internal import VectorFormat
internal import VectorKit
internal import VectorValidation

/// What the suite is made of is needed: samples of its checks, and of its refused cases, are taken away, and that is noticed.
@Suite struct RemovalTests {
    private let families: [VectorFamily]
    private let profiles: [String: Profile]

    init() throws {
        families = try ProjectData.families()
        profiles = try ProjectData.profiles().profiles
    }

    /// Mutants that lack one check of an operation's list.
    private static let withoutACheck = OperationMutant.all.filter {
        $0.isMade && $0.name.contains("/left-out") && EquivalentMutants.argument(for: $0.name) == nil
    }

    /// `blip66 validate` recomputes every case: one of them is answered otherwise.
    @Test func withoutANamedCheckACaseFails() {
        #expect(Self.withoutACheck.count > 100)
        for mutant in Self.sample(Self.withoutACheck, 12, \.name) {
            #expect(isFoundOut(mutant, families), "\(mutant.name)")
        }
    }

    /// `blip66 spec coverage` misses it, or else `blip66 prove` does: a mutant that breaks it survives.
    @Test func withoutTheRefusedCasesOfARequirementSomethingFails() throws {
        let refused = Set(families.flatMap(\.cases).filter { $0.sample == nil }.flatMap(\.violates)).sorted()
        #expect(refused.count > 80)
        let planned = try PlannedFamilies(specFolder: ProjectFiles(root: Project.root).spec)
        let scenarios = try ProjectData.scenarios().flatMap(\.coverage)
        for id in Self.sample(refused, 12, \.rawValue) {
            let left = families.map { family in
                VectorFamily(
                    name: family.name,
                    title: family.title,
                    profile: family.profile,
                    flags: family.flags,
                    cases: family.cases.filter { !$0.violates.contains(id) }
                )
            }
            let coverage = Coverage(try ProjectData.requirements(), left, scenarios: scenarios, planned: planned)
            let mutants = OperationMutant.all.filter { $0.isMade && $0.requirement == id }
            let survives = mutants.contains { isFoundOut($0, families) && !isFoundOut($0, left) }
            #expect(coverage[id]?.status.name != "covered" || survives, "\(id)")
        }
    }

    // MARK: Cases

    private func isFoundOut(_ mutant: OperationMutant, _ families: [VectorFamily]) -> Bool {
        let table = mutant.table
        return families.contains { family in
            let name = family.profile == VectorFamily.anyProfile ? ProfileStore.defaultName : family.profile
            guard let profile = profiles[name] else { return false }
            let proof = CaseProof(table: table, profile: profile)
            return family.cases.contains { one in
                one.sample == nil && mutant.operations.contains(one.operation)
                    && one.violates.contains(mutant.requirement) && !proof.problems(of: one).isEmpty
            }
        }
    }

    /// Always the same ones, from all over the list.
    private static func sample<Element>(
        _ all: [Element],
        _ count: Int,
        _ name: (Element) -> String
    ) -> [Element] {
        let sorted = all.sorted { name($0) < name($1) }
        return stride(from: 0, to: sorted.count, by: max(1, sorted.count / count)).map { sorted[$0] }
    }
}
