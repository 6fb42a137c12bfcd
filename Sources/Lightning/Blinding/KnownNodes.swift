package import Primitives
internal import Rules
internal import Wire

/// Nodes whose keys are known, for those who look for the owner of a hop.
///
/// Each node that is tried takes multiplications on the curve, and the hop before says in most cases who comes next: that one is
/// tried first, and the others only where it is not the one.
package struct KnownNodes: Sendable {
    struct Known: Sendable {
        let node: MessageNode
        let node_id: PublicKey
    }

    private let all: [Known]
    private let byID: [[UInt8]: Int]
    private let channels: any KnownChannels

    /// - Parameters:
    ///   - nodes: in any order, each with its id.
    ///   - channels: whom a channel leads to, where that is known.
    package init(_ nodes: [(node: MessageNode, node_id: PublicKey)], channels: any KnownChannels = NoChannels()) {
        all = nodes.map { Known(node: $0.node, node_id: $0.node_id) }
        byID = Dictionary(all.enumerated().map { ($1.node_id.bytes, $0) }) { one, _ in one }
        self.channels = channels
    }

    package init(_ nodes: [MessageNode]) { self.init(nodes.map { ($0, $0.node_key.publicKey) }) }

    /// The first for which there is a result; before all others the likely one.
    func first<Result>(
        likely: [UInt8]?,
        _ body: (Known) throws(Finding) -> Result?
    ) throws(Finding) -> Result? {
        let index = likely.flatMap { byID[$0] }
        if let index, let result = try body(all[index]) { return result }
        for (other, known) in all.enumerated() where other != index {
            if let result = try body(known) { return result }
        }
        return nil
    }

    func contains(where isWanted: (MessageNode) -> Bool) -> Bool { all.contains { isWanted($0.node) } }

    // MARK: Who is likely

    func owner(of introduction: SciddirOrPubkey) -> [UInt8]? {
        switch introduction {
        case .pubkey(let node_id): Array(node_id)
        case .sciddir(let direction, let scid): channels.end(of: scid, direction: direction)?.bytes
        }
    }

    /// Whom the owner of a hop is told to go on to.
    func next(after owner: PublicKey, _ data: EncryptedData) -> [UInt8]? {
        if data.isDummyHop { return owner.bytes }
        switch data.nextHop {
        case .node(let node_id)?: return Array(node_id)
        case .channel(let scid)?: return channels.otherEnd(of: scid, from: owner)?.bytes
        case nil: return nil
        }
    }
}

/// The two ends of channels.
package protocol KnownChannels: Sendable {
    /// The node at the other end, as seen from one of its ends.
    func otherEnd(of scid: UInt64, from node_id: PublicKey) -> PublicKey?
    /// The node at the end that a direction names.
    func end(of scid: UInt64, direction: UInt8) -> PublicKey?
}

/// Nothing is known of channels.
package struct NoChannels: KnownChannels {
    package init() {}
    package func otherEnd(of scid: UInt64, from node_id: PublicKey) -> PublicKey? { nil }
    package func end(of scid: UInt64, direction: UInt8) -> PublicKey? { nil }
}
