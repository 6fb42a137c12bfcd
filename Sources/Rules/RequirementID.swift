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
        var (left, right) = (left.rawValue.utf8[...], right.rawValue.utf8[...])
        while let one = left.first, let other = right.first {
            switch (isDigit(one), isDigit(other)) {
            case (true, true):
                let (a, b) = (takeNumber(&left), takeNumber(&right))
                if a.count != b.count { return a.count < b.count }
                if !a.elementsEqual(b) { return a.lexicographicallyPrecedes(b) }
            case (false, false):
                if one != other { return one < other }
                left.removeFirst()
                right.removeFirst()
            case (let isNumber, _):
                return isNumber
            }
        }
        return left.isEmpty && !right.isEmpty
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// The digits in front, without leading zeros: of two numbers the one with fewer of them is less.
    private static func takeNumber(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = rest.prefix(while: isDigit)
        rest = rest.dropFirst(digits.count)
        return digits.drop { $0 == 0x30 }
    }
}
