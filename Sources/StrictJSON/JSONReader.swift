/// A value that lacks a member, or has one of a wrong type.
package struct JSONShapeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where, as in `in.hops[2].payload`.
    package let path: String
    package let detail: String

    package init(path: String, _ detail: String) {
        self.path = path
        self.detail = detail
    }

    package var description: String { "\(path): \(detail)" }
}

/// A JSON value and the way to it, for reading members with errors that say where they are.
package struct JSONReader: Sendable {
    package let value: JSON
    package let path: String

    package init(_ value: JSON, path: String) {
        self.value = value
        self.path = path
    }

    package func fail(_ detail: String) -> JSONShapeError { JSONShapeError(path: path, detail) }

    // MARK: Members

    package func object() throws(JSONShapeError) -> JSONObject {
        guard let object = value.object else { throw fail("an object is needed, this is \(value.kind)") }
        return object
    }

    package func optional(_ key: String) throws(JSONShapeError) -> JSONReader? {
        try object()[key].map { JSONReader($0, path: "\(path).\(key)") }
    }

    package func member(_ key: String) throws(JSONShapeError) -> JSONReader {
        guard let member = try optional(key) else { throw fail("the member \"\(key)\" is missing") }
        return member
    }

    /// The members, each with its key.
    package func members() throws(JSONShapeError) -> [(key: String, reader: JSONReader)] {
        try object().members.map { ($0.key, JSONReader($0.value, path: "\(path).\($0.key)")) }
    }

    package func elements() throws(JSONShapeError) -> [JSONReader] {
        guard let elements = value.array else { throw fail("an array is needed, this is \(value.kind)") }
        return elements.enumerated().map { JSONReader($0.element, path: "\(path)[\($0.offset)]") }
    }

    /// Rejects members with other names: for files of our own, where a stray name is a spelling mistake.
    package func onlyMembers(_ allowed: Set<String>) throws(JSONShapeError) {
        for key in try object().keys where !allowed.contains(key) {
            throw JSONShapeError(
                path: "\(path).\(key)",
                "there is no such member; known are \(allowed.sorted().joined(separator: ", "))"
            )
        }
    }

    // MARK: Plain values

    package func string() throws(JSONShapeError) -> String {
        guard let string = value.string else { throw fail("a string is needed, this is \(value.kind)") }
        return string
    }

    package func bool() throws(JSONShapeError) -> Bool {
        guard let bool = value.bool else { throw fail("true or false is needed, this is \(value.kind)") }
        return bool
    }

    /// An integer from 0 to `bound` as a JSON number: the form of u8, u16 and u32.
    package func number(atMost bound: UInt64) throws(JSONShapeError) -> UInt64 {
        guard let integer = value.integer else { throw fail("a JSON number is needed, this is \(value.kind)") }
        guard let number = UInt64(exactly: integer), number <= bound else {
            throw fail("a number from 0 to \(bound) is needed, this is \(integer)")
        }
        return number
    }

    /// An unsigned 64-bit integer as a decimal string without leading zeros: the form of u64, amounts and TLV types.
    package func decimal() throws(JSONShapeError) -> UInt64 {
        guard let text = value.string else { throw fail("a decimal string is needed, this is \(value.kind)") }
        guard let number = UInt64(text), String(number) == text else {
            throw fail("a decimal string from 0 to 18446744073709551615 is needed, this is \"\(text.prefix(40))\"")
        }
        return number
    }
}
