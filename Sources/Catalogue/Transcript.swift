package import StrictJSON

/// What happened in a scenario, in order: plain values for reports.
package struct Transcript: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        /// The step during which it happened, from 1.
        package let step: Int
        /// Who did it; `nil` for what the runner does to the implementation under test.
        package let from: String?
        /// Whom it reached; `nil` for an event that reaches nobody.
        package let to: String?
        /// A message's or event's name, or what the step does.
        package let what: String
        /// The decoded fields, and what the names stand for.
        package let fields: JSONObject

        package init(step: Int, from: String?, to: String?, what: String, fields: JSONObject) {
            self.step = step
            self.from = from
            self.to = to
            self.what = what
            self.fields = fields
        }
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    package mutating func add(_ entry: Entry) { entries.append(entry) }

    /// For reports.
    package var json: JSON {
        .array(
            entries.map { entry in
                var json: JSONObject = ["step": .integer(Int64(entry.step))]
                json["from"] = entry.from.map { .string($0) }
                json["to"] = entry.to.map { .string($0) }
                json["what"] = .string(entry.what)
                if !entry.fields.isEmpty { json["fields"] = .object(entry.fields) }
                return .object(json)
            }
        )
    }
}
