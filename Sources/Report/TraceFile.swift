package import Catalogue
internal import Rules
package import StrictJSON

/// `--trace`: what happened in every scenario of a run, for programs and for people who want all of it.
package enum TraceFile {
    package static func json(_ result: RunResult) -> JSON {
        .array(
            result.cases.compactMap { one in
                one.scenario.map { json(one, $0) }
            }
        )
    }

    private static func json(_ result: CaseResult, _ scenario: ScenarioResult) -> JSON {
        [
            "scenario": .string(result.id),
            "depth": .string(scenario.depth),
            "passed": .bool(result.verdict.isPassed),
            "finished": .bool(scenario.isFinished),
            "broken": .array(
                scenario.violations.map { violation in
                    [
                        "step": .integer(Int64(violation.step)),
                        "requirements": .array(violation.requirements.map { .string($0.rawValue) }),
                        "detail": .string(violation.detail),
                    ]
                }
            ),
            "transcript": scenario.transcript.json,
        ]
    }
}
