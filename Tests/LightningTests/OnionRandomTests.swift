import Lightning
import Primitives
import Rules
import TestSupport
import Testing
import Wire

/// Onion messages over random paths, and what damage does to them.
struct OnionRandomTests {
    private struct Route {
        let nodes: [MessageNode]
        let path: BlindedPath
        let content: TLVRecord
        let message: OnionMessage
    }

    private static let contentType: UInt64 = 64

    /// Messages a batch: two of twenty under `tools/test`, ten times as many under `tools/test --full`.
    private static let batchSize = Project.isFull ? 100 : 10

    /// A message of 1 to 20 hops, some of which are the sender's own, over a path that may be joined from two.
    private func route(_ randomness: inout SeededRandomness, size: Int, hops count: Int) throws -> Route {
        let keys = (0..<count).map { _ in randomness.secretKey() }
        let byChannel = isCrowded(size, count)
        let own = byChannel ? 0 : randomness.integer(below: count)
        let path = try path(keys.dropFirst(own), byChannel: byChannel, &randomness)
        let content = try content(count, own, path, size, &randomness)
        let outgoing = try MessageOverPath(
            path: path,
            prepend: keys.prefix(own).map(\.publicKey),
            payload: TLVStream(sorting: [content])
        ).send(session_key: randomness.secretKey(), path_session_key: randomness.secretKey(), TestProfile.draft)
        #expect(outgoing.onion.packet.bytes.count == size)
        return Route(
            nodes: keys.map { MessageNode(node_key: $0) },
            path: path,
            content: content,
            message: OnionMessage(path_key: outgoing.path_key, onion_message_packet: outgoing.onion.packet.bytes[...])
        )
    }

    /// Node ids of so many hops leave no room in the small packet: the hops then name channels, by the next hop's number.
    private func isCrowded(_ size: Int, _ hops: Int) -> Bool { size == 1366 && hops > 10 }

    private func nextHop(_ index: Int, _ key: SecretKey, byChannel: Bool) -> TLVRecord {
        if byChannel { return TLVRecord(type: 2, value: [0, 0, 0, 0, 0, 0, 0, UInt8(truncatingIfNeeded: index)]) }
        return TLVRecord(type: 4, value: key.publicKey.bytes)
    }

    private func path(
        _ keys: ArraySlice<SecretKey>,
        byChannel: Bool,
        _ randomness: inout SeededRandomness
    ) throws -> BlindedPath {
        let join = byChannel ? 0 : randomness.integer(below: 2 * keys.count)
        let joinKey = randomness.secretKey()
        var planned: [PlannedHop] = []
        for (index, key) in keys.enumerated() {
            var records: [TLVRecord] = []
            if index < keys.count - 1 {
                records.append(nextHop(index + 1, keys[keys.startIndex + index + 1], byChannel: byChannel))
            }
            if index + 1 == join, index < keys.count - 1 {
                records.append(TLVRecord(type: 8, value: joinKey.publicKey.bytes))
            }
            let plain = PlannedHop(node_id: key.publicKey, records: records)
            let startsChain = index == join && index > 0
            planned.append(
                PlannedHop(
                    node_id: plain.node_id,
                    encrypted_data_tlv: plain.encrypted_data_tlv,
                    session_key: startsChain ? joinKey : nil
                )
            )
        }
        return try BlindedPath.create(planned, session_key: randomness.secretKey()).path
    }

    /// A content of a random size up to what the packet holds, and now and then just that.
    private func content(
        _ hops: Int,
        _ own: Int,
        _ path: BlindedPath,
        _ size: Int,
        _ randomness: inout SeededRandomness
    ) throws -> TLVRecord {
        let taken = path.hops.reduce(0) { $0 + $1.encrypted_recipient_data.count + 2 }
        let ownData = own == 0 ? 0 : own * (35 + 16 + 2) + 35
        let left = size - OnionPacket.overhead - taken - ownData - hops * 33 - (size > 1366 ? 10 : 6)
        let least = size > 1366 ? 1300 : 0
        let isFull = randomness.integer(below: 4) == 0
        let count = isFull ? left : least + randomness.integer(below: max(1, left - least))
        return TLVRecord(type: Self.contentType, value: randomness.bytes(max(0, count)))
    }

    @Test(arguments: 0..<20)
    func randomMessagesReachTheirEnd(batch: Int) throws {
        let profile = TestProfile.draft
        for seed in 0..<Self.batchSize {
            var randomness = SeededRandomness(seed: "round trip \(batch) \(seed)")
            let size = seed.isMultiple(of: 2) ? 1366 : 32_834
            let count = 1 + randomness.integer(below: 20)
            let route = try route(&randomness, size: size, hops: count)
            var message = route.message
            for (index, node) in route.nodes.enumerated() {
                var validation = Validation(.strict)
                let path_key = try PublicKey(message.path_key)
                let peeled = try node.peel(message.onion_message_packet, path_key: path_key, profile, &validation)
                let isLast = index == count - 1
                let layer = MessageLayer(
                    payload: peeled.payload,
                    encrypted_data: peeled.opened.encrypted_data,
                    final: isLast
                )
                try validation.apply(OnionMessageReaderChecks.all, to: layer)
                #expect(peeled.kind == (isLast ? .receive : .forward))
                if let onward = peeled.onward {
                    let next = try #require(onward.nextHop)
                    let byNode = NextHop.node(route.nodes[index + 1].node_key.publicKey.bytes[...])
                    #expect(next == (isCrowded(size, count) ? .channel(UInt64(index + 1)) : byNode))
                    #expect(onward.next_packet.bytes.count == size)
                    message = OnionMessage(
                        path_key: onward.next_path_key.bytes[...],
                        onion_message_packet: onward.next_packet.bytes[...]
                    )
                } else {
                    #expect(layer.meaning == .content(route.content, reply_path: nil))
                }
            }
        }
    }

    @Test(arguments: 0..<20)
    func randomMessagesKeepTheRulesOfWritersAndUsers(seed: Int) throws {
        var randomness = SeededRandomness(seed: "rules \(seed)")
        let route = try route(&randomness, size: 1366, hops: 1 + randomness.integer(below: 8))
        let open = route.message.open(route.nodes.reversed(), replyPermitted: false, TestProfile.draft)
        #expect(open.layers.count == route.nodes.count)
        var validation = Validation(.collecting)
        try validation.apply(OnionMessageWriterChecks.all + OnionMessageWriterChecks.should, to: open)
        try validation.apply(PathUserChecks.all, to: SentOverPath(open: open, path: route.path))
        let walked = try route.path.walk(route.nodes.map(\.node_key), TestProfile.draft)
        try validation.apply(BlindedPathChecks.all, to: walked)
        #expect(validation.findings.isEmpty)
        #expect(walked.endsAt == route.nodes.last?.node_key.publicKey)
    }

    // MARK: Damage

    private func isRejected(_ message: [UInt8], by node: MessageNode, _ profile: Profile) -> Bool {
        do {
            var validation = Validation(.strict)
            let path_key = try PublicKey(message.prefix(33))
            _ = try node.peel(message.dropFirst(33), path_key: path_key, profile, &validation)
            return false
        } catch {
            return true
        }
    }

    private func flipped(_ bytes: [UInt8], bit: Int) -> [UInt8] {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << (bit % 8)
        return bytes
    }

    @Test(arguments: 0..<(Project.isFull ? 5 : 2))
    func everyBitFlipOfPacketAndPathKeyIsRejectedAtTheFirstHop(seed: Int) throws {
        let profile = seed.isMultiple(of: 2) ? TestProfile.draft : TestProfile.ldk
        var randomness = SeededRandomness(seed: "bit flips \(seed)")
        let route = try route(&randomness, size: 1366, hops: 1 + seed)
        let bytes = route.message.path_key + route.message.onion_message_packet
        #expect(!isRejected(Array(bytes), by: route.nodes[0], profile))
        let accepted = (0..<8 * bytes.count).filter { bit in
            !isRejected(flipped(Array(bytes), bit: bit), by: route.nodes[0], profile)
        }
        #expect(accepted.isEmpty)
    }

    @Test func sampledBitFlipsOfOtherPacketsAreRejectedAtTheFirstHop() throws {
        let profile = TestProfile.draft
        for seed in 0..<60 {
            var randomness = SeededRandomness(seed: "sampled flips \(seed)")
            let size = seed.isMultiple(of: 2) ? 1366 : 32_834
            let route = try route(&randomness, size: size, hops: 1 + randomness.integer(below: 8))
            let bytes = Array(route.message.path_key + route.message.onion_message_packet)
            for _ in 0..<100 {
                let bit = randomness.integer(below: 8 * bytes.count)
                let damaged = flipped(bytes, bit: bit)
                #expect(isRejected(damaged, by: route.nodes[0], profile), "bit \(bit) of packet \(seed)")
            }
        }
    }

    @Test func truncatedMessagesAreRejected() throws {
        let profile = TestProfile.draft
        var randomness = SeededRandomness(seed: "truncated")
        let route = try route(&randomness, size: 1366, hops: 3)
        let bytes = Array(route.message.path_key + route.message.onion_message_packet)
        for count in 0..<bytes.count {
            #expect(isRejected(Array(bytes.prefix(count)), by: route.nodes[0], profile))
            #expect(isRejected(Array(bytes.dropFirst(count + 1)), by: route.nodes[0], profile))
        }
    }

    // MARK: Noise

    /// Behind a right HMAC, where damage is not caught any more, every reader meets whatever a sender likes.
    @Test(arguments: 0..<4)
    func randomPayloadsBehindARightHMACNeverTrap(batch: Int) throws {
        let profiles = [TestProfile.draft, TestProfile.ldk]
        var outcomes = (accepted: 0, rejected: 0)
        for seed in 0..<1000 {
            var randomness = SeededRandomness(seed: "noise \(batch) \(seed)")
            let node = MessageNode(node_key: randomness.secretKey())
            let path_key = randomness.secretKey().publicKey
            let unblinding = try Unblinding(node_key: node.node_key, path_key: path_key)
            let N = randomness.integer(below: 280)
            var payloads = randomness.bytes(N)
            if seed.isMultiple(of: 2), N > 60 {
                payloads.replaceSubrange(0..<3, with: [UInt8(N - 33), 4, UInt8(N - 35)])
            }
            let packet = OnionPacket.sealing(
                payloads,
                for: unblinding.blinded_node_key.publicKey,
                session_key: randomness.secretKey()
            )
            for profile in profiles {
                for mode in [Validation.Mode.strict, .collecting] {
                    var validation = Validation(mode)
                    let rejections = finding {
                        _ = try node.peel(packet.bytes[...], path_key: path_key, profile, &validation)
                    }
                    if rejections == nil, validation.findings.isEmpty {
                        outcomes.accepted += 1
                    } else {
                        outcomes.rejected += 1
                    }
                }
            }
        }
        #expect(outcomes.accepted + outcomes.rejected == 4000)
        #expect(outcomes.accepted <= 40, "noise is next to never a payload")
    }

    @Test func randomDataOfAHopNeverTraps() throws {
        let profile = TestProfile.ldk
        var readable = 0
        for seed in 0..<4000 {
            var randomness = SeededRandomness(seed: "hop data \(seed)")
            let bytes = randomness.bytes(randomness.integer(below: 80))
            for mode in [Validation.Mode.strict, .collecting] {
                var validation = Validation(mode)
                if let data = try? EncryptedData.read(bytes[...], profile, &validation), validation.findings.isEmpty {
                    #expect(data.bytes == bytes)
                    readable += 1
                }
                var other = Validation(mode)
                _ = try? OnionMessagePayload.read(bytes[...], profile, &other)
            }
            let sealed = bytes[...]
            let opened = try? SealedData.open(sealed, rho: .zero, form: .receiveAuthKey)
            #expect((opened == nil) == (bytes.count < 16))
            #expect((try? SealedData.open(sealed, rho: .zero, form: .standard)) == nil)
            _ = try? PathPadding.pad(TLVStream(sorting: []), to: seed - 2000)
        }
        #expect(readable > 0)
    }
}
