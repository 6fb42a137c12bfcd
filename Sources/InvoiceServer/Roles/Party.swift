internal import Lightning
package import Primitives
package import Rules

/// One participant of the protocol as a pure machine: it is told what happens and answers with what it does. It has no clock,
/// no files and no network of its own; its randomness was handed in.
package protocol Party: Sendable {
    /// - `now`: seconds since 1970.
    mutating func handle(_ event: PartyEvent, at now: UInt64) -> [PartyEffect]

    /// Records that the party takes beside record 4 in messages for others, though a stock node drops those (OM-R3). A party
    /// with any is asked about all that it is to pass on; for one without, messages are passed on behind its back.
    var relayRecords: Set<UInt64> { get }

    /// The party is given packets as they come, and opens them itself: to pass messages on is all that it does.
    var opensPackets: Bool { get }
}

extension Party {
    package var relayRecords: Set<UInt64> { [] }
    package var opensPackets: Bool { false }
}

/// All that a party is made from.
package struct PartyConfiguration: Sendable {
    package var profile: Profile
    package var node_key: SecretKey
    /// With which the node seals its own hops, under a profile that has such a key; `nil` for one of its own choice.
    package var receive_auth_key: Bytes32?
    /// Peers, all of them connected at the start.
    package var peers: [PublicKey]
    package var channels: [Channel]
    /// The channels of others.
    package var graph: NetworkGraph
    package var chain: Bytes32
    /// Of the chain at the start, as far as the party is told.
    package var height: UInt64
    /// A recipient's paths begin at one of its peers, where there are onions to go through it; otherwise at itself.
    package var pathsStartAtPeer: Bool
    package var limits: PartyLimits
    package var randomness: any RandomSource
    /// What earlier lives of the party have written.
    package var store: [String: [UInt8]]

    package init(
        profile: Profile,
        node_key: SecretKey,
        peers: [PublicKey] = [],
        channels: [Channel] = [],
        graph: NetworkGraph = NetworkGraph(),
        chain: Bytes32 = Chain.bitcoin,
        height: UInt64 = 0,
        pathsStartAtPeer: Bool = false,
        limits: PartyLimits = PartyLimits(),
        randomness: any RandomSource,
        store: [String: [UInt8]] = [:]
    ) {
        self.profile = profile
        self.node_key = node_key
        self.peers = peers
        self.channels = channels
        self.graph = graph
        self.chain = chain
        self.height = height
        self.pathsStartAtPeer = pathsStartAtPeer
        self.limits = limits
        self.randomness = randomness
        self.store = store
    }
}

extension PartyConfiguration {
    package var paths: OwnPaths { OwnPaths(node_key: node_key, profile, receive_auth_key: receive_auth_key) }
}

/// The bounds that a party keeps to. bLIP-66 leaves all of them open; the defaults are those that LDK has.
package struct PartyLimits: Hashable, Sendable {
    /// Server: invoices of one client (B66-SSI-R3).
    package var max_slots: UInt64 = 10
    /// Server: bytes of one invoice (B66-SSI-R3).
    package var max_invoice_bytes: UInt64 = 5 * 1024
    /// Server: requests of one client that are answered within a minute.
    package var max_requests_per_minute: UInt64 = 60
    /// Server: seconds for which offer paths hold; 0 for no end (B66-OP-S5).
    package var paths_lifetime: UInt64 = 365 * 24 * 3600
    /// Recipient: offers that it keeps.
    package var offers: UInt64 = 1
    /// Recipient: seconds that must be left of offer paths (B66-OP-R2, C-9).
    package var min_paths_lifetime: UInt64 = 0
    /// Recipient: seconds after which an invoice is renewed (B66-SIP-R3).
    package var refresh_s: UInt64 = 7200
    /// What the party is wished to take the scheme of salt and secret for.
    package var salt = SaltConfiguration()

    package init() {}
}

/// Keys that a node derives from its own, each for one use.
package enum DerivedKey {
    /// A secret key for this use and these bytes. Tries again in the one case in 2^128 where the hash is no key.
    package static func secretKey(_ use: String, _ bytes: [UInt8], of node_key: SecretKey) -> SecretKey {
        var attempt: UInt8 = 0
        while true {
            let hash = Hash.hmac(key: node_key.bytes.bytes, Array("blip66 \(use)".utf8), bytes, [attempt])
            if let key = try? SecretKey(hash) { return key }
            attempt &+= 1
        }
    }
}
