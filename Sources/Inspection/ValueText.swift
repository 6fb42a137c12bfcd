internal import Foundation
internal import Lightning
internal import Primitives
internal import Wire

/// Field values as people read them.
struct ValueText {
    /// How many hexadecimal digits a line holds.
    static let digitsPerLine = 64

    /// The lines that show a value; deeper parts are indented.
    func lines(_ value: FieldValue, _ format: FieldFormat, named name: String) -> [String] {
        switch (format, value) {
        case (.structure(let members), .structure(let values)):
            return zip(members, values).flatMap { member, value in
                labelled(member.name, lines(value, member.format, named: member.name))
            }
        case (.list(let element), .list(let values)), (.counted(let element), .list(let values)):
            if values.isEmpty { return ["(none)"] }
            return values.enumerated().flatMap { index, value in
                labelled("[\(index)]", lines(value, element, named: name))
            }
        default:
            return plain(value, named: name)
        }
    }

    /// A label before one line, or above several.
    private func labelled(_ label: String, _ lines: [String]) -> [String] {
        if lines.count == 1 { return ["\(label) \(lines[0])"] }
        return [label] + lines.map { "  \($0)" }
    }

    private func plain(_ value: FieldValue, named name: String) -> [String] {
        switch value {
        case .integer(let number): return [integer(number, name)]
        case .text(let text): return ["\"\(printable(text))\""]
        case .node(.pubkey(let point)): return [Hex.encode(point)]
        case .node(.sciddir(let direction, let channel)):
            return ["node \(direction + 1) of channel \(Self.channel(channel))"]
        case .present: return ["present"]
        case .bytes(let bytes): return bytesText(bytes, name)
        case .structure, .list: return ["?"]
        }
    }

    private func integer(_ number: UInt64, _ name: String) -> String {
        switch name {
        case "offer_absolute_expiry", "invoice_created_at": "\(number) (\(Self.time(number)))"
        case "invoice_relative_expiry": "\(number) seconds (\(Self.duration(number)))"
        case "invreq_amount", "invoice_amount", "fee_base_msat", "htlc_minimum_msat", "htlc_maximum_msat":
            "\(number) msat (\(Self.satoshi(number)))"
        case "short_channel_id": Self.channel(number)
        default: String(number)
        }
    }

    private func bytesText(_ bytes: ArraySlice<UInt8>, _ name: String) -> [String] {
        if bytes.isEmpty { return ["(empty)"] }
        if name == "features" || name.hasSuffix("_features") {
            let bits = FeatureBits(bytes).bits.map { Self.featureNames[$0].map { name in "\(name)" } ?? "bit \($0)" }
            return ["\(Hex.encode(bytes)) (\(bits.isEmpty ? "no bit" : bits.joined(separator: ", ")))"]
        }
        if let chain = Self.chainNames[Hex.encode(bytes)] { return ["\(Hex.encode(bytes)) (\(chain))"] }
        let digits = Hex.encode(bytes)
        if digits.count <= 2 * 33 { return [digits] }
        let lines = stride(from: 0, to: digits.count, by: Self.digitsPerLine).map { start in
            String(digits.dropFirst(start).prefix(Self.digitsPerLine))
        }
        return ["\(bytes.count) bytes"] + lines
    }

    /// Text without characters that would disturb a terminal.
    private func printable(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            let isPlain = scalar.properties.isWhitespace ? scalar == " " : scalar.properties.generalCategory != .control
            result += isPlain ? String(scalar) : scalar.escaped(asASCII: true)
        }
    }

    /// A short channel id: block, transaction, output.
    static func channel(_ id: UInt64) -> String { "\(id >> 40)x\(id >> 16 & 0xff_ffff)x\(id & 0xffff)" }

    static func time(_ seconds: UInt64) -> String {
        guard seconds < 253_402_300_800 else { return "after the year 9999" }
        let formatter = ISO8601DateFormatter()
        return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }

    static func duration(_ seconds: UInt64) -> String {
        let units: [(name: String, size: UInt64)] = [("day", 86_400), ("hour", 3_600), ("minute", 60)]
        guard let unit = units.first(where: { seconds >= $0.size }) else { return "\(seconds) s" }
        let count = seconds / unit.size
        let about = seconds.isMultiple(of: unit.size) ? "" : "about "
        return "\(about)\(count) \(unit.name)\(count == 1 ? "" : "s")"
    }

    static func satoshi(_ msat: UInt64) -> String {
        let rest = msat % 1000
        if rest == 0 { return "\(msat / 1000) sat" }
        let digits = String(rest)
        return "\(msat / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits) sat"
    }

    private static let featureNames = [16: "MPP compulsory (16)", 17: "MPP optional (17)"]

    static let chainNames = [
        Chain.bitcoin.hex: "bitcoin",
        Chain.testnet.hex: "testnet3",
        "43f08bdab050e35b567c864b91f47f50ae725ae2de53bcfbbaf284da00000000": "testnet4",
        "f61eee3b63a380a477a063af32b2bbc97c9ff9f01f2c4225e973988108000000": "signet",
        "06226e46111a0b59caaf126043eb5bbf28c34f3a5e332a1fc7b2b73cf188910f": "regtest",
    ]
}
