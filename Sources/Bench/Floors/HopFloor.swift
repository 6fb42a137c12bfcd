internal import CSecp256k1

/// BOLT 4's chain of keys: the steps that onions and blinded paths share.
final class HopFloor {
    private let rhoName = Fixed("rho")
    private let muName = Fixed("mu")
    private let padName = Fixed("pad")
    private let blindedName = Fixed("blinded_node_id")
    /// E and ss, one behind the other, as the factor hashes them.
    private let pair = Fixed(room: 33 + 32)

    var E: C.Bytes { pair.start }
    var ss: C.Bytes { pair.start + 33 }

    func rho(_ output: C.Bytes) { C.hmac(output, rhoName.start, 3, ss, 32) }
    func mu(_ output: C.Bytes) { C.hmac(output, muName.start, 2, ss, 32) }
    func blindedNodeIDFactor(_ output: C.Bytes) {
        C.hmac(output, blindedName.start, blindedName.count, ss, 32)
    }
    func pad(_ output: C.Bytes, _ session_key: C.Bytes) { C.hmac(output, padName.start, 3, session_key, 32) }

    /// The factor to the next hop's key.
    func b(_ output: C.Bytes) { C.sha256(output, E, 33 + 32) }
}
