internal import Lightning
internal import Primitives
internal import StrictJSON
package import Wire

/// An object as a set of records that a case changes one at a time.
package protocol RecordFixture {
    var records: [UInt64: [UInt8]] { get set }
}

extension RecordFixture {
    package func with(_ records: TLVRecord...) -> Self {
        var copy = self
        for record in records { copy.records[record.type] = Array(record.value) }
        return copy
    }

    package func with(_ type: UInt64, _ value: [UInt8]) -> Self { with(TLVRecord(type: type, value: value)) }

    package func without(_ types: UInt64...) -> Self {
        var copy = self
        for type in types { copy.records[type] = nil }
        return copy
    }

    /// The records in order.
    package var stream: TLVStream { TLVStream(sorting: records.map { TLVRecord(type: $0.key, value: $0.value) }) }
}

/// An object that is signed again after each change, so that the change is its only fault.
package protocol SignedRecordFixture: RecordFixture {
    /// The name under which the object is signed.
    static var messagename: String { get }
    /// Whose key signs (`Fixtures.key`).
    var signer: String { get set }
}

extension SignedRecordFixture {
    /// The same object, signed by another party.
    package func signed(by name: String) -> Self {
        var copy = self
        copy.signer = name
        return copy
    }

    /// The records without a signature.
    package var unsigned: TLVStream { stream }

    /// The signature over the records, under a name, worked out apart from the reference (`MerkleDerivation`).
    package func signature(messagename: String = messagename) -> [UInt8] {
        let root = MerkleDerivation(unsigned.records).root
        let digest = MerkleDerivation.taggedHash("lightning" + messagename + "signature", root.bytes)
        return Schnorr.sign(digest, with: Fixtures.key(signer))
    }

    package var bytes: [UInt8] { bytes(signature: signature()) }

    package func bytes(signature: [UInt8]) -> [UInt8] {
        TLVStream(sorting: unsigned.records + [TLVRecord(type: 240, value: signature)]).bytes
    }
}
