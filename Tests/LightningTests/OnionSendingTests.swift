import Lightning
import Primitives
import Rules
import Testing
import Wire

/// Messages over paths that somebody else made, and what shows when it is done wrongly.
struct OnionSendingTests {
    private let keys = (0..<4).map { SeededRandomness.key("sending \($0)") }
    private let session_key = SeededRandomness.key("session")
    private let content = TLVRecord(type: 64, value: [1, 2, 3])

    private func node(_ index: Int) -> PublicKey { keys[index].publicKey }

    /// A path over the nodes of these numbers.
    private func path(_ nodes: [Int], introduction: SciddirOrPubkey? = nil) throws -> BlindedPath {
        let hops = nodes.indices.map { index in
            let next = index + 1 < nodes.count ? [TLVRecord(type: 4, value: node(nodes[index + 1]).bytes)] : []
            return PlannedHop(node_id: node(nodes[index]), records: next)
        }
        return try BlindedPath.create(hops, session_key: session_key, introduction: introduction).path
    }

    private func send(
        _ path: BlindedPath,
        prepend: [Int] = [],
        from sender: Int? = nil,
        size: Int = 3
    ) throws -> OutgoingMessage {
        try MessageOverPath(
            path: path,
            prepend: prepend.map(node),
            payload: TLVStream(sorting: [TLVRecord(type: 64, value: [UInt8](repeating: 1, count: size))]),
            node_key: sender.map { keys[$0] }
        ).send(session_key: session_key, path_session_key: keys[3], TestProfile.draft)
    }

    private func open(_ path_key: ArraySlice<UInt8>, _ packet: OnionPacket, reply: Bool? = nil) -> DecryptedOnionMessage
    {
        OnionMessage(path_key: path_key, onion_message_packet: packet.bytes[...])
            .open(keys.map { MessageNode(node_key: $0) }, replyPermitted: reply, TestProfile.draft)
    }

    private func open(_ sent: OutgoingMessage) -> DecryptedOnionMessage { open(sent.path_key, sent.onion.packet) }

    private func broken(_ open: DecryptedOnionMessage, _ path: BlindedPath, ownHops: Int = 0) throws -> [RequirementID]
    {
        var validation = Validation(.collecting)
        try validation.apply(OnionMessageWriterChecks.all + OnionMessageWriterChecks.should, to: open)
        try validation.apply(PathUserChecks.all, to: SentOverPath(open: open, path: path, ownHops: ownHops))
        return validation.findings.map(\.requirement)
    }

    @Test func aPathIsEnteredAtItsIntroductionNode() throws {
        let path = try path([0, 1, 2])
        let sent = try send(path)
        #expect(sent.first_hop == .introduction(path.introduction))
        #expect(sent.path_key == path.path_key)
        #expect(try broken(open(sent), path) == [])
        #expect(open(sent).layers.map(\.node_id) == [node(0), node(1), node(2)])
    }

    @Test func hopsBeforeAPathLeadToItAndHandItsKeyOver() throws {
        let path = try path([1, 2])
        let sent = try send(path, prepend: [3, 0])
        #expect(sent.first_hop == .introduction(.pubkey(node(3).bytes[...])))
        #expect(try broken(open(sent), path) == [])
        #expect(open(sent).layers.map(\.node_id) == [node(3), node(0), node(1), node(2)])
    }

    @Test func anIntroductionByChannelIsNamedByChannel() throws {
        let channel = SciddirOrPubkey.sciddir(direction: 1, shortChannelID: 77)
        let path = try path([1, 2], introduction: channel)
        #expect(try send(path).first_hop == .introduction(channel))
        let prepended = open(try send(path, prepend: [0]))
        #expect(prepended.layers.first?.peeled.onward?.nextHop == .channel(77))
        #expect(try broken(prepended, path) == [])
    }

    @Test func theIntroductionNodeItselfStartsWithTheNextHop() throws {
        let path = try path([0, 1, 2])
        let sent = try send(path, from: 0)
        #expect(sent.first_hop == .introduction(.pubkey(node(1).bytes[...])))
        #expect(open(sent).layers.map(\.node_id) == [node(1), node(2)])
        #expect(try broken(open(sent), path, ownHops: 1) == [])
        let notOpened = try send(path)
        #expect(try broken(open(notOpened), path, ownHops: 1) == ["RB-U5"])
        let toSelf = try self.path([0])
        #expect(finding { _ = try send(toSelf, from: 0) }?.requirement == "RB-U5")
    }

    @Test func theSmallerUsualSizeThatHoldsTheMessageIsTaken() throws {
        let path = try path([0, 1])
        #expect(try send(path).onion.packet.bytes.count == 1366)
        #expect(try send(path, size: 1300).onion.packet.bytes.count == 32_834)
        #expect(finding { _ = try send(path, size: 32_700) }?.requirement == "OM-W3")
        let empty = BlindedPath(introduction: path.introduction, path_key: path.path_key, hops: [])
        #expect(finding { _ = try send(empty) }?.reason == .zeroHops)
    }

    // MARK: Wrong writers

    private func layers(_ path: BlindedPath, last: [TLVRecord]) throws -> [OnionHop] {
        try path.hops.enumerated().map { index, hop in
            let data = [TLVRecord(type: 4, value: hop.encrypted_recipient_data)]
            let records = index == path.hops.count - 1 ? data + last : data
            return OnionHop(N: try PublicKey(hop.blinded_node_id), payload: TLVStream(sorting: records).bytes)
        }
    }

    private func packet(_ hops: [OnionHop], size: Int = 1300, data: ArraySlice<UInt8> = []) throws -> OnionPacket {
        try OnionPacket.create(hops, session_key: session_key, payloadsSize: size, associated_data: data).packet
    }

    @Test func eachRuleOfTheWriterIsBrokenAlone() throws {
        let path = try path([0, 1])
        let hops = try layers(path, last: [content])
        let right = try packet(hops)
        #expect(try broken(open(path.path_key, right), path) == [])
        let otherVersion = OnionPacket(
            public_key: right.public_key,
            hop_payloads: right.hop_payloads,
            hmac: right.hmac,
            version: 1
        )
        #expect(try broken(open(path.path_key, otherVersion), path) == ["OM-W1"])
        #expect(try broken(open(path.path_key, packet(hops, data: [1])), path) == ["OM-W2"])
        #expect(try broken(open(path.path_key, packet(hops, size: 1299)), path) == ["OM-W3"])
        let extra = OnionHop(N: hops[0].N, payload: [UInt8](hops[0].hop_payload.dropFirst()) + [65, 0])
        #expect(try broken(open(path.path_key, packet([extra, hops[1]])), path) == ["OM-W4"])
        let short = OnionHop(N: hops[0].N, hop_payload: [1, 4])
        #expect(try broken(open(path.path_key, packet([short, hops[1]])), path) == ["OM-W8"])
    }

    @Test func aReplyPathMustBeUsableAndWanted() throws {
        let path = try path([0, 1])
        let bytes = try #require(BlindedPath.format.encode(path.value))
        let hops = try layers(path, last: [content, TLVRecord(type: 2, value: bytes)])
        #expect(try broken(open(path.path_key, packet(hops), reply: true), path) == [])
        #expect(try broken(open(path.path_key, packet(hops), reply: false), path) == ["OM-W6"])
        let empty = TLVRecord(type: 2, value: bytes.prefix(66) + [0])
        let noHops = try packet(layers(path, last: [content, empty]))
        #expect(try broken(open(path.path_key, noHops), path) == ["OM-W5"])
    }

    @Test func eachRuleOfThePathsUserIsBrokenAlone() throws {
        let path = try path([0, 1])
        let hops = try layers(path, last: [content])
        let longer = try self.path([0, 1, 2])
        #expect(try broken(open(path.path_key, packet(hops)), longer) == ["RB-U1"])
        let other = try BlindedPath.create(
            [PlannedHop(node_id: node(0), records: [TLVRecord(type: 4, value: node(1).bytes)])]
                + [PlannedHop(node_id: node(1), records: [TLVRecord(type: 1, value: [0])])],
            session_key: session_key
        ).path
        #expect(try broken(open(path.path_key, packet(hops)), other) == ["RB-U2"])
        let real = OnionHop(N: node(0), hop_payload: hops[0].hop_payload)
        #expect(try broken(open(path.path_key, packet([real, hops[1]])), path) == ["RB-U3"])
        let second = try BlindedPath.create(
            [PlannedHop(node_id: node(0), records: [TLVRecord(type: 4, value: node(1).bytes)])]
                + [PlannedHop(node_id: node(1), records: [])],
            session_key: keys[2]
        ).path
        let mixed = BlindedPath(introduction: path.introduction, path_key: second.path_key, hops: path.hops)
        #expect(try broken(open(path.path_key, packet(hops)), mixed) == ["RB-U4"])
    }

    @Test func aRelayThatPassesSomethingElseOnIsFoundOut() throws {
        let path = try path([0, 1, 2])
        let layer = try #require(open(send(path)).layers.first?.peeled)
        let onward = try #require(layer.onward)
        let packet = onward.next_packet.bytes
        #expect(try relayed(layer, onward.next_path_key.bytes, packet) == [])
        #expect(try relayed(layer, Array(path.path_key), packet) == ["OM-R6"])
        for (place, requirement) in [(0, "OD-10"), (33, "OD-9"), (40, "OD-10"), (1365, "OD-10")]
            as [(Int, RequirementID)]
        {
            var changed = packet
            changed[place] ^= 1
            #expect(try relayed(layer, onward.next_path_key.bytes, changed) == [requirement])
        }
        #expect(try relayed(layer, onward.next_path_key.bytes, packet + [0]) == ["OD-10", "OD-10"])
    }

    private func relayed(_ layer: PeeledMessage, _ path_key: [UInt8], _ packet: [UInt8]) throws -> [RequirementID] {
        let sent = OnionMessage(path_key: path_key[...], onion_message_packet: packet[...])
        var validation = Validation(.collecting)
        try validation.apply(MessageRelayChecks.all, to: RelayedMessage(layer: layer, sent: sent))
        return validation.findings.map(\.requirement)
    }
}
