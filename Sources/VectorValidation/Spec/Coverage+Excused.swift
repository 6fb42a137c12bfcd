package import Catalogue
package import Rules
package import StrictJSON
internal import VectorFormat

extension Coverage {
    /// A case that a requirement enforced as `fail` is accused by, and that another alternative of a reading answers otherwise:
    /// there an implementation that takes the alternative cannot be convicted.
    package struct ExcusedCase: Hashable, Sendable {
        package let requirement: RequirementID
        package let id: String
        package let alternatives: [ReadingAlternative]
        /// No other case or scenario could convict anybody of the requirement.
        package let isOnlyCase: Bool

        package var text: String {
            let names = alternatives.map(\.description).joined(separator: ", ")
            return "\(requirement)  \(id)  \(names)" + (isOnlyCase ? "  its only case" : "")
        }

        package var json: JSON {
            [
                "requirement": .string(requirement.rawValue), "case": .string(id),
                "alternatives": .array(alternatives.map { .string($0.description) }), "only_case": .bool(isOnlyCase),
            ]
        }
    }

    /// Samples are left out: they are never sent.
    static func excusedCases(
        _ catalogue: RequirementCatalogue,
        _ families: [VectorFamily],
        _ scenarios: [ScenarioCase]
    ) -> [ExcusedCase] {
        let sent = families.flatMap(\.cases).filter { $0.sample == nil }
        let convicting = sent.filter(\.under.isEmpty).flatMap(\.accused) + scenarios.flatMap(\.requirements)
        let convicted = Set(convicting)
        return sent.filter { !$0.under.isEmpty }.flatMap { testCase in
            testCase.accused.filter { catalogue[$0]?.enforcement == .fail }.map { id in
                ExcusedCase(
                    requirement: id,
                    id: testCase.id,
                    alternatives: testCase.under.map(\.when),
                    isOnlyCase: !convicted.contains(id)
                )
            }
        }.sorted { ($0.requirement, $0.id) < ($1.requirement, $1.id) }
    }
}

extension VectorCase {
    /// Whom a wrong answer accuses: what a rejected input breaks, or the subject of a valid one.
    fileprivate var accused: [RequirementID] {
        if case .reject(_, let violates, _) = expectation { return violates }
        return [subject]
    }
}
