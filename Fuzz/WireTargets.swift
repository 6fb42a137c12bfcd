import Primitives
import Rules
import Wire

/// Readers of `Wire`: streams, and the text of an offer.
let wireTargets = [
    FuzzTarget("tlv", longest: 4096) { bytes in
        let read = { (onFault: FaultHandler) in
            try TLVStream.read(bytes[...], known: .these { $0 < 100 || $0 == 254 }, onFault: onFault)
        }
        let stream = agree(read)
        guard let stream else { return }
        require(rewritten(stream) == bytes, "a stream that is read is written again as it was")
    },
    FuzzTarget("bigsize", longest: 32) { bytes in
        guard let value = try? BigSize.decode(bytes[...]) else { return }
        require(BigSize.encode(value) == bytes, "a number that is read is written again as it was")
    },
    FuzzTarget("offer-text", longest: 4096) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let read = { (onFault: FaultHandler) in try OfferText.decode(prefix: "lno", text, onFault: onFault) }
        guard let decoded = agree(read) else { return }
        let again = OfferText.encode(prefix: "lno", decoded)
        require(again == plain(text), "the text of what was read is the text without its line breaks")
    },
]

/// Reads strictly, and collecting faults.
/// - Returns: what the strict reader read. Where it reads, the other finds nothing; where it does not, the other does.
func agree<Value: Equatable>(_ read: (FaultHandler) throws -> Value) -> Value? {
    let strict = try? read { fault throws(WireError) in throw fault }
    var faults = 0
    var isWhole = true
    var collected: Value?
    do {
        collected = try read { _ throws(WireError) in faults += 1 }
    } catch {
        isWhole = false
    }
    require((strict != nil) == (isWhole && faults == 0), "strict reads exactly what collecting finds faultless")
    if let strict, strict != collected { violated("both read the same") }
    return strict
}

/// The bytes of a stream, made anew of types and values.
func rewritten(_ stream: TLVStream) -> [UInt8] {
    TLVStream(sorting: stream.records.map { TLVRecord(type: $0.type, value: $0.value) }).bytes
}

/// A `+` between two characters, with white space behind it, is a line break (B12-ENC-2); either case will do, one at a time.
private func plain(_ text: String) -> String {
    var result: [UInt8] = []
    var isBehindPlus = false
    for byte in text.utf8 {
        if byte == UInt8(ascii: "+") {
            isBehindPlus = true
        } else if isBehindPlus, byte == 0x20 || (0x09...0x0d).contains(byte) {
            continue
        } else {
            isBehindPlus = false
            result.append(byte)
        }
    }
    return String(decoding: result, as: UTF8.self).lowercased()
}
