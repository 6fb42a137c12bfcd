internal import Lightning
internal import Primitives
internal import Rules
internal import StrictJSON
internal import Wire

/// Messages for the party to pass on, with one thing wrong with them.
extension ScenarioNetwork {
    func deliver(
        _ payload: TLVStream,
        over path: BlindedPath?,
        from sender: ScenarioActor,
        _ fault: SendStep.PacketFault?,
        _ entropy: inout SeededRandomness
    ) throws(Undeliverable) -> Delivery {
        guard let fault else { return try deliver(payload, over: path, from: sender, &entropy) }
        guard depth == .packet, let path else {
            throw Undeliverable(detail: "packets are at packet depth, and go over a path", finding: nil)
        }
        do throws(Finding) {
            let records = Self.relayRecords(fault, &entropy)
            let message = MessageOverPath(
                path: path,
                payload: payload,
                relayRecords: records,
                node_key: sender.node_key
            )
            if let bytes = fault.firstPayload {
                return try deliver(bytes, payload, over: path, from: sender, &entropy)
            }
            let outgoing = try message.send(
                session_key: entropy.secretKey(),
                path_session_key: entropy.secretKey(),
                profile
            )
            return fault.changed(try relay(outgoing, from: sender))
        } catch {
            throw Undeliverable(detail: error.detail, finding: nil)
        }
    }

    /// What stands beside record 4 for every hop but the last.
    private static func relayRecords(_ fault: SendStep.PacketFault, _ entropy: inout SeededRandomness) -> [TLVRecord] {
        switch fault {
        case .extra_record: [TLVRecord(type: 4_097, value: [1])]
        case .unknown_even_record: [TLVRecord(type: 4_098, value: [1])]
        case .salt_records:
            [TLVRecord(type: 4_141, value: entropy.bytes(80)), TLVRecord(type: 4_343, value: entropy.bytes(16))]
        default: []
        }
    }

    /// A packet whose first layer has these bytes where length and payload should be.
    private func deliver(
        _ firstPayload: [UInt8],
        _ payload: TLVStream,
        over path: BlindedPath,
        from sender: ScenarioActor,
        _ entropy: inout SeededRandomness
    ) throws(Finding) -> Delivery {
        var hops: [OnionHop] = []
        for (index, hop) in path.hops.enumerated() {
            guard let N = try? PublicKey(hop.blinded_node_id) else {
                throw Finding("B1-T-2", "point", "blinded_node_id \(index) is no point")
            }
            let own = TLVRecord(type: 4, value: hop.encrypted_recipient_data)
            let last = TLVStream(sorting: payload.records + [own]).bytes
            hops.append(
                index == 0 ? OnionHop(N: N, hop_payload: firstPayload) : OnionHop(N: N, payload: last)
            )
        }
        let onion = try OnionPacket.create(hops, session_key: entropy.secretKey(), payloadsSize: 1300)
        return Delivery(
            operation: "net.deliver",
            input: [
                "from": .hex(sender.node_id.bytes), "path_key": .hex(path.path_key),
                "packet": .hex(onion.packet.bytes),
            ]
        )
    }
}

extension SendStep.PacketFault {
    /// Length and payload of the first layer, where they are the fault (OD-5).
    fileprivate var firstPayload: [UInt8]? {
        switch self {
        case .length_0: [0]
        case .length_1: [1, 4]
        default: nil
        }
    }

    fileprivate func changed(_ delivery: ScenarioNetwork.Delivery) -> ScenarioNetwork.Delivery {
        guard let packet = delivery.input["packet"]?.string.flatMap({ try? Hex.decode($0) }),
            case .object(var input) = delivery.input
        else { return delivery }
        input["packet"] = .hex(changed(packet))
        return ScenarioNetwork.Delivery(operation: delivery.operation, input: .object(input))
    }

    private func changed(_ packet: [UInt8]) -> [UInt8] {
        switch self {
        case .another_version: [1] + Array(packet.dropFirst())
        case .wrong_hmac: packet.dropLast() + [(packet.last ?? 0) ^ 1]
        // No point of the curve has x = 5.
        case .key_off_the_curve: [packet[0], 2] + [UInt8](repeating: 0, count: 31) + [5] + Array(packet.dropFirst(34))
        default: packet
        }
    }
}
