internal import CFloor
internal import CSecp256k1
internal import CSodium

/// Reading a stream of BOLT 12, hashing it and verifying its signature.
final class Bolt12Floor {
    private let bytes: Fixed
    /// Where the different points stand in the stream: each is read once.
    private let points: [Int]
    private let signer: Int
    private var records: [cfloor_record]
    private let tag: crypto_hash_sha256_state
    private let leaf: crypto_hash_sha256_state
    private let branch: crypto_hash_sha256_state
    private let scratch = Fixed(room: 64)
    private let nonceTag: Fixed
    private let nodes: Fixed
    let root = Fixed(room: 32)
    let digest = Fixed(room: 32)

    /// - Parameters:
    ///   - points: offsets of points.
    ///   - signer: the offset of the signer's.
    init(_ bytes: [UInt8], messagename: String, points: [Int], signer: Int) {
        self.bytes = Fixed(bytes)
        self.points = points
        self.signer = signer
        // A record takes two bytes at least.
        records = [cfloor_record](repeating: cfloor_record(), count: bytes.count / 2 + 1)
        nodes = Fixed(room: 32 * records.count)
        nonceTag = Fixed("LnNonce" + String(repeating: "0", count: bytes.count))
        let scratch = Fixed(room: 32)
        func state(_ text: String) -> crypto_hash_sha256_state {
            let text = Fixed(text)
            return withExtendedLifetime((text, scratch)) { C.tagged(text.start, text.count, scratch.start) }
        }
        tag = state("lightning\(messagename)signature")
        leaf = state("LnLeaf")
        branch = state("LnBranch")
    }

    /// How many records there are; -1 for a stream that is not well-formed, or has something else where a point belongs.
    func read() -> Int {
        let count = cfloor_stream(bytes.start, bytes.count, &records, records.count)
        for offset in points where C.point(bytes.start + offset) == nil { return -1 }
        return count
    }

    /// Reads the stream and verifies its signature, the last record.
    func verify() -> Bool {
        let count = cfloor_stream(bytes.start, bytes.count, &records, records.count)
        var key: secp256k1_pubkey?
        for offset in points {
            guard let point = C.point(bytes.start + offset) else { return false }
            if offset == signer { key = point }
        }
        guard count > 1, records[count - 1].type == 240, let signature = records[count - 1].value, let key else {
            return false
        }
        hash(count - 1)
        return C.verify(signature, digest.start, key)
    }

    /// The digest of so many records, and on the way their root.
    func hash(_ count: Int) {
        let first = records[0]
        (nonceTag.start + 7).update(from: first.encoding, count: first.encoding_count)
        let nonce = C.tagged(nonceTag.start, 7 + first.encoding_count, scratch.start)
        for index in 0..<count {
            let record = records[index]
            C.hash(scratch.start, leaf, record.encoding, record.encoding_count)
            let typeCount = record.encoding[0] < 0xfd ? 1 : 1 << (Int(record.encoding[0]) - 0xfc) + 1
            C.hash(scratch.start + 32, nonce, record.encoding, typeCount)
            join(nodes.start + 32 * index)
        }
        // Pairs of neighbours, level by level: the shape of the tree in which the left part is the largest power of two.
        var left = count
        while left > 1 {
            var joined = 0
            var index = 0
            while index < left {
                let node = nodes.start + 32 * index
                if index + 1 < left {
                    scratch.start.update(from: node, count: 64)
                    join(nodes.start + 32 * joined)
                } else {
                    (nodes.start + 32 * joined).update(from: node, count: 32)
                }
                joined += 1
                index += 2
            }
            left = joined
        }
        root.start.update(from: nodes.start, count: 32)
        C.hash(digest.start, tag, root.start, 32)
    }

    /// The node above the two in `scratch`, the lesser first.
    private func join(_ output: C.Bytes) {
        let (one, other) = (scratch.start, scratch.start + 32)
        if cfloor_compare(one, other, 32) > 0 {
            for index in 0..<32 { swap(&one[index], &other[index]) }
        }
        C.hash(output, branch, scratch.start, 64)
    }
}

/// Signing a stream whose signature comes last.
final class SigningFloor {
    private let stream: Bolt12Floor
    private let key: Fixed
    private let signer: Fixed
    private let scratch = Fixed(room: 64)
    private let output: Fixed
    private let unsigned: Fixed

    init(_ unsigned: [UInt8], messagename: String, key: [UInt8], signer: [UInt8]) {
        stream = Bolt12Floor(unsigned, messagename: messagename, points: [], signer: 0)
        self.key = Fixed(key)
        self.signer = Fixed(signer)
        self.unsigned = Fixed(unsigned)
        output = Fixed(unsigned + [240, 64] + [UInt8](repeating: 0, count: 64))
    }

    func sign() -> Bool {
        let count = stream.read()
        guard count > 0 else { return false }
        stream.hash(count)
        output.start.update(from: unsigned.start, count: unsigned.count)
        let signature = output.start + unsigned.count + 2
        return C.sign(signature, stream.digest.start, key.start, signer: signer.start, scratch.start)
    }

    var bytes: [UInt8] { output.bytes(0..<output.count) }
}
