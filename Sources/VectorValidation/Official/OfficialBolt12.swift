internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// `bolt12/format-string-test.json`: the text form.
func runFormatStrings(_ file: JSONReader, _ profile: Profile, _ tally: inout OfficialSuite.Tally) throws {
    let cases = try file.elements()
    tally.announce(cases: cases.count)
    var first: JSON?
    for testCase in cases {
        try testCase.onlyMembers(["comment", "valid", "string"])
        tally.start("\(testCase.path) (\(try testCase.member("comment").string()))")
        let text = try testCase.member("string").string()
        let isValid = try testCase.member("valid").bool()
        let outcome = OperationTable.reference.perform("offer.decode", profile, ["offer": .string(text)])
        guard case .accept(let out) = outcome else {
            tally.compare("valid", false, isValid)
            continue
        }
        tally.compare("valid", true, isValid)
        first = first ?? out["records"]
        if isValid { tally.require("the text holds another offer than the first", out["records"] == first) }
    }
}

/// `bolt12/offers-test.json`: what an offer's reader takes and rejects.
func runOffers(_ file: JSONReader, _ profile: Profile, _ tally: inout OfficialSuite.Tally) throws {
    let cases = try file.elements()
    tally.announce(cases: cases.count)
    for testCase in cases {
        try testCase.onlyMembers(["description", "valid", "bolt12", "field info", "fields"])
        tally.start("\(testCase.path) (\(try testCase.member("description").string()))")
        let text = try testCase.member("bolt12").string()
        let isValid = try testCase.member("valid").bool()
        let input: JSON = ["offer": .string(text), "now": "0", "chain": chainOfOffer(text)]
        let outcome = OperationTable.reference.perform("offer.validate", profile, input)
        if case .accept = outcome {
            tally.compare("valid", true, isValid)
        } else {
            tally.compare("valid", false, isValid)
        }
        if isValid { try compareOffer(text, testCase.member("fields"), &tally) }
    }
}

/// The files do not say which chain the reader uses: it is one that the offer lists.
func chainOfOffer(_ text: String) -> JSON {
    var validation = Validation(.collecting)
    let offer = try? Offer.read(text: text, &validation)
    return .hex(offer?.offer_chains?.first ?? Chain.bitcoin)
}

private func compareOffer(_ text: String, _ fields: JSONReader, _ tally: inout OfficialSuite.Tally) throws {
    var validation = Validation(.strict)
    let offer = try Offer.read(text: text, &validation)
    let records = offer.decoded.stream.records
    let wanted = try fields.elements()
    tally.compare("the number of fields", records.count, wanted.count)
    for (record, field) in zip(records, wanted) {
        try field.onlyMembers(["type", "length", "hex"])
        tally.compare("\(field.path).type", record.type, try field.member("type").number(atMost: .max))
        tally.compare(
            "\(field.path).length",
            UInt64(record.value.count),
            try field.member("length").number(atMost: .max)
        )
        tally.compare("\(field.path).hex", Hex.encode(record.value), try field.member("hex").string())
    }
    tally.compare("the text written again", offer.text, text)
}

/// `bolt12/signature-test.json`: Merkle trees and a signature.
func runSignatures(_ file: JSONReader, _ profile: Profile, _ tally: inout OfficialSuite.Tally) throws {
    let cases = try file.elements()
    tally.announce(cases: cases.count)
    for testCase in cases {
        try testCase.onlyMembers([
            "comment", "bolt12", "tlv", "first-tlv", "leaves", "branches", "merkle", "signature_tag",
            "H(signature_tag,merkle)", "signature",
        ])
        tally.start("\(testCase.path) (\(try testCase.member("tlv").string()))")
        let leaves = try testCase.member("leaves").elements()
        let bytes = try leaves.flatMap { try leafRecord($0) }
        let stream = try TLVStream.read(bytes[...], known: .unspecified)
        guard let tree = MerkleTree(stream) else {
            tally.complain("there is no tree")
            continue
        }
        tally.compare(
            "first-tlv",
            (stream.records.first?.encoding).map(Hex.encode),
            try testCase.member("first-tlv").string()
        )
        try compareTree(tree, leaves, testCase, &tally)
        if let text = try testCase.optional("bolt12") { try compareSignature(text.string(), stream, testCase, &tally) }
    }
}

/// The record of a leaf stands in the name of its hash: H(`LnLeaf`,RECORD).
func leafRecord(_ leaf: JSONReader) throws -> [UInt8] {
    guard let key = try leaf.object().keys.first(where: { $0.hasPrefix("H(`LnLeaf`,") }) else {
        throw leaf.fail("there is no LnLeaf hash")
    }
    return try Hex.decode(String(key.dropFirst("H(`LnLeaf`,".count).dropLast()))
}

private func compareTree(
    _ tree: MerkleTree,
    _ leaves: [JSONReader],
    _ testCase: JSONReader,
    _ tally: inout OfficialSuite.Tally
) throws {
    for (leaf, wanted) in zip(tree.leaves, leaves) {
        for (key, hash) in try wanted.members() {
            let got =
                key.hasPrefix("H(`LnLeaf`") ? leaf.leaf : key.hasPrefix("H(`LnNonce`") ? leaf.nonce : leaf.branch
            tally.compare(hash.path, got.hex, try hash.string())
        }
    }
    let branches = try testCase.member("branches").elements()
    tally.compare("the number of branches", tree.branches.count, branches.count)
    for (branch, wanted) in zip(tree.branches, branches) {
        try wanted.onlyMembers(["desc", "H(`LnBranch`,\(branch.left.hex)\(branch.right.hex))"])
        for (key, hash) in try wanted.members() where key != "desc" {
            tally.compare(hash.path, branch.hash.hex, try hash.string())
        }
    }
    tally.compare("merkle", tree.root.hex, try testCase.member("merkle").string())
}

private func compareSignature(
    _ text: String,
    _ stream: TLVStream,
    _ testCase: JSONReader,
    _ tally: inout OfficialSuite.Tally
) throws {
    var validation = Validation(.strict)
    let bytes = try OfferText.decode(prefix: InvoiceRequest.prefix, text)
    let request = try InvoiceRequest.read(bytes[...], &validation)
    let unsigned = request.decoded.stream.records.filter { $0.type != Bolt12Signature.type }
    tally.compare(
        "the records of bolt12",
        unsigned.map { Array($0.encoding) },
        stream.records.map { Array($0.encoding) }
    )
    tally.compare(
        "signature_tag",
        "lightning\(InvoiceRequest.messagename)signature",
        try testCase.member("signature_tag").string()
    )
    let digest = Bolt12Signature.digest(stream, messagename: InvoiceRequest.messagename)?.digest
    tally.compare("H(signature_tag,merkle)", digest?.hex, try testCase.member("H(signature_tag,merkle)").string())
    let wanted = try testCase.member("signature").string()
    tally.compare("signature in bolt12", request.signature.map(Hex.encode), wanted)
    // The file names Bob's key, 0x42 thirty-two times, as the payer's.
    let bob = try SecretKey(Bytes32(repeating: 0x42))
    let made = Bolt12Signature(stream, messagename: InvoiceRequest.messagename, key: bob)
    tally.compare("signature made with Bob's key", made.map { Hex.encode($0.signature) }, wanted)
    let isValid = Bolt12Signature.verify(
        request.signature ?? [],
        stream,
        messagename: InvoiceRequest.messagename,
        by: bob.publicKey
    )
    tally.require("the signature does not verify", isValid)
}
