internal import Catalogue
package import Rules
internal import StrictJSON

/// The table of requirements in `Spec/kill-matrix.md`, which `blip66 prove --page` writes.
package struct ProofPage: Sendable {
    package static let file = "kill-matrix.md"

    package struct Row: Hashable, Sendable {
        /// `4 of 4`.
        package let killed: String
        package let cases: Int
        /// Some of the cases.
        package let examples: [String]

        package var text: String {
            let such = examples.isEmpty ? "" : ", such as \(examples.joined(separator: ", "))"
            return "killed: \(killed), by \(cases) case\(cases == 1 ? "" : "s")\(such) (Spec/\(ProofPage.file))"
        }

        var json: JSON {
            [
                "killed": .string(killed), "cases": .integer(Int64(cases)),
                "examples": .array(examples.map { .string($0) }),
            ]
        }
    }

    private let rows: [RequirementID: Row]

    package subscript(id: RequirementID) -> Row? { rows[id] }

    /// - Returns: `nil` where there is no page.
    package init?(specFolder: String) {
        guard let bytes = try? Files.read("\(specFolder)/\(Self.file)") else { return nil }
        var rows: [RequirementID: Row] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let cells = line.split(separator: "|").map(\.trimmed)
            guard cells.count >= 4, let cases = Int(cells[3]) else { continue }
            let examples = cells.count > 4 ? cells[4].split(separator: ",").map(\.trimmed) : []
            rows[RequirementID(cells[0])] = Row(
                killed: cells[2],
                cases: cases,
                examples: examples.map { String($0.filter { $0 != "`" }) }
            )
        }
        self.rows = rows
    }
}
