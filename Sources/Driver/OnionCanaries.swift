internal import StrictJSON

/// Canaries of the operations on blinded paths and onion messages.
///
/// All is about a single hop, that of the node with `Canaries.Key.secret`. The path key and the packet's ephemeral key are the
/// base point, so that the secret keys behind them are 1. The hop's data is the seal of nothing: a tag alone. Where a node may
/// have a key of its own in the tag, there is a form with and one without it: implementations have the one or the other. So it is with
/// layers that are opened alone, and such as are judged at once (`classify`).
enum OnionCanaries {
    static let table: [String: [Canary]] = [
        "path.create": [.acceptAndReject(creation([hop]), creation([]), "RB-W2", "RB-W1")],
        "path.unblind": [
            .acceptAndReject(unblinding(sealed), unblinding(String(sealed.dropLast(2))), "RB-E1", "RB-E2"),
            .acceptAndReject(
                withKey(unblinding(sealedWithKey)),
                withKey(unblinding(String(sealedWithKey.dropLast(2)))),
                "RB-E1",
                "RB-E2"
            ),
        ],
        "path.walk": [
            .acceptAndReject(
                ["path": path([blindedHop]), "node_keys": [.string(Canaries.Key.secret)]],
                ["path": path([]), "node_keys": [.string(Canaries.Key.secret)]],
                "RB-W5",
                "RB-W1"
            )
        ],
        "om.build": [.acceptAndReject(building("0400"), building(tooMuch), "OM-W1", "OM-W8")],
        "om.send_over": [
            .acceptAndReject(sending(over: path([blindedHop])), sending(over: path([])), "RB-U2", "RB-W1")
        ],
        "om.peel": [
            peel(OnionCanaryPacket.opened.keyless) { $0 }, peel(OnionCanaryPacket.opened.keyed, withKey),
            peel(OnionCanaryPacket.classified.keyless, classified),
            peel(OnionCanaryPacket.classified.keyed) { withKey(classified($0)) },
        ],
        "om.classify": [.acceptAndReject(classifying("0400400101"), classifying("04004001"), "OM-R1", "OM-R1")],
    ]

    /// The tag over nothing, under the rho that follows from the path key.
    private static let sealed = "9f752ec399ebd1d36530312b88b10be0"
    /// The same as a receiver seals it for itself, with `receiveAuthKey`.
    private static let sealedWithKey = "444f25725e0666ac2edab50d3645fbe7"
    private static let receiveAuthKey = String(repeating: "43", count: 32)
    private static let blindedID = "03d2728da575feaf4b6ed1c5fca25a432753f3bc829b55f1802914454315f815df"

    /// Record 64 with 1300 bytes: with its length and its HMAC it is more than a packet of 1366 holds.
    private static let tooMuch = "040040fd0514" + String(repeating: "00", count: 1300)

    private static let sessionKey: JSON = .string(String(repeating: "41", count: 32))
    private static let hop: JSON = ["node_id": .string(Canaries.Key.public), "encrypted_data_tlv": ""]
    private static let blindedHop: JSON = [
        "blinded_node_id": .string(blindedID), "encrypted_recipient_data": .string(sealed),
    ]

    private static func creation(_ hops: [JSON]) -> JSON {
        ["session_key": sessionKey, "purpose": "message", "hops": .array(hops)]
    }

    private static func path(_ hops: [JSON]) -> JSON {
        [
            "introduction": ["node_id": .string(Canaries.Key.public)], "path_key": .string(Canaries.Key.generator),
            "hops": .array(hops),
        ]
    }

    private static func unblinding(_ data: String) -> JSON {
        [
            "node_key": .string(Canaries.Key.secret), "path_key": .string(Canaries.Key.generator),
            "encrypted_recipient_data": .string(data),
        ]
    }

    private static func building(_ payload: String) -> JSON {
        [
            "session_key": sessionKey, "size": 1366,
            "hops": [["node_id": .string(Canaries.Key.public), "payload": .string(payload)]],
        ]
    }

    private static func withKey(_ input: JSON) -> JSON { with("receive_auth_key", .string(receiveAuthKey), input) }

    /// For implementations that cannot open a layer without judging it.
    private static func classified(_ input: JSON) -> JSON { with("classify", true, input) }

    private static func with(_ name: String, _ value: JSON, _ input: JSON) -> JSON {
        guard case .object(var members) = input else { return input }
        members[name] = value
        return .object(members)
    }

    private static func peel(_ packet: String, _ asked: (JSON) -> JSON) -> Canary {
        let cut = String(packet.dropLast(2))
        return .acceptAndReject(asked(peeling(packet)), asked(peeling(cut)), "OD-1", "OD-3")
    }

    private static func sending(over path: JSON) -> JSON {
        [
            "path": path, "prepend": [], "payload": "400101", "session_key": sessionKey,
            "path_session_key": .string(Canaries.Key.secret),
        ]
    }

    private static func peeling(_ packet: String) -> JSON {
        [
            "node_key": .string(Canaries.Key.secret), "path_key": .string(Canaries.Key.generator),
            "packet": .string(packet),
        ]
    }

    private static func classifying(_ onionmsg_tlv: String) -> JSON {
        ["onionmsg_tlv": .string(onionmsg_tlv), "encrypted_data_tlv": "", "final": true]
    }
}
