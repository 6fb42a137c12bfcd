/// The permanent name of a requirement, such as `B12-SI-R5`. `Spec/*.json` says what it asks.
package struct RequirementID: RawRepresentable, Hashable, Sendable, Comparable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ name: String) { rawValue = name }
    package init(stringLiteral name: String) { rawValue = name }

    package var description: String { rawValue }

    /// Alphabetical, with numbers inside the names in numeric order: `B12-SI-R9` before `B12-SI-R10`.
    package static func < (left: RequirementID, right: RequirementID) -> Bool {
        left.sortKey.lexicographicallyPrecedes(right.sortKey) { first, second in
            switch (first, second) {
            case (.number(let a), .number(let b)): a < b
            case (.text(let a), .text(let b)): a < b
            case (.number, .text): true
            case (.text, .number): false
            }
        }
    }

    private enum Part: Equatable {
        case text(String)
        case number(Int)
    }

    private var sortKey: [Part] {
        var parts: [Part] = []
        var rest = rawValue[...]
        while let first = rest.first {
            let run = rest.prefix { $0.isNumber == first.isNumber }
            parts.append(Int(run).map(Part.number) ?? .text(String(run)))
            rest = rest.dropFirst(run.count)
        }
        return parts
    }
}
