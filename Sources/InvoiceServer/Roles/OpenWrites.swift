/// Writes that a party has asked for and not heard of, in order, each with what it makes true.
package struct OpenWrites<Value: Sendable>: Sendable {
    private var open: [(put: UInt64, value: Value)] = []
    private var last: UInt64 = 0

    package init() {}

    package var values: [Value] { open.map(\.value) }

    /// - Returns: the write's name, new for each.
    package mutating func begin(_ value: Value) -> UInt64 {
        last += 1
        open.append((last, value))
        return last
    }

    /// What the write makes true; `nil` where none of that name is open.
    package mutating func end(_ put: UInt64) -> Value? {
        guard let index = open.firstIndex(where: { $0.put == put }) else { return nil }
        return open.remove(at: index).value
    }
}
