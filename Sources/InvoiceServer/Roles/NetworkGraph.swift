package import Primitives

/// What a node knows of the public network: which channels lead where.
package struct NetworkGraph: Hashable, Sendable {
    /// The two ends of each channel, the lesser id first (BOLT 7).
    private let ends: [UInt64: [PublicKey]]

    /// - Parameter channels: short channel ids with the two nodes of each.
    package init(channels: [UInt64: [PublicKey]] = [:]) {
        ends = channels.mapValues { nodes in nodes.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) } }
    }

    /// The node at the end of a channel that a `sciddir` names.
    package func end(of scid: UInt64, direction: UInt8) -> PublicKey? {
        guard let nodes = ends[scid], nodes.count == 2 else { return nil }
        return nodes[direction == 0 ? 0 : 1]
    }
}
