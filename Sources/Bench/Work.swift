/// Work that can be done many times over.
package struct Work {
    /// Does it so often.
    package let batch: (Int) throws -> Void
    /// Does it once, and gives what came of it.
    package let outcome: () throws -> [UInt8]

    /// - `bytes`: what shows that it was done; not timed.
    package init<Value>(_ body: @escaping () throws -> Value, as bytes: @escaping (Value) -> [UInt8]) {
        batch = { count in
            for _ in 0..<count { _ = try body() }
        }
        outcome = { bytes(try body()) }
    }

    package init(_ body: @escaping () throws -> [UInt8]) { self.init(body) { $0 } }
}
