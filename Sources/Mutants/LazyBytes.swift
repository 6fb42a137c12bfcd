internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Lazy readers that compare bytes in part: `lazy-but-tail@om.peel.hmac` does not look at the last byte of a packet's HMAC.
enum LazyBytes {
    /// - Returns: `nil` for a name of none.
    static func reader(_ name: String) -> LazyReader? {
        let parts = name.dropFirst(5).split(separator: "@", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        let (habit, place) = (parts[0], parts[1])
        if habit.hasPrefix("mirror-but-"), let type = UInt64(habit.dropFirst(11)) {
            return .comparing(name, "does not compare record \(type) of an offer in \(place)") { operation in
                guard operation.name == place else { return operation }
                return operation.overlooking {
                    $0.reason == .context && $0.detail.hasPrefix("record \(type) is not as in")
                }
            }
        }
        if habit == "no-offer-is-the-same" { return refusing(name, place) }
        if habit.hasPrefix("chain-") { return LazyChains.reader(name, habit, place) }
        if habit.hasPrefix("signature-") { return LazySignature.reader(name, habit, place) }
        if habit == "nothing-matches" {
            let operation = place.split(separator: ".").prefix(2).joined(separator: ".")
            return operation.isEmpty ? nil : refusing(name, operation)
        }
        guard let seen = seen[habit], let value = values[place] else { return nil }
        return .comparing(name, "compares a part of \(place) alone (\(habit))") { operation in
            guard operation.name == value.operation else { return operation }
            return Operation(operation.name) { profile, input, validation in
                let mended = value.mended(input, profile, seen) ?? input
                return value.after(try operation.body(profile, mended, &validation), seen)
            }
        }
    }

    private static func refusing(_ name: String, _ place: String) -> LazyReader {
        .comparing(name, "takes nothing in \(place)") { operation in
            guard operation.name == place else { return operation }
            return Operation(operation.name) { profile, input, validation in
                let out = try operation.body(profile, input, &validation)
                try validation.report(Finding("B1-T-1", "policy", "nothing is as it should be"))
                return out
            }
        }
    }

    /// Whether two values agree in what such a reader looks at.
    private typealias Seen = @Sendable ([UInt8], [UInt8]) -> Bool

    private static let seen: [String: Seen] = [
        "head": { $0.prefix(($0.count + 1) / 2) == $1.prefix(($1.count + 1) / 2) },
        "tail": { $0.suffix($0.count / 2) == $1.suffix($1.count / 2) },
        "but-head": { $0.dropFirst() == $1.dropFirst() },
        "but-tail": { $0.dropLast() == $1.dropLast() },
        "ends": { $0.first == $1.first && $0.last == $1.last && $0.count == $1.count },
        "common": { zip($0, $1).allSatisfy { $0 == $1 } },
        "reversed": { $0 == $1.reversed() },
    ]

    /// A value that an operation compares.
    private struct Value: Sendable {
        let operation: String
        /// The request with the right value in place of one that looks like it.
        var mended: @Sendable (JSONReader, Profile, Seen) -> JSONReader? = { _, _, _ in nil }
        /// What the reader makes of the answer.
        var after: @Sendable (JSONObject, Seen) -> JSONObject = { out, _ in out }
    }

    private static let values: [String: Value] = [
        "offer.validate.chain": Value(operation: "offer.validate") { input, _, seen in chain(input, listedIn: 2, seen)
        },
        "static_invoice.validate.chain": Value(operation: "static_invoice.validate") { input, _, seen in
            chain(input, listedIn: 2, seen)
        },
        "invreq.validate_for.chain": Value(operation: "invreq.validate_for") { input, _, seen in
            chain(input, listedIn: 80, seen)
        },
        "om.peel.hmac": Value(operation: "om.peel", mended: hmac),
        "om.peel.next_hmac": Value(operation: "om.peel", after: endingAtZero),
        "path.unblind.tag": Value(operation: "path.unblind") { input, _, seen in
            guard let k = try? input.member("node_key").secretKey(),
                let E = try? input.member("path_key").publicKey()
            else { return nil }
            return retagged(input, "encrypted_recipient_data", HopSecret(k: k, E: E).rho, seen)
        },
        "path.unblind.expected_path_id": Value(operation: "path.unblind", mended: pathID),
        "salt.open.RA": Value(operation: "salt.open") { input, _, seen in
            guard let E = try? input.member("encrypted_counterparty_secret").hex() else { return nil }
            return retagged(input, "sealed", Hash.hmac(key: "rho".utf8, E), seen)
        },
        "salt.open.RB": Value(operation: "salt.open") { input, _, seen in
            guard let E = try? input.member("encrypted_counterparty_secret").hex() else { return nil }
            return retagged(input, "sealed", Hash.sha256(E), seen)
        },
        "payload.validate.payment_hash": Value(operation: "payload.validate") { input, profile, seen in
            let type = profile.async_payment.payload_preimage_type
            guard let bytes = try? input.member("payload").hex(),
                let stream = try? TLVSchema.payload(profile).decode(bytes).stream, let preimage = stream[type]
            else { return nil }
            return replaced(input, "payment_hash", by: Hash.sha256(preimage).bytes, seen)
        },
    ]

    private static func replaced(
        _ input: JSONReader,
        _ member: String,
        by right: [UInt8],
        _ seen: Seen
    ) -> JSONReader? {
        guard case .object(var object) = input.value, let given = try? input.member(member).hex(), seen(right, given)
        else { return nil }
        object[member] = .hex(right)
        return JSONReader(.object(object), path: "in")
    }

    /// The object's chain that looks like the reader's, in place of it.
    private static func chain(_ input: JSONReader, listedIn type: UInt64, _ seen: Seen) -> JSONReader? {
        guard let given = try? input.member("chain").hex() else { return nil }
        let alike = LazyChains.listed(input, type).first { seen($0, given) }
        return alike.flatMap { replaced(input, "chain", by: $0) { _, _ in true } }
    }

    @Sendable private static func hmac(_ input: JSONReader, _: Profile, _ seen: Seen) -> JSONReader? {
        guard let packet = try? input.member("packet").hex(), packet.count > OnionPacket.overhead,
            let k = try? input.member("node_key").secretKey(), let E = try? input.member("path_key").publicKey(),
            let factor = try? HopSecret(k: k, E: E).blindedNodeIDFactor(),
            let key = try? PublicKey(packet[1..<34])
        else { return nil }
        let mu = HopSecret(k: k.multiplied(by: factor), E: key).mu
        let right = Sphinx.hmac(mu, packet[34..<packet.count - 32], []).bytes
        guard seen(right, packet.suffix(32)) else { return nil }
        return replaced(input, "packet", by: packet.dropLast(32) + right) { _, _ in true }
    }

    @Sendable private static func endingAtZero(_ out: JSONObject, _ seen: Seen) -> JSONObject {
        guard let next = out["next_packet"]?.string.flatMap({ try? Hex.decode($0) }),
            seen([UInt8](repeating: 0, count: 32), next.suffix(32))
        else { return out }
        var out = out
        out["kind"] = "receive"
        for member in ["next", "next_packet", "next_path_key"] { out[member] = nil }
        return out
    }

    /// The data is opened whatever its tag, which each profile makes in its own way.
    @Sendable private static func pathID(_ input: JSONReader, _ profile: Profile, _ seen: Seen) -> JSONReader? {
        guard let k = try? input.member("node_key").secretKey(), let E = try? input.member("path_key").publicKey(),
            let sealed = try? input.member("encrypted_recipient_data").hex(), sealed.count > 16
        else { return nil }
        let plain = ChaCha20.xorZeroNonce(sealed.dropLast(16), key: HopSecret(k: k, E: E).rho, from: 64)
        guard let stream = try? TLVStream.read(plain[...], known: .unspecified, onFault: { _ in }),
            let id = stream[profile.blinded_path.context_type]
        else { return nil }
        return replaced(input, "expected_path_id", by: Array(id), seen)
    }

    /// Sealed data with the tag that it should have.
    private static func retagged(_ input: JSONReader, _ member: String, _ rho: Bytes32, _ seen: Seen) -> JSONReader? {
        guard let sealed = try? input.member(member).hex(), sealed.count > 16 else { return nil }
        let plain = ChaCha20.xorZeroNonce(sealed.dropLast(16), key: rho, from: 64)
        let right = ChaCha20Poly1305.sealZeroNonce(plain, key: rho)
        guard seen(right.suffix(16), sealed.suffix(16)) else { return nil }
        return replaced(input, member, by: right) { _, _ in true }
    }
}

/// Readers of a list of chains that look at a part of it.
enum LazyChains {
    static func reader(_ name: String, _ habit: String, _ place: String) -> LazyReader? {
        let chosen: @Sendable ([[UInt8]]) -> ArraySlice<[UInt8]>
        switch habit {
        case "chain-first": chosen = { $0.prefix(1) }
        case "chain-first-two": chosen = { $0.prefix(2) }
        case "chain-last": chosen = { $0.suffix(1) }
        default: return nil
        }
        return .comparing(name, "looks at some of the chains in \(place) alone") { operation in
            guard operation.name == place else { return operation }
            return Operation(operation.name) { profile, input, validation in
                let out = try operation.body(profile, input, &validation)
                let own = (try? input.member("chain").hex()) ?? Chain.bitcoin.bytes
                if !chosen(listed(input, 2)).contains(own) {
                    try validation.report(Finding("B12-OFF-R5", .semantic("offer_chains"), "the chain is another"))
                }
                return out
            }
        }
    }

    /// The chains in a record of the object.
    static func listed(_ input: JSONReader, _ type: UInt64) -> [[UInt8]] {
        guard let bytes = try? input.member("bytes").hex(),
            let stream = try? TLVStream.read(bytes[...], known: .unspecified, onFault: { _ in }),
            let list = stream[type].map(Array.init)
        else { return [] }
        return stride(from: 0, to: list.count - list.count % 32, by: 32).map { Array(list[$0..<($0 + 32)]) }
    }
}

/// Verifiers of BIP-340 that leave something out.
enum LazySignature {
    static func reader(_ name: String, _ habit: String, _ place: String) -> LazyReader? {
        guard let verifies = verifiers[String(habit.dropFirst(10))] else { return nil }
        return .comparing(name, "verifies signatures carelessly in \(place)") { operation in
            guard operation.name == place else { return operation }
            return Operation(operation.name) { profile, input, validation in
                let out = try operation.overlooking { $0.reason == .signature }.body(profile, input, &validation)
                if let (signature, digest, key) = try signed(operation.name, input, profile),
                    !verifies(signature, digest, key)
                {
                    try validation.report(Finding("B12-SIG-7", .signature, "the signature is not right"))
                }
                return out
            }
        }
    }

    /// Of a signature, what it is over, and the key.
    private static let verifiers: [String: @Sendable ([UInt8], Bytes32, PublicKey) -> Bool] = [
        "of-odd-keys": { Schnorr.verify($0, $1, by: $2) && isOdd($2) },
        "by-the-point": { signature, digest, key in
            R(signature, digest, key, lifting: false).map { !isOdd($0) && $0.xOnly == signature[..<32] } ?? false
        },
        "key-as-it-is": { signature, digest, key in
            R(signature, digest, key, lifting: false).map { !isOdd($0) && $0.xOnly == signature[..<32] } ?? false
        },
        "any-parity": { signature, digest, key in
            R(signature, digest, key).map { $0.xOnly == signature[..<32] } ?? false
        },
        "first-byte": { signature, digest, key in
            R(signature, digest, key).map { !isOdd($0) && $0.bytes[1] == signature[0] } ?? false
        },
        "last-byte": { signature, digest, key in
            R(signature, digest, key).map { !isOdd($0) && $0.bytes[32] == signature[31] } ?? false
        },
    ]

    /// sG - eP.
    private static func R(_ signature: [UInt8], _ digest: Bytes32, _ key: PublicKey, lifting: Bool = true) -> PublicKey?
    {
        let hash = TaggedHash("BIP0340/challenge")(signature.prefix(32) + key.xOnly + digest.bytes)
        guard signature.count == 64, let s = try? SecretKey(signature[32...]), let e = try? SecretKey(hash) else {
            return nil
        }
        let P = lifting && isOdd(key) ? key.negated : key
        return s.publicKey.adding(P.multiplied(by: e.negated))
    }

    private static func isOdd(_ point: PublicKey) -> Bool { point.bytes[0] == 3 }

    private static func signed(_ operation: String, _ input: JSONReader, _ profile: Profile) throws -> (
        [UInt8], Bytes32, PublicKey
    )? {
        let bytes = try input.member("bytes").hex()
        let stream = try TLVStream.read(bytes[...], known: .unspecified) { _ in }
        let (messagename, key): (String, PublicKey?)
        switch operation {
        case "bolt12.verify":
            messagename = try input.member("messagename").string()
            key = try input.member("key").publicKey()
        case "invreq.validate_for": (messagename, key) = ("invoice_request", try stream[88].map { try PublicKey($0) })
        default: (messagename, key) = ("static_invoice", try stream[176].map { try PublicKey($0) })
        }
        guard let key, let signature = stream[240],
            let digest = Bolt12Signature.digest(stream, messagename: messagename)?.digest
        else { return nil }
        return (Array(signature), digest, key)
    }
}
