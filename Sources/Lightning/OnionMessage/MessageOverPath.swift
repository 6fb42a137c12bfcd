package import Primitives
package import Rules
package import Wire

/// A message that is ready to go to its first hop.
package struct OutgoingMessage: Sendable {
    /// The peer that gets it.
    package enum FirstHop: Hashable, Sendable {
        case introduction(SciddirOrPubkey)
        /// The hop after the sender's own, where that one named it by a channel.
        case channel(UInt64)
    }

    package let first_hop: FirstHop
    package let path_key: ArraySlice<UInt8>
    package let onion: CreatedOnion
}

/// A message for the end of a blinded path (BOLT 4, "Route Blinding", reader of the `blinded_path`).
package struct MessageOverPath: Sendable {
    package let path: BlindedPath
    /// Nodes on the way to the introduction node (RB-U1). Without any, the introduction node is a peer.
    package let prepend: [PublicKey]
    /// The records of the last hop, but for record 4.
    package let payload: TLVStream
    /// Records beside record 4 for every hop of the path but its last. BOLT 4 has none there (OM-W4); the scheme of salt and
    /// secret does (SALT-11).
    package let relayRecords: [TLVRecord]
    /// The sender's own key. Where the sender is the introduction node itself, it opens that hop (RB-U5).
    package let node_key: SecretKey?

    package init(
        path: BlindedPath,
        prepend: [PublicKey] = [],
        payload: TLVStream,
        relayRecords: [TLVRecord] = [],
        node_key: SecretKey? = nil
    ) {
        self.path = path
        self.prepend = prepend
        self.payload = payload
        self.relayRecords = relayRecords
        self.node_key = node_key
    }

    /// Builds the packet, in the smaller of the usual sizes that holds it (OM-W3).
    /// - `session_key`: of the onion.
    /// - `path_session_key`: `e_0` of the sender's own hops, when it prepends any.
    /// - Throws: RB-W1 for a path without hops, RB-U5 when the path ends at the sender, OM-W3 when the message is too
    ///   long, B1-T-2 for keys in the path that are no points.
    package func send(
        session_key: SecretKey,
        path_session_key: SecretKey,
        _ profile: Profile
    ) throws(Finding) -> OutgoingMessage {
        let entry = try entry(profile)
        let own = try ownHops(to: entry, path_session_key)
        let hops =
            try layers(own?.path.hops ?? [], [], last: [])
            + layers(entry.hops, relayRecords, last: Array(payload.records))
        let onion = try OnionPacket.create(hops, session_key: session_key, payloadsSize: try Self.room(for: hops))
        return OutgoingMessage(
            first_hop: own.map { .introduction($0.path.introduction) } ?? entry.first_hop,
            path_key: own?.path.path_key ?? entry.path_key,
            onion: onion
        )
    }

    /// The peer that would get the message: the introduction node, or what follows the hops that are the sender's own
    /// (RB-U5).
    /// - Throws: as `send` does for a path that the sender cannot use.
    package func firstHop(_ profile: Profile) throws(Finding) -> OutgoingMessage.FirstHop {
        try entry(profile).first_hop
    }

    /// Where the path is entered.
    private struct Entry {
        var first_hop: OutgoingMessage.FirstHop
        var path_key: ArraySlice<UInt8>
        var hops: [BlindedPath.Hop]
    }

    /// The path's start, or what follows the hops that are the sender's own (RB-U5).
    private func entry(_ profile: Profile) throws(Finding) -> Entry {
        guard !path.hops.isEmpty else { throw Finding("RB-W1", .zeroHops, "the path has no hops") }
        var entry = Entry(first_hop: .introduction(path.introduction), path_key: path.path_key, hops: path.hops)
        guard let node_key, prepend.isEmpty, mayBegin(at: node_key) else { return entry }
        while let hop = entry.hops.first {
            let unblinding = try Unblinding(node_key: node_key, path_key: try point(entry.path_key, "path_key"))
            guard hop.blinded_node_id.elementsEqual(unblinding.blinded_node_key.publicKey.bytes) else { return entry }
            guard entry.hops.count > 1 else { break }
            var validation = Validation(.strict)
            let data = try unblinding.open(hop.encrypted_recipient_data, profile, &validation).encrypted_data
            switch data.nextHop {
            case .node(let node_id): entry.first_hop = .introduction(.pubkey(node_id))
            case .channel(let scid): entry.first_hop = .channel(scid)
            case nil: throw Finding("RB-U5", "onion.payload", "the sender's own hop names no next one")
            }
            entry.path_key = try unblinding.nextPathKey(data).bytes[...]
            entry.hops.removeFirst()
        }
        throw Finding("RB-U5", "onion.payload", "the path ends at the sender itself")
    }

    /// Whether the introduction node may be the one with this key: it is not where the path names another.
    private func mayBegin(at node_key: SecretKey) -> Bool {
        guard case .pubkey(let introduction) = path.introduction else { return true }
        return introduction.elementsEqual(node_key.publicKey.bytes)
    }

    /// The sender's hops to the introduction node, blinded like any others. The last of them is told the path's first
    /// key (RB-U4).
    private func ownHops(to entry: Entry, _ path_session_key: SecretKey) throws(Finding) -> CreatedPath? {
        guard !prepend.isEmpty else { return nil }
        var hops: [PlannedHop] = []
        for (node_id, next) in zip(prepend, prepend.dropFirst()) {
            hops.append(PlannedHop(node_id: node_id, records: [TLVRecord(type: 4, value: next.bytes)]))
        }
        if let last = prepend.last {
            let records = [Self.record(naming: path.introduction), TLVRecord(type: 8, value: entry.path_key)]
            hops.append(PlannedHop(node_id: last, records: records))
        }
        return try BlindedPath.create(hops, session_key: path_session_key)
    }

    private static func record(naming introduction: SciddirOrPubkey) -> TLVRecord {
        switch introduction {
        case .pubkey(let node_id): TLVRecord(type: 4, value: node_id)
        case .sciddir(_, let scid): TLVRecord(type: 2, value: scid.bigEndianBytes)
        }
    }

    /// A layer for each hop, encrypted to its blinded id (RB-U3), with its data unchanged (RB-U2).
    private func layers(
        _ hops: [BlindedPath.Hop],
        _ relayRecords: [TLVRecord],
        last: [TLVRecord]
    ) throws(Finding) -> [OnionHop] {
        var layers: [OnionHop] = []
        for (index, hop) in hops.enumerated() {
            let data = TLVRecord(type: 4, value: hop.encrypted_recipient_data)
            let records = (index == hops.count - 1 ? last : relayRecords) + [data]
            let B = try point(hop.blinded_node_id, "blinded_node_id \(index)")
            layers.append(OnionHop(N: B, payload: TLVStream(sorting: records).bytes))
        }
        return layers
    }

    private static func room(for hops: [OnionHop]) throws(Finding) -> Int {
        let needed = hops.reduce(0) { $0 + $1.shift_size }
        let sizes = OnionMessage.usualPacketSizes.map { $0 - OnionPacket.overhead }
        guard let size = sizes.first(where: { needed <= $0 }) else {
            throw Finding("OM-W3", "onion.length", "the layers take \(needed) bytes, 32768 is the usual limit")
        }
        return size
    }

    private func point(_ bytes: ArraySlice<UInt8>, _ what: String) throws(Finding) -> PublicKey {
        do {
            return try PublicKey(bytes)
        } catch {
            throw Finding("B1-T-2", "point", "\(what): \(error.detail)")
        }
    }
}
