internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Rules
internal import Wire

/// The paths that the runner made, so that it knows over which of them a message came.
package struct PathRegistry: Sendable {
    struct Entry: Sendable {
        /// The name that steps gave to it, or to the list that it is in.
        let name: String
        let owner: String
        let path: BlindedPath
    }

    /// Some path has no hop of its owner's, so what comes over it cannot be known again.
    private(set) var hasCutShort = false
    private var byEncoding: [[UInt8]: Entry] = [:]
    private var byContext: [[UInt8]: Entry] = [:]
    /// By what the last hop holds: of paths that others than the runner made.
    private var bySealedHop: [[UInt8]: Entry] = [:]

    /// What is unusual about a path.
    struct Shape: Sendable {
        /// Where the introduction node and all hops are named by channels of it.
        var graph: ScenarioGraph?
        /// Hops of the owner's that lead to itself, behind the first.
        var dummies = 0
        /// The owner's hop is missing: the last one there is says "go on".
        var isCutShort = false
        /// The introduction node is named by a channel that nobody knows.
        var beginsAtUnknownChannel = false
        /// What is unusual about the hops of the implementation under test.
        var relay: Relay?
    }

    /// What a relay may find in its hop beside who is next.
    package enum Relay: String, Hashable, Sendable, CaseIterable {
        /// The path goes on with another path key (RB-E3).
        case override
        case unknown_odd, unknown_even
        /// What only a last hop has (OM-R4).
        case path_id
        /// Nobody is named (OM-R5).
        case no_next
        /// A feature that nobody knows is used (OM-R2).
        case unknown_feature
    }

    /// Makes a path that ends at `owner`, with a context of its own in the last hop.
    mutating func make(
        _ name: String,
        owner: ScenarioActor,
        through: [ScenarioActor],
        _ shape: Shape,
        _ profile: Profile,
        _ entropy: inout SeededRandomness,
        records: [TLVRecord] = []
    ) throws(Finding) -> BlindedPath {
        let context = entropy.next32()
        let last = records + [TLVRecord(type: profile.blinded_path.context_type, value: context.bytes)]
        let path = try Self.path(to: owner, through: through, last: last, &entropy, shape: shape)
        let entry = Entry(name: name, owner: owner.name, path: path)
        byEncoding[path.encoding] = entry
        byContext[context.bytes] = entry
        if shape.isCutShort { hasCutShort = true }
        return path
    }

    /// A path with these records in its last hop. Anyone can make one to anybody.
    static func path(
        to owner: ScenarioActor,
        through: [ScenarioActor],
        last: [TLVRecord],
        _ entropy: inout SeededRandomness,
        shape: Shape = Shape()
    ) throws(Finding) -> BlindedPath {
        let nodes = through + [ScenarioActor](repeating: owner, count: shape.dummies + 1)
        let joint = shape.relay == .override ? entropy.secretKey() : nil
        var hops: [PlannedHop] = []
        for (index, node) in nodes.enumerated() {
            let isLast = index == nodes.count - 1
            let onward = isLast ? last : [Self.record(from: node, to: nodes[index + 1], shape)]
            let isAfterJoint =
                joint != nil && index > 0 && nodes[index - 1].name == ScenarioActor.underTest
            let isUnusual = !isLast && node.name == ScenarioActor.underTest
            let records = isUnusual ? shape.relay.map { $0.records(onward, joint) } ?? onward : onward
            hops.append(
                PlannedHop(
                    node_id: node.node_id,
                    encrypted_data_tlv: TLVStream(sorting: records).bytes,
                    session_key: isAfterJoint ? joint : nil
                )
            )
        }
        if shape.isCutShort { hops.removeLast() }
        let path = try BlindedPath.create(hops, session_key: entropy.secretKey()).path
        guard let introduction = introduction(nodes, shape) else { return path }
        return BlindedPath(introduction: introduction, path_key: path.path_key, hops: path.hops)
    }

    /// Names the next node, by the channel to it where the shape asks for that and there is one.
    private static func record(from node: ScenarioActor, to next: ScenarioActor, _ shape: Shape) -> TLVRecord {
        if let channel = shape.graph?.channel(node.node_id, next.node_id) {
            return TLVRecord(type: 2, value: channel.scid.bigEndianBytes)
        }
        return TLVRecord(type: 4, value: next.node_id.bytes)
    }

    /// A channel of the first node's, and its end of it; `nil` for its id.
    private static func introduction(_ nodes: [ScenarioActor], _ shape: Shape) -> SciddirOrPubkey? {
        if shape.beginsAtUnknownChannel { return .sciddir(direction: 0, shortChannelID: 42 << 40 | 7 << 16) }
        guard let first = nodes.first?.node_id,
            let channel = shape.graph?.channels.last(where: { $0.nodes.contains(first) })
        else { return nil }
        return .sciddir(direction: channel.nodes[0] == first ? 0 : 1, shortChannelID: channel.scid)
    }

    /// Takes in a path that an implementation made.
    mutating func add(_ path: BlindedPath, _ name: String, owner: String) {
        let entry = Entry(name: name, owner: owner, path: path)
        byEncoding[path.encoding] = entry
        if let hop = path.hops.last { bySealedHop[Array(hop.encrypted_recipient_data)] = entry }
    }

    func entry(sealedHop: some Sequence<UInt8>) -> Entry? { bySealedHop[Array(sealedHop)] }
    func entry(encoding: [UInt8]) -> Entry? { byEncoding[encoding] }
    func entry(context: some Sequence<UInt8>) -> Entry? { byContext[Array(context)] }
}

extension PathRegistry.Relay {
    /// The records of the hop, made from those that it would have.
    fileprivate func records(_ records: [TLVRecord], _ joint: SecretKey?) -> [TLVRecord] {
        switch self {
        case .override: records + [TLVRecord(type: 8, value: joint?.publicKey.bytes ?? [])]
        case .unknown_odd: records + [TLVRecord(type: 4_097, value: [1])]
        case .unknown_even: records + [TLVRecord(type: 4_098, value: [1])]
        case .path_id: records + [TLVRecord(type: 6, value: [UInt8](repeating: 7, count: 32))]
        case .no_next: []
        case .unknown_feature: records + [TLVRecord(type: 14, value: [1, 0, 0, 0])]
        }
    }
}
