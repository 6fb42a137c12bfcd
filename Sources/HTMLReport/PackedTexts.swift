internal import StrictJSON

/// The long texts of a page: requests, answers, objects in words.
///
/// Most of what they say was said before: cases of a family resemble one another, and an object stands in many of them. A text is
/// written as what it takes from earlier ones and what it adds, `["added", back, start, count, "added", …]`: `back` counts texts
/// from this one to the earlier one, `start` and `count` are characters of that. A text that takes nothing is written as it is.
struct PackedTexts {
    /// What is shorter costs less as it is.
    private static let shortestMatch = 24
    private static let blockSize = 8
    /// Every so many characters of a text a block is remembered.
    private static let stride = 16

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
        json.append(packed(bytes, index))
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

    private func packed(_ text: [UInt8], _ index: Int) -> JSON {
        var parts: [JSON] = []
        var added = 0
        var position = 0
        while position + Self.blockSize <= text.count {
            guard let match = match(text, position, from: added) else {
                position += 1
                continue
            }
            Self.add(text[added..<position - match.before], to: &parts)
            let numbers = [
                index - match.place.text, match.place.start - match.before, match.before + match.after,
            ]
            parts += numbers.map { .integer(Int64($0)) }
            position += match.after
            added = position
        }
        if parts.isEmpty { return .string(String(decoding: text, as: UTF8.self)) }
        Self.add(text[added...], to: &parts)
        return .array(parts)
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

    private static func add(_ literal: ArraySlice<UInt8>, to parts: inout [JSON]) {
        if !literal.isEmpty { parts.append(.string(String(decoding: literal, as: UTF8.self))) }
    }

    private static func block(_ text: [UInt8], _ start: Int) -> UInt64 {
        text.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: UInt64.self) }
    }
}
