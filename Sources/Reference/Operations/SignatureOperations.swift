internal import Lightning
internal import Primitives
package import Rules
package import StrictJSON
package import Wire

/// `bolt12.*`: BOLT 12, "Signature Calculation".
let bolt12Operations = [
    Operation("bolt12.merkle") { _, input, validation in
        let stream = try readStream(input, &validation)
        guard let tree = MerkleTree(stream) else { throw nothingToSign }
        return tree.json
    },
    Operation("bolt12.sign") { _, input, validation in
        let stream = try readStream(input, &validation)
        let key = SigningKey(try input.member("secret_key").secretKey())
        return try sign(stream, messagename: try input.member("messagename").string(), key, input)
    },
    Operation("bolt12.verify") { _, input, validation in
        let stream = try readStream(input, &validation)
        let messagename = try input.member("messagename").string()
        let key = try input.member("key").publicKey()
        guard let signature = stream[Bolt12Signature.type] else {
            throw Finding("B12-SIG-7", .signature, "there is no signature record (240)")
        }
        if !Bolt12Signature.verify(signature, stream, messagename: messagename, by: key) {
            throw Finding("B12-SIG-7", .signature, "the signature is not the key's over this stream")
        }
        return [:]
    },
]

/// A stream whose records may be of any type.
package func readStream(_ input: JSONReader, _ validation: inout Validation) throws -> TLVStream {
    let bytes = try input.member("bytes").hex()
    return try validation.decodeWhole { onFault throws(WireError) in
        try TLVStream.read(bytes[...], known: .unspecified, onFault: onFault)
    }
}

let nothingToSign = Finding("B12-SIG-1", .missing, "there is no record to hash: the tree has no leaves")

/// `{bytes, root, digest, signature}` of a stream signed with the request's `aux`.
func sign(_ stream: TLVStream, messagename: String, _ key: SigningKey, _ input: JSONReader) throws -> JSONObject {
    let aux = try input.optional("aux")?.bytes32() ?? .zero
    guard let signature = Bolt12Signature(stream, messagename: messagename, key: key, aux: aux) else {
        throw nothingToSign
    }
    return [
        "bytes": .hex(signature.added(to: stream).bytes),
        "root": .hex(signature.root),
        "digest": .hex(signature.digest),
        "signature": .hex(signature.signature),
    ]
}

extension MerkleTree {
    var json: JSONObject {
        [
            "root": .hex(root),
            "leaves": .array(
                leaves.map { ["leaf": .hex($0.leaf), "nonce": .hex($0.nonce), "branch": .hex($0.branch)] }
            ),
            "branches": .array(
                branches.map { ["left": .hex($0.left), "right": .hex($0.right), "hash": .hex($0.hash)] }
            ),
        ]
    }
}
