/// Where something stands in a text: the number of its line, or of its first and its last line, from 1.
package struct LineSpan: Hashable, Sendable, CustomStringConvertible {
    package private(set) var first: Int
    package private(set) var last: Int

    package init(_ line: Int) { (first, last) = (line, line) }

    /// `57` or `57-59`.
    package init?(_ text: Substring) {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = bounds.compactMap { bound in bound.allSatisfy(\.isNumber) ? Int(bound) : nil }
        guard numbers.count == bounds.count, numbers.count <= 2, let first = numbers.first, let last = numbers.last,
            first >= 1, numbers.count == 1 || first < last
        else { return nil }
        (self.first, self.last) = (first, last)
    }

    package var description: String { first == last ? "\(first)" : "\(first)-\(last)" }

    /// As GitHub's addresses point at lines.
    package var fragment: String { first == last ? "L\(first)" : "L\(first)-L\(last)" }

    package func contains(_ line: Int) -> Bool { (first...last).contains(line) }

    mutating func extend(to line: Int) { last = max(last, line) }

    func union(_ other: LineSpan) -> LineSpan {
        var union = self
        union.first = min(first, other.first)
        union.last = max(last, other.last)
        return union
    }
}
