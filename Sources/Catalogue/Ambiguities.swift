package import Rules

/// `Spec/ambiguities.md`: places where the texts can be read in several ways, and which reading is taken.
package struct Ambiguities: Hashable, Sendable {
    package static let file = "ambiguities.md"

    package struct Entry: Hashable, Sendable {
        /// Its name, such as `C-30`.
        package let name: String
        package let title: String
        /// The requirements that its text names.
        package let requirements: [RequirementID]
    }

    package let entries: [Entry]

    package init(specFolder: String) throws(FileError) {
        let path = "\(specFolder)/\(Self.file)"
        guard let text = String(validating: try Files.read(path), as: UTF8.self) else {
            throw FileError(path: path, "is not UTF-8 text")
        }
        self.init(text: text)
    }

    /// Every heading of the form `### C-30: title` begins an entry.
    package init(text: String) {
        var entries: [Entry] = []
        for part in "\n\(text)".split(separator: "\n### ").dropFirst() {
            let lines = part.split(separator: "\n", maxSplits: 1)
            guard let heading = lines.first, let colon = heading.firstIndex(of: ":") else { continue }
            entries.append(
                Entry(
                    name: String(heading[..<colon]),
                    title: PlainText.of(String(heading[heading.index(after: colon)...])),
                    requirements: Self.ids(in: lines.dropFirst().first ?? "")
                )
            )
        }
        self.entries = entries
    }

    package subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// The entries that bear on a requirement: they name it, or its statement names them.
    package func entries(bearingOn requirement: Requirement) -> [Entry] {
        let named = Set(Self.names(in: requirement.statement))
        return entries.filter { named.contains($0.name) || $0.requirements.contains(requirement.id) }
    }

    /// The names of ambiguities in a text: `C-` and a number.
    package static func names(in text: String) -> [String] {
        text.matches(of: /\bC-[0-9]+\b/).map { String($0.output) }
    }

    /// The ids in a text: `B66-OPR-S1`, `SALT-3`, `B1-TLV-11`.
    private static func ids(in text: Substring) -> [RequirementID] {
        let pattern = /\b(?:B66|SALT|B12|B1|ASY|OM|OD|RB)-(?:[A-Z]+-)?[A-Z]*[0-9]+[a-z]?\b/
        return text.matches(of: pattern).map { RequirementID(String($0.output)) }
    }
}
