internal import Lightning
internal import Primitives
internal import StrictJSON
internal import Wire

/// The public network of a scenario: the nodes that the runner plays, the implementation under test, and their channels.
///
/// A short channel id means a channel, not a node: which node it leads to depends on which one opens the hop that names it
/// (OM-R5).
struct ScenarioGraph: KnownChannels {
    struct Channel: Hashable, Sendable {
        let scid: UInt64
        /// The one with the lesser id first, as in `channel_announcement` (BOLT 7).
        let nodes: [PublicKey]

        init(scid: UInt64, _ one: PublicKey, _ other: PublicKey) {
            self.scid = scid
            nodes = one.bytes.lexicographicallyPrecedes(other.bytes) ? [one, other] : [other, one]
        }
    }

    let nodes: [PublicKey]
    let channels: [Channel]
    private let byScid: [UInt64: Channel]

    /// Any two nodes of the runner have a channel, and each of its peers has one with the implementation under test.
    ///
    /// - `peers`, `strangers`: of the implementation under test.
    /// - `crowd`: strangers who have channels with the peers alone.
    init(underTest: ScenarioActor, peers: [ScenarioActor], strangers: [ScenarioActor], crowd: [ScenarioActor] = []) {
        let actors = (peers + strangers).sorted { $0.name < $1.name }
        let crowd = crowd.sorted { $0.name < $1.name }
        nodes = ([underTest] + actors + crowd).map(\.node_id)
        var channels = peers.sorted { $0.name < $1.name }
            .map { Channel(scid: PartyChannel(peer: $0).scid, underTest.node_id, $0.node_id) }
        for (index, one) in actors.enumerated() {
            for other in actors.dropFirst(index + 1) {
                channels.append(Channel(scid: Self.scid(one, other), one.node_id, other.node_id))
            }
        }
        for one in crowd {
            for peer in peers.sorted(by: { $0.name < $1.name }) {
                channels.append(Channel(scid: Self.scid(one, peer), one.node_id, peer.node_id))
            }
        }
        self.channels = channels
        byScid = Dictionary(channels.map { ($0.scid, $0) }) { one, _ in one }
    }

    /// All nodes of a run with several implementations: each has a channel with each other.
    init(nodes: [ScenarioActor]) {
        let nodes = nodes.sorted { $0.name < $1.name }
        self.nodes = nodes.map(\.node_id)
        var channels: [Channel] = []
        for (index, one) in nodes.enumerated() {
            for other in nodes.dropFirst(index + 1) {
                channels.append(Channel(scid: Self.scid(one, other), one.node_id, other.node_id))
            }
        }
        self.channels = channels
        byScid = Dictionary(channels.map { ($0.scid, $0) }) { one, _ in one }
    }

    /// A block after those of the channels with the implementation under test, and the rest as the names would have it.
    static func scid(_ one: ScenarioActor, _ other: ScenarioActor) -> UInt64 {
        let hash = Hash.sha256(Array("channel \(one.name) \(other.name)".utf8)).bytes
        return 700_000 << 40 | hash.prefix(4).reduce(0) { $0 << 8 | UInt64($1) } << 8 | 1
    }

    /// The node at the other end of a channel, as seen from the node that opens the hop.
    func otherEnd(of scid: UInt64, from node_id: PublicKey) -> PublicKey? {
        guard let channel = byScid[scid], channel.nodes.contains(node_id) else { return nil }
        return channel.nodes.first { $0 != node_id }
    }

    /// The node at the end that a direction names.
    func end(of scid: UInt64, direction: UInt8) -> PublicKey? { byScid[scid]?.nodes[direction == 0 ? 0 : 1] }

    func channel(_ one: PublicKey, _ other: PublicKey) -> Channel? {
        channels.first { $0.nodes.contains(one) && $0.nodes.contains(other) }
    }

    /// As `init` announces it. Channels with the implementation under test are in its own `channels`, where it has any.
    func json(without underTest: PublicKey) -> JSON {
        [
            "nodes": .array(nodes.map { .hex($0.bytes) }),
            "channels": .array(
                channels.filter { !$0.nodes.contains(underTest) }
                    .map { channel in
                        [
                            "scid": .hex(channel.scid.bigEndianBytes),
                            "nodes": .array(channel.nodes.map { .hex($0.bytes) }),
                        ]
                    }
            ),
        ]
    }
}
