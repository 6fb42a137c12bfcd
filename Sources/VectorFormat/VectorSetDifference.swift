package import Rules

/// What differs between two sets of vectors: for whoever reads a new release, or changed a text and generated anew.
package struct VectorSetDifference: Hashable, Sendable {
    package struct Change: Hashable, Sendable {
        package let id: String
        package let requirements: [RequirementID]
        /// The members of the case that differ.
        package let members: [String]
    }

    package let added: [Change]
    package let changed: [Change]
    package let gone: [Change]

    package var isEmpty: Bool { added.isEmpty && changed.isEmpty && gone.isEmpty }

    package init(from old: [VectorFamily], to new: [VectorFamily]) {
        let (before, after) = (Self.byID(old), Self.byID(new))
        added = after.keys.filter { before[$0] == nil }.sorted().compactMap { after[$0].map { Self.change($0, []) } }
        gone = before.keys.filter { after[$0] == nil }.sorted().compactMap { before[$0].map { Self.change($0, []) } }
        changed = after.keys.sorted().compactMap { id in
            guard let one = before[id], let other = after[id], one != other else { return nil }
            let (old, new) = (one.json.object?.members ?? [], other.json)
            let members = old.filter { new[$0.key] != $0.value }.map(\.key)
            let joined = (new.object?.keys ?? []).filter { one.json[$0] == nil }
            return Self.change(other, members + joined)
        }
    }

    private static func byID(_ families: [VectorFamily]) -> [String: VectorCase] {
        Dictionary(families.flatMap(\.cases).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func change(_ testCase: VectorCase, _ members: [String]) -> Change {
        Change(id: testCase.id, requirements: testCase.requirements, members: members)
    }

    /// By requirement: what was added (+), what changed (~) and what is gone (-). A case stands under each that it exercises.
    package var text: String {
        let all =
            added.map { ("+", $0) } + changed.map { ("~", $0) } + gone.map { ("-", $0) }
        let requirements = Set(all.flatMap(\.1.requirements)).sorted()
        var lines: [String] = []
        for requirement in requirements {
            lines.append(requirement.rawValue)
            for (mark, change) in all where change.requirements.contains(requirement) {
                let members = change.members.isEmpty ? "" : " (\(change.members.joined(separator: ", ")))"
                lines.append("  \(mark) \(change.id)\(members)")
            }
        }
        lines.append("\(added.count) added, \(changed.count) changed, \(gone.count) gone")
        return lines.joined(separator: "\n")
    }
}
