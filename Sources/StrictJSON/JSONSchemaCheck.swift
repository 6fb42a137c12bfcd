/// One value held against a schema.
final class JSONSchemaCheck {
    private let root: JSON
    /// By pattern: to read a pattern costs more than to match with it, and one value has many texts.
    private var expressions: [String: Regex<AnyRegexOutput>] = [:]

    init(_ root: JSON) { self.root = root }

    /// What in `value` does not follow `schema`, which is the root or a part of it.
    func problems(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        if let allowed = schema.bool { return allowed ? [] : ["\(path): must not be there"] }
        guard let keywords = schema.object else { return [] }
        return keywords.members.flatMap { problems(value, $0.key, $0.value, keywords, path) }
    }

    private func problems(
        _ value: JSON,
        _ keyword: String,
        _ argument: JSON,
        _ schema: JSONObject,
        _ path: String
    ) -> [String] {
        func complain(_ holds: Bool, _ text: @autoclosure () -> String) -> [String] {
            holds ? [] : ["\(path): \(text())"]
        }
        switch keyword {
        case "$ref":
            guard let target = resolve(argument) else {
                return ["\(path): the schema refers to nothing: \(argument.line)"]
            }
            return problems(value, target, path)
        case "type":
            return complain(
                isType(value, argument.string ?? ""),
                "\(argument.string ?? "") is needed, this is \(value.kind)"
            )
        case "const":
            return complain(value == argument, "must be \(argument.line)")
        case "enum":
            return complain(argument.array?.contains(value) ?? false, "must be one of \(argument.line)")
        case "minLength":
            return complain(Int64(value.string?.count ?? .max) >= argument.integer ?? 0, "is too short")
        case "pattern":
            return complain(
                value.string.map { matches($0, argument.string ?? "") } ?? true,
                "does not match \(argument.line)"
            )
        case "minimum":
            return complain(value.integer.map { $0 >= argument.integer ?? 0 } ?? true, "is below \(argument.line)")
        case "maximum":
            return complain(value.integer.map { $0 <= argument.integer ?? 0 } ?? true, "is above \(argument.line)")
        case "minItems":
            return complain(
                value.array.map { Int64($0.count) >= argument.integer ?? 0 } ?? true,
                "has too few elements"
            )
        case "maxItems":
            return complain(
                value.array.map { Int64($0.count) <= argument.integer ?? 0 } ?? true,
                "has too many elements"
            )
        case "uniqueItems":
            return complain(value.array.map { Set($0).count == $0.count } ?? true, "has equal elements")
        case "minProperties":
            return complain(
                value.object.map { Int64($0.keys.count) >= argument.integer ?? 0 } ?? true,
                "has too few members"
            )
        case "required":
            let missing = (argument.array ?? []).compactMap(\.string).filter { value.object != nil && value[$0] == nil }
            return missing.map { "\(path): the member \"\($0)\" is missing" }
        case "properties", "additionalProperties", "propertyNames":
            return memberProblems(value, keyword, argument, schema, path)
        case "items":
            return (value.array ?? []).enumerated().flatMap { problems($0.element, argument, "\(path)[\($0.offset)]") }
        case "allOf", "anyOf", "oneOf", "not", "if":
            return combinedProblems(value, keyword, argument, schema, path)
        default:
            return []
        }
    }

    private func memberProblems(
        _ value: JSON,
        _ keyword: String,
        _ argument: JSON,
        _ schema: JSONObject,
        _ path: String
    ) -> [String] {
        let members = value.object?.members ?? []
        switch keyword {
        case "properties":
            return members.flatMap { member in
                argument[member.key].map { problems(member.value, $0, "\(path).\(member.key)") } ?? []
            }
        case "propertyNames":
            return members.flatMap { problems(.string($0.key), argument, "\(path).\($0.key)") }
        default:
            return members.filter { schema["properties"]?[$0.key] == nil }
                .flatMap { problems($0.value, argument, "\(path).\($0.key)") }
        }
    }

    private func combinedProblems(
        _ value: JSON,
        _ keyword: String,
        _ argument: JSON,
        _ schema: JSONObject,
        _ path: String
    ) -> [String] {
        func holds(_ schema: JSON) -> Bool { problems(value, schema, path).isEmpty }
        switch keyword {
        case "allOf":
            return (argument.array ?? []).flatMap { problems(value, $0, path) }
        case "anyOf":
            return (argument.array ?? []).contains(where: holds) ? [] : ["\(path): follows none of the forms allowed"]
        case "oneOf":
            let count = (argument.array ?? []).filter(holds).count
            return count == 1 ? [] : ["\(path): follows \(count) of the forms allowed, one is needed"]
        case "not":
            return holds(argument) ? ["\(path): has a form that is not allowed"] : []
        default:
            return schema[holds(argument) ? "then" : "else"].map { problems(value, $0, path) } ?? []
        }
    }

    private func resolve(_ reference: JSON) -> JSON? {
        guard let text = reference.string, text.hasPrefix("#/") else { return nil }
        return text.dropFirst(2).split(separator: "/").reduce(Optional(root)) { $0?[String($1)] }
    }

    private func isType(_ value: JSON, _ type: String) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer), ("number", .real),
            ("string", .string), ("array", .array), ("object", .object):
            true
        default: false
        }
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        let known = expressions[pattern]
        guard let expression = known ?? (try? Regex(pattern)) else { return false }
        if known == nil { expressions[pattern] = expression }
        return text.firstMatch(of: expression) != nil
    }
}
