package import StrictJSON

/// One request of the adapter protocol.
package struct Request: Hashable, Sendable {
    package let id: Int64
    package let operation: String
    /// Left out where `nil`.
    package let profile: String?
    package let input: JSON
    /// How often the adapter is to do it, to be timed; once, untimed, where `nil`.
    package let repeats: Int?

    package init(id: Int64, operation: String, profile: String?, input: JSON, repeats: Int? = nil) {
        self.id = id
        self.operation = operation
        self.profile = profile
        self.input = input
        self.repeats = repeats
    }

    /// The line that is sent, without newline.
    package var line: String {
        var request: JSONObject = ["id": .integer(id), "op": .string(operation)]
        if let profile { request["profile"] = .string(profile) }
        request["in"] = input
        if let repeats { request["repeat"] = .integer(Int64(repeats)) }
        return JSON.object(request).line
    }
}
