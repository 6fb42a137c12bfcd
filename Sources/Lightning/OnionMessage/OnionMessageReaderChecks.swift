package import Rules
package import Wire

/// A layer in clear, as its hop judges it (BOLT 4, "The `onion_message` Message", the reader).
package struct MessageLayer: Sendable {
    package let payload: OnionMessagePayload
    package let encrypted_data: EncryptedData
    /// The onion ends here (OD-11).
    package let final: Bool
    /// See `MessageNode`.
    package let known_features: FeatureBits

    package init(
        payload: OnionMessagePayload,
        encrypted_data: EncryptedData,
        final: Bool,
        known_features: FeatureBits = FeatureBits(nil)
    ) {
        self.payload = payload
        self.encrypted_data = encrypted_data
        self.final = final
        self.known_features = known_features
    }

    /// A layer that was opened. Its features were judged then (OM-R2).
    package init(_ peeled: PeeledMessage) {
        self.init(
            payload: peeled.payload,
            encrypted_data: peeled.opened.encrypted_data,
            final: peeled.kind == .receive
        )
    }

    /// What a layer that meets the rules asks for; `nil` for others.
    package var meaning: Meaning? {
        if final { return payload.content.map { .content($0, reply_path: payload.reply_path) } }
        return encrypted_data.nextHop.map(Meaning.relay)
    }

    package enum Meaning: Hashable, Sendable {
        case relay(NextHop)
        case content(TLVRecord, reply_path: BlindedPath?)
    }
}

/// The rules for the reader of an onion message that one layer can show. OM-R6 and OM-R10 are in `MessageRelayChecks`
/// and `OnionMessageWriterChecks`; OM-R7, R8, R11 and R12 are behaviour over several messages.
package enum OnionMessageReaderChecks {
    package static let all = all(allowing: [])

    /// - Parameter relayRecords: records that a relay takes beside record 4, against OM-R3; none at a stock node (C-55).
    package static func all(allowing relayRecords: Set<UInt64>) -> [Check<MessageLayer>] {
        [
            featuresAllowed, onlyEncryptedData(and: relayRecords), noPathID, nextPeerNamed, onePayload, knownPayload,
            noDummyAtEnd, replyPathHasHops,
        ]
    }

    static let featuresAllowed = Check<MessageLayer>("OM-R2", .features) { layer in
        guard layer.encrypted_data.allowed_features != nil else {
            return .notApplicable("there are no allowed_features")
        }
        guard let unknown = layer.encrypted_data.unknownAllowedFeature(layer.known_features) else { return .meets }
        return .fails("allowed_features has the unknown bit \(unknown)")
    }

    static func onlyEncryptedData(and allowed: Set<UInt64>) -> Check<MessageLayer> {
        relayOnly("OM-R3") { layer in
            let other = layer.payload.decoded.stream.records.first { $0.type != 4 && !allowed.contains($0.type) }
            guard let other else { return .meets }
            return .fails("the payload of a relay has record \(other.type) beside encrypted_recipient_data (4)")
        }
    }

    static let noPathID = relayOnly("OM-R4") { layer in
        .require(layer.encrypted_data.path_id == nil, "a relay is told a path_id (6)")
    }

    static let nextPeerNamed = relayOnly("OM-R5") { layer in
        .require(
            layer.encrypted_data.hasNextHop || layer.encrypted_data.isDummyHop,
            "neither next_node_id (4) nor short_channel_id (2) tells the next peer"
        )
    }

    static let onePayload = finalOnly("OM-R9") { layer in
        let types = layer.payload.contents.map(\.type)
        return .require(types.count <= 1, "there are \(types.count) payloads: records \(types)")
    }

    /// BOLT 4 does not say what becomes of a message without content; there is nothing to do but to drop it.
    static let knownPayload = finalOnly("OM-R9", reading: "C-26") { layer in
        guard layer.payload.contents.count <= 1 else { return .notApplicable("there are several payloads") }
        let isEven = layer.payload.contents.first?.type.isMultiple(of: 2) ?? false
        if isEven, layer.payload.content == nil { return .notApplicable("OM-R1 is about unknown even records") }
        return .require(layer.payload.content != nil, "there is no payload of a known type (64 and above)")
    }

    static let noDummyAtEnd = finalOnly("RB-W10") { layer in
        .require(!layer.encrypted_data.isDummyHop, "the end of the onion is marked as a dummy hop")
    }

    /// BOLT 4 has no rule for the reader of a path without hops (C-6).
    static let replyPathHasHops = Check<MessageLayer>("RB-W1", .zeroHops, reading: "C-6") { layer in
        guard layer.final, let reply_path = layer.payload.reply_path else {
            return .notApplicable("there is no reply path to use")
        }
        return .require(!reply_path.hops.isEmpty, "the reply path has no hops")
    }

    private typealias Predicate = @Sendable (MessageLayer) -> Verdict

    private static func relayOnly(_ id: RequirementID, _ evaluate: @escaping Predicate) -> Check<MessageLayer> {
        Check<MessageLayer>(id, "onion.payload") { $0.final ? .notApplicable("the onion ends here") : evaluate($0) }
    }

    private static func finalOnly(
        _ id: RequirementID,
        reading: String? = nil,
        _ evaluate: @escaping Predicate
    ) -> Check<MessageLayer> {
        Check<MessageLayer>(id, "onion.payload", reading: reading) {
            $0.final ? evaluate($0) : .notApplicable("the onion does not end here")
        }
    }
}
