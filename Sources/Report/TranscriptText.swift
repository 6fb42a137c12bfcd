package import Catalogue
internal import StrictJSON

/// What happened in a scenario, as lines: numbered steps, and below each who sent what to whom.
package enum TranscriptText {
    /// - `isVerbose`: shows fields whole, however long they are.
    /// - `brokenSteps`: these are marked.
    package static func lines(_ transcript: Transcript, brokenSteps: Set<Int>, isVerbose: Bool) -> [String] {
        transcript.entries.map { entry in
            let mark = brokenSteps.contains(entry.step) ? "!" : " "
            return line(entry, mark: mark, isVerbose: isVerbose)
        }
    }

    private static func line(_ entry: Transcript.Entry, mark: String, isVerbose: Bool) -> String {
        let fields = text(entry.fields, isVerbose: isVerbose)
        let what = fields.isEmpty ? entry.what : "\(entry.what)  \(fields)"
        guard let from = entry.from else {
            let number = entry.step == 0 ? "" : "\(entry.step)"
            return "\(mark)\(String(repeating: " ", count: max(0, 3 - number.count)))\(number)  \(what)"
        }
        return "\(mark)       \(from) -> \(entry.to ?? "(nobody)"): \(what)"
    }

    private static func text(_ fields: JSONObject, isVerbose: Bool) -> String {
        fields.members.map { "\($0.key) \(text($0.value, isVerbose: isVerbose))" }.joined(separator: ", ")
    }

    private static func text(_ value: JSON, isVerbose: Bool) -> String {
        let words = value.array?.compactMap(\.string).joined(separator: " or ")
        let text = value.string ?? words.flatMap { $0.isEmpty ? nil : $0 } ?? value.line
        return PrintableText.line(isVerbose ? text : Excerpt.beginning(text, width: 72))
    }
}
