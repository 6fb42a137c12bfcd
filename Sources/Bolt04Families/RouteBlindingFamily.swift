internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `bolt04/route-blinding`: blinded paths at their maker, at each hop, and at whoever follows them to the end.
func routeBlindingFamily(_ context: GenerationContext, _ profile: Profile) throws(GenerationError) -> GeneratedFamily {
    var family = RouteBlindingBuilder(context, profile)
    try family.addPaths()
    try family.addRejectedPlans()
    try family.addHops()
    try family.addRejectedHops()
    try family.addReceiversTags()
    try family.addWalks()
    try family.addSamples()
    return family.builder.build()
}

/// The parts of the family. What a profile switches decides which cases there are.
struct RouteBlindingBuilder {
    let profile: Profile
    let route: RouteFixture
    var builder: FamilyBuilder

    init(_ context: GenerationContext, _ profile: Profile) {
        self.profile = profile
        route = RouteFixture(profile: profile)
        builder = FamilyBuilder(
            "bolt04/route-blinding",
            title: "Blinded paths: made, opened hop by hop, and followed to their end",
            profile: profile,
            in: context,
            flags: [
                VectorFamily.Flag(
                    "plan",
                    "The maker is asked for a path that nobody could use, or that tells too much"
                ),
                VectorFamily.Flag("join", "Two paths are joined: the key of the second must stand in the first"),
                VectorFamily.Flag("tampered", "Somebody else wrote the data, or changed it"),
                VectorFamily.Flag("unreadable", "What opens is no stream that the hop can follow"),
                VectorFamily.Flag("context", "A right path at the wrong place: the end is told by its secret"),
                VectorFamily.Flag("keys", "A wrong key somewhere in the chain: all hops behind it are lost"),
                VectorFamily.Flag("payment", "Paths for payments have records and rules of their own"),
                VectorFamily.Flag("sample", "A recorded path that the checks of a maker's rules judge"),
            ]
        )
    }

    var hasReceiverTag: Bool { profile.blinded_path.final_hop_tag == .receiveAuthKey }

    /// The nodes of most paths here.
    let all = ["alice", "bob", "carol"]

    /// Their keys, without which a path cannot be judged.
    var allKeys: JSON { .array(all.map { .hex(Fixtures.key($0).bytes) }) }

    let channelEnd = SciddirOrPubkey.sciddir(direction: 1, shortChannelID: 0x0000_0100_0002_0003)

    /// A dummy hop in front of Carol's last one: as asked for, and with what the profile adds to it. Where the profile has no
    /// record for it, the hop leads from Carol to Carol.
    var dummyHops: (asked: [BlindingDerivation.Hop], sealed: [BlindingDerivation.Hop]) {
        let ends = (route.relay("alice", to: "carol"), route.last("carol"))
        guard let type = profile.blinded_path.dummy_hop_type else {
            let hops = [ends.0, route.relay("carol", to: "carol"), ends.1]
            return (hops, hops)
        }
        return (
            [ends.0, route.last("carol", []), ends.1],
            [ends.0, route.last("carol", [TLVRecord(type: type, value: [UInt8]())]), ends.1]
        )
    }

    /// The hops with record 1 in front, which makes them `count` bytes long. All here are short: a record takes two bytes more
    /// than its value.
    func padded(
        _ hops: [BlindingDerivation.Hop],
        to count: Int
    ) -> [BlindingDerivation.Hop] {
        hops.map { hop in
            let missing = count - hop.data.count - 2
            let padding = [1, UInt8(missing)] + [UInt8](repeating: 0, count: missing)
            var padded = BlindingDerivation.Hop(hop.key, data: padding + hop.data)
            padded.receive_auth_key = hop.receive_auth_key
            return padded
        }
    }

    /// The hops with another record in one of them, or without one.
    func changed(
        _ hops: [BlindingDerivation.Hop],
        _ index: Int,
        adding record: TLVRecord? = nil,
        removing type: UInt64? = nil
    ) -> [BlindingDerivation.Hop] {
        var hops = hops
        let stream = (try? TLVStream.read(hops[index].data[...], known: .unspecified)) ?? TLVStream(sorting: [])
        let records = stream.records.filter { $0.type != type } + (record.map { [$0] } ?? [])
        var hop = BlindingDerivation.Hop(hops[index].key, records)
        hop.receive_auth_key = hops[index].receive_auth_key
        hop.session_key = hops[index].session_key
        hops[index] = hop
        return hops
    }

    func seal(
        _ plaintext: [UInt8],
        _ key: Bytes32,
        nonce: [UInt8] = ChaCha20.zeroNonce,
        associatedData: [UInt8] = []
    ) throws(GenerationError) -> [UInt8] {
        do {
            return try ChaCha20Poly1305.seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
        } catch {
            throw GenerationError(id: "seal", problems: [error.detail])
        }
    }

    /// e_1 with the hash's inputs swapped.
    func misderived(_ path: BlindingDerivation) throws(GenerationError) -> SecretKey {
        let alice = path.derived[0]
        guard let factor = try? SecretKey(Hash.sha256(alice.ss.bytes + alice.E.bytes)) else {
            throw GenerationError(id: "misderived", problems: ["the hash is no scalar"])
        }
        return RouteFixture.session_key.multiplied(by: factor)
    }
}
