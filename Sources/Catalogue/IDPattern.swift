/// A pattern over ids, in which `*` stands for any characters, `/` included.
package struct IDPattern: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package func matches(_ id: String) -> Bool {
        let pieces = text.split(separator: "*", omittingEmptySubsequences: false)
        guard let first = pieces.first, let last = pieces.last else { return id.isEmpty }
        guard pieces.count > 1 else { return id == text }
        guard id.hasPrefix(first), id.hasSuffix(last), id.utf8.count >= first.utf8.count + last.utf8.count else {
            return false
        }
        var rest = id.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
