import Lightning
import Primitives
import Testing
import Wire

@Suite struct MerkleTreeTests {
    private func stream(_ types: [UInt64]) -> TLVStream {
        TLVStream(sorting: types.map { TLVRecord(type: $0, value: [UInt8(truncatingIfNeeded: $0)]) })
    }

    @Test(arguments: 1...40)
    func thereIsOneBranchLessThanLeaves(_ count: Int) throws {
        let tree = try #require(MerkleTree(stream((0..<count).map { UInt64($0) })))
        #expect(tree.leaves.count == count)
        #expect(tree.branches.count == count - 1)
        #expect(tree.branches.allSatisfy { $0.left < $0.right })
    }

    @Test func signaturesAreNoLeaves() throws {
        let plain = try #require(MerkleTree(stream([2, 10, 239, 1001])))
        let signed = try #require(MerkleTree(stream([2, 10, 239, 240, 500, 1000, 1001])))
        #expect(plain == signed)
    }

    @Test func aStreamWithoutRecordsHasNoTree() {
        #expect(MerkleTree(stream([])) == nil)
        #expect(MerkleTree(stream([240, 1000])) == nil)
    }

    @Test func anyChangedRecordChangesTheRoot() throws {
        let root = try #require(MerkleTree(stream([1, 2, 3, 4, 5]))).root
        for type in [1, 2, 3, 4, 5] as [UInt64] {
            let changed = TLVStream(sorting: stream([1, 2, 3, 4, 5]).records + [TLVRecord(type: type, value: [99])])
            #expect(try #require(MerkleTree(changed)).root != root)
        }
    }

    @Test func aSignatureVerifiesUnderItsNameAndKeyAlone() throws {
        var randomness = SeededRandomness(seed: "signature")
        let (key, other) = (randomness.secretKey(), randomness.secretKey())
        let unsigned = stream([2, 10, 1_000_000_001])
        let signature = try #require(Bolt12Signature(unsigned, messagename: "static_invoice", key: key))
        let signed = signature.added(to: unsigned)
        #expect(signed.records.map(\.type) == [2, 10, 240, 1_000_000_001])
        let value = try #require(signed[240])
        #expect(Bolt12Signature.verify(value, signed, messagename: "static_invoice", by: key.publicKey))
        #expect(!Bolt12Signature.verify(value, signed, messagename: "invoice", by: key.publicKey))
        #expect(!Bolt12Signature.verify(value, signed, messagename: "static_invoice", by: other.publicKey))
        #expect(!Bolt12Signature.verify(value.dropLast(), signed, messagename: "static_invoice", by: key.publicKey))
    }
}
