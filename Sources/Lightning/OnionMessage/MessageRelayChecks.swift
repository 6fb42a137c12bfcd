package import Rules
internal import Primitives

/// What a node passed on, beside what it was handed.
package struct RelayedMessage: Sendable {
    /// The layer that the node opened.
    package let layer: PeeledMessage
    /// `nil` when nothing went on.
    package let sent: OnionMessage?

    package init(layer: PeeledMessage, sent: OnionMessage?) {
        self.layer = layer
        self.sent = sent
    }
}

/// The rules for a message that is passed on.
package enum MessageRelayChecks {
    package static let all: [Check<RelayedMessage>] = [
        endsAtTheEnd, passedOn, nextPathKey, versionAndSize, nextEphemeralKey, restOfPayloads,
    ]

    static let endsAtTheEnd = Check<RelayedMessage>("OD-11", .semantic("onion_message_packet")) { message in
        .require(
            message.layer.onward != nil || message.sent == nil,
            "the onion ended at this node, and something goes on"
        )
    }

    static let passedOn = Check<RelayedMessage>("OM-R13", .semantic("onion_message_packet")) { message in
        guard message.layer.onward?.nextHop != nil else { return .notApplicable("there is no next peer") }
        return .require(message.sent != nil, "there is a next peer, and nothing goes on")
    }

    /// RB-E3 and RB-E4 show in the same place.
    static let nextPathKey = Check<RelayedMessage>("OM-R6", .semantic("path_key")) { message in
        guard let onward = message.layer.onward, let sent = message.sent else {
            return .notApplicable("nothing goes on")
        }
        return .require(
            sent.path_key.elementsEqual(onward.next_path_key.bytes),
            "the path key is \(Hex.encode(sent.path_key)), not \(onward.next_path_key.hex)"
        )
    }

    static let versionAndSize = onPacket("OD-10") { sent, expected in
        sent.count == expected.count && sent.first == 0
            ? nil : "version or size of the packet are not those of the next"
    }

    static let nextEphemeralKey = onPacket("OD-9") { sent, expected in
        sent.dropFirst().prefix(33) == expected.dropFirst().prefix(33)
            ? nil : "the ephemeral key is not the incoming one times SHA256(E || ss)"
    }

    static let restOfPayloads = onPacket("OD-10") { sent, expected in
        sent.dropFirst(34) == expected.dropFirst(34)
            ? nil : "payloads and HMAC are not what remains of the packet that came in"
    }

    private static func onPacket(
        _ id: RequirementID,
        _ fault: @escaping @Sendable (ArraySlice<UInt8>, ArraySlice<UInt8>) -> String?
    ) -> Check<RelayedMessage> {
        Check<RelayedMessage>(id, .semantic("onion_message_packet")) { message in
            guard let next = message.layer.onward?.next_packet, let sent = message.sent else {
                return .notApplicable("nothing goes on")
            }
            return fault(sent.onion_message_packet, next.bytes[...]).map(Verdict.fails) ?? .meets
        }
    }
}
