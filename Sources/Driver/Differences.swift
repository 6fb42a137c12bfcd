package import Catalogue
package import StrictJSON

/// Finds the members in which two JSON values differ.
package enum Differences {
    /// Compares exactly the members that `expected` lists, each of them wholly.
    /// - Returns: the innermost members that differ, in the order of `expected`.
    package static func of(expected: JSONObject, got: JSONObject, path: String) -> [Difference] {
        expected.members.flatMap { of(expected: $0.value, got: got[$0.key], path: "\(path).\($0.key)") }
    }

    private static func of(expected: JSON?, got: JSON?, path: String) -> [Difference] {
        switch (expected, got) {
        case (.object(let left)?, .object(let right)?):
            let extra = right.keys.filter { left[$0] == nil }
            return (left.keys + extra).flatMap { of(expected: left[$0], got: right[$0], path: "\(path).\($0)") }
        case (.array(let left)?, .array(let right)?):
            return (0..<max(left.count, right.count)).flatMap { index in
                of(
                    expected: index < left.count ? left[index] : nil,
                    got: index < right.count ? right[index] : nil,
                    path: "\(path)[\(index)]"
                )
            }
        default:
            return expected == got ? [] : [Difference(path: path, expected: expected, got: got)]
        }
    }

    /// The first member of the expected `steps` that the answer's `steps` have and give another value.
    package static func firstDivergence(expected: JSON?, got: JSON?) -> Difference? {
        guard case .object(let expected)? = expected, case .object(let got)? = got else { return nil }
        let common = JSONObject(expected.members.filter { got[$0.key] != nil }.map { ($0.key, $0.value) })
        return of(expected: common, got: got, path: "steps").first
    }
}
