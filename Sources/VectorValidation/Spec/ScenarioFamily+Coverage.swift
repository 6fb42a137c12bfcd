internal import Rules
package import Scenarios

/// Scenarios as coverage counts them.
extension ScenarioFamily {
    /// A scenario is positive or negative for what it names, and negative for the requirement of each mutant that it
    /// finds out.
    package var coverage: [Coverage.ScenarioCase] {
        scenarios.flatMap { scenario in
            [
                Coverage.ScenarioCase(
                    family: name,
                    id: scenario.id,
                    requirements: scenario.requirements,
                    isNegative: scenario.isNegative
                )
            ]
                + scenario.kills.map { kill in
                    Coverage.ScenarioCase(
                        family: name,
                        id: "\(scenario.id) with \(kill)",
                        requirements: [RequirementID(String(kill.prefix { $0 != "/" }))],
                        isNegative: true
                    )
                }
        }
    }
}
