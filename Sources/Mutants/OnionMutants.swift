internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Written mutants of onions: how packets are made, and what is taken off them.
enum OnionMutants {
    static let all: [OperationMutant] = built + peeled + sent + classified

    // MARK: Making

    private static let built: [OperationMutant] = [
        built("OM-W1/version-1", "writes version 1") { $0.version = 1 },
        built("OM-W2/associated-data", "covers 32 bytes beside the payloads") {
            $0.associatedData = [UInt8](repeating: 0, count: 32)
        },
        built("OD-10/without-filler", "lays no filler behind the payloads") { $0.hasFiller = false },
        built("OD-10/zeros-in-place-of-padding", "leaves zeros behind the payloads") { $0.isPadded = false },
        built("OD-3/rho-and-mu-swapped", "encrypts under mu and authenticates under rho") { $0.areKeysSwapped = true },
        built("OD-4/length-of-two-bytes", "writes the length of a payload as u16") { $0.isLengthShort = true },
        built("OD-9/one-key-for-all-hops", "uses the session key for each hop") { $0.isKeyBlinded = false },
        built("OD-11/last-hmac-not-zero", "puts an HMAC of ones at the end") { $0.lastHMAC = Bytes32(repeating: 1) },
        built("OD-10/payloads-in-opposite-order", "wraps the first hop first") { $0.isReversed = true },
        built("OM-W8/first-two-payloads-swapped", "swaps the first two payloads") { $0.isSwapped = true },
    ]

    private static func built(
        _ name: String,
        _ does: String,
        _ change: @escaping @Sendable (inout MutantOnion) -> Void
    ) -> OperationMutant {
        .answering("\(name)@om.build", "\(does) of a packet", in: "om.build") { out, input, _ in
            var onion = MutantOnion()
            change(&onion)
            out["packet"] = .hex(try onion.packet(input))
        }
        .alsoBreaking("OM-W8")
    }

    // MARK: Opening

    private static let peeled: [OperationMutant] = [
        .answering("OD-9/same-key-for-the-next", "passes the packet's own key on", in: "om.peel") { out, input, _ in
            let own = try input.member("packet").hex()
            try out.changeNextPacket { Array($0.prefix(1) + own[1..<34] + $0.dropFirst(34)) }
        },
        .answering("OD-10/version-passed-on-as-1", "passes a packet of version 1 on", in: "om.peel") { out, _, _ in
            try out.changeNextPacket { [1] + $0.dropFirst() }
        },
        .answering("OD-10/zeros-at-the-end", "lays zeros behind the next payloads", in: "om.peel") { out, _, _ in
            try out.changeNextPacket { packet in
                let hmac = packet.suffix(32)
                return packet.dropLast(64) + [UInt8](repeating: 0, count: 32) + hmac
            }
        },
        .answering("OD-10/packet-gets-shorter", "passes on what is left alone", in: "om.peel") { out, _, _ in
            try out.changeNextPacket { packet in Array(packet.dropLast(64) + packet.suffix(32)) }
        },
        .answering("OD-10/size-1366-alone", "passes packets of 1366 bytes on", in: "om.peel") { _, input, _ in
            let count = try input.member("packet").hex().count
            if ![1366, 32834].contains(count) { throw Finding("OD-10", "onion.length", "\(count) bytes") }
        },
        .answering("OD-11/never-at-the-end", "takes no HMAC for that of the end", in: "om.peel") { out, _, _ in
            if out["kind"]?.string == "receive" { throw Finding("OD-11", "onion.hmac", "there is no next HMAC") }
        },
        .answering("RB-E3/override-passed-over@om.peel", "does not look at the next path key's override", in: "om.peel")
        {
            out,
            input,
            _ in
            guard out["next_path_key"] != nil else { return }
            out["next_path_key"] = .hex(try Unblinding(input).nextPathKey(nil).bytes)
        },
        .answering("RB-E3/path-key-passed-on", "passes its own path key on", in: "om.peel") { out, input, _ in
            guard out["next_path_key"] != nil else { return }
            out["next_path_key"] = try input.member("path_key").value
        },
        .answering("OM-R5/knows-no-channels@om.peel", "passes nothing on by a channel", in: "om.peel", "om.classify") {
            out,
            _,
            _ in
            if out["next"]?["scid"] != nil { throw Finding("OM-R5", .missing, "the next node is not named") }
        },
        .answering("OD-10/last-record-cut@om.peel", "cuts the last record off what it opens", in: "om.peel") {
            out,
            _,
            _ in
            try out.changeStream("onionmsg_tlv") { Array($0.dropLast()) }
        },
    ]

    // MARK: Sending over a path

    private static let sent: [OperationMutant] = [
        .answering("RB-U4/path-key-of-another", "hands over a path key of its own", in: "om.send_over") {
            out,
            input,
            _ in
            out["path_key"] = .hex(try input.member("session_key").secretKey().publicKey.bytes)
        }
        .alsoBreaking("RB-U1", "RB-U2"),
        .answering("OM-W3/a-size-of-its-own", "builds packets of 1400 bytes", in: "om.send_over") { out, _, _ in
            let packet = try out.bytes("packet")
            if packet.count == 1366 {
                out["packet"] = .hex(packet.dropLast(32) + [UInt8](repeating: 0, count: 34) + packet.suffix(32))
            }
        },
        .asked("RB-U1/straight-to-the-introduction", "leaves out its own hops before the path", in: "om.send_over") {
            input,
            _ in
            input["prepend"] = []
        },
        .asked("RB-U2/data-of-hops-in-opposite-order", "puts the sealed data in opposite order", in: "om.send_over") {
            input,
            _ in
            guard var path = input["path"]?.object, let hops = path["path"]?.array ?? path["hops"]?.array else {
                return
            }
            let data = hops.map { $0["encrypted_recipient_data"] ?? "" }.reversed()
            let member = path["path"] == nil ? "hops" : "path"
            path[member] = .array(
                zip(hops, data).map { hop, data in
                    var hop = hop.object ?? [:]
                    hop["encrypted_recipient_data"] = data
                    return .object(hop)
                }
            )
            input["path"] = .object(path)
        },
        .asked("RB-U5/own-hop-not-opened", "sends to itself where the path begins with it", in: "om.send_over") {
            input,
            _ in
            input["node_key"] = nil
        },
    ]

    private static let classified: [OperationMutant] = [
        .answering("OM-R9/reply-path-lost", "loses the reply path", in: "om.classify", "om.peel") { out, _, _ in
            out["reply_path"] = nil
        },
        .answering("OM-R9/bytes-of-content-reversed", "turns a content round", in: "om.classify") { out, _, _ in
            if let content = out["content"]?.object, let value = content["value"]?.string {
                var copy = content
                copy["value"] = .hex((try Hex.decode(value)).reversed())
                out["content"] = .object(copy)
            }
        },
    ]
}

extension JSONObject {
    fileprivate mutating func changeNextPacket(_ change: ([UInt8]) -> [UInt8]) throws {
        if self["next_packet"] != nil { self["next_packet"] = .hex(change(try bytes("next_packet"))) }
    }
}

extension Unblinding {
    /// Of a request that has the two keys.
    init(_ input: JSONReader) throws {
        try self.init(
            node_key: try input.member("node_key").secretKey(),
            path_key: try input.member("path_key").publicKey()
        )
    }
}

/// "Packet Construction" with everything in it to be chosen; as it is made, it is right.
struct MutantOnion: Sendable {
    var version: UInt8 = 0
    var associatedData: [UInt8] = []
    var hasFiller = true
    var isPadded = true
    var areKeysSwapped = false
    var isLengthShort = false
    var isKeyBlinded = true
    var lastHMAC = Bytes32.zero
    var isReversed = false
    var isSwapped = false

    /// The packet that a request of `om.build` asks for.
    func packet(_ input: JSONReader) throws -> [UInt8] {
        var payloads: [[UInt8]] = []
        var keys: [PublicKey] = []
        for hop in try input.member("hops").elements() {
            keys.append(try hop.member("node_id").publicKey())
            payloads.append(try hop.member("payload").hex())
        }
        if isReversed { payloads.reverse() }
        if isSwapped, payloads.count > 1 { payloads.swapAt(0, 1) }
        let size = Int(try input.member("size").number(atMost: 65_535)) - OnionPacket.overhead
        return try packet(
            zip(keys, payloads).map { ($0, framed($1)) },
            try input.member("session_key").secretKey(),
            size,
            padding: try input.optional("pad_key")?.bytes32()
        )
    }

    private func framed(_ payload: [UInt8]) -> [UInt8] {
        (isLengthShort ? UInt16(payload.count).bigEndianBytes : BigSize.encode(UInt64(payload.count))) + payload
    }

    private func packet(
        _ hops: [(N: PublicKey, payload: [UInt8])],
        _ session_key: SecretKey,
        _ size: Int,
        padding: Bytes32?
    ) throws -> [UInt8] {
        var secrets = try HopSecret.chain(session_key, hops.map(\.N))
        if !isKeyBlinded { secrets = hops.map { HopSecret(e: session_key, N: $0.N) } }
        let rho = { (secret: HopSecret) in areKeysSwapped ? secret.mu : secret.rho }
        let mu = { (secret: HopSecret) in areKeysSwapped ? secret.rho : secret.mu }
        var filler: [UInt8] = []
        for (hop, secret) in zip(hops, secrets).dropLast() where hasFiller {
            let offset = size - filler.count
            filler += [UInt8](repeating: 0, count: hop.payload.count + 32)
            filler = ChaCha20.xorZeroNonce(filler, key: rho(secret), from: max(0, offset))
        }
        var packet = [UInt8](repeating: 0, count: size)
        let pad = padding ?? Sphinx.generateKey(.pad, session_key.bytes)
        if isPadded { packet = ChaCha20.xorZeroNonce(packet, key: pad) }
        var hmac = lastHMAC
        for (index, (hop, secret)) in zip(hops, secrets).enumerated().reversed() {
            let front = hop.payload + hmac.bytes
            packet = ChaCha20.xorZeroNonce(
                Array((front + packet.dropLast(min(front.count, packet.count))).prefix(size)),
                key: rho(secret)
            )
            if index == hops.count - 1, !filler.isEmpty, filler.count <= size {
                packet.replaceSubrange((size - filler.count)..., with: filler)
            }
            hmac = Sphinx.hmac(mu(secret), packet, associatedData)
        }
        return [version] + (secrets.first?.E.bytes ?? []) + packet + hmac.bytes
    }
}
