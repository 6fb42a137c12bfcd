internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Written mutants of BOLT 12's "Signature Calculation": the tree is built in another way, by whoever hashes, signs or verifies.
enum SignatureMutants {
    static let all: [OperationMutant] =
        [
            // An even record that is unknown makes a reader stop before it verifies: the tree alone shows whether it is hashed.
            hashing(
                "B12-SIG-5/record-1000-hashed",
                "hashes record 1000",
                MutantTree { $0.isHashed = { !(240...999).contains($0) } }
            )
        ]
        + variants.flatMap { name, does, tree in
            [
                hashing(name, does, tree).alsoBreaking("B12-SIG-2", "B12-SIG-4"),
                signing(name, does, tree, "bolt12.sign").alsoBreaking("B12-SIG-7", "SALT-7"),
                signing(name, does, tree, "static_invoice.sign").alsoBreaking("B12-SI-W9", "B12-SI-W8", "B12-SIG-8"),
                verifying(name, does, tree, "bolt12.verify").alsoBreaking("B12-SIG-7", "SALT-20"),
                verifying(name, does, tree, "static_invoice.verify").alsoBreaking("B12-SI-R13", "B12-SIG-7"),
            ]
        } + tags

    private static let variants: [(name: String, does: String, tree: MutantTree)] = [
        ("B12-SIG-1/leaf-tag-LnAll", "hashes leaves under another tag", MutantTree { $0.leafTag = "LnAll" }),
        ("B12-SIG-1/branch-tag-is-the-leafs", "hashes branches as leaves", MutantTree { $0.branchTag = "LnLeaf" }),
        ("B12-SIG-1/no-nonces", "makes no nonces", MutantTree { $0.hasNonces = false }),
        (
            "B12-SIG-1/values-alone", "hashes values without type and length",
            MutantTree { $0.leaf = { Array($0.value) } }
        ),
        (
            "B12-SIG-2/nonce-without-first-record", "forgets the first record in nonces",
            MutantTree { $0.nonceRecord = { _ in [] } }
        ),
        (
            "B12-SIG-2/nonce-with-last-record", "takes the last record into nonces",
            MutantTree { $0.nonceRecord = { $0.last.map { Array($0.encoding) } ?? [] } }
        ),
        (
            "B12-SIG-2/nonce-with-first-value", "takes the first record's value into nonces",
            MutantTree { $0.nonceRecord = { $0.first.map { Array($0.value) } ?? [] } }
        ),
        (
            "B12-SIG-2/nonce-with-metadata-alone", "takes record 0 into nonces, or nothing",
            MutantTree { $0.nonceRecord = { $0.first { $0.type == 0 }.map { Array($0.encoding) } ?? [] } }
        ),
        (
            "B12-SIG-2/nonce-of-the-record", "takes the whole record into its nonce in place of the type",
            MutantTree { $0.nonceOf = { Array($0.encoding) } }
        ),
        (
            "B12-SIG-3/branches-as-they-stand", "does not sort the two sides of a branch",
            MutantTree { $0.order = .none }
        ),
        ("B12-SIG-3/greater-first", "puts the greater side first", MutantTree { $0.order = .greaterFirst }),
        (
            "B12-SIG-4/last-node-twice", "pairs a node that is left over with itself",
            MutantTree { $0.shape = .lastTwice }
        ),
        ("B12-SIG-4/halves", "cuts the leaves into halves", MutantTree { $0.shape = .halves }),
        ("B12-SIG-4/chain", "puts one leaf after another on top", MutantTree { $0.shape = .chain }),
        (
            "B12-SIG-5/signatures-hashed", "hashes signature records too",
            MutantTree { $0.isHashed = { _ in true } }
        ),
        (
            "B12-SIG-5/record-240-alone-left-out", "hashes records 241 to 1000",
            MutantTree { $0.isHashed = { $0 != 240 } }
        ),
        (
            "B12-SIG-5/all-from-240-left-out", "leaves all records from 240 up out",
            MutantTree { $0.isHashed = { $0 < 240 } }
        ),
        (
            "B12-SIG-5/records-1000-and-1001-too", "leaves record 1001 out too",
            MutantTree { $0.isHashed = { !(240...1001).contains($0) } }
        ),
        (
            "B12-SIG-5/record-239-left-out", "leaves record 239 out too",
            MutantTree { $0.isHashed = { !(239...1000).contains($0) } }
        ),
        (
            "B12-SIG-1/unknown-odd-records-left-out", "hashes what it knows",
            MutantTree {
                $0.isHashed = { !Bolt12Range.isSignature($0) && TLVSchema.static_invoice(.numbers)[$0] != nil }
            }
        ),
    ]

    private static let tags: [OperationMutant] = [
        // The tag of ordinary invoices, of requests, and none.
        signed("B12-SIG-6/tag-of-invoices", "signs static invoices as invoices", tag: "lightninginvoicesignature")
            .alsoBreaking("B12-SI-W9"),
        signed(
            "B12-SIG-6/tag-of-requests",
            "signs static invoices as requests",
            tag: "lightninginvoice_requestsignature"
        ).alsoBreaking("B12-SI-W9"),
        signed("B12-SIG-6/tag-without-lightning", "leaves lightning out of the tag", tag: "static_invoicesignature")
            .alsoBreaking("B12-SI-W9"),
        signed("B12-SIG-6/tag-without-signature", "leaves signature out of the tag", tag: "lightningstatic_invoice")
            .alsoBreaking("B12-SI-W9"),
        verified(
            "B12-SI-R13/tag-of-invoices",
            "verifies static invoices as invoices",
            tag: "lightninginvoicesignature"
        ),
        verified("B12-SIG-7/the-root-itself", "verifies over the root", tag: nil),
        .asked("B12-SIG-7/aux-ignored@bolt12.sign", "signs without auxiliary randomness", in: "bolt12.sign") {
            input,
            _ in
            input["aux"] = nil
        },
        .asked("B12-SI-W9/aux-ignored", "signs without auxiliary randomness", in: "static_invoice.sign") { input, _ in
            input["aux"] = nil
        },
        .answering(
            "B12-SIG-8/signature-at-the-end",
            "puts the signature behind all records",
            in: "static_invoice.sign",
            "bolt12.sign"
        ) { out, _, _ in
            try out.changeStream("bytes") { records in
                records.filter { $0.type != 240 } + records.filter { $0.type == 240 }
            }
        },
        .answering(
            "B12-SI-W8/signature-beside-the-old-one",
            "keeps a signature that was there",
            in: "static_invoice.sign"
        ) { out, input, _ in
            let stream = try TLVStream.read(
                try input.member("bytes").hex()[...],
                known: .unspecified,
                onFault: { _ in }
            )
            guard let old = stream.records.first(where: { $0.type == 240 }) else { return }
            try out.changeStream("bytes") { records in
                records.flatMap { $0.type == 240 ? [old, $0] : [$0] }
            }
        },
    ]

    // MARK: Who hashes

    private static func hashing(_ name: String, _ does: String, _ tree: MutantTree) -> OperationMutant {
        .answering("\(name)@bolt12.merkle", does, in: "bolt12.merkle") { out, input, _ in
            out["root"] = try tree.root(input).map { .hex($0) }
            for member in ["leaves", "branches"] { out[member] = nil }
        }
    }

    private static func signing(
        _ name: String,
        _ does: String,
        _ tree: MutantTree,
        _ operation: String
    ) -> OperationMutant {
        .answering("\(name)@\(operation)", "\(does), and signs that", in: operation) { out, input, _ in
            let messagename = try input.optional("messagename")?.string() ?? StaticInvoice.messagename
            guard let root = try tree.root(input) else { return }
            try out.sign(root, TaggedHash("lightning\(messagename)signature")(root.bytes), input)
        }
    }

    private static func verifying(
        _ name: String,
        _ does: String,
        _ tree: MutantTree,
        _ operation: String
    ) -> OperationMutant {
        OperationMutant("\(name)@\(operation)", "\(does), and verifies over that", in: [operation]) { original in
            verifying(original) { input in
                let messagename = try input.optional("messagename")?.string() ?? StaticInvoice.messagename
                return try tree.root(input).map { TaggedHash("lightning\(messagename)signature")($0.bytes) }
            }
        }
    }

    private static func signed(_ name: String, _ does: String, tag: String) -> OperationMutant {
        .answering(name, does, in: "static_invoice.sign") { out, input, _ in
            guard let root = try MutantTree.right.root(input) else { return }
            try out.sign(root, TaggedHash(tag)(root.bytes), input)
        }
    }

    private static func verified(_ name: String, _ does: String, tag: String?) -> OperationMutant {
        let operation = tag == nil ? "bolt12.verify" : "static_invoice.verify"
        return OperationMutant(name, does, in: [operation]) { original in
            verifying(original) { input in
                try MutantTree.right.root(input).map { root in tag.map { TaggedHash($0)(root.bytes) } ?? root }
            }
        }
    }

    /// The operation, with a signature that is right over another digest.
    private static func verifying(
        _ original: Operation,
        _ digest: @escaping @Sendable (JSONReader) throws -> Bytes32?
    ) -> Operation {
        Operation(original.name) { profile, input, validation in
            let out = try original.overlooking { $0.reason == .signature }.body(profile, input, &validation)
            let stream = try TLVStream.read(
                try input.member("bytes").hex()[...],
                known: .unspecified,
                onFault: { _ in }
            )
            let key = try input.optional("key")?.publicKey() ?? stream[176].flatMap { try? PublicKey($0) }
            guard let key, let signature = stream[240], let digest = try digest(input),
                Schnorr.verify(signature, digest, by: key)
            else {
                try validation.report(Finding("B12-SIG-7", .signature, "the signature is not right"))
                return out
            }
            return out
        }
    }
}

extension JSONObject {
    /// Other root, digest and signature, in the stream too.
    fileprivate mutating func sign(_ root: Bytes32, _ digest: Bytes32, _ input: JSONReader) throws {
        let aux = try input.optional("aux")?.bytes32() ?? .zero
        let signature = Schnorr.sign(digest, with: try input.member("secret_key").secretKey(), aux: aux)
        try changeStream("bytes") { $0.map { $0.type == 240 ? TLVRecord(type: 240, value: signature) : $0 } }
        self["root"] = .hex(root)
        self["digest"] = .hex(digest)
        self["signature"] = .hex(signature)
    }
}

/// The Merkle tree with everything in it to be chosen; as it is made, it is the right one.
struct MutantTree: Sendable {
    enum Order { case lesserFirst, greaterFirst, none }
    enum Shape { case bolt12, lastTwice, halves, chain }

    var leafTag = "LnLeaf"
    var branchTag = "LnBranch"
    var hasNonces = true
    var order = Order.lesserFirst
    var shape = Shape.bolt12
    var isHashed: @Sendable (UInt64) -> Bool = { !Bolt12Range.isSignature($0) }
    var leaf: @Sendable (TLVRecord) -> [UInt8] = { Array($0.encoding) }
    /// What of the records goes into all nonces.
    var nonceRecord: @Sendable ([TLVRecord]) -> [UInt8] = { $0.first.map { Array($0.encoding) } ?? [] }
    /// What of a record goes into its nonce.
    var nonceOf: @Sendable (TLVRecord) -> [UInt8] = { BigSize.encode($0.type) }

    static let right = MutantTree { _ in }

    init(_ change: (inout MutantTree) -> Void) { change(&self) }

    /// The root over `bytes` of a request.
    func root(_ input: JSONReader) throws -> Bytes32? {
        let bytes = try input.member("bytes").hex()
        return root(Array(try TLVStream.read(bytes[...], known: .unspecified, onFault: { _ in }).records))
    }

    func root(_ all: [TLVRecord]) -> Bytes32? {
        let records = all.filter { isHashed($0.type) }
        let nonceHash = TaggedHash(Array("LnNonce".utf8) + nonceRecord(records))
        let leaves = records.map { record in
            let leaf = TaggedHash(leafTag)(self.leaf(record))
            return hasNonces ? branch(leaf, nonceHash(nonceOf(record))) : leaf
        }
        return leaves.isEmpty ? nil : root(leaves[...])
    }

    private func root(_ nodes: ArraySlice<Bytes32>) -> Bytes32 {
        guard nodes.count > 1 else { return nodes[nodes.startIndex] }
        switch shape {
        case .bolt12:
            var left = 1
            while left * 2 < nodes.count { left *= 2 }
            return branch(root(nodes.prefix(left)), root(nodes.dropFirst(left)))
        case .halves:
            return branch(root(nodes.prefix(nodes.count / 2)), root(nodes.dropFirst(nodes.count / 2)))
        case .chain:
            return nodes.dropFirst().reduce(nodes[nodes.startIndex], branch)
        case .lastTwice:
            let level = Array(nodes)
            let next = stride(from: 0, to: level.count, by: 2).map { index in
                branch(level[index], index + 1 < level.count ? level[index + 1] : level[index])
            }
            return root(next[...])
        }
    }

    private func branch(_ one: Bytes32, _ other: Bytes32) -> Bytes32 {
        let hash = TaggedHash(branchTag)
        return switch order {
        case .lesserFirst: hash(min(one, other), max(one, other))
        case .greaterFirst: hash(max(one, other), min(one, other))
        case .none: hash(one, other)
        }
    }
}
