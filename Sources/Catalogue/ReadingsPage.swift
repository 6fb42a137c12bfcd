/// `Spec/ambiguities.md`, the readings as a page for people.
extension Readings {
    package static let pageFile = "ambiguities.md"

    package var markdown: String {
        let body = sections.map { section in
            "## \(section.title)\n\n" + section.readings.map(\.markdown).joined(separator: "\n")
        }
        return Self.introduction + "\n" + body.joined(separator: "\n")
    }

    private static let introduction = """
        # Readings

        <!-- Made from readings.json by `blip66 spec readings --markdown`. Edit that file, and run the command again. -->

        The texts behind this suite are drafts. In places they can be read in several ways, contradict each other, or say nothing.
        Each such place is a *reading*: one question, with a name, `C-` and a number. Its alternatives have letters, so `C-30 b` is
        an answer. One alternative is taken: the suite expects it, and recommends it.

        There are three kinds.

        - **parameter**: something else settles the question: the profile, the request, or a text that is more exact. It excuses
          nothing. An entry says what settles it; for a profile, the alternative that is marked as taken is that of `blip66-draft`.
        - **freedom**: every alternative is right, each time anew.
        - **dialect**: every alternative can be defended, but an implementation must take one throughout, since two sides that differ
          would not understand each other. The entry says why.

        A reading excuses exactly the answers that another alternative gives, and nothing else. A vector that depends on a reading
        lists them in `under`; a scenario marks the row of `expect_any` that belongs to the other alternative. A vector depends on one
        reading at most.

        - An answer that fits another alternative is reported as "another reading (C-30 b)". It does not fail without
          `--strict-readings`.
        - Any other wrong answer fails, as if there were no reading.
        - A run prints which alternatives of dialects it saw. An implementation that mixes two of them gets a warning. It may declare
          one, in `readings` of its `hello`; then it is graded by that one strictly.
        - If you read only the JSON of the vectors, you may ignore `under`: the expected answers are the recommended ones.

        A bug of deployed software is no reading: an alternative follows from the words of the texts, or from their silence.
        No name is used twice. A reading that held several questions was split: the first kept the name, and the others
        name it as their origin.

        """
}

extension Reading {
    fileprivate var markdown: String {
        var lines = ["### \(id): \(title)", "", "\(kind.rawValue.capitalized). \(question)", ""]
        lines += alternatives.map { "- **\($0.id)**\($0.id == taken ? " (taken)" : ""): \($0.says)" }
        lines.append("")
        lines.append("Why \(taken): \(why)")
        switch ground {
        case .settledBy(let settledBy): lines += ["", "Settled by: \(settledBy)"]
        case .free: break
        case .dialect(let reason): lines += ["", "Why a dialect: \(reason)"]
        }
        let origin = splitFrom.map { " Split from \($0)." } ?? ""
        lines += ["", "Bears on: \(requirements.map(\.rawValue).joined(separator: ", ")).\(origin)", ""]
        return lines.joined(separator: "\n")
    }
}
