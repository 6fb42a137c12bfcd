extension Requirement.Enforcement {
    /// Whether a violation does less to a run than under the other.
    package func isWeaker(than other: Self) -> Bool { weight < other.weight }

    private var weight: Int {
        switch self {
        case .info: 0
        case .warn: 1
        case .fail: 2
        }
    }
}

extension RequirementCatalogue {
    /// `Spec/weaker-enforcement.md`, which is made from the catalogue.
    package static let weakerPageFile = "weaker-enforcement.md"

    /// The requirements whose violation does less to a run than their level calls for, in the order of the documents.
    package var weaklyEnforced: [Requirement] {
        documents.flatMap(\.requirements).filter { $0.enforcement.isWeaker(than: $0.level.normalEnforcement) }
    }

    /// A row for each of them; the reason names the user who would be worse off if the line were obeyed.
    package var weakerPage: String {
        let rows = weaklyEnforced.map { requirement in
            let cells = [
                requirement.id.rawValue, requirement.level.rawValue,
                "\(requirement.enforcement.rawValue), not \(requirement.level.normalEnforcement.rawValue)",
                requirement.statement, requirement.enforcementReason ?? "",
            ]
            return "| \(cells.joined(separator: " | ")) |\n"
        }
        return Self.weakerIntroduction + "\n" + rows.joined()
    }

    private static let weakerIntroduction = """
        # Requirements that are enforced less than their level calls for

        <!-- Made from the catalogue by `blip66 spec list --weaker --markdown`. Edit enforcement_reason there, and run the command again. -->

        A violation of a MUST, of a definition, and of what follows from a text without a key word, fails a run. A violation of a SHOULD is
        a warning, and a MAY is for information. A requirement is enforced less only if somebody would be worse off if its line were
        obeyed. The last column names that user. That no deployed node obeys a line is no reason: a known difference is written
        into a baseline for `--expect`, and stays visible there.

        | id | level | enforcement | statement | who would be worse off |
        |---|---|---|---|---|
        """
}
