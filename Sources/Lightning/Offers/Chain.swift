package import Primitives

/// Chain hashes (BOLT 0): the hash of the genesis block, in the order of the wire.
package enum Chain {
    /// Bitcoin's main chain, which BOLT 12 implies where no chain is given.
    package static let bitcoin = hash("6fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000")
    package static let testnet = hash("43497fd7f826957108f4a30fd9cec3aeba79972084e90ead01ea330900000000")
    package static let regtest = hash("06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f")

    private static func hash(_ hex: StaticString) -> Bytes32 {
        let bytes = try? Bytes32(Hex.decode(hex.description))
        return bytes ?? .zero
    }
}
