internal import InvoiceServer
internal import Lightning
internal import Primitives
internal import Reference
internal import Rules
internal import StrictJSON
internal import Wire

/// Input that no right party sends. Whatever becomes of it, the party goes on (OM-R1, OM-R9).
extension ScenarioExecutor {
    mutating func sendHostile(_ step: HostileStep) async throws(ScenarioHalt) {
        let sender = try actor(step.from)
        let over = try step.over.map { name throws(ScenarioHalt) in try names.path(name) }
        for input in step.inputs {
            record(
                from: sender.name,
                to: ScenarioActor.underTest,
                input.rawValue,
                ["over": .string(step.over ?? "none")]
            )
            if let delivery = try hostileDelivery(input, over, sender) {
                noteForwarding(delivery)
                try await tell(delivery.operation, delivery.input)
            }
        }
    }

    /// `nil` for an input that there is at the other depth alone.
    private mutating func hostileDelivery(
        _ input: HostileStep.Input,
        _ over: BlindedPath?,
        _ sender: ScenarioActor
    ) throws(ScenarioHalt) -> ScenarioNetwork.Delivery? {
        if let stream = hostileStream(input, sender) { return try hostileDelivery(stream, over, sender) }
        guard network.depth == .packet else { return nil }
        let ordinary = try deliver(TLVStream(sorting: [TLVRecord(type: 77, value: [])]), over, sender)
        guard var packet = ordinary.input["packet"]?.string.flatMap({ try? Hex.decode($0) }),
            var path_key = ordinary.input["path_key"]?.string.flatMap({ try? Hex.decode($0) })
        else { return nil }
        switch input {
        case .packet_of_noise: packet = (0..<43).flatMap { _ in entropy.next32().bytes }
        case .packet_too_short: packet = Array(packet.prefix(40))
        case .packet_empty: packet = []
        case .packet_of_another_version: packet[0] = 1
        case .packet_with_a_wrong_hmac: packet[packet.count - 1] ^= 1
        case .packet_of_64_kilobytes: packet += [UInt8](repeating: 0, count: 65_000 - packet.count)
        // No point of the curve has this x.
        case .path_key_off_the_curve: path_key = [2] + [UInt8](repeating: 0, count: 31) + [5]
        default: return nil
        }
        let from = ordinary.input["from"] ?? .null
        return ScenarioNetwork.Delivery(
            operation: ordinary.operation,
            input: ["from": from, "path_key": .hex(path_key), "packet": .hex(packet)]
        )
    }

    /// The bytes of a last hop's stream; `nil` for what is wrong with a packet.
    private mutating func hostileStream(_ input: HostileStep.Input, _ sender: ScenarioActor) -> [UInt8]? {
        let types = profile.onion_message_types
        let message = TLVRecord(type: types.type(of: .offerPathsRequest), value: [0, 2, 0, 1])
        let odd = TLVRecord(type: 4_097, value: [1, 2, 3])
        switch input {
        case .no_records: return []
        case .stream_of_noise: return entropy.next32().bytes
        case .stream_cut_short: return [64, 200, 1]
        case .length_above_all: return [64, 0xFF] + [UInt8](repeating: 0xFF, count: 8)
        case .unknown_odd_record: return TLVStream(sorting: [odd]).bytes
        case .unknown_even_message: return TLVStream(sorting: [TLVRecord(type: 8_000, value: [])]).bytes
        case .two_messages:
            return TLVStream(sorting: [TLVRecord(type: 64, value: [1]), message]).bytes
        case .messages_that_do_not_decode:
            return TLVStream(sorting: [TLVRecord(type: types.type(of: .serveStaticInvoice), value: [0, 9, 9])]).bytes
        case .empty_messages:
            return TLVStream(sorting: [TLVRecord(type: types.type(of: .offerPaths), value: [])]).bytes
        case .request_of_noise:
            return TLVStream(sorting: [TLVRecord(type: 64, value: entropy.next32().bytes)]).bytes
        case .reply_path_of_noise:
            return TLVStream(sorting: [TLVRecord(type: 2, value: entropy.next32().bytes), message]).bytes
        case .reply_path_without_hops:
            let path = sender.node_id.bytes + sender.node_id.bytes + [0]
            return TLVStream(sorting: [TLVRecord(type: 2, value: path), message]).bytes
        case .reply_path_off_the_curve:
            let noPoint = [2] + [UInt8](repeating: 0, count: 31) + [5] as [UInt8]
            let path = noPoint + noPoint + [1] + noPoint + [0, 1, 0]
            return TLVStream(sorting: [TLVRecord(type: 2, value: path), message]).bytes
        case .message_of_30_kilobytes:
            let padding = TLVRecord(type: 4_097, value: [UInt8](repeating: 7, count: 30_000))
            return TLVStream(sorting: [message, padding]).bytes
        default: return nil
        }
    }

    /// At packet depth these bytes stand in the last layer, behind record 4, which a stream in order would have in its place.
    private mutating func hostileDelivery(
        _ stream: [UInt8],
        _ over: BlindedPath?,
        _ sender: ScenarioActor
    ) throws(ScenarioHalt) -> ScenarioNetwork.Delivery? {
        guard network.depth == .packet else {
            let path: JSON = over.map { .hex($0.encoding) } ?? .null
            return ScenarioNetwork.Delivery(
                operation: "om.deliver",
                input: ["over": path, "onionmsg_tlv": .hex(stream)]
            )
        }
        do throws(Finding) {
            var path = over
            if path == nil {
                path = try PathRegistry.path(to: network.underTest, through: [], last: [], &entropy)
            }
            guard let path, path.hops.count == 1, let hop = path.hops.first, let N = try? PublicKey(hop.blinded_node_id)
            else {
                return nil
            }
            let own = TLVRecord(type: 4, value: hop.encrypted_recipient_data)
            let reply = stream.first == 2 ? stream : []
            let payload = reply.isEmpty ? own.encoding + stream : Self.inserting(own, into: reply)
            let room = payload.count < 1200 ? 1300 : 32_768
            let onion = try OnionPacket.create(
                [OnionHop(N: N, payload: payload)],
                session_key: entropy.secretKey(),
                payloadsSize: room
            )
            let from = network.far.contains(sender.name) ? network.nearest ?? sender : sender
            return ScenarioNetwork.Delivery(
                operation: "net.deliver",
                input: [
                    "from": .hex(from.node_id.bytes), "path_key": .hex(path.path_key),
                    "packet": .hex(onion.packet.bytes),
                ]
            )
        } catch {
            throw .scenarioError(error.detail)
        }
    }

    /// Record 4 behind a record 2, whatever comes after.
    private static func inserting(_ own: TLVRecord, into stream: [UInt8]) -> [UInt8] {
        guard let read = try? TLVStream.read(stream[...], known: .unspecified) else { return own.encoding + stream }
        return TLVStream(sorting: read.records + [own]).bytes
    }

    private mutating func deliver(
        _ payload: TLVStream,
        _ over: BlindedPath?,
        _ sender: ScenarioActor
    ) throws(ScenarioHalt) -> ScenarioNetwork.Delivery {
        do {
            return try network.deliver(payload, over: over, from: sender, &entropy)
        } catch {
            throw .scenarioError(error.detail)
        }
    }
}
