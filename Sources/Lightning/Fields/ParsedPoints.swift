package import Primitives

/// The points of a stream, each worked out once, however often it stands there: to find a point's y costs more than all else that a
/// reader does with it.
package struct ParsedPoints: Sendable {
    private var keys: [Encoding: PublicKey] = [:]

    package init() {}

    /// - Returns: `nil` for bytes that were not met as a point.
    package subscript(bytes: ArraySlice<UInt8>) -> PublicKey? { keys[Encoding(bytes: bytes)] }

    /// Works a point out, unless that was done.
    @discardableResult
    mutating func parse(_ bytes: ArraySlice<UInt8>) throws(PrimitiveError) -> PublicKey {
        let encoding = Encoding(bytes: bytes)
        if let known = keys[encoding] { return known }
        let key = try PublicKey(bytes)
        keys[encoding] = key
        return key
    }

    /// Hashed as one piece, not byte by byte.
    private struct Encoding: Hashable {
        let bytes: ArraySlice<UInt8>

        func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }
}
