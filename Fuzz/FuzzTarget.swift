/// A reader that takes bytes from a stranger, and what must hold of everything that it reads.
struct FuzzTarget: Sendable {
    let name: String
    /// The longest input that makes sense: that of a Lightning message, or what takes a few milliseconds to read.
    let longest: Int
    let run: @Sendable ([UInt8]) -> Void

    init(_ name: String, longest: Int, _ run: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.longest = longest
        self.run = run
    }

    static let all = wireTargets + objectTargets + fileTargets
}
