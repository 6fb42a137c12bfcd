internal import Catalogue
internal import Scenarios
internal import StrictJSON
internal import VectorFormat

/// What a plan would run, and what each case needs of an adapter: `check --list`.
package struct PlanListing {
    private let plan: RunPlan

    package init(_ plan: RunPlan) { self.plan = plan }

    package func text(isJSON: Bool) -> String {
        if isJSON { return JSON.array(plan.canaries.map(json) + vectors.map(json) + scenarios.map(json)).pretty }
        let lines = plan.canaries.map(line) + vectors.map(line) + scenarios.map(line)
        let count = SentCases(cases: plan.caseCount, canaries: plan.canaries.count)
        return (lines + [count.text]).map { "\($0)\n" }.joined()
    }

    private var vectors: [(VectorCase, VectorFamily)] {
        plan.parts.flatMap { part in part.cases.map { ($0, part.family) } }
    }

    private var scenarios: [ScenarioRun] { plan.scenarioRuns.flatMap { $0 } }

    private func line(_ canary: RunPlan.PlannedCanary) -> String {
        PrintableText.line("\(canary.id)  op \(canary.operation)")
    }

    private func json(_ canary: RunPlan.PlannedCanary) -> JSON {
        [
            "id": .string(canary.id.description), "family": "canary", "requirements": [], "flags": [],
            "needs": ["operations": [.string(canary.operation)]],
        ]
    }

    private func line(_ vector: VectorCase, _ family: VectorFamily) -> String {
        var needs = ["op \(vector.operation)"]
        if family.profile != VectorFamily.anyProfile { needs.append("profile \(family.profile)") }
        if let neighbour = vector.neighbour { needs.append("after \(neighbour)") }
        if !vector.flags.isEmpty { needs.append("flags \(vector.flags.joined(separator: " "))") }
        return PrintableText.line("\(vector.id)  \(needs.joined(separator: ", "))")
    }

    private func line(_ scenarioRun: ScenarioRun) -> String {
        var needs = [
            "role \(scenarioRun.family.role)", "profile \(scenarioRun.profile)", "depth \(scenarioRun.depth.rawValue)",
        ]
        needs += scenarioRun.scenario.needs.capabilities.map { "capability \($0)" }
        if let twin = twin(scenarioRun) { needs.append("after \(twin)") }
        return PrintableText.line("\(scenarioRun.id)  \(needs.joined(separator: ", "))")
    }

    private func twin(_ scenarioRun: ScenarioRun) -> String? { scenarioRun.scenario.twin.flatMap(scenarioRun.of)?.id }

    private func json(_ vector: VectorCase, _ family: VectorFamily) -> JSON {
        var needs: JSONObject = ["operations": [.string(vector.operation)]]
        if family.profile != VectorFamily.anyProfile { needs["profile"] = .string(family.profile) }
        var json: JSONObject = ["id": .string(vector.id), "family": .string(family.name)]
        json["requirements"] = .array(vector.requirements.map { .string($0.rawValue) })
        json["flags"] = .array(vector.flags.map { .string($0) })
        json["needs"] = .object(needs)
        json["after"] = vector.neighbour.map { .string($0) }
        return .object(json)
    }

    private func json(_ scenarioRun: ScenarioRun) -> JSON {
        let scenario = scenarioRun.scenario
        var json: JSONObject = ["id": .string(scenarioRun.id), "family": .string(scenarioRun.familyName)]
        json["requirements"] = .array(scenario.requirements.map { .string($0.rawValue) })
        json["flags"] = []
        json["needs"] = [
            "operations": .array(scenario.operations(at: scenarioRun.depth).sorted().map { .string($0) }),
            "profile": .string(scenarioRun.profile), "role": .string(scenarioRun.family.role),
            "depth": .string(scenarioRun.depth.rawValue),
            "capabilities": .array(scenario.needs.capabilities.map { .string($0) }),
        ]
        json["after"] = twin(scenarioRun).map { .string($0) }
        return .object(json)
    }
}
