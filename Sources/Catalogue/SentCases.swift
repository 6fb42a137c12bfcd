/// What a run sends, as a heading and a list count it: canaries where they are sent by themselves, otherwise cases.
package struct SentCases: Hashable, Sendable {
    private let cases: Int
    private let canaries: Int

    package init(cases: Int, canaries: Int) {
        self.cases = cases
        self.canaries = canaries
    }

    /// Such as `1 case` or `64 canaries`.
    package var text: String {
        if canaries > 0 { return canaries == 1 ? "1 canary" : "\(canaries) canaries" }
        return cases == 1 ? "1 case" : "\(cases) cases"
    }
}
