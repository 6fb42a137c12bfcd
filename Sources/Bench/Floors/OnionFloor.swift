internal import CFloor
internal import CSecp256k1

/// Making an onion.
final class OnionFloor {
    private let session_key: Fixed
    private let hops: [(N: Fixed, hop_payload: Fixed)]
    private let payloadsSize: Int
    private let hop = HopFloor()
    private let e = Fixed(room: 32)
    private let factor = Fixed(room: 32)
    private let zeros: Fixed
    private let filler: Fixed
    /// Version, key, payloads, HMAC: while it is made with room for one hop's payload before the payloads.
    private let output: Fixed
    private let keys: [(rho: Fixed, mu: Fixed)]
    private let first_key = Fixed(room: 33)
    private let front: Int

    init(session_key: [UInt8], hops: [(N: [UInt8], hop_payload: [UInt8])], payloadsSize: Int) {
        self.session_key = Fixed(session_key)
        self.hops = hops.map { (Fixed($0.N), Fixed($0.hop_payload)) }
        self.payloadsSize = payloadsSize
        keys = hops.map { _ in (Fixed(room: 32), Fixed(room: 32)) }
        zeros = Fixed(room: payloadsSize)
        filler = Fixed(room: payloadsSize + 64)
        front = hops.map(\.hop_payload.count).max() ?? 0
        output = Fixed(room: 34 + front + payloadsSize + 64)
    }

    func create() -> Bool {
        guard deriveKeys() else { return false }
        let fillerCount = makeFiller()
        // The payloads lie at one place; HMACs behind them. Each hop moves them back by what it lays before them.
        let payloads = output.start + 34
        let hmac = payloads + payloadsSize
        hop.pad(factor.start, session_key.start)
        C.chacha20(payloads, zeros.start, payloadsSize, factor.start)
        hmac.initialize(repeating: 0, count: 32)
        for index in hops.indices.reversed() {
            let payload = hops[index].hop_payload
            factor.start.update(from: hmac, count: 32)
            (payloads + payload.count + 32).update(from: payloads, count: payloadsSize - payload.count - 32)
            payloads.update(from: payload.start, count: payload.count)
            (payloads + payload.count).update(from: factor.start, count: 32)
            C.chacha20(payloads, payloads, payloadsSize, keys[index].rho.start)
            if index == hops.count - 1 {
                (payloads + payloadsSize - fillerCount).update(from: filler.start, count: fillerCount)
            }
            C.hmac(hmac, keys[index].mu.start, 32, payloads, payloadsSize)
        }
        output.start[0] = 0
        (output.start + 1).update(from: first_key.start, count: 33)
        return true
    }

    private func deriveKeys() -> Bool {
        e.start.update(from: session_key.start, count: 32)
        for index in hops.indices {
            guard let N = C.point(hops[index].N.start) else { return false }
            C.write(C.publicKey(e.start), hop.E)
            C.ecdh(hop.ss, N, e.start)
            if index == 0 { first_key.start.update(from: hop.E, count: 33) }
            hop.rho(keys[index].rho.start)
            hop.mu(keys[index].mu.start)
            if index + 1 < hops.count {
                hop.b(factor.start)
                C.multiply(key: e.start, factor.start)
            }
        }
        return true
    }

    /// Lies at whole blocks of the key stream, or is shifted there.
    private func makeFiller() -> Int {
        var count = 0
        for index in hops.indices.dropLast() {
            let offset = payloadsSize - count
            let shift = hops[index].hop_payload.count + 32
            let skipped = offset % 64
            (filler.start + count).initialize(repeating: 0, count: shift)
            count += shift
            memmove(filler.start + skipped, filler.start, count)
            C.chacha20(filler.start, filler.start, skipped + count, keys[index].rho.start, block: UInt32(offset / 64))
            memmove(filler.start, filler.start + skipped, count)
        }
        return count
    }

    private func memmove(_ to: C.Bytes, _ from: C.Bytes, _ count: Int) { to.update(from: from, count: count) }

    var bytes: [UInt8] { output.bytes(0..<34 + payloadsSize + 32) }
}

/// Opening a layer of an onion message, with the data of its hop.
final class PeelFloor {
    private let node_key: Fixed
    private let path_key: Fixed
    private let packet: Fixed
    private let payloadsSize: Int
    private let blinding = HopFloor()
    private let onion = HopFloor()
    private let blinded_node_key = Fixed(room: 32)
    private let factor = Fixed(room: 32)
    private let key = Fixed(room: 32)
    private let mac = Fixed(room: 32)
    private let next_path_key = Fixed(room: 33)
    private let plaintext: Fixed
    /// The packet for the next hop; before that the payloads in clear, with the zeros that come after them.
    private let unwrapped: Fixed
    private let padded: Fixed
    private let next: Fixed
    private var records = [cfloor_record](repeating: cfloor_record(), count: 8)
    private var plaintextCount = 0
    private var isLast = false

    init(node_key: [UInt8], path_key: [UInt8], packet: [UInt8]) {
        self.node_key = Fixed(node_key)
        self.path_key = Fixed(path_key)
        self.packet = Fixed(packet)
        payloadsSize = packet.count - 66
        plaintext = Fixed(room: packet.count)
        unwrapped = Fixed(room: 2 * payloadsSize)
        padded = Fixed(room: 2 * payloadsSize)
        next = Fixed(room: packet.count)
    }

    func peel() -> Bool {
        guard let E = C.point(packet.start + 1), let pathE = C.point(path_key.start) else { return false }
        blinding.E.update(from: path_key.start, count: 33)
        C.ecdh(blinding.ss, pathE, node_key.start)
        blinding.blindedNodeIDFactor(factor.start)
        blinded_node_key.start.update(from: node_key.start, count: 32)
        C.multiply(key: blinded_node_key.start, factor.start)

        onion.E.update(from: packet.start + 1, count: 33)
        C.ecdh(onion.ss, E, blinded_node_key.start)
        onion.mu(key.start)
        C.hmac(mac.start, key.start, 32, packet.start + 34, payloadsSize)
        guard C.equal(mac.start, packet.start + 34 + payloadsSize, 32) else { return false }
        onion.rho(key.start)
        padded.start.update(from: packet.start + 34, count: payloadsSize)
        // The zeros behind the payloads are there once and for all; as many as a payload takes are decrypted with them.
        C.chacha20(unwrapped.start, padded.start, payloadsSize, key.start)
        var payload = cfloor_record()
        guard let shift = readPayload(&payload), let data = openData(payload) else { return false }
        isLast = C.equal(unwrapped.start + shift - 32, zero.start, 32)
        guard !isLast else { return true }

        let skipped = payloadsSize % 64
        let block = UInt32(payloadsSize / 64)
        C.chacha20(padded.start + payloadsSize, zeros.start, skipped + shift, key.start, block: block)
        next.start[0] = 0
        onion.b(factor.start)
        C.write(C.multiply(E, factor.start), next.start + 1)
        (next.start + 34).update(from: unwrapped.start + shift, count: payloadsSize - shift)
        (next.start + 34 + payloadsSize - shift).update(from: padded.start + payloadsSize + skipped, count: shift)
        (next.start + 34 + payloadsSize).update(from: unwrapped.start + shift - 32, count: 32)
        blinding.b(factor.start)
        C.write(C.multiply(pathE, factor.start), next_path_key.start)
        return data
    }

    private lazy var zeros = Fixed(room: payloadsSize + 64)
    private let zero = Fixed(room: 32)

    /// The payload behind its length, as one record of type and length would lie there.
    private func readPayload(_ payload: inout cfloor_record) -> Int? {
        let first = Int(unwrapped.start[0])
        let (front, count) = first < 0xfd ? (1, first) : (3, Int(unwrapped.start[1]) << 8 | Int(unwrapped.start[2]))
        guard front + count + 32 <= payloadsSize else { return nil }
        payload.value = UnsafePointer(unwrapped.start + front)
        payload.value_count = count
        return front + count + 32
    }

    /// Reads the payload, opens what is sealed in it, and reads that.
    private func openData(_ payload: cfloor_record) -> Bool? {
        let count = cfloor_stream(payload.value, payload.value_count, &records, records.count)
        for index in 0..<max(count, 0) where records[index].type == 4 {
            guard let sealed = records[index].value, records[index].value_count >= 16 else { return nil }
            plaintextCount = records[index].value_count - 16
            blinding.rho(mac.start)
            guard C.open(plaintext.start, sealed, records[index].value_count, mac.start) else { return nil }
            let found = cfloor_stream(plaintext.start, plaintextCount, &records, records.count)
            for index in 0..<max(found, 0) where records[index].type == 4 {
                guard let value = records[index].value, C.point(value) != nil else { return nil }
            }
            return found >= 0
        }
        return nil
    }

    /// What the hop is told, and what it passes on.
    var bytes: [UInt8] {
        let told = plaintext.bytes(0..<plaintextCount)
        return isLast ? told : told + next_path_key.bytes(0..<33) + next.bytes(0..<next.count)
    }
}
