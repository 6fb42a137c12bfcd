package import Primitives
package import StrictJSON
package import Wire

/// The tree worked out step by step from BOLT 12's text, apart from the reference: hashes spelt out, and levels paired
/// from the left with an odd node carried up, where the reference splits from the top.
package struct MerkleDerivation {
    /// A mistake that an implementation can make, and that only such a signature shows.
    package enum Mistake: CaseIterable {
        /// The nonce tag holds the last record and not the first.
        case nonceOfLastRecord
        /// Branches hash left before right, whichever is the lesser.
        case unsortedBranches
        /// An odd node is paired with itself and not carried up.
        case oddNodeDoubled
        /// Records from 1000000000 up are left out.
        case experimentalLeftOut
        /// Leaves hash the value alone.
        case valueAlone
    }

    package let leaves: JSON
    /// Each level's hashes, from the leaf pairs up to the root.
    package let levels: JSON
    package let root: Bytes32

    /// - nonceOf: the record in the nonces' tag; the first that is hashed where nothing is said.
    package init(_ records: some Sequence<TLVRecord>, mistake: Mistake? = nil, nonceOf: TLVRecord? = nil) {
        let hashed = records.filter { record in
            (record.type < 240 || record.type > 1000)
                && !(mistake == .experimentalLeftOut && record.type >= 1_000_000_000)
        }
        let tagged = nonceOf ?? (mistake == .nonceOfLastRecord ? hashed.last : hashed.first)
        let first = tagged.map { Array($0.encoding) } ?? []
        var leaves: [JSON] = []
        var level: [Bytes32] = []
        for record in hashed {
            let leaf = Self.taggedHash("LnLeaf", Array(mistake == .valueAlone ? record.value : record.encoding))
            let nonce = Self.taggedHash(Array("LnNonce".utf8) + first, BigSize.encode(record.type))
            let branch = Self.branch(leaf, nonce, mistake)
            leaves.append(["leaf": .hex(leaf), "nonce": .hex(nonce), "branch": .hex(branch)])
            level.append(branch)
        }
        var levels: [JSON] = [.array(level.map { .hex($0) })]
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { index in
                if index + 1 < level.count { return Self.branch(level[index], level[index + 1], mistake) }
                return mistake == .oddNodeDoubled ? Self.branch(level[index], level[index], mistake) : level[index]
            }
            levels.append(.array(level.map { .hex($0) }))
        }
        self.leaves = .array(leaves)
        self.levels = .array(levels)
        root = level.first ?? .zero
    }

    package static func taggedHash(_ tag: String, _ message: [UInt8]) -> Bytes32 {
        taggedHash(Array(tag.utf8), message)
    }

    private static func taggedHash(_ tag: [UInt8], _ message: [UInt8]) -> Bytes32 {
        let tagHash = Hash.sha256(tag).bytes
        return Hash.sha256(tagHash + tagHash + message)
    }

    private static func branch(_ one: Bytes32, _ other: Bytes32, _ mistake: Mistake?) -> Bytes32 {
        let isInOrder = mistake == .unsortedBranches || one.hex < other.hex
        return taggedHash("LnBranch", isInOrder ? one.bytes + other.bytes : other.bytes + one.bytes)
    }
}
