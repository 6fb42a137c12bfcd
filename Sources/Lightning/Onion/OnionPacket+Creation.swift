package import Primitives
package import Rules
internal import Wire

/// A hop of an onion that is to be made.
package struct OnionHop: Hashable, Sendable {
    /// The key that the layer is encrypted to: a node id, or a blinded node id.
    package let N: PublicKey
    /// The payload behind its length, a BigSize.
    package let hop_payload: [UInt8]

    package init(N: PublicKey, payload: some Collection<UInt8>) {
        self.init(N: N, hop_payload: BigSize.encode(UInt64(payload.count)) + payload)
    }

    /// - `hop_payload`: as it stands in the packet. Nothing is asked of it, so a faulty one can be made too.
    package init(N: PublicKey, hop_payload: [UInt8]) {
        self.N = N
        self.hop_payload = hop_payload
    }

    /// `shift_size`: what the hop takes off the front of the payloads, the next HMAC included.
    var shift_size: Int { hop_payload.count + 32 }
}

/// A packet with what was computed on the way to it.
package struct CreatedOnion: Sendable {
    package let packet: OnionPacket
    package let secrets: [HopSecret]
    package let filler: [UInt8]
    package let pad_key: Bytes32
}

/// BOLT 4, "Packet Construction" and "Filler Generation".
extension OnionPacket {
    /// Makes the packet for the first of `hops`.
    /// - `N`: bytes of `hop_payloads`: 1300 for payments, 1300 or 32768 for messages (OM-W3).
    /// - `pad_key`: the key of the bytes in which the payloads are laid; `generateKey("pad", session_key)` by default.
    /// - `associated_data`: what the HMACs cover beside the payloads: a payment's hash; nothing for messages (OM-W2).
    /// - Throws: OM-W8 when there is no hop, or more payload than room.
    package static func create(
        _ hops: [OnionHop],
        session_key: SecretKey,
        payloadsSize N: Int,
        pad_key: Bytes32? = nil,
        associated_data: ArraySlice<UInt8> = []
    ) throws(Finding) -> CreatedOnion {
        try checkRoom(hops, N)
        let secrets = try HopSecret.chain(session_key, hops.map(\.N))
        let pad_key = pad_key ?? Sphinx.generateKey(.pad, session_key.bytes)
        let filler = generateFiller(hops, secrets, N)
        var hop_payloads = [UInt8](repeating: 0, count: N)
        ChaCha20.xorZeroNonce(&hop_payloads, key: pad_key)
        var hmac = Bytes32.zero
        for (hop, secret) in zip(hops, secrets).reversed() {
            hop_payloads = wrap(hop_payloads, hop, hmac, secret.rho)
            let isLastHop = hmac == .zero
            if isLastHop { hop_payloads.replaceSubrange((N - filler.count)..., with: filler) }
            hmac = Sphinx.hmac(secret.mu, hop_payloads, associated_data)
        }
        let packet = OnionPacket(public_key: secrets[0].E, hop_payloads: hop_payloads[...], hmac: hmac)
        return CreatedOnion(packet: packet, secrets: secrets, filler: filler, pad_key: pad_key)
    }

    /// A packet of one layer whose payloads, in clear, are exactly these bytes. For packets that `create` would not make,
    /// because no reader should take them.
    package static func sealing(
        _ payloads: [UInt8],
        for N: PublicKey,
        session_key: SecretKey,
        associated_data: ArraySlice<UInt8> = []
    ) -> OnionPacket {
        let secret = HopSecret(e: session_key, N: N)
        let hop_payloads = ChaCha20.xorZeroNonce(payloads, key: secret.rho)
        let hmac = Sphinx.hmac(secret.mu, hop_payloads, associated_data)
        return OnionPacket(public_key: secret.E, hop_payloads: hop_payloads[...], hmac: hmac)
    }

    /// Lays a hop's payload and the HMAC of the layers inside before the payloads, cuts them to their size, and
    /// encrypts.
    static func wrap(_ hop_payloads: [UInt8], _ hop: OnionHop, _ hmac: Bytes32, _ rho: Bytes32) -> [UInt8] {
        var wrapped: [UInt8] = []
        wrapped.reserveCapacity(hop_payloads.count)
        wrapped += hop.hop_payload
        wrapped += hmac.bytes
        wrapped += hop_payloads[..<(hop_payloads.count - hop.shift_size)]
        ChaCha20.xorZeroNonce(&wrapped, key: rho)
        return wrapped
    }

    /// `filler`: what the zero bytes that each hop appends have become when the packet reaches the last hop.
    static func generateFiller(_ hops: [OnionHop], _ secrets: [HopSecret], _ N: Int) -> [UInt8] {
        var filler: [UInt8] = []
        for (hop, secret) in zip(hops, secrets).dropLast() {
            let offset = N - filler.count
            filler += [UInt8](repeating: 0, count: hop.shift_size)
            filler = ChaCha20.xorZeroNonce(filler, key: secret.rho, from: offset)
        }
        return filler
    }

    private static func checkRoom(_ hops: [OnionHop], _ N: Int) throws(Finding) {
        guard !hops.isEmpty else { throw Finding("OM-W8", "onion.length", "an onion needs a hop") }
        let needed = hops.reduce(0) { $0 + $1.shift_size }
        guard needed <= N else {
            throw Finding("OM-W8", "onion.length", "the payloads take \(needed) bytes, there is room for \(N)")
        }
    }
}
