internal import Primitives
internal import Reference
internal import StrictJSON
internal import Wire

/// An onion worked out from BOLT 4's text, apart from the reference: secrets from each hop's own key, and the filler by
/// running a packet through the hops as they would, where the reference builds it up from the zeros that they append.
struct SphinxDerivation {
    struct Layer {
        /// The private key of the id that the layer is made for.
        let key: SecretKey
        /// The payload behind its length.
        let hop_payload: [UInt8]

        init(_ key: SecretKey, payload: [UInt8]) {
            self.key = key
            hop_payload = BigSize.encode(UInt64(payload.count)) + payload
        }

        /// What the hop takes off the front of the payloads.
        var shift: Int { hop_payload.count + 32 }
    }

    let derived: [HopDerivation]
    let pad_key: Bytes32
    let filler: [UInt8]
    /// The packet as it reaches each hop.
    let packets: [[UInt8]]

    /// - Parameter size: of the whole packet.
    init(
        _ layers: [Layer],
        session_key: SecretKey,
        size: Int,
        pad_key: Bytes32? = nil,
        associated_data: [UInt8] = []
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
            if packets.isEmpty { hop_payloads = hop_payloads.dropLast(filler.count) + filler }
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
    var steps: JSON {
        ["pad_key": .hex(pad_key), "filler": .hex(filler), "hops": .array(derived.map(Self.steps))]
    }

    static func steps(_ hop: HopDerivation) -> JSON {
        [
            "E": .hex(hop.E.bytes), "ss": .hex(hop.ss), "rho": .hex(hop.rho), "mu": .hex(hop.mu),
            "b": .hex(hop.b.bytes),
        ]
    }
}

/// An onion message over a blinded path: a layer for each hop, made for its blinded id.
struct MessageDerivation {
    let path: BlindingDerivation
    /// `onionmsg_tlv` of each hop.
    let payloads: [[UInt8]]
    let onion: SphinxDerivation

    /// - Parameter content: the records of the last hop beside its sealed data.
    init(
        over path: BlindingDerivation,
        _ content: [TLVRecord],
        session_key: SecretKey,
        size: Int = 1366,
        pad_key: Bytes32? = nil
    ) throws(GenerationError) {
        self.path = path
        payloads = path.parts.hops.indices.map { index in
            let sealed = TLVRecord(type: 4, value: path.parts.hops[index].encrypted_recipient_data)
            let isLast = index == path.hops.count - 1
            return TLVStream(sorting: isLast ? [sealed] + content : [sealed]).bytes
        }
        let layers = zip(path.derived, payloads).map { hop, payload in
            SphinxDerivation.Layer(hop.blinded_node_key, payload: payload)
        }
        onion = try SphinxDerivation(layers, session_key: session_key, size: size, pad_key: pad_key)
    }
}
