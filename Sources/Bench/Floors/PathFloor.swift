internal import CFloor
internal import CSecp256k1

/// Making a blinded path.
final class PathFloor {
    private let session_key: Fixed
    private let hops: [(node_id: Fixed, data: Fixed)]
    /// Points that the hops are told: they are read, so that no path names what is none.
    private let told: [Fixed]
    private let output: Fixed
    private let hop = HopFloor()
    private let e = Fixed(room: 32)
    private let factor = Fixed(room: 32)
    private let rho = Fixed(room: 32)

    init(session_key: [UInt8], hops: [(node_id: [UInt8], data: [UInt8])], told: [[UInt8]]) {
        self.session_key = Fixed(session_key)
        self.hops = hops.map { (Fixed($0.node_id), Fixed($0.data)) }
        self.told = told.map { Fixed($0) }
        output = Fixed(room: 67 + hops.reduce(0) { $0 + 35 + $1.data.count + 16 })
    }

    /// Introduction node, path key, number of hops, and for each its blinded id and its sealed data behind a length.
    func create() -> Bool {
        for point in told where C.point(point.start) == nil { return false }
        e.start.update(from: session_key.start, count: 32)
        output.start.update(from: hops[0].node_id.start, count: 33)
        output.start[66] = UInt8(hops.count)
        var at = output.start + 67
        for (index, (node_id, data)) in hops.enumerated() {
            guard let N = C.point(node_id.start) else { return false }
            C.write(C.publicKey(e.start), hop.E)
            C.ecdh(hop.ss, N, e.start)
            if index == 0 { (output.start + 33).update(from: hop.E, count: 33) }
            hop.blindedNodeIDFactor(factor.start)
            C.write(C.multiply(N, factor.start), at)
            let sealed = data.count + 16
            at[33] = UInt8(sealed >> 8)
            at[34] = UInt8(sealed & 255)
            hop.rho(rho.start)
            C.seal(at + 35, data.start, data.count, rho.start)
            at += 35 + sealed
            if index + 1 < hops.count {
                hop.b(factor.start)
                C.multiply(key: e.start, factor.start)
            }
        }
        return true
    }

    var bytes: [UInt8] { output.bytes(0..<output.count) }
}

/// Opening the data of a hop.
final class UnblindingFloor {
    private let node_key: Fixed
    private let path_key: Fixed
    private let sealed: Fixed
    private let hop = HopFloor()
    private let factor = Fixed(room: 32)
    private let rho = Fixed(room: 32)
    private let plaintext: Fixed
    private let blinded_node_key = Fixed(room: 32)
    private let next_path_key = Fixed(room: 33)
    private var records = [cfloor_record](repeating: cfloor_record(), count: 8)

    init(node_key: [UInt8], path_key: [UInt8], encrypted_recipient_data: [UInt8]) {
        self.node_key = Fixed(node_key)
        self.path_key = Fixed(path_key)
        sealed = Fixed(encrypted_recipient_data)
        plaintext = Fixed(room: sealed.count - 16)
    }

    /// The plaintext, the next path key and the key of the blinded node id.
    func open() -> Bool {
        guard let E = C.point(path_key.start) else { return false }
        hop.E.update(from: path_key.start, count: 33)
        C.ecdh(hop.ss, E, node_key.start)
        hop.blindedNodeIDFactor(factor.start)
        blinded_node_key.start.update(from: node_key.start, count: 32)
        C.multiply(key: blinded_node_key.start, factor.start)
        hop.rho(rho.start)
        guard C.open(plaintext.start, sealed.start, sealed.count, rho.start) else { return false }
        guard readData() else { return false }
        hop.b(factor.start)
        C.write(C.multiply(E, factor.start), next_path_key.start)
        return true
    }

    /// Reads the stream, in which a next node is a point.
    private func readData() -> Bool {
        let count = cfloor_stream(plaintext.start, plaintext.count, &records, records.count)
        for index in 0..<max(count, 0) where records[index].type == 4 {
            guard let value = records[index].value, C.point(value) != nil else { return false }
        }
        return count >= 0
    }

    var bytes: [UInt8] {
        plaintext.bytes(0..<plaintext.count) + next_path_key.bytes(0..<33) + blinded_node_key.bytes(0..<32)
    }
}
