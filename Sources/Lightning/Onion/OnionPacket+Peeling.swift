package import Primitives
package import Rules
internal import Wire

/// What a hop finds in a packet.
package struct PeeledOnion: Sendable {
    package let secret: HopSecret
    /// The hop's payload, without its length.
    package let payload: ArraySlice<UInt8>
    /// The packet for the next hop; `nil` at the end of the onion (OD-11).
    package let next: OnionPacket?
}

/// BOLT 4, "Onion Decryption".
extension OnionPacket {
    /// Opens the packet's outer layer.
    /// - Parameters:
    ///   - k: the key that the layer was made for: the node's own, or its blinded key where a path key came along.
    ///   - associated_data: as in `create`.
    /// - Throws: OD-3 when the HMAC differs, OD-4 to OD-8 when the payload does not lie in the packet as it should.
    package func peel(_ k: SecretKey, associated_data: ArraySlice<UInt8> = []) throws(Finding) -> PeeledOnion {
        let secret = HopSecret(k: k, E: public_key)
        guard ConstantTime.equal(Sphinx.hmac(secret.mu, hop_payloads, associated_data), hmac) else {
            throw Finding("OD-3", "onion.hmac", "the packet's HMAC is not that of its payloads under this key")
        }
        var unwrapped_payloads = ByteReader(unwrap(secret.rho))
        let payload = try Self.takePayload(&unwrapped_payloads)
        let next_hmac = try Self.takeNextHMAC(&unwrapped_payloads)
        let rest = unwrapped_payloads.rest
        guard rest.count >= hop_payloads.count else {
            let excess = hop_payloads.count - rest.count
            throw Finding("OD-8", "onion.length", "payload and next HMAC reach \(excess) bytes past the packet's own")
        }
        guard next_hmac != .zero else { return PeeledOnion(secret: secret, payload: payload, next: nil) }
        let next = OnionPacket(
            public_key: try secret.nextE(),
            hop_payloads: rest.prefix(hop_payloads.count),
            hmac: next_hmac
        )
        return PeeledOnion(secret: secret, payload: payload, next: next)
    }

    /// `unwrapped_payloads`: the payloads and as many zero bytes, decrypted.
    private func unwrap(_ rho: Bytes32) -> ArraySlice<UInt8> {
        var payloads = [UInt8](repeating: 0, count: 2 * hop_payloads.count)
        payloads.replaceSubrange(..<hop_payloads.count, with: hop_payloads)
        ChaCha20.xorZeroNonce(&payloads, key: rho)
        return payloads[...]
    }

    private static func takePayload(_ reader: inout ByteReader) throws(Finding) -> ArraySlice<UInt8> {
        let payload_length: UInt64
        do {
            payload_length = try BigSize.read(&reader, "payload_length")
        } catch {
            throw Finding("OD-4", "onion.length", error.detail, offset: error.offset)
        }
        guard payload_length >= 2 else {
            throw Finding("OD-5", "onion.length", "a payload of \(payload_length) bytes is shorter than any record")
        }
        guard let count = Int(exactly: payload_length), let payload = try? reader.read(count, "payload") else {
            let left = reader.count
            throw Finding("OD-6", "onion.length", "the payload announces \(payload_length) bytes, \(left) are left")
        }
        return payload
    }

    private static func takeNextHMAC(_ reader: inout ByteReader) throws(Finding) -> Bytes32 {
        guard let bytes = try? reader.read(32, "next_hmac"), let hmac = try? Bytes32(bytes) else {
            throw Finding("OD-7", "onion.length", "\(reader.count) bytes are left for the 32 of the next HMAC")
        }
        return hmac
    }
}
