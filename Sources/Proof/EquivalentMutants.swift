internal import Catalogue

/// Mutants that nobody can tell from the reference, each with an argument. Whoever finds an input that tells one refutes it.
package enum EquivalentMutants {
    package static let all: [(pattern: String, argument: String)] = []

    package static func argument(for name: String) -> String? {
        all.first { IDPattern($0.pattern).matches(name) }?.argument
    }
}
