/// 32 bytes held inline: hashes, keys, nonces of BOLT 4 and BOLT 12.
package struct Bytes32: Hashable, Sendable {
    var storage: SIMD32<UInt8>

    /// - Throws: a `.length` error unless there are exactly 32 bytes.
    package init(_ bytes: some Collection<UInt8>) throws(PrimitiveError) {
        guard bytes.count == 32 else {
            throw PrimitiveError(.length, "32 bytes are needed, there are \(bytes.count)")
        }
        self.init { start in withBytes(of: bytes) { start.update(from: $0, count: $1) } }
    }

    /// The same byte 32 times.
    package init(repeating byte: UInt8) { storage = SIMD32(repeating: byte) }

    package static let zero = Bytes32(repeating: 0)

    /// Lets `body` write the 32 bytes.
    init(writing body: (UnsafeMutablePointer<UInt8>) -> Void) {
        storage = .zero
        withUnsafeMutableBytes(of: &storage) { buffer in
            if let start = buffer.bindMemory(to: UInt8.self).baseAddress { body(start) }
        }
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: storage) { Array($0) } }
    package var hex: String { Hex.encode(bytes) }

    func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: UInt8.self, capacity: 32) { body($0) }
        }
    }
}

extension Bytes32: Comparable {
    /// The order of the bytes, first byte first: the order of BOLT 12's Merkle branches.
    package static func < (left: Bytes32, right: Bytes32) -> Bool {
        for offset in stride(from: 0, to: 32, by: 8) {
            let (one, other) = (left.word(offset), right.word(offset))
            if one != other { return one < other }
        }
        return false
    }

    /// Eight bytes, the first in the highest place.
    private func word(_ offset: Int) -> UInt64 {
        withUnsafeBytes(of: storage) { UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    }
}

extension Bytes32: CustomStringConvertible {
    package var description: String { hex }
}
