import Catalogue
import InvoiceServer
import Lightning
import Primitives
import Rules
import Wire

/// Readers of `Lightning` and `InvoiceServer`: each object of the protocol, under every profile.
let objectTargets = [
    FuzzTarget("offer", longest: 4096) { bytes in
        readRecords(bytes, .offer) { try Offer.read(bytes[...], &$0).decoded }
    },
    FuzzTarget("invoice-request", longest: 4096) { bytes in
        readRecords(bytes, .invoice_request) { try InvoiceRequest.read(bytes[...], &$0).decoded }
    },
    FuzzTarget("static-invoice", longest: 8192) { bytes in
        withProfile(bytes) { profile, bytes in
            readRecords(bytes, .static_invoice(profile)) { try StaticInvoice.read(bytes[...], profile, &$0).decoded }
        }
    },
    FuzzTarget("blinded-path", longest: 4096) { bytes in
        let format = BlindedPath.format
        let read = { (onFault: FaultHandler) in try format.decode(bytes[...], onFault: onFault) }
        guard let value = agree(read) else { return }
        require(format.encode(value) == bytes, "a path that is read is written again as it was")
        require(BlindedPath(value)?.value == value, "a path is the value that it was made of")
    },
    FuzzTarget("encrypted-data", longest: 2048) { bytes in
        withProfile(bytes) { profile, bytes in
            readRecords(bytes, .encrypted_data(profile)) { try EncryptedData.read(bytes[...], profile, &$0).decoded }
        }
    },
    FuzzTarget("onion-packet", longest: 70_000) { bytes in
        guard let packet = agreeOnFindings({ try OnionPacket.read(bytes[...], &$0) }) else { return }
        require(packet.bytes == bytes, "a packet that is read is written again as it was")
        withProfile(Array(bytes.suffix(1))) { profile, _ in
            var validation = Validation(.strict)
            _ = try? FuzzKeys.node.peel(bytes[...], path_key: FuzzKeys.path_key, profile, &validation)
        }
    },
    // What is behind the HMAC, which no change of bytes gets past: the payloads of a packet that this one made.
    FuzzTarget("onion-payloads", longest: 2048) { bytes in
        withProfile(bytes) { profile, bytes in
            guard let packet = FuzzKeys.packet(of: bytes) else { return }
            for mode in [Validation.Mode.strict, .collecting] {
                var validation = Validation(mode)
                _ = try? FuzzKeys.node.peel(packet.bytes[...], path_key: FuzzKeys.path_key, profile, &validation)
            }
        }
    },
    FuzzTarget("onion-message-payload", longest: 8192) { bytes in
        withProfile(bytes) { profile, bytes in
            readRecords(bytes, .onionmsg(profile)) { try OnionMessagePayload.read(bytes[...], profile, &$0).decoded }
        }
    },
    FuzzTarget("payment-payload", longest: 2048) { bytes in
        withProfile(bytes) { profile, bytes in
            readRecords(bytes, .payload(profile)) { try PaymentPayload.read(bytes[...], profile, &$0).decoded }
        }
    },
    FuzzTarget("messages", longest: 8192) { bytes in
        withProfile(bytes) { profile, bytes in
            let forms = MessageForm.all(profile)
            guard let choice = bytes.first else { return }
            let (form, body) = (forms[Int(choice) % forms.count], Array(bytes.dropFirst()))
            guard let message = agreeOnFindings({ try Message.read(body[...], form, profile, &$0).decoded }) else {
                return
            }
            let framed = form.framedBy == nil ? message.bytes : form.framing.body(message.bytes)
            require(body.starts(with: framed), "\(form.name) that is read is written again as it was")
        }
    },
]

/// Reads a stream of records both ways; what is read is written again, record by record.
private func readRecords(
    _ bytes: [UInt8],
    _ schema: TLVSchema,
    _ read: (inout Validation) throws -> DecodedStream
) {
    guard let decoded = agreeOnFindings(read) else { return }
    require(rewritten(decoded.stream) == bytes, "a stream that is read is written again as it was")
    for record in decoded.stream.records {
        guard let known = schema[record.type], let value = decoded[record.type] else { continue }
        require(
            known.format.encode(value) == Array(record.value),
            "\(known.name) that is read is written again as it was"
        )
    }
}

/// Reads strictly, and collecting all findings.
/// - Returns: what the strict reader read. Where it reads, the other finds nothing; where it does not, the other does.
private func agreeOnFindings<Value: Equatable>(_ read: (inout Validation) throws -> Value) -> Value? {
    var strict = Validation(.strict)
    let value = try? read(&strict)
    var collecting = Validation(.collecting)
    var collected: Value?
    var isWhole = true
    do {
        collected = try read(&collecting)
    } catch {
        isWhole = false
    }
    let isFaultless = isWhole && collecting.findings.isEmpty
    require((value != nil) == isFaultless, "strict reads exactly what collecting finds faultless")
    if let value, value != collected { violated("both read the same") }
    return value
}

/// The first byte chooses the profile.
private func withProfile(_ bytes: [UInt8], _ body: (Profile, [UInt8]) -> Void) {
    guard let choice = bytes.first else { return }
    let profiles = FuzzData.profiles
    body(profiles[Int(choice) % profiles.count], Array(bytes.dropFirst()))
}

/// A node whose packets can be made: with keys of this file alone.
private enum FuzzKeys {
    static let node = MessageNode(node_key: key(1))
    static let path_key = key(2).publicKey

    private static func key(_ byte: UInt8) -> SecretKey {
        guard let key = try? SecretKey([UInt8](repeating: byte, count: 32)) else { violated("this is a key") }
        return key
    }

    static func packet(of payload: [UInt8]) -> OnionPacket? {
        guard let blinded = try? Unblinding(node_key: key(1), path_key: path_key) else { return nil }
        let hop = OnionHop(N: blinded.blinded_node_key.publicKey, payload: payload)
        let size = hop.hop_payload.count + 32 <= 1300 ? 1300 : 32_768
        return try? OnionPacket.create([hop], session_key: key(3), payloadsSize: size, associated_data: []).packet
    }
}
