internal import Catalogue
package import Rules
package import StrictJSON

/// `index.json`: a line for each case, for who looks for one without reading all files.
package enum VectorIndex {
    package static let file = "index.json"

    /// - Parameters:
    ///   - families: in the order of the manifest.
    ///   - levels: what the texts say of each requirement, such as MUST.
    package static func json(_ families: [VectorFamily], levels: [RequirementID: String]) -> JSON {
        [
            "format": .integer(VectorFamily.format),
            "cases": .array(families.flatMap { family in family.cases.map { line($0, family, levels) } }),
        ]
    }

    private static func line(_ testCase: VectorCase, _ family: VectorFamily, _ levels: [RequirementID: String]) -> JSON
    {
        [
            "id": .string(testCase.id),
            "op": .string(testCase.operation),
            "outcome": .string(testCase.isNegative ? "reject" : "accept"),
            "level": .string(levels[testCase.subject] ?? ""),
            "requirements": .array(testCase.requirements.map { .string($0.rawValue) }),
            "profile": .string(family.profile),
            "sent": .bool(testCase.sample == nil),
        ]
    }
}
