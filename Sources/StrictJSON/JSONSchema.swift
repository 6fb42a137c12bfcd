/// A JSON Schema (2020-12), as far as the schemas in `Vectors/schema` and `Spec` use it. A keyword that is not understood
/// here is rejected, so that a schema never promises more than is checked.
package struct JSONSchema: Sendable {
    private let root: JSON

    /// - Throws: the path of a keyword that is not understood.
    package init(_ root: JSON) throws(JSONShapeError) {
        self.root = root
        try Self.checkKeywords(JSONReader(root, path: "schema"))
    }

    /// What in `value` does not follow the schema, each with its JSON path.
    package func problems(of value: JSON, path: String) -> [String] {
        JSONSchemaCheck(root).problems(value, root, path)
    }

    private static let annotations: Set<String> = ["$schema", "$id", "$comment", "title", "description", "examples"]
    private static let single: Set<String> = [
        "items", "additionalProperties", "propertyNames", "if", "then", "else", "not",
    ]
    private static let several: Set<String> = ["oneOf", "anyOf", "allOf"]
    private static let named: Set<String> = ["properties", "$defs"]
    private static let plain: Set<String> = [
        "$ref", "type", "const", "enum", "pattern", "required", "minItems", "maxItems", "uniqueItems", "minimum",
        "maximum", "minLength", "minProperties",
    ]

    private static func checkKeywords(_ schema: JSONReader) throws(JSONShapeError) {
        if schema.value.bool != nil { return }
        for (key, reader) in try schema.members() {
            if annotations.contains(key) || plain.contains(key) { continue }
            if single.contains(key) {
                try checkKeywords(reader)
            } else if several.contains(key) {
                for element in try reader.elements() { try checkKeywords(element) }
            } else if named.contains(key) {
                for (_, member) in try reader.members() { try checkKeywords(member) }
            } else {
                throw reader.fail("this keyword is not understood")
            }
        }
    }
}
