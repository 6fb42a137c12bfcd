internal import CJansson

/// Text that is not JSON, or not JSON that this project accepts.
package struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package let line: Int
    package let column: Int
    /// Bytes before the fault.
    package let offset: Int
    package let detail: String
    /// The text is JSON, and holds a number that this parser does not: an integer beyond 64 bits, or a real one out of range.
    package let isNumberOutOfRange: Bool

    package var description: String { "line \(line), column \(column): \(detail)" }
}

extension JSON {
    /// Parses one JSON value that takes the whole of `bytes`.
    ///
    /// Rejected: duplicate keys, anything after the value, invalid UTF-8, lone surrogates, a byte order mark, numbers out
    /// of range, integers outside 64 bits, and nesting deeper than 2,048.
    ///
    /// - Parameter roundsIntegers: reads integers as real numbers, for what can still be told of a text with one beyond 64 bits.
    package static func parse(
        _ bytes: some Collection<UInt8>,
        roundsIntegers: Bool = false
    ) throws(JSONSyntaxError) -> JSON {
        let rounding = roundsIntegers ? JSON_DECODE_INT_AS_REAL : 0
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL | rounding)
        var failure = json_error_t()
        let buffer = Array(bytes)
        let root = buffer.withUnsafeBytes { buffer in
            buffer.bindMemory(to: CChar.self).baseAddress.flatMap { json_loadb($0, buffer.count, flags, &failure) }
        }
        guard let root else {
            let isEmpty = buffer.isEmpty
            throw JSONSyntaxError(
                line: isEmpty ? 1 : Int(failure.line),
                column: isEmpty ? 0 : Int(failure.column),
                offset: isEmpty ? 0 : Int(failure.position),
                detail: isEmpty ? "the text is empty" : message(of: failure),
                isNumberOutOfRange: !isEmpty && isNumberOutOfRange(failure)
            )
        }
        defer { release(root) }
        return JSON(root)
    }

    package static func parse(_ text: String) throws(JSONSyntaxError) -> JSON { try parse(Array(text.utf8)) }

    private static func message(of failure: json_error_t) -> String {
        withUnsafeBytes(of: failure.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// The last byte of jansson's text is a code of the error, which the library reads with an inline function too.
    private static func isNumberOutOfRange(_ failure: json_error_t) -> Bool {
        withUnsafeBytes(of: failure.text) { $0.last } == UInt8(json_error_numeric_overflow.rawValue)
    }

    /// jansson's `json_decref`, an inline function that Swift does not see.
    private static func release(_ value: UnsafeMutablePointer<json_t>) {
        value.pointee.refcount -= 1
        if value.pointee.refcount == 0 { json_delete(value) }
    }

    private init(_ value: UnsafeMutablePointer<json_t>) {
        switch value.pointee.type {
        case JSON_OBJECT:
            var object = JSONObject()
            var iterator = json_object_iter(value)
            while let current = iterator {
                let key = text(json_object_iter_key(current), json_object_iter_key_len(current))
                if let member = json_object_iter_value(current) { object[key] = JSON(member) }
                iterator = json_object_iter_next(value, current)
            }
            self = .object(object)
        case JSON_ARRAY:
            self = .array((0..<json_array_size(value)).compactMap { json_array_get(value, $0).map { JSON($0) } })
        case JSON_STRING:
            self = .string(text(json_string_value(value), json_string_length(value)))
        case JSON_INTEGER:
            self = .integer(json_integer_value(value))
        case JSON_REAL:
            self = .real(json_real_value(value))
        case JSON_TRUE:
            self = .bool(true)
        case JSON_FALSE:
            self = .bool(false)
        default:
            self = .null
        }
    }
}

private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    let bytes = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    return String(decoding: bytes, as: UTF8.self)
}
