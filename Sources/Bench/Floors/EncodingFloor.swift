internal import CFloor

/// Streams, BigSizes and the text of offers, read in C.
final class EncodingFloor {
    private let input: Fixed
    private let output: Fixed
    /// Where points stand in the bytes; each different one is read once.
    private let points: [Int]
    private var records: [cfloor_record]

    init(_ input: [UInt8], points: [Int] = []) {
        self.input = Fixed(input)
        self.points = points
        output = Fixed(room: input.count)
        records = [cfloor_record](repeating: cfloor_record(), count: input.count / 2 + 1)
    }

    func bigSize() -> UInt64 {
        var value: UInt64 = 0
        return cfloor_bigsize(input.start, input.count, &value) == 1 ? value : .max
    }

    /// How many records there are; -1 for none.
    func stream() -> Int { read(input.start, input.count) }

    /// The stream in an offer's text.
    func offer() -> Int {
        let count = cfloor_offer_text("lno", input.start, input.count, output.start)
        return count < 0 ? -1 : read(output.start, count)
    }

    /// The stream, and behind its first record's header another one: a message with an invoice in it.
    func streamWithStream() -> Int {
        let count = read(input.start, input.count)
        guard count > 0 else { return -1 }
        let inner = cfloor_stream(records[0].value, records[0].value_count, &records, records.count)
        return inner < 0 ? -1 : count
    }

    private func read(_ bytes: C.Bytes, _ count: Int) -> Int {
        let found = cfloor_stream(bytes, count, &records, records.count)
        for offset in points where C.point(bytes + offset) == nil { return -1 }
        return found
    }
}

/// The two computations of the scheme of salt and secret.
final class SaltFloor {
    private let rho = Fixed("rho")
    private let input: Fixed
    private let key: Fixed
    private let nonce: Fixed
    private let derived = Fixed(room: 32)
    private let output: Fixed

    /// - `key`: the secret that masks, or the masked secret that seals.
    init(_ input: [UInt8], key: [UInt8], nonce: [UInt8] = []) {
        self.input = Fixed(input)
        self.key = Fixed(key)
        self.nonce = Fixed(nonce)
        output = Fixed(room: input.count + 16)
    }

    /// Reading SB16: the start of one block of key stream, which the salt names.
    func mask() {
        let block =
            UInt32(nonce.start[0]) | UInt32(nonce.start[1]) << 8 | UInt32(nonce.start[2]) << 16
            | UInt32(nonce.start[3]) << 24
        C.chacha20(output.start, input.start, 16, key.start, nonce: nonce.start + 4, block: block)
    }

    /// Reading RA.
    func seal() {
        C.hmac(derived.start, rho.start, 3, key.start, key.count)
        C.seal(output.start, input.start, input.count, derived.start)
    }

    func bytes(_ count: Int) -> [UInt8] { output.bytes(0..<count) }
}
