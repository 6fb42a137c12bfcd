internal import Catalogue
internal import Scenarios
internal import VectorFormat

/// A share of a run, such as `2/4`: the second of four.
///
/// A case stays with the valid neighbours that it depends on, a scenario with its twin: so a share can be graded alone, and a
/// case that is added or removed moves no other.
package struct Shard: Hashable, Sendable, CustomStringConvertible {
    /// From 1.
    package let index: Int
    package let count: Int

    package init?(index: Int, count: Int) {
        guard count >= 1, count <= 1000, index >= 1, index <= count else { return nil }
        self.index = index
        self.count = count
    }

    /// `2/4`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1] else { return nil }
        self.init(index: index, count: count)
    }

    package var description: String { "\(index)/\(count)" }

    func holds(_ unit: String) -> Bool { Self.digest(unit) % UInt64(count) == UInt64(index - 1) }

    /// FNV-1a, which is the same on every machine.
    private static func digest(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

extension RunPlan {
    /// The plan's share; families of which nothing falls into it are left out.
    package func restricted(to shard: Shard) -> RunPlan { restricted(keepsEmptyParts: false) { shard.holds($0) } }

    /// Plans with the same families, of which every unit of cases stands in one.
    package func divided(into count: Int) -> [RunPlan] {
        var numbers: [String: Int] = [:]
        for unit in parts.flatMap(\.cases).map(unit) + scenarioRuns.joined().map(unit) where numbers[unit] == nil {
            numbers[unit] = numbers.count
        }
        return (0..<count).map { index in
            restricted(keepsEmptyParts: true) { (numbers[$0] ?? 0) % count == index }
        }
    }

    /// The valid case at the end of the way over neighbours: what goes the same way stays together.
    private func unit(_ vector: VectorCase) -> String {
        var last = vector
        for _ in 0..<8 {
            guard let next = last.neighbour.flatMap(plannedCase)?.vector else { break }
            last = next
        }
        return last.id
    }

    private func unit(_ scenarioRun: ScenarioRun) -> String {
        var last = scenarioRun
        for _ in 0..<8 {
            guard let next = last.scenario.twin.flatMap(last.of) else { break }
            last = next
        }
        return last.id
    }

    private func restricted(keepsEmptyParts: Bool, _ holds: (String) -> Bool) -> RunPlan {
        var plan = self
        plan.parts = parts.map { Part(family: $0.family, cases: $0.cases.filter { holds(unit($0)) }) }
        plan.scenarioRuns = scenarioRuns.map { $0.filter { holds(unit($0)) } }
        if !keepsEmptyParts {
            plan.parts.removeAll { $0.cases.isEmpty }
            plan.scenarioRuns.removeAll { $0.isEmpty }
        }
        return plan
    }
}
