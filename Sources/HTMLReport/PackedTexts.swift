internal import StrictJSON

/// The long texts of a page: requests, answers, objects in words.
///
/// Most of what they say was said before: cases of a family resemble one another, and an object stands in many of them. A text is
/// written as what it takes from earlier texts and what it adds; `page.js` reads it (`unpacked`). Every character stands for itself but
/// `~`, after which a number says what comes:
///
/// - 0: the character `~`;
/// - 1: so many (a number) groups of five digits to the base 85, of eight hexadecimal digits each;
/// - from 2 on: a passage of an earlier text. The number is one more than how many texts back that stands. Then come the start, counted from
///   the end of the passage before where that was of the same text, and the length without `shortestMatch`.
///
/// Texts with characters beyond ASCII are written as they are.
struct PackedTexts {
    /// What is shorter costs less as it is.
    static let shortestMatch = 16
    private static let blockSize = 8
    /// Every so many characters of a text a block is remembered.
    private static let stride = 8

    private(set) var json: [JSON] = []
    private var indices: [String: Int] = [:]
    private var texts: [[UInt8]] = []
    /// By the block that stands there: the latest place.
    private var places: [UInt64: Place] = [:]

    private struct Place {
        let text: Int
        let start: Int
    }

    /// What a text has in common with an earlier one around a position.
    private struct Match {
        let place: Place
        /// How far they agree before the position, and from it on.
        let before: Int
        let after: Int
    }

    /// - Returns: the index by which the page names the text.
    mutating func add(_ text: String) -> Int {
        if let known = indices[text] { return known }
        let index = json.count
        indices[text] = index
        let bytes = Array(text.utf8)
        // Scripts count characters of more than a byte in another way.
        guard bytes.allSatisfy({ $0 < 0x80 }) else {
            json.append(.string(text))
            texts.append([])
            return index
        }
        json.append(.string(packed(bytes, index)))
        texts.append(bytes)
        remember(bytes, index)
        return index
    }

    private mutating func remember(_ text: [UInt8], _ index: Int) {
        var start = 0
        while start + Self.blockSize <= text.count {
            places[Self.block(text, start)] = Place(text: index, start: start)
            start += Self.stride
        }
    }

    private func packed(_ text: [UInt8], _ index: Int) -> String {
        var writer = PackedWriter()
        var added = 0
        var position = 0
        while position + Self.blockSize <= text.count {
            guard let match = match(text, position, from: added) else {
                position += 1
                continue
            }
            writer.add(text[added..<position - match.before])
            writer.take(
                back: index - match.place.text,
                start: match.place.start - match.before,
                count: match.before + match.after
            )
            position += match.after
            added = position
        }
        writer.add(text[added...])
        return writer.text
    }

    private func match(_ text: [UInt8], _ position: Int, from first: Int) -> Match? {
        guard let place = places[Self.block(text, position)] else { return nil }
        let earlier = texts[place.text]
        var after = Self.blockSize
        while position + after < text.count, place.start + after < earlier.count,
            text[position + after] == earlier[place.start + after]
        { after += 1 }
        var before = 0
        while position - before > first, place.start > before,
            text[position - before - 1] == earlier[place.start - before - 1]
        { before += 1 }
        return before + after < Self.shortestMatch ? nil : Match(place: place, before: before, after: after)
    }

    private static func block(_ text: [UInt8], _ start: Int) -> UInt64 {
        text.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: UInt64.self) }
    }
}

/// Writes one packed text, in the characters that neither JSON nor HTML spells out.
private struct PackedWriter {
    private var bytes: [UInt8] = []
    /// Of the passage before: how many texts back it stands, and where it ends.
    private var passage = (back: 0, end: 0)

    private static let mark = UInt8(ascii: "~")
    /// Printable ASCII without what is spelled out, and without the mark: 89 characters.
    static let digits = (0x20...0x7E as ClosedRange<UInt8>).filter { !Array("\"\\&<>~".utf8).contains($0) }
    /// A number is written lowest digit first, to this base; a digit that another follows is greater by it.
    private static let base = 44
    private static let groupBase: UInt32 = 85
    /// Of hexadecimal digits, for a group.
    private static let groupSize = 8
    /// A shorter run of hexadecimal digits gains nothing.
    private static let leastGroups = 2

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func take(back: Int, start: Int, count: Int) {
        bytes.append(Self.mark)
        add(back + 1)
        if back == passage.back {
            let step = start - passage.end
            add(step < 0 ? -2 * step - 1 : 2 * step)
        } else {
            add(start)
        }
        add(count - PackedTexts.shortestMatch)
        passage = (back, start + count)
    }

    mutating func add(_ literal: ArraySlice<UInt8>) {
        var position = literal.startIndex
        while position < literal.endIndex {
            let end = literal[position...].firstIndex { Self.hexValue($0) == nil } ?? literal.endIndex
            let groups = (end - position) / Self.groupSize
            if groups >= Self.leastGroups {
                bytes.append(Self.mark)
                add(1)
                add(groups)
                for _ in 0..<groups {
                    addGroup(literal[position..<position + Self.groupSize])
                    position += Self.groupSize
                }
            }
            bytes += literal[position..<end]
            position = end
            guard position < literal.endIndex else { return }
            bytes.append(literal[position])
            if literal[position] == Self.mark { add(0) }
            position += 1
        }
    }

    private mutating func add(_ number: Int) {
        var rest = number
        repeat {
            let digit = rest % Self.base
            rest /= Self.base
            bytes.append(Self.digits[rest > 0 ? digit + Self.base : digit])
        } while rest > 0
    }

    private mutating func addGroup(_ hex: ArraySlice<UInt8>) {
        var value = hex.reduce(UInt32(0)) { $0 << 4 | UInt32(Self.hexValue($1) ?? 0) }
        var group: [UInt8] = []
        for _ in 0..<5 {
            group.append(Self.digits[Int(value % Self.groupBase)])
            value /= Self.groupBase
        }
        bytes += group
    }

    private static func hexValue(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x61...0x66: character - 0x61 + 10
        default: nil
        }
    }
}
