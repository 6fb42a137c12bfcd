/// The command that starts an adapter.
package struct AdapterCommand: Hashable, Sendable {
    /// A path when it holds a `/`, otherwise a name that is looked for in `PATH`.
    package let program: String
    package let arguments: [String]

    package init(program: String, arguments: [String] = []) {
        self.program = program
        self.arguments = arguments
    }

    /// - Returns: `nil` for an empty list.
    package init?(_ words: [String]) {
        guard let program = words.first else { return nil }
        self.init(program: program, arguments: Array(words.dropFirst()))
    }

    package var words: [String] { [program] + arguments }
}
