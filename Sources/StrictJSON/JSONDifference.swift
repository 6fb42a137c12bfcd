/// Where two JSON values differ, for people to read.
package struct JSONDifference: Hashable, Sendable, CustomStringConvertible {
    /// Such as `out.fields.offer_amount`.
    package let path: String
    /// Shortened around the first difference where it is long; `absent` where there is no value.
    package let left: String
    package let right: String

    package var description: String { "\(path): \(left) | \(right)" }

    /// The differing members and elements, deepest first places only.
    package static func between(_ left: JSON?, _ right: JSON?, path: String) -> [JSONDifference] {
        if left == right { return [] }
        switch (left, right) {
        case (.object(let first), .object(let second)):
            let keys = first.keys + second.keys.filter { first[$0] == nil }
            return keys.flatMap { between(first[$0], second[$0], path: "\(path).\($0)") }
        case (.array(let first), .array(let second)):
            return (0..<max(first.count, second.count)).flatMap { index in
                between(
                    index < first.count ? first[index] : nil,
                    index < second.count ? second[index] : nil,
                    path: "\(path)[\(index)]"
                )
            }
        default:
            return [plain(left?.line ?? "absent", right?.line ?? "absent", path)]
        }
    }

    /// Two texts from shortly before to shortly after their first difference.
    private static func plain(_ left: String, _ right: String, _ path: String) -> JSONDifference {
        let common = zip(left, right).prefix { $0 == $1 }.count
        let start = max(0, common - 16)
        func window(_ text: String) -> String {
            let part = text.dropFirst(start).prefix(80)
            let isCut = text.count > start + 80
            return "\(start > 0 ? "…" : "")\(part)\(isCut ? "…" : "")"
        }
        let isLong = max(left.count, right.count) > 100
        guard isLong else { return JSONDifference(path: path, left: left, right: right) }
        return JSONDifference(path: "\(path) from character \(common)", left: window(left), right: window(right))
    }
}
