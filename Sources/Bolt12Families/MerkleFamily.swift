internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `bolt12/merkle`: trees of every shape up to 17 leaves, what is hashed and what is not.
func merkleFamily(_ context: GenerationContext) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt12/merkle",
        title: "Merkle trees over streams: leaves, nonces, order of branches, shape, and which records count",
        profile: nil,
        in: context,
        flags: [
            VectorFamily.Flag("uneven", "The number of leaves is no power of two: the deepest ones are the first"),
            VectorFamily.Flag("experimental", "Records from 1000000000 up are hashed like all others"),
            VectorFamily.Flag("signature", "Records 240 to 1000 are signatures and are not hashed"),
            VectorFamily.Flag("malformed", "What is no stream has no tree"),
        ]
    )
    for count in [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17] {
        // One leaf is the root itself; two and its powers show the order in branches; others the place of odd ones.
        let shape: [RequirementID] =
            count == 1 ? ["B12-SIG-1"] : count.nonzeroBitCount == 1 ? ["B12-SIG-3"] : ["B12-SIG-4"]
        addTree(
            &family,
            "leaves-\(count)",
            shape + ["B12-SIG-1", "B12-SIG-2", "B12-SIG-3", "B12-SIG-4"].filter { !shape.contains($0) },
            "\(count) record(s)",
            flags: count.nonzeroBitCount == 1 ? [] : ["uneven"],
            (0..<count).map { TLVRecord(type: UInt64(2 * $0), value: [UInt8](repeating: UInt8($0), count: $0)) }
        )
    }
    let plain = [TLVRecord(type: 4, value: [1, 2, 3]), TLVRecord(type: 10, value: Array("coffee".utf8))]
    let signature = TLVRecord(type: 240, value: [UInt8](repeating: 0x55, count: 64))
    let experimental = TLVRecord(type: 1_000_000_001, value: [9])
    addTree(&family, "first-record-is-4", ["B12-SIG-2"], "the nonce tag holds this stream's first record", plain)
    addTree(
        &family,
        "signature-left-out",
        ["B12-SIG-5"],
        "the same root as first-record-is-4: the signature is no leaf",
        flags: ["signature"],
        plain + [signature]
    )
    addTree(
        &family,
        "both-ends-of-signature-range-left-out",
        ["B12-SIG-5"],
        "239 and 1001 are leaves, 240, 241 and 1000 are not",
        flags: ["signature"],
        plain + [239, 240, 241, 1000, 1001].map { TLVRecord(type: $0, value: [UInt8(truncatingIfNeeded: $0)]) }
    )
    addSignature(
        &family,
        plain + [239, 241, 999, 1001].map { TLVRecord(type: $0, value: [UInt8(truncatingIfNeeded: $0)]) }
    )
    addTree(
        &family,
        "experimental-behind-signature",
        ["B12-SIG-5", "B12-SIG-8"],
        "records behind the signature are leaves",
        flags: ["experimental", "signature"],
        plain + [signature, experimental, TLVRecord(type: 3_000_000_001, value: [])]
    )
    addTree(
        &family,
        "type-in-nine-bytes",
        ["B12-SIG-2", "B12-SIG-1"],
        "the nonce leaf hashes the type as it is encoded",
        flags: ["experimental"],
        plain + [TLVRecord(type: 1 << 32 + 1, value: [7])]
    )
    addTree(
        &family,
        "first-record-alone-differs",
        ["B12-SIG-2"],
        "beside first-record-is-4: a change in the first record changes every nonce",
        [TLVRecord(type: 4, value: [1, 2, 4]), plain[1]]
    )
    let late = [experimental, TLVRecord(type: 1_000_000_003, value: [7])]
    addTree(
        &family,
        "signature-is-the-first-record",
        ["B12-SIG-2", "B12-SIG-5"],
        "the nonce tag holds the first record that is hashed",
        flags: ["signature", "experimental"],
        [signature] + late,
        under: [.accept("C-49 b", ["root": .hex(MerkleDerivation([signature] + late, nonceOf: signature).root)])]
    )
    addMalformedStreams(&family, TLVStream(sorting: plain).bytes, signature)
    return family.build()
}

/// The stream signed and verified: who hashes another tree than for `bolt12.merkle` is found out here.
private func addSignature(_ family: inout FamilyBuilder, _ records: [TLVRecord]) {
    let key = SchnorrDerivation.key("node", odd: false)
    let root = MerkleDerivation(records).root
    let digest = MerkleDerivation.taggedHash("lightninginvoice_requestsignature", root.bytes)
    let signature = Schnorr.sign(digest, with: key)
    let signed = TLVStream(sorting: records + [TLVRecord(type: 240, value: signature)]).bytes
    family.accept(
        "sign-with-records-around-the-signatures",
        "bolt12.sign",
        ["B12-SIG-7", "B12-SIG-5", "B12-SIG-6"],
        "239 and 1001 are signed, 241 and 999 are signature records and are not",
        flags: ["signature"],
        in: [
            "bytes": .hex(TLVStream(sorting: records).bytes), "messagename": "invoice_request",
            "secret_key": .hex(key.bytes),
        ],
        out: ["bytes": .hex(signed), "root": .hex(root), "digest": .hex(digest), "signature": .hex(signature)]
    )
    let aux = Bytes32(repeating: 0xa5)
    let signedWithAux = Schnorr.sign(digest, with: key, aux: aux)
    family.accept(
        "sign-with-aux",
        "bolt12.sign",
        ["B12-SIG-7"],
        "signed with auxiliary randomness that is not zero: as BIP-340 takes it in, and the same each time",
        flags: ["signature"],
        in: [
            "bytes": .hex(TLVStream(sorting: records).bytes), "messagename": "invoice_request",
            "secret_key": .hex(key.bytes), "aux": .hex(aux),
        ],
        out: [
            "bytes": .hex(TLVStream(sorting: records + [TLVRecord(type: 240, value: signedWithAux)]).bytes),
            "root": .hex(root), "digest": .hex(digest), "signature": .hex(signedWithAux),
        ]
    )
    family.accept(
        "verify-with-records-around-the-signatures",
        "bolt12.verify",
        ["B12-SIG-7", "B12-SIG-5", "B12-SIG-6"],
        "239 and 1001 are signed, 241 and 999 are signature records and are not",
        flags: ["signature"],
        in: [
            "bytes": .hex(signed), "messagename": "invoice_request", "key": .hex(key.publicKey.bytes),
        ]
    )
}

private func addMalformedStreams(
    _ family: inout FamilyBuilder,
    _ stream: [UInt8],
    _ signature: TLVRecord
) {
    let cases: [(String, [UInt8], RequirementID, [ReasonClass], String)] = [
        (
            "cut-in-last-record", stream.dropLast(), "B1-TLV-3", ["tlv.truncated", "tlv.length"],
            "the last byte is missing"
        ),
        (
            "records-fall", Array(stream[5...]) + stream[..<5], "B1-TLV-1", ["tlv.order"],
            "the same records the other way round"
        ),
        ("record-twice", stream[..<5] + stream, "B1-TLV-2", ["tlv.order"], "the first record stands twice"),
        (
            "type-in-three-bytes", [0xfd, 0, 4] + stream[1...], "B1-BS-1", ["tlv.noncanonical"],
            "the first type is longer than needed: the leaf would differ"
        ),
        ("nothing", [], "B12-SIG-1", ["tlv.missing"], "no record, no leaf, no root"),
        ("signature-alone", Array(signature.encoding), "B12-SIG-1", ["tlv.missing"], "a signature is no leaf"),
    ]
    for (name, bytes, requirement, reasons, comment) in cases {
        family.reject(
            name,
            "bolt12.merkle",
            [requirement],
            reasons,
            comment,
            neighbour: "first-record-is-4",
            flags: ["malformed"],
            in: ["bytes": .hex(bytes)]
        )
    }
}

private func addTree(
    _ family: inout FamilyBuilder,
    _ name: String,
    _ requirements: [RequirementID],
    _ comment: String,
    flags: [String] = [],
    _ records: [TLVRecord],
    under: [Under] = [],
    file: StaticString = #fileID,
    line: UInt = #line
) {
    let derivation = MerkleDerivation(records)
    family.accept(
        name,
        "bolt12.merkle",
        requirements,
        comment,
        flags: flags,
        in: ["bytes": .hex(TLVStream(sorting: records).bytes)],
        out: ["root": .hex(derivation.root), "leaves": derivation.leaves],
        under: under,
        steps: ["levels": derivation.levels],
        file: file,
        line: line
    )
}
