package import Catalogue
internal import Rules
package import Scenarios
internal import StrictJSON

/// A scenario, ready to be read aloud.
package enum ScenarioText {
    package static func text(_ scenario: Scenario, _ family: ScenarioFamily, _ catalogue: RequirementCatalogue)
        -> String
    {
        var lines = ["\(scenario.id): \(scenario.comment)", ""]
        lines.append("iut, the implementation under test, is a \(family.role).\(needs(scenario))")
        if let twin = scenario.twin { lines.append("A negative scenario: its result counts only when \(twin) passed.") }
        if !scenario.namedReadings.isEmpty {
            lines.append("Steps allow other readings of \(scenario.namedReadings.joined(separator: ", ")).")
        }
        if !scenario.limits.isEmpty { lines.append("Limits given to the implementation: \(members(scenario.limits)).") }
        lines += ["", "requirements"] + scenario.requirements.map { statement($0, catalogue) }
        let others = Set(scenario.allSteps.flatMap(\.allRequirements)).subtracting(scenario.requirements)
        if !others.isEmpty {
            lines += ["", "named in single steps"] + others.sorted().map { statement($0, catalogue) }
        }
        lines += ["", "steps", steps(scenario)]
        if !scenario.kills.isEmpty {
            lines += ["", "mutants that it kills"] + scenario.kills.map { "  \($0)" }
        }
        lines += ["", "run only this: blip66 check --filter '\(scenario.id)' -- ADAPTER"]
        return lines.joined(separator: "\n")
    }

    /// What it does, a line or more a step.
    package static func steps(_ scenario: Scenario) -> String {
        var lines = steps(scenario.steps, indent: "", from: 1).lines
        if !scenario.after_a_kill.isEmpty {
            let first = scenario.steps.count + 1
            lines += ["", "killed after each of its answers, and then"]
            lines += steps(scenario.after_a_kill, indent: "", from: first).lines
        }
        return lines.joined(separator: "\n")
    }

    private static func statement(_ id: RequirementID, _ catalogue: RequirementCatalogue) -> String {
        let known = catalogue[id]
        return "  \(id)  \(known?.level.rawValue ?? "?")  \(known?.statement ?? "not in the catalogue")"
    }

    private static func needs(_ scenario: Scenario) -> String {
        var needs: [String] = []
        if let depth = scenario.needs.depth { needs.append("\(depth.rawValue) depth") }
        needs += scenario.needs.capabilities.map { "the capability \($0)" }
        return needs.isEmpty ? "" : " It needs \(needs.joined(separator: " and "))."
    }

    private static func steps(_ steps: [Step], indent: String, from first: Int) -> (lines: [String], next: Int) {
        var lines: [String] = []
        var number = first
        for step in steps {
            let label = String(number)
            let pad = String(repeating: " ", count: max(0, 4 - label.count))
            lines.append("\(pad)\(label)  \(indent)\(sentence(step))")
            number += 1
            switch step.action {
            case .repeat(_, let inner):
                let nested = Self.steps(inner, indent: indent + "  ", from: number)
                lines += nested.lines
                number = nested.next
            case .expect_any(let rows):
                for (index, row) in rows.enumerated() {
                    let sentences = row.steps.map(sentence).joined(separator: "; ")
                    let reading = row.reading.map { "  (another reading, \($0))" } ?? ""
                    let end = row.endsScenario ? "; and the scenario ends" : ""
                    lines.append("      \(indent)\(index == 0 ? "either" : "or")  \(sentences)\(end)\(reading)")
                }
            default:
                break
            }
        }
        return (lines, number)
    }

    private static func sentence(_ step: Step) -> String {
        let kind = step.source["do"]?.string ?? ""
        var hidden = ["do", "why", "requirement", "steps"]
        if case .expect_any = step.action { hidden.append("of") }
        let rest = JSONObject(step.source.members.filter { !hidden.contains($0.key) }.map { ($0.key, $0.value) })
        let stake = step.requirements.isEmpty ? "" : "  [\(step.requirements.map(\.rawValue).joined(separator: ", "))]"
        return rest.isEmpty ? kind + stake : "\(kind)  \(members(rest))\(stake)"
    }

    private static func members(_ object: JSONObject) -> String {
        object.members.map { "\($0.key) \(text($0.value))" }.joined(separator: ", ")
    }

    private static func text(_ value: JSON) -> String {
        if let words = value.array?.compactMap(\.string) { return words.joined(separator: " or ") }
        return value.string ?? value.line
    }
}
