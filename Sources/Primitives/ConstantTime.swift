internal import CSodium

/// Comparison that takes the same time wherever the first difference is: for HMACs (OD-3) and other secrets.
package enum ConstantTime {
    package static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        CryptoLibraries.prepare()
        guard left.count == right.count else { return false }
        return withBytes(of: left) { left, count in
            withBytes(of: right) { right, _ in sodium_memcmp(left, right, count) == 0 }
        }
    }

    package static func equal(_ left: Bytes32, _ right: Bytes32) -> Bool {
        CryptoLibraries.prepare()
        return left.withPointer { left in right.withPointer { right in sodium_memcmp(left, right, 32) == 0 } }
    }
}
