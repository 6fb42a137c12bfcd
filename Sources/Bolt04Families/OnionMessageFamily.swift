internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import VectorFormat
internal import VectorKit
internal import Wire

/// `bolt04/onion-message`: packets built, opened at each hop, and rejected.
func onionMessageFamily(_ context: GenerationContext, _ profile: Profile) throws(GenerationError) -> GeneratedFamily {
    var family = OnionMessageBuilder(context, profile)
    try family.addPackets()
    try family.addMessagesOverPaths()
    try family.addLayers()
    try family.addRejectedPackets()
    try family.addRejectedLengths()
    try family.addRejectedPayloads()
    try family.addClassified()
    try family.addReceiversTags()
    try family.addSentSamples()
    try family.addRelayedSamples()
    return family.builder.build()
}

/// The parts of the family. What a profile switches decides which cases there are.
struct OnionMessageBuilder {
    let profile: Profile
    let route: RouteFixture
    var builder: FamilyBuilder

    static let session_key = Fixtures.key("session of the onion")

    /// What the last hop is told, beside its sealed data.
    let content = TLVRecord.text(64, "an invoice request")

    init(_ context: GenerationContext, _ profile: Profile) {
        self.profile = profile
        route = RouteFixture(profile: profile)
        builder = FamilyBuilder(
            "bolt04/onion-message",
            title: "Onion messages: packets built, opened layer by layer, refused, and judged at their sender",
            profile: profile,
            in: context,
            flags: [
                VectorFamily.Flag("size", "The packet is full to the last byte, or has an unusual size"),
                VectorFamily.Flag("packet", "The packet itself is not what a node may open"),
                VectorFamily.Flag("hmac", "The packet was changed, or was made for somebody else or in another way"),
                VectorFamily.Flag("length", "A wrong length: a reader that trusts it reads beyond its bytes"),
                VectorFamily.Flag("payload", "The layer opens, and what is in it must not be followed"),
                VectorFamily.Flag("key", "The next keys are wrong, or are taken from the wrong place"),
                VectorFamily.Flag("sample", "A recorded packet that the checks of a sender's or relay's rules judge"),
            ]
        )
    }

    /// LDK's tag is the profile's for a maker's own last hops.
    var hasReceiverTag: Bool { profile.blinded_path.final_hop_tag == .receiveAuthKey }

    /// The tag that Carol finds at her last hop.
    var ownTag: String { hasReceiverTag ? "ldk" : "standard" }

    /// Over Alice and Bob to Carol.
    func threeHops() throws(GenerationError) -> BlindingDerivation { try route.path(route.threeHops) }

    func message(
        over path: BlindingDerivation,
        _ content: [TLVRecord]? = nil,
        size: Int = 1366,
        pad_key: Bytes32? = nil
    ) throws(GenerationError) -> MessageDerivation {
        try MessageDerivation(
            over: path.layers,
            content ?? [self.content],
            session_key: Self.session_key,
            size: size,
            pad_key: pad_key
        )
    }

    /// The path of one hop, Carol's, with a message that fills a packet of 100 bytes of payloads: a length of one byte, 67
    /// bytes of payload, and the 32 of the next HMAC.
    func fullPacket() throws(GenerationError) -> (path: BlindingDerivation, message: MessageDerivation) {
        let filling = TLVRecord(type: 1, value: [UInt8](repeating: 0, count: 47))
        let path = try route.path([route.last("carol", [filling])])
        return (path, try message(over: path, [], size: 166))
    }

    // MARK: Requests

    /// The request to open the layer of a hop.
    func peel(
        _ message: MessageDerivation,
        at index: Int = 0,
        packet: [UInt8]? = nil,
        path_key: [UInt8]? = nil,
        node_key: SecretKey? = nil,
        receive_auth_key: Bytes32?? = nil,
        _ more: [(String, JSON)] = []
    ) -> JSON {
        let hop = message.hops[index].derived
        var input: JSONObject = [
            "node_key": .hex((node_key ?? hop.k).bytes),
            "path_key": .hex(path_key ?? hop.E.bytes),
            "packet": .hex(packet ?? message.onion.packets[index]),
        ]
        input["receive_auth_key"] = (receive_auth_key ?? route.receive_auth_key).map { .hex($0) }
        for (key, value) in more { input[key] = value }
        return .object(input)
    }

    /// What stands in the way of a whole packet: version, key and HMAC beside the payloads.
    func packet(_ packet: [UInt8], changing place: Int, by mask: UInt8 = 1) -> [UInt8] {
        var packet = packet
        packet[place < 0 ? packet.count + place : place] ^= mask
        return packet
    }

    func steps(_ message: MessageDerivation, at index: Int) -> JSON {
        let hop = message.hops[index].derived
        return [
            "blinding": [
                "ss": .hex(hop.ss), "rho": .hex(hop.rho),
                "blinded_node_id_factor": .hex(hop.blinded_node_id_factor.bytes), "b": .hex(hop.b.bytes),
            ],
            "onion": SphinxDerivation.steps(message.onion.derived[index]),
        ]
    }
}
