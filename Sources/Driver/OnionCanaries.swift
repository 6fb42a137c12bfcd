internal import StrictJSON

/// Canaries of the operations on blinded paths and onion messages.
///
/// All is about a single hop, that of the node with `Canaries.Key.secret`. The path key and the packet's ephemeral key are the
/// base point, so that the secret keys behind them are 1. The hop's data is the seal of nothing: a tag alone.
enum OnionCanaries {
    static let table: [String: CanaryPair] = [
        "path.create": .acceptAndReject(creation([hop]), creation([])),
        "path.unblind": .acceptAndReject(unblinding(sealed), unblinding(String(sealed.dropLast(2)))),
        "path.walk": .acceptAndReject(
            ["path": path([blindedHop]), "node_keys": [.string(Canaries.Key.secret)]],
            ["path": path([]), "node_keys": [.string(Canaries.Key.secret)]]
        ),
        "om.build": .acceptAndReject(building(size: 1366), building(size: 100)),
        "om.send_over": .acceptAndReject(sending(over: path([blindedHop])), sending(over: path([]))),
        "om.peel": .acceptAndReject(peeling(packet), peeling(String(packet.dropLast(2)))),
        "om.classify": .acceptAndReject(classifying("0400400101"), classifying("04004001")),
    ]

    /// The tag over nothing, under the rho that follows from the path key.
    private static let sealed = "9f752ec399ebd1d36530312b88b10be0"
    private static let blindedID = "03d2728da575feaf4b6ed1c5fca25a432753f3bc829b55f1802914454315f815df"

    /// The payload is record 4 with `sealed`. With its length and a next HMAC of zeros it fills the packet.
    private static let packet =
        "00\(Canaries.Key.generator)"
        + "2f998cae0996a613f50f395b129fc1f852761f0cbe58b591aa738df988d11f167a7bac51b6bd8478bee46a28f8738cf1c8c338"
        + "bb7f759f20b184e8cbf4817aa279c7ab767816fba27185ada014b67271b04a40"

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

    /// A payload of two bytes: with its length and its HMAC it takes 35, and a packet of 100 has room for 34.
    private static func building(size: Int64) -> JSON {
        [
            "session_key": sessionKey, "size": .integer(size),
            "hops": [["node_id": .string(Canaries.Key.public), "payload": "0400"]],
        ]
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
