internal import CSecp256k1

/// BOLT 4's chain of keys: the steps that onions and blinded paths share.
final class HopFloor {
    private static let rho = Fixed("rho")
    private static let mu = Fixed("mu")
    private static let pad = Fixed("pad")
    private static let blinded_node_id = Fixed("blinded_node_id")
    /// E and ss, one behind the other, as the factor hashes them.
    private let pair = Fixed(room: 33 + 32)

    var E: C.Bytes { pair.start }
    var ss: C.Bytes { pair.start + 33 }

    func rho(_ output: C.Bytes) { C.hmac(output, Self.rho.start, 3, ss, 32) }
    func mu(_ output: C.Bytes) { C.hmac(output, Self.mu.start, 2, ss, 32) }
    func blindedNodeIDFactor(_ output: C.Bytes) {
        C.hmac(output, Self.blinded_node_id.start, Self.blinded_node_id.count, ss, 32)
    }
    static func pad(_ output: C.Bytes, _ session_key: C.Bytes) { C.hmac(output, pad.start, 3, session_key, 32) }

    /// The factor to the next hop's key.
    func b(_ output: C.Bytes) { C.sha256(output, E, 33 + 32) }
}
