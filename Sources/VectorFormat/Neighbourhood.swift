internal import StrictJSON

/// In what a rejected case may differ from its neighbour (`Vectors/README.md`, "Neighbours"): one member of the request, or members
/// that state one thing between them.
enum Neighbourhood {
    /// Members that belong together, by operation: what is sealed, signed or mirrored over the same change, and the numbers that
    /// a comparison has on both sides.
    private static let together: [String: Set<String>] = [
        "om.peel": ["packet", "path_key", "receive_auth_key", "known_features"],
        "path.unblind": ["encrypted_recipient_data", "path_key", "receive_auth_key"],
        "om.classify": ["onionmsg_tlv", "encrypted_data_tlv"],
        "path.create": ["node_keys", "pad_to"],
        "om.send_over": ["path", "reply_permitted"],
        "offer.validate": ["bytes", "now"],
        "static_invoice.validate": ["bytes", "now"],
        "invreq.validate_for": ["bytes", "invoice"],
        "payload.validate": ["payload", "payment_hash", "amount_msat", "cltv_expiry", "height", "encrypted_data_tlv"],
    ]

    /// What is wrong with the pair; `nil` when they are neighbours. Recorded answers are compared as a whole.
    static func problem(_ testCase: VectorCase, _ neighbour: VectorCase) -> String? {
        if testCase.operation != neighbour.operation {
            return "its neighbour \(neighbour.id) is a case of \(neighbour.operation)"
        }
        if testCase.sample != nil { return nil }
        let (one, other) = (testCase.input.object ?? [:], neighbour.input.object ?? [:])
        // Byte by byte: to Swift's strings the Kelvin sign is a K.
        let differing = Set(one.keys + other.keys).filter { key in
            Array((one[key]?.line ?? "").utf8) != Array((other[key]?.line ?? "").utf8)
        }
        if differing.isEmpty { return "its input is that of its neighbour \(neighbour.id)" }
        if differing.count == 1 || differing.isSubset(of: together[testCase.operation] ?? []) { return nil }
        return "it differs from its neighbour \(neighbour.id) in \(differing.sorted().joined(separator: ", "))"
    }
}
