package import Primitives
package import Rules

/// What every party has that is a node of the network, set up in one way.
package struct PartyNode: Sendable {
    package let profile: Profile
    package var paths: OwnPaths
    package let chain: Bytes32
    package let limits: PartyLimits
    package let pathsStartAtPeer: Bool
    package var height: UInt64
    package var randomness: any RandomSource
    package var peerTable: PeerTable
    package var channels: [Channel]

    package init(_ configuration: PartyConfiguration) {
        profile = configuration.profile
        paths = configuration.paths
        chain = configuration.chain
        limits = configuration.limits
        pathsStartAtPeer = configuration.pathsStartAtPeer
        height = configuration.height
        randomness = configuration.randomness
        peerTable = PeerTable(
            node_id: configuration.node_key.publicKey,
            peers: configuration.peers,
            channels: configuration.channels,
            graph: configuration.graph
        )
        channels = configuration.channels
    }
}

/// A party that is a node.
package protocol NodeParty: Party {
    var node: PartyNode { get set }
}

extension NodeParty {
    package var profile: Profile { node.profile }
    package var paths: OwnPaths { node.paths }
    package var chain: Bytes32 { node.chain }
    package var limits: PartyLimits { node.limits }
    package var pathsStartAtPeer: Bool { node.pathsStartAtPeer }

    package var randomness: any RandomSource {
        get { node.randomness }
        set { node.randomness = newValue }
    }

    package var peerTable: PeerTable {
        get { node.peerTable }
        set { node.peerTable = newValue }
    }

    package var channels: [Channel] {
        get { node.channels }
        set { node.channels = newValue }
    }
}
