package import Lightning
package import Primitives
internal import Wire

/// A node's peers and channels, as far as messages need them: who is the first to get one, and whether he is there.
package struct PeerTable: Sendable {
    package let node_id: PublicKey
    /// In the order in which they were named.
    package private(set) var peers: [PublicKey]
    private var absent: Set<PublicKey> = []
    private var peerOfChannel: [UInt64: PublicKey]
    private let graph: NetworkGraph

    package init(node_id: PublicKey, peers: [PublicKey], channels: [Channel], graph: NetworkGraph = NetworkGraph()) {
        self.node_id = node_id
        self.peers = peers
        self.graph = graph
        peerOfChannel = Dictionary(channels.map { ($0.scid, $0.peer) }, uniquingKeysWith: { $1 })
    }

    /// Connected peers.
    package var connected: [PublicKey] { peers.filter { !absent.contains($0) } }

    package func isConnected(_ node_id: PublicKey) -> Bool { peers.contains(node_id) && !absent.contains(node_id) }

    package mutating func link(_ peer: PublicKey, isUp: Bool) {
        if !peers.contains(peer) { peers.append(peer) }
        if isUp { absent.remove(peer) } else { absent.insert(peer) }
    }

    package mutating func open(_ channel: Channel) { peerOfChannel[channel.scid] = channel.peer }

    package mutating func close(_ channel: Channel) { peerOfChannel[channel.scid] = nil }

    /// The peer at the other end of a channel.
    package func peer(ofChannel scid: UInt64) -> PublicKey? { peerOfChannel[scid] }

    /// Who the next hop of a relayed message is; `nil` where it is named by a channel of others.
    package func node(_ hop: NextHop) -> PublicKey? {
        switch hop {
        case .node(let node_id): try? PublicKey(node_id)
        case .channel(let scid): peer(ofChannel: scid)
        }
    }

    /// Who a first hop is; `nil` where it is named by a channel that is not known.
    package func node(_ hop: OutgoingMessage.FirstHop) -> PublicKey? {
        switch hop {
        case .introduction(.pubkey(let node_id)): try? PublicKey(node_id)
        case .introduction(.sciddir(let direction, let scid)): end(of: scid, direction)
        case .channel(let scid): peer(ofChannel: scid)
        }
    }

    /// The node at one end of a channel of this node or of others: direction 0 is the one with the lesser id (BOLT 7).
    private func end(of scid: UInt64, _ direction: UInt8) -> PublicKey? {
        guard let peer = peerOfChannel[scid] else { return graph.end(of: scid, direction: direction) }
        let isLesser = node_id.bytes.lexicographicallyPrecedes(peer.bytes)
        return isLesser == (direction == 0) ? node_id : peer
    }
}
