/// The text form of BOLT 12 objects ("Encoding"): a prefix, `1`, and the stream in the bech32 alphabet, without a
/// checksum. `+` and white space may join pieces.
package enum OfferText {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    /// By the byte of the character; `none` for what is not in the alphabet.
    private static let valueOfCharacter: [UInt8] = {
        var values = [UInt8](repeating: none, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
    private static let none: UInt8 = 0xff

    /// Writes `bytes` in lower case, as writers should (BOLT 12, "Encoding").
    package static func encode(prefix: String, _ bytes: some Sequence<UInt8>) -> String {
        var text = Array("\(prefix)1".utf8)
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                text.append(alphabet[Int(bits >> bitCount) & 31])
            }
            bits &= (1 << bitCount) - 1
        }
        if bitCount > 0 { text.append(alphabet[Int(bits << (5 - bitCount)) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads text with the given prefix (`lno`, `lnr`).
    /// - Throws: through `onFault`, faults of B12-ENC-1 to B12-ENC-5, with the offset in UTF-8 bytes of the text.
    package static func decode(
        prefix: String,
        _ text: String,
        onFault: FaultHandler = throwFault
    ) throws(WireError) -> [UInt8] {
        let characters = try lowercased(try joined(Array(text.utf8), onFault), onFault)
        guard let separator = characters.lastIndex(where: { $0.byte == UInt8(ascii: "1") }) else {
            throw WireError(.prefix, at: 0, "there is no 1 between prefix and data")
        }
        let found = String(decoding: characters[..<separator].map(\.byte), as: UTF8.self)
        if found != prefix {
            try onFault(WireError(.prefix, at: 0, "the prefix is \(found), not \(prefix)"))
        }
        return try bytes(ofData: characters[(separator + 1)...], onFault)
    }

    /// A character and its place in the text.
    private struct Character {
        var byte: UInt8
        let offset: Int
    }

    /// Removes each `+` with the white space after it (B12-ENC-2). Both neighbours must be characters of the string.
    private static func joined(
        _ text: [UInt8],
        _ onFault: FaultHandler
    ) throws(WireError) -> [Character] {
        var characters: [Character] = []
        characters.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "+") else {
                characters.append(Character(byte: text[index], offset: index))
                index += 1
                continue
            }
            let plus = index
            index += 1
            while index < text.count, isWhitespace(text[index]) { index += 1 }
            // What stands in front need not be one of the alphabet here: that is another rule.
            let isBetween =
                plus > 0 && text[plus - 1] != UInt8(ascii: "+") && index < text.count && isPrintable(text[index])
            if !isBetween {
                try onFault(WireError(.continuation, at: plus, "a + stands between two characters of the string"))
            }
        }
        return characters
    }

    /// Folds to lower case; a string in both cases is rejected (B12-ENC-1).
    private static func lowercased(
        _ characters: [Character],
        _ onFault: FaultHandler
    ) throws(WireError) -> [Character] {
        let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let lower = UInt8(ascii: "a")...UInt8(ascii: "z")
        let firstUpper = characters.first { upper.contains($0.byte) }
        let firstLower = characters.first { lower.contains($0.byte) }
        if let firstUpper, let firstLower {
            let offset = max(firstUpper.offset, firstLower.offset)
            try onFault(WireError(.letterCase, at: offset, "upper and lower case are mixed"))
        }
        return characters.map {
            Character(byte: upper.contains($0.byte) ? $0.byte + 32 : $0.byte, offset: $0.offset)
        }
    }

    /// Turns groups of 5 bits into bytes. What is left over is padding: at most 4 bits, all zero, as BIP-173 has it
    /// (B12-ENC-5; that BOLT 12 means this too is the reading C-48).
    private static func bytes(
        ofData data: ArraySlice<Character>,
        _ onFault: FaultHandler
    ) throws(WireError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count * 5 / 8)
        var bits: UInt32 = 0
        var bitCount = 0
        for character in data {
            let value = valueOfCharacter[Int(character.byte)]
            guard value != none else {
                throw WireError(
                    .character,
                    at: character.offset,
                    "byte \(hexByte(character.byte)) is not in the bech32 alphabet"
                )
            }
            bits = bits << 5 | UInt32(value)
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
            bits &= (1 << bitCount) - 1
        }
        if bitCount > 4 || bits != 0 {
            let detail =
                bitCount > 4 ? "\(bitCount) bits are left over, at most 4 can be padding" : "the padding is not zero"
            try onFault(WireError(.padding, at: data.last?.offset ?? 0, detail))
        }
        return bytes
    }

    private static func isWhitespace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private static func isPrintable(_ byte: UInt8) -> Bool { (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "+") }
}
