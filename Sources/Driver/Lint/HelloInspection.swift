package import Catalogue
package import StrictJSON

/// What is wrong with the `out` of an answer to `hello`: all of it, where a run stops at the first.
package struct HelloInspection {
    private let out: JSONObject
    private let profiles: Set<String>
    private let readings: Readings?
    package private(set) var problems: [LintStepResult.Problem] = []

    /// - Parameters:
    ///   - profiles: the profiles that this program has tables of.
    ///   - readings: the catalogue of readings, by which declared alternatives are looked up; without it their form alone is
    ///     looked at.
    package init(_ out: JSONObject, profiles: Set<String>, readings: Readings? = nil) {
        self.out = out
        self.profiles = profiles
        self.readings = readings
        inspectProtocol()
        inspectImplementation()
        inspectOperations()
        inspectRoles()
        inspectProfiles()
        inspectCapabilities()
        inspectReadings()
    }

    private mutating func inspectProtocol() {
        if out["protocol"] == .integer(Hello.protocolVersion) { return }
        fault("protocol is \(text(out["protocol"])); the number 1 is needed", "Say \"protocol\":1.")
    }

    private mutating func inspectImplementation() {
        guard let implementation = out["implementation"]?.object else {
            return fault(
                "implementation is \(text(out["implementation"])); an object is needed",
                "Say \"implementation\":{\"name\":…,\"version\":…,\"language\":…,\"url\":…}."
            )
        }
        if implementation["name"]?.string?.isEmpty ?? true {
            fault(
                "implementation.name is \(text(implementation["name"])); a name is needed",
                "Name the implementation."
            )
        }
        for member in ["version", "language", "url"] {
            guard let value = implementation[member] else {
                note("implementation.\(member) is missing", "Reports are clearer with it; an empty string will do.")
                continue
            }
            if value.string == nil {
                fault("implementation.\(member) is \(value.kind); a string is needed", "Write it in quotes.")
            }
        }
    }

    private mutating func inspectOperations() {
        guard let operations = strings("operations") else { return }
        let known = Set(ProtocolNames.statelessOperations + ProtocolNames.statefulOperations)
        for name in operations where !known.contains(name) {
            fault(
                "the protocol has no operation \"\(name)\"",
                "Spell it as in Spec/adapter-protocol.md; operations that are not listed there are never sent."
            )
        }
        if operations.isEmpty {
            fault("operations is empty, so nothing can be graded", "List the operations that the adapter can do.")
        }
        if Set(operations).count < operations.count {
            note("operations lists a name twice", "Name each operation once.")
        }
    }

    private mutating func inspectRoles() {
        guard out["roles"] != nil else { return note("roles is missing", "Say \"roles\":[] when it plays none.") }
        for name in strings("roles") ?? [] where !ProtocolNames.roles.contains(name) {
            fault("the protocol has no role \"\(name)\"", "Known are \(ProtocolNames.roles.joined(separator: ", ")).")
        }
    }

    private mutating func inspectProfiles() {
        guard out["profiles"] != nil else {
            return note(
                "profiles is missing, so families that stand under a profile are not exercised",
                "List the profiles that the adapter follows, such as \"blip66-draft\"."
            )
        }
        for name in strings("profiles") ?? [] where !profiles.contains(name) {
            note(
                "this program has no profile \"\(name)\"",
                "Known are \(profiles.sorted().joined(separator: ", ")); another one needs --profile FILE at `check`."
            )
        }
    }

    private mutating func inspectCapabilities() {
        guard let value = out["capabilities"] else {
            return note("capabilities is missing", "Say \"capabilities\":{} when there are none.")
        }
        guard let capabilities = value.object else {
            return fault("capabilities is \(value.kind); an object is needed", "Say \"capabilities\":{}.")
        }
        for (name, value) in capabilities.members.map({ ($0.key, $0.value) }) {
            guard let form = ProtocolNames.capabilities[name] else {
                note("the protocol has no capability \"\(name)\"", "It is ignored; look for a spelling mistake.")
                continue
            }
            if !form.allows(value) {
                fault("capabilities.\(name) is \(value.line); \(form.text) is needed", "Write it in that form.")
            }
        }
    }

    /// `{"C-30": "b"}`: an adapter is graded under what it declares, so a slip here would grade it wrongly.
    private mutating func inspectReadings() {
        guard let value = out["readings"] else { return }
        let fix = "Write {\"C-30\": \"b\"}, with the alternatives that blip66 spec readings lists."
        guard let declared = value.object else {
            return fault("readings is \(value.kind); an object is needed", fix)
        }
        for (name, letter) in declared.members.map({ ($0.key, $0.value) }) {
            guard let alternative = ReadingAlternative("\(name) \(letter.string ?? "")") else {
                fault("readings.\(name) is \(letter.line); the letter of an alternative is needed", fix)
                continue
            }
            guard let readings else { continue }
            do {
                _ = try DeclaredReadings([alternative], readings, from: "readings:")
            } catch {
                fault(error.description, fix)
            }
        }
    }

    // MARK: Helpers

    /// An array of strings.
    private mutating func strings(_ name: String) -> [String]? {
        let elements = out[name]?.array ?? []
        let strings = elements.compactMap(\.string)
        if out[name]?.array != nil, strings.count == elements.count { return strings }
        fault("\(name) is \(text(out[name])); an array of strings is needed", "Say \"\(name)\":[…].")
        return nil
    }

    private func text(_ value: JSON?) -> String { value?.line ?? "missing" }

    private mutating func fault(_ detail: String, _ fix: String) { problems.append(.fault(detail, fix: fix)) }
    private mutating func note(_ detail: String, _ fix: String) { problems.append(.note(detail, fix: fix)) }
}

extension ProtocolNames.CapabilityForm {
    func allows(_ value: JSON) -> Bool {
        switch self {
        case .flag: value.bool != nil
        case .number(let least): value.integer.map { $0 >= least } ?? false
        case .hex:
            value.string.map { text in
                text.utf8.count % 2 == 0 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
            } ?? false
        case .someOf(let names):
            value.array?.allSatisfy { $0.string.map(names.contains) ?? false } ?? false
        }
    }

    var text: String {
        switch self {
        case .flag: "true or false"
        case .number(let least): "a JSON number from \(least) on"
        case .hex: "lower-case hex"
        case .someOf(let names): "an array of some of \(names.sorted().joined(separator: ", "))"
        }
    }
}
