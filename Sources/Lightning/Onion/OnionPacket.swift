package import Primitives
package import Rules
internal import Wire

/// An `onion_packet` (BOLT 4, "Packet Structure"), of a payment or of an onion message, of any size.
package struct OnionPacket: Hashable, Sendable {
    package let version: UInt8
    /// The ephemeral key, `E`.
    package let public_key: PublicKey
    package let hop_payloads: ArraySlice<UInt8>
    package let hmac: Bytes32

    /// Bytes of a packet beside `hop_payloads`: version, key and HMAC.
    package static let overhead = 1 + 33 + 32

    package init(public_key: PublicKey, hop_payloads: ArraySlice<UInt8>, hmac: Bytes32, version: UInt8 = 0) {
        self.version = version
        self.public_key = public_key
        self.hop_payloads = hop_payloads
        self.hmac = hmac
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.write(version)
        writer.write(public_key.bytes)
        writer.write(hop_payloads)
        writer.write(hmac.bytes)
        return writer.bytes
    }

    /// Reads a packet that takes the whole of `bytes`.
    /// - Throws: OD-1 for another version, OD-2 for a key that is no point, OD-4 for fewer bytes than `overhead`, in
    ///   which not even a payload's length can stand.
    package static func read(
        _ bytes: ArraySlice<UInt8>,
        _ validation: inout Validation
    ) throws(Finding) -> OnionPacket {
        let version = bytes.first ?? 0
        if version != 0 {
            try validation.report(
                Finding("OD-1", "onion.version", "the packet has version \(version), not 0", offset: bytes.startIndex)
            )
        }
        guard bytes.count >= overhead, let hmac = try? Bytes32(bytes.suffix(32)) else {
            let detail = "a packet takes \(overhead) bytes and its payloads, this has \(bytes.count)"
            throw Finding("OD-4", "onion.length", detail)
        }
        let body = bytes.dropFirst()
        return OnionPacket(
            public_key: try readKey(body.prefix(33)),
            hop_payloads: body.dropFirst(33).dropLast(32),
            hmac: hmac,
            version: version
        )
    }

    private static func readKey(_ bytes: ArraySlice<UInt8>) throws(Finding) -> PublicKey {
        do {
            return try PublicKey(bytes)
        } catch {
            throw Finding("OD-2", "onion.key", "the ephemeral key: \(error.detail)", offset: bytes.startIndex)
        }
    }
}
