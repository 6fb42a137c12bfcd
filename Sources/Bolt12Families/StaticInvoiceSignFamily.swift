internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `bolt12/static-invoice-sign`: the signature of static invoices, made and verified.
func staticInvoiceSignFamily(_ context: GenerationContext, _ profile: Profile) -> GeneratedFamily {
    var family = FamilyBuilder(
        "bolt12/static-invoice-sign",
        title: "Signatures over static invoices: tag, digest, key, place in the stream",
        profile: profile,
        in: context,
        flags: [
            VectorFamily.Flag(
                "wrong-tag",
                "The signature is for another kind of message: accepting it confuses contexts"
            ),
            VectorFamily.Flag("wrong-tree", "The tree is built with one mistake: who makes it too accepts this"),
            VectorFamily.Flag("wrong-key", "Somebody else signed: accepting it lets anybody divert the payment"),
            VectorFamily.Flag("altered", "The stream is not the one that was signed"),
            VectorFamily.Flag("altered-signature", "The signature is not the one that was made"),
        ]
    )
    let plain = SignedFixture(signingRecords(profile))
    let unknownOdd = SignedFixture(signingRecords(profile) + [TLVRecord(type: 33, value: [1])])
    let experimental = SignedFixture(signingRecords(profile) + [TLVRecord(type: 1_000_000_001, value: [2])])
    addSigning(&family, "", "a static invoice", plain)
    addSigning(&family, "-with-unknown-odd-record", "an unknown odd record is signed too", unknownOdd)
    addSigning(
        &family,
        "-with-experimental-record",
        "the signature stands before experimental records",
        experimental
    )
    if profile.static_invoice.refused_ranges.isEmpty {
        let around = [239, 241, 999, 1001].map { TLVRecord(type: $0, value: [UInt8(truncatingIfNeeded: $0)]) }
        addSigning(
            &family,
            "-with-records-around-the-signatures",
            "239 and 1001 are signed, 241 and 999 are signature records and are not",
            SignedFixture(signingRecords(profile) + around)
        )
    }
    family.accept(
        "sign-again",
        "static_invoice.sign",
        ["B12-SI-W8", "B12-SI-W9"],
        "a signature that is there is replaced, not joined by another",
        in: ["bytes": .hex(plain.signed), "secret_key": .hex(plain.key.bytes)],
        out: ["bytes": .hex(plain.signed), "signature": .hex(plain.signature)]
    )
    let aux = Bytes32(repeating: 0x5a)
    family.accept(
        "sign-with-aux",
        "static_invoice.sign",
        ["B12-SI-W9", "B12-SI-W8"],
        "signed with auxiliary randomness that is not zero: as BIP-340 takes it in, and the same each time",
        in: ["bytes": .hex(plain.unsigned), "secret_key": .hex(plain.key.bytes), "aux": .hex(aux)],
        out: [
            "bytes": .hex(plain.signed(with: plain.signature(aux: aux))), "root": .hex(plain.root),
            "digest": .hex(plain.digest), "signature": .hex(plain.signature(aux: aux)),
        ]
    )
    family.accept(
        "verify-other-aux",
        "static_invoice.verify",
        ["B12-SIG-7", "B12-SI-R13"],
        "another signature of the same digest, with BIP-340's auxiliary randomness",
        in: ["bytes": .hex(plain.signed(with: plain.signature(aux: aux)))]
    )
    for odd in [false, true] {
        addSigning(
            &family,
            odd ? "-with-an-odd-key" : "-with-an-even-key",
            "invoice_node_id starts with \(odd ? "03" : "02")",
            SignedFixture(signingRecords(profile), signedBy: SchnorrDerivation.key("node", odd: odd))
        )
    }
    addUnsignable(&family, plain)
    addForgedSignatures(&family, plain, experimental: experimental)
    addWrongTrees(&family, profile)
    return family.build()
}

private let nodeName = "recipient"

/// A whole invoice of the profile, so that a reader of nothing less can take it, without its signature. `invoice_node_id` is
/// the named party's.
private func signingRecords(_ profile: Profile, node: String = nodeName) -> [TLVRecord] {
    [
        .text(10, "coffee"),
        .paths(16, [Fixtures.path("offer")]),
        TLVRecord(type: 22, value: Fixtures.point(node)),
        .paths(160, [Fixtures.path("payment")]),
        .payinfos(162, [Fixtures.payinfo]),
        .tu64(164, Fixtures.createdAt),
        TLVRecord(type: 176, value: Fixtures.point(node)),
        .paths(profile.static_invoice.message_paths_type, [Fixtures.path("held")]),
    ]
}

/// A stream signed step by step from BOLT 12's text, apart from the reference.
private struct SignedFixture {
    let key: SecretKey
    let records: [TLVRecord]
    let root: Bytes32
    let digest: Bytes32
    let signature: [UInt8]

    /// - signedBy: who is named as issuer and as node in place of the recipient.
    init(
        _ records: [TLVRecord],
        messagename: String = "static_invoice",
        mistake: MerkleDerivation.Mistake? = nil,
        signedBy other: SecretKey? = nil
    ) {
        key = other ?? Fixtures.key(nodeName)
        let node = other.map { TLVRecord(type: 22, value: $0.publicKey.bytes[...]) }
        let records = records.map { record in
            node.map { [22, 176].contains(record.type) ? TLVRecord(type: record.type, value: $0.value) : record }
                ?? record
        }.sorted { $0.type < $1.type }
        self.records = records
        root = MerkleDerivation(records, mistake: mistake).root
        digest = MerkleDerivation.taggedHash("lightning" + messagename + "signature", root.bytes)
        signature = Schnorr.sign(digest, with: key)
    }

    func signature(aux: Bytes32) -> [UInt8] { Schnorr.sign(digest, with: key, aux: aux) }

    var unsigned: [UInt8] { TLVStream(sorting: records).bytes }
    var signed: [UInt8] { signed(with: signature) }

    func signed(with signature: [UInt8]) -> [UInt8] {
        TLVStream(sorting: records + [TLVRecord(type: 240, value: signature)]).bytes
    }
}

private func addSigning(
    _ family: inout FamilyBuilder,
    _ suffix: String,
    _ comment: String,
    _ fixture: SignedFixture
) {
    let steps: JSON = [
        "merkle_root": .hex(fixture.root), "tag": "lightningstatic_invoicesignature", "digest": .hex(fixture.digest),
    ]
    family.accept(
        "sign\(suffix)",
        "static_invoice.sign",
        ["B12-SI-W9", "B12-SIG-6", "B12-SIG-8", "B12-SI-W8"],
        comment,
        subject: suffix.contains("experimental") ? "B12-SIG-8" : nil,
        in: ["bytes": .hex(fixture.unsigned), "secret_key": .hex(fixture.key.bytes)],
        out: [
            "bytes": .hex(fixture.signed), "root": .hex(fixture.root), "digest": .hex(fixture.digest),
            "signature": .hex(fixture.signature),
        ],
        steps: steps
    )
    family.accept(
        "verify\(suffix)",
        "static_invoice.verify",
        ["B12-SI-R13", "B12-SIG-6", "B12-SIG-7"],
        comment,
        in: ["bytes": .hex(fixture.signed)],
        steps: steps
    )
}

private func addUnsignable(_ family: inout FamilyBuilder, _ plain: SignedFixture) {
    family.reject(
        "sign-with-the-key-of-the-other-sign",
        "static_invoice.sign",
        ["B12-SI-W9"],
        ["signature", "semantic.invoice_node_id"],
        "the key's point has the x of invoice_node_id and the other y: the signature would verify, the key is another",
        neighbour: "sign",
        flags: ["wrong-key"],
        in: ["bytes": .hex(plain.unsigned), "secret_key": .hex(plain.key.negated.bytes)]
    )
    family.reject(
        "sign-with-another-key",
        "static_invoice.sign",
        ["B12-SI-W9"],
        ["signature", "semantic.invoice_node_id"],
        "the key is not that of invoice_node_id: what came out would be refused by everybody",
        neighbour: "sign",
        flags: ["wrong-key"],
        in: ["bytes": .hex(plain.unsigned), "secret_key": .hex(Fixtures.key("server").bytes)]
    )
    family.reject(
        "sign-without-node-id",
        "static_invoice.sign",
        ["B12-SI-W7"],
        ["tlv.missing", "semantic.invoice_node_id"],
        "nobody is named whose signature it could be",
        neighbour: "sign",
        in: [
            "bytes": .hex(TLVStream(sorting: plain.records.filter { $0.type != 176 }).bytes),
            "secret_key": .hex(plain.key.bytes),
        ]
    )
}

/// Signatures that are right but for one mistake in the tree: an implementation that makes the same mistake takes them.
private func addWrongTrees(_ family: inout FamilyBuilder, _ profile: Profile) {
    let experimental = signingRecords(profile) + [TLVRecord(type: 1_000_000_001, value: [2])]
    let mistakes: [(name: String, mistake: MerkleDerivation.Mistake, id: RequirementID, comment: String)] = [
        ("leaf-of-value-alone", .valueAlone, "B12-SIG-1", "leaves hash the value and leave type and length open"),
        ("nonce-of-last-record", .nonceOfLastRecord, "B12-SIG-2", "the nonce tag holds another record than the first"),
        ("branches-unsorted", .unsortedBranches, "B12-SIG-3", "branches hash left before right"),
        ("odd-node-doubled", .oddNodeDoubled, "B12-SIG-4", "an odd node is paired with itself"),
        ("experimental-left-out", .experimentalLeftOut, "B12-SIG-5", "records from 1000000000 up are not hashed"),
    ]
    for (name, mistake, id, comment) in mistakes {
        // Nine leaves: there is an odd node.
        let records = experimental
        family.reject(
            "tree-with-\(name)",
            "static_invoice.verify",
            ["B12-SI-R13"],
            ["signature"],
            comment,
            alsoExercises: [id],
            neighbour: "verify-with-experimental-record",
            flags: ["wrong-tree"],
            in: ["bytes": .hex(SignedFixture(records).signed(with: SignedFixture(records, mistake: mistake).signature))]
        )
    }
    let plain = SignedFixture(experimental)
    let behind = plain.unsigned + TLVRecord(type: 240, value: plain.signature).encoding
    family.reject(
        "signature-behind-experimental-record",
        "static_invoice.verify",
        ["B1-TLV-1"],
        ["tlv.order"],
        "the signature was added at the end and not in its place",
        alsoExercises: ["B12-SIG-8"],
        neighbour: "verify-with-experimental-record",
        flags: ["altered"],
        in: ["bytes": .hex(behind)]
    )
}

private func addForgedSignatures(
    _ family: inout FamilyBuilder,
    _ plain: SignedFixture,
    experimental: SignedFixture
) {
    func otherTag(_ messagename: String) -> [UInt8] {
        plain.signed(with: SignedFixture(plain.records, messagename: messagename).signature)
    }
    func flipped(_ bytes: [UInt8], at index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= 1
        return bytes
    }
    func changed(_ type: UInt64, _ value: [UInt8]) -> [UInt8] {
        let changed = plain.records.filter { $0.type != type } + [TLVRecord(type: type, value: value)]
        return TLVStream(sorting: changed + [TLVRecord(type: 240, value: plain.signature)]).bytes
    }
    let byServer = Schnorr.sign(plain.digest, with: Fixtures.key("server"))
    let overRoot = Schnorr.sign(plain.root, with: plain.key)
    let cases: [(name: String, bytes: [UInt8], flags: [String], comment: String, neighbour: String)] = [
        ("tag-of-invoice", otherTag("invoice"), ["wrong-tag"], "signed as an invoice", "verify"),
        (
            "tag-of-invoice-request", otherTag("invoice_request"), ["wrong-tag"], "signed as an invoice request",
            "verify"
        ),
        ("tag-of-offer", otherTag("offer"), ["wrong-tag"], "signed as an offer", "verify"),
        ("no-tag", plain.signed(with: overRoot), ["wrong-tag"], "the Merkle root itself is signed", "verify"),
        ("signed-by-server", plain.signed(with: byServer), ["wrong-key"], "the server's key signed", "verify"),
        (
            "flipped-r", plain.signed(with: flipped(plain.signature, at: 0)), ["altered-signature"],
            "a bit of R differs", "verify"
        ),
        (
            "flipped-s", plain.signed(with: flipped(plain.signature, at: 63)), ["altered-signature"],
            "a bit of s differs", "verify"
        ),
        (
            "zero-signature", plain.signed(with: [UInt8](repeating: 0, count: 64)), ["altered-signature"],
            "64 zero bytes", "verify"
        ),
        (
            "signature-of-63-bytes", plain.signed(with: Array(plain.signature.dropLast())), ["altered-signature"],
            "a byte is missing", "verify"
        ),
        ("description-changed", changed(10, Array("toffee".utf8)), ["altered"], "offer_description differs", "verify"),
        ("created-at-changed", changed(164, [0x65, 0x53, 0xf1, 0x01]), ["altered"], "a second later", "verify"),
        (
            "experimental-record-stripped", plain.signed(with: experimental.signature), ["altered"],
            "an unknown record was signed and is gone", "verify-with-experimental-record"
        ),
        (
            "experimental-record-added", experimental.signed(with: plain.signature), ["altered"],
            "an unknown record is there and was not signed", "verify-with-experimental-record"
        ),
        (
            "no-signature", plain.unsigned, ["altered-signature"],
            "the record is missing", "verify"
        ),
    ]
    for (name, bytes, flags, comment, neighbour) in cases {
        family.reject(
            name,
            "static_invoice.verify",
            ["B12-SI-R13"],
            name == "no-signature"
                ? ["signature", "tlv.missing"]
                : name == "signature-of-63-bytes" ? ["signature", "tlv.length"] : ["signature"],
            comment,
            alsoExercises: [flags.contains("wrong-tag") ? "B12-SIG-6" : "B12-SIG-7"],
            neighbour: neighbour,
            flags: flags,
            in: ["bytes": .hex(bytes)]
        )
    }
    family.reject(
        "verify-without-node-id",
        "static_invoice.verify",
        ["B12-SI-R2"],
        ["tlv.missing", "signature", "semantic.invoice_node_id"],
        "nobody is named whose signature it could be",
        neighbour: "verify",
        in: [
            "bytes": .hex(
                TLVStream(
                    sorting: plain.records.filter { $0.type != 176 } + [TLVRecord(type: 240, value: plain.signature)]
                ).bytes
            )
        ]
    )
}
