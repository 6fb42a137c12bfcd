package import Primitives
package import Wire

/// The Merkle tree over a stream (BOLT 12, "Signature Calculation").
package struct MerkleTree: Hashable, Sendable {
    /// A record's leaf, the nonce leaf beside it, and the node above the two.
    package struct Leaf: Hashable, Sendable {
        /// H("LnLeaf", tlv).
        package let leaf: Bytes32
        /// H("LnNonce" || first-tlv, tlv-type).
        package let nonce: Bytes32
        /// H("LnBranch", lesser || greater) of the two.
        package let branch: Bytes32
    }

    /// An inner node above the leaf pairs.
    package struct Branch: Hashable, Sendable {
        /// The lesser of the two hashes below.
        package let left: Bytes32
        /// The greater one.
        package let right: Bytes32
        package let hash: Bytes32
    }

    /// In the order of the records.
    package let leaves: [Leaf]
    /// Each after the branches below it, left part first.
    package let branches: [Branch]
    package let root: Bytes32

    /// The tree over all records but signatures (B12-SIG-5).
    /// - Parameter nonceRecord: whose encoding goes into the nonces; by default the first that is hashed (C-49).
    /// - Returns: `nil` when there is no such record.
    package init?(_ stream: TLVStream, nonceRecord: TLVRecord? = nil) {
        let records = stream.records.filter { !Bolt12Range.isSignature($0.type) }
        guard let first = records.first else { return nil }
        let nonceHash = TaggedHash(Array("LnNonce".utf8) + (nonceRecord ?? first).encoding)
        leaves = records.map { record in
            let leaf = Self.leafHash(record.encoding)
            let nonce = nonceHash(BigSize.encode(record.type))
            return Leaf(leaf: leaf, nonce: nonce, branch: Self.branch(leaf, nonce).hash)
        }
        var branches: [Branch] = []
        root = Self.root(of: leaves.map(\.branch)[...], &branches)
        self.branches = branches
    }

    private static let leafHash = TaggedHash("LnLeaf")
    private static let branchHash = TaggedHash("LnBranch")

    /// H("LnBranch", lesser-SHA256 || greater-SHA256): a proof needs no sides (B12-SIG-3).
    private static func branch(_ one: Bytes32, _ other: Bytes32) -> Branch {
        let (left, right) = (min(one, other), max(one, other))
        return Branch(left: left, right: right, hash: branchHash(left, right))
    }

    /// The left part holds the largest power of two of nodes that is less than all, so that the deepest leaves are those
    /// of the lowest order (B12-SIG-4).
    private static func root(of nodes: ArraySlice<Bytes32>, _ branches: inout [Branch]) -> Bytes32 {
        if nodes.count == 1 { return nodes[nodes.startIndex] }
        var leftCount = 1
        while leftCount * 2 < nodes.count { leftCount *= 2 }
        let left = root(of: nodes.prefix(leftCount), &branches)
        let right = root(of: nodes.dropFirst(leftCount), &branches)
        let branch = branch(left, right)
        branches.append(branch)
        return branch.hash
    }
}
