package import Driver

/// An operation of the reference, and the floor under it: the same result from the same calls of libsecp256k1 and libsodium, and
/// from a parser in C, with nothing around them.
package struct Benchmark {
    package let name: String
    /// The same as a request to an adapter; `nil` for what takes more than one.
    package let request: Request?
    package let operation: Work
    package let floor: Work
    /// The most that the operation is to take, in floors; `nil` where nothing is promised.
    package let target: Double?

    init(_ name: String, target: Double? = nil, _ request: Request?, operation: Work, floor: Work) {
        self.name = name
        self.request = request
        self.operation = operation
        self.floor = floor
        self.target = target
    }
}
