internal import Lightning
internal import Primitives
package import SaltSecret
package import StrictJSON
internal import Wire

/// `salt.*`: the scheme of salt and secret, its computations.
let saltOperations = [
    Operation("salt.mask") { _, input, _ in
        let masked = try maskedSecret(input)
        return [
            "encrypted_counterparty_secret": .hex(masked.encrypted_counterparty_secret), "steps": masked.steps,
        ]
    },
    Operation("salt.seal") { _, input, validation in
        let sealed = try sealing(input.member("sealing")).seal(
            try ReplyPath.encode(blindedPath(input.member("reply_path")), &validation),
            under: try input.member("encrypted_counterparty_secret").hex(),
            nonce: try nonce(input)
        )
        return ["sealed": .hex(sealed.sealed), "steps": sealed.steps]
    },
    Operation("salt.open") { _, input, validation in
        let plaintext = try sealing(input.member("sealing")).open(
            try input.member("sealed").hex(),
            under: try input.member("encrypted_counterparty_secret").hex()
        )
        return ["reply_path": BlindedPath.format.json(try ReplyPath.decode(plaintext, &validation).value)]
    },
    Operation("salt.build_payloads") { _, input, validation in
        let payloads = try saltRequest(input).payloads(&validation)
        return ["payloads": .array(payloads.map { .hex($0.bytes) })]
    },
]

/// What a request of `salt.mask` asks for.
package func maskedSecret(_ input: JSONReader) throws -> MaskedSecret {
    let secret = try input.member("counterparty_secret").hex()
    return try masking(input.member("reading")).mask(secret, with: try input.member("unique_salt").hex())
}

/// What a request of `salt.build_payloads` asks for.
package func saltRequest(_ input: JSONReader) throws -> SaltRequest {
    SaltRequest(
        pre_hops: try input.member("pre_hops").elements().map { hop in
            _ = try hop.member("node_id").publicKey()
            return try hop.member("encrypted_recipient_data").hex()
        },
        path: try blindedPath(input.member("path")),
        grant: try SaltGrant(
            unique_salt: try input.member("unique_salt").hex(),
            encrypted_counterparty_secret: try input.member("encrypted_counterparty_secret").hex()
        ),
        sealing: try sealing(input.member("sealing")),
        nonce: try nonce(input),
        reply_path: try blindedPath(input.member("reply_path")),
        invoice_request: try input.member("invoice_request").hex()
    )
}

package func masking(_ reader: JSONReader) throws(JSONShapeError) -> Masking {
    guard let masking = Masking(rawValue: try reader.string()) else {
        throw reader.fail("one of \(Masking.allCases.map(\.rawValue).joined(separator: ", ")) is needed")
    }
    return masking
}

package func sealing(_ reader: JSONReader) throws(JSONShapeError) -> Sealing {
    guard let sealing = Sealing(rawValue: try reader.string()) else {
        throw reader.fail("one of \(Sealing.allCases.map(\.rawValue).joined(separator: ", ")) is needed")
    }
    return sealing
}

/// The nonce of a request. Without one, a sealing that has a nonce of the payer's takes a random one.
private func nonce(_ input: JSONReader) throws -> [UInt8]? {
    if let given = try input.optional("nonce") { return try given.hex() }
    guard try sealing(input.member("sealing")).hasNonce else { return nil }
    var randomness = SystemRandomness()
    return randomness.bytes(Sealing.nonceSize)
}

extension MaskedSecret {
    fileprivate var steps: JSON {
        var steps: JSONObject = ["key": .hex(key), "nonce": .hex(nonce), "plaintext": .hex(plaintext)]
        steps["counter"] = counter.map { .integer(Int64($0)) }
        steps["keystream"] = keystream.map { .hex($0) }
        steps["ciphertext"] = sealed.map { .hex($0.dropLast(16)) }
        steps["tag"] = sealed.map { .hex($0.suffix(16)) }
        return .object(steps)
    }
}

extension SealedReplyPath {
    fileprivate var steps: JSON {
        [
            "key": .hex(key), "nonce": .hex(nonce), "plaintext": .hex(plaintext), "ciphertext": .hex(ciphertext),
            "tag": .hex(tag),
        ]
    }
}
