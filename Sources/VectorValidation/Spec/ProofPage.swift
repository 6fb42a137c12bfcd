internal import Catalogue
package import Rules
internal import StrictJSON

/// The tables of requirements and of mutants in `Spec/kill-matrix.md`, which `blip66 prove --page` writes.
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

    /// The variants that the page names.
    package private(set) var variants: Set<String> = []

    /// Cases that find a mutant out, by its name: two at most.
    package private(set) var casesOfMutant: [String: [String]] = [:]

    /// The other way round: the mutants that a case finds out.
    package var mutantsOfCase: [String: [String]] {
        var mutants: [String: [String]] = [:]
        for (mutant, cases) in casesOfMutant.sorted(by: { $0.key < $1.key }) {
            for one in cases { mutants[one, default: []].append(mutant) }
        }
        return mutants
    }

    /// - Returns: `nil` where there is no page.
    package init?(specFolder: String) {
        guard let bytes = try? Files.read("\(specFolder)/\(Self.file)") else { return nil }
        var rows: [RequirementID: Row] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let cells = line.split(separator: "|").map(\.trimmed)
            if cells.count > 1, cells[0].hasPrefix("`") {
                let name = Self.names(cells[0])[0]
                variants.insert(name)
                if cells.count == 2, cells[1].hasPrefix("`") { casesOfMutant[name] = Self.names(cells[1]) }
            }
            guard cells.count >= 4, let cases = Int(cells[3]) else { continue }
            rows[RequirementID(cells[0])] = Row(
                killed: cells[2],
                cases: cases,
                examples: cells.count > 4 ? Self.names(cells[4]) : []
            )
        }
        self.rows = rows
    }

    /// Of a list in backquotes.
    private static func names(_ cell: String) -> [String] {
        cell.split(separator: ",").map { String($0.trimmed.filter { $0 != "`" }) }
    }
}
