package import Primitives
internal import Reference
package import StrictJSON
package import Wire

/// An onion worked out from BOLT 4's text, apart from the reference: secrets from each hop's own key, and the filler by
/// running a packet through the hops as they would, where the reference builds it up from the zeros that they append.
package struct SphinxDerivation {
    package struct Layer {
        /// The private key of the id that the layer is made for.
        package let key: SecretKey
        /// The payload behind its length.
        package let hop_payload: [UInt8]

        package init(_ key: SecretKey, payload: [UInt8]) {
            self.key = key
            hop_payload = BigSize.encode(UInt64(payload.count)) + payload
        }

        /// What the hop takes off the front of the payloads.
        package var shift: Int { hop_payload.count + 32 }
    }

    package let derived: [HopDerivation]
    package let pad_key: Bytes32
    package let filler: [UInt8]
    /// The packet as it reaches each hop.
    package let packets: [[UInt8]]

    /// - `size`: of the whole packet.
    /// - `leavingOutFiller`: a mistake, with which only the first hop can open its layer.
    package init(
        _ layers: [Layer],
        session_key: SecretKey,
        size: Int,
        pad_key: Bytes32? = nil,
        associated_data: [UInt8] = [],
        leavingOutFiller: Bool = false
    ) throws(GenerationError) {
        var E = session_key.publicKey
        var derived: [HopDerivation] = []
        for layer in layers {
            let derivation = try HopDerivation(k: layer.key, E: E)
            derived.append(derivation)
            E = derivation.nextE
        }
        self.derived = derived
        self.pad_key = pad_key ?? HopDerivation.hmac(Array("pad".utf8), session_key.bytes.bytes)
        let N = size - 66
        filler = Self.filler(layers, derived, N)

        var hop_payloads = SealDerivation.stream(self.pad_key, N)
        var hmac = [UInt8](repeating: 0, count: 32)
        var packets: [[UInt8]] = []
        for (layer, hop) in zip(layers, derived).reversed() {
            let clear = (layer.hop_payload + hmac + hop_payloads).prefix(N)
            hop_payloads = SealDerivation.xor(clear, SealDerivation.stream(hop.rho, N))
            if packets.isEmpty, !leavingOutFiller { hop_payloads = hop_payloads.dropLast(filler.count) + filler }
            hmac = HopDerivation.hmac(hop.mu.bytes, hop_payloads + associated_data).bytes
            packets.append([0] + hop.E.bytes + hop_payloads + hmac)
        }
        self.packets = packets.reversed()
    }

    /// The end of the payloads when they reach the last hop: whatever they were, this is what the hops before make of the
    /// zeros that they append.
    private static func filler(_ layers: [Layer], _ derived: [HopDerivation], _ N: Int) -> [UInt8] {
        var hop_payloads = [UInt8](repeating: 0, count: N)
        var appended = 0
        for (layer, hop) in zip(layers, derived).dropLast() {
            let extended = hop_payloads + [UInt8](repeating: 0, count: layer.shift)
            hop_payloads = SealDerivation.xor(extended, SealDerivation.stream(hop.rho, N + layer.shift))
            hop_payloads.removeFirst(layer.shift)
            appended += layer.shift
        }
        return Array(hop_payloads.suffix(appended))
    }

    /// The intermediate values, under the names of the adapter protocol's `steps`.
    package var steps: JSON {
        ["pad_key": .hex(pad_key), "filler": .hex(filler), "hops": .array(derived.map(Self.steps))]
    }

    package static func steps(_ hop: HopDerivation) -> JSON {
        [
            "E": .hex(hop.E.bytes), "ss": .hex(hop.ss), "rho": .hex(hop.rho), "mu": .hex(hop.mu),
            "b": .hex(hop.b.bytes),
        ]
    }
}

/// An onion message over blinded hops: a layer for each, made for its blinded id.
package struct MessageDerivation {
    package typealias Hop = (derived: HopDerivation, sealed: [UInt8])

    /// `onionmsg_tlv` of each hop.
    package let payloads: [[UInt8]]
    package let hops: [Hop]
    package let onion: SphinxDerivation

    /// - `content`: the records of the last hop beside its sealed data.
    package init(
        over hops: [Hop],
        _ content: [TLVRecord],
        session_key: SecretKey,
        size: Int = 1366,
        pad_key: Bytes32? = nil
    ) throws(GenerationError) {
        let payloads = hops.enumerated().map { index, hop in
            let sealed = TLVRecord(type: 4, value: hop.sealed)
            return TLVStream(sorting: index == hops.count - 1 ? [sealed] + content : [sealed]).bytes
        }
        try self.init(hops, payloads: payloads, session_key: session_key, size: size, pad_key: pad_key)
    }

    /// - `payloads`: of each hop, whatever is in them.
    package init(
        _ hops: [Hop],
        payloads: [[UInt8]],
        session_key: SecretKey,
        size: Int = 1366,
        pad_key: Bytes32? = nil
    ) throws(GenerationError) {
        self.hops = hops
        self.payloads = payloads
        onion = try SphinxDerivation(
            zip(hops, payloads).map { SphinxDerivation.Layer($0.derived.blinded_node_key, payload: $1) },
            session_key: session_key,
            size: size,
            pad_key: pad_key
        )
    }
}

extension BlindingDerivation {
    /// What a layer of a message needs of each hop.
    package var layers: [MessageDerivation.Hop] {
        zip(derived, parts.hops).map { ($0, $1.encrypted_recipient_data) }
    }
}
