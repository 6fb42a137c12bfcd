package import Catalogue
package import StrictJSON

/// The handshake: which protocol is spoken, and what the adapter can do.
package struct Hello: Hashable, Sendable {
    package static let operation = "hello"
    package static let protocolVersion: Int64 = 1

    /// The tables of the profiles that the run uses, by name.
    package let profiles: JSONObject

    package init(profiles: JSONObject) { self.profiles = profiles }

    package var request: Request {
        Request(
            id: 0,
            operation: Self.operation,
            profile: nil,
            input: ["protocols": [.integer(Self.protocolVersion)], "profiles": .object(profiles)]
        )
    }

    /// Reads the `out` of the answer.
    package static func identity(_ out: JSONObject) throws(JSONShapeError) -> AdapterIdentity {
        let reader = JSONReader(.object(out), path: "hello.out")
        let version = try reader.member("protocol")
        guard version.value == .integer(protocolVersion) else {
            throw version.fail("\(protocolVersion) is needed, this is \(version.value.line)")
        }
        let implementation = try reader.member("implementation")
        let name = try implementation.member("name")
        guard try !name.string().isEmpty else { throw name.fail("a name is needed, this is empty") }
        let capabilities = try reader.optional("capabilities")
        for capability in try capabilities?.members() ?? [] { try check(capability.key, capability.reader) }
        return AdapterIdentity(
            name: PrintableText.line(try name.string(), limit: 100),
            version: try implementation.optional("version").map(words),
            language: try implementation.optional("language").map(words),
            url: try implementation.optional("url").map(words),
            operations: try strings(reader.member("operations")),
            roles: try reader.optional("roles").map(strings) ?? [],
            profiles: try reader.optional("profiles").map(strings) ?? [],
            capabilities: try capabilities?.object() ?? [:],
            readings: try reader.optional("readings").map(alternatives) ?? []
        )
    }

    private static func words(_ reader: JSONReader) throws(JSONShapeError) -> String {
        PrintableText.line(try reader.string(), limit: 200)
    }

    /// A capability of another form than its own would be taken for none, and what needs it would not be exercised.
    private static func check(_ capability: String, _ reader: JSONReader) throws(JSONShapeError) {
        guard let form = ProtocolNames.capabilities[capability], !form.allows(reader.value) else { return }
        // Scenarios read a number from a decimal string too; lint calls it a fault.
        if case .number = form, capability != "pipelining", let text = reader.value.string, UInt64(text) != nil {
            return
        }
        throw reader.fail("\(form.text) is needed, this is \(PrintableText.line(reader.value.line, limit: 60))")
    }

    /// `{"C-30": "b"}`. Whether there is such an alternative is for the catalogue to say.
    private static func alternatives(_ reader: JSONReader) throws(JSONShapeError) -> [ReadingAlternative] {
        var alternatives: [ReadingAlternative] = []
        for (reading, letter) in try reader.members() {
            guard let alternative = ReadingAlternative("\(reading) \(try letter.string())") else {
                throw letter.fail("a reading and the letter of an alternative are needed, such as \"C-30\": \"b\"")
            }
            alternatives.append(alternative)
        }
        return alternatives
    }

    private static func strings(_ reader: JSONReader) throws(JSONShapeError) -> [String] {
        var strings: [String] = []
        for element in try reader.elements() { strings.append(try element.string()) }
        return strings
    }
}
