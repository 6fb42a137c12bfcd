/// What a Swift file says in literals and comments, each with its line and the declaration that it stands in.
///
/// It is no parser: it follows braces, strings and comments, and takes the names of types and of their members. A literal
/// inside a closure or a function belongs to the member around it.
package struct SwiftSource {
    package struct Mention: Hashable {
        package let text: String
        /// From 1.
        package let line: Int
        /// Types and member, joined by points: `OfferReaderChecks.recordsInRange`.
        package let symbol: String
        /// What stands before a literal on its line.
        package let before: String
        package let isComment: Bool
    }

    /// A `case .name` of a switch.
    package struct Branch: Hashable {
        package let name: String
        package let line: Int
        package let symbol: String
    }

    package private(set) var mentions: [Mention] = []
    package private(set) var branches: [Branch] = []
    /// The types that the file declares, with their lines.
    package private(set) var types: [(name: String, line: Int)] = []

    private enum Scope {
        /// The file, or the body of a type; `member` is the last that was declared in it.
        case declarations(name: String?, member: String?)
        case code
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var lineStart = 0
    private var scopes: [Scope] = [.declarations(name: nil, member: nil)]
    /// How many parentheses and brackets are open in each scope.
    private var nesting = [0]
    private var typeToOpen: String?
    /// Documentation, until the declaration that it is of.
    private var documentation: [(text: String, line: Int)] = []

    package init(_ text: String) {
        bytes = Array(text.utf8)
        while position < bytes.count { step() }
    }

    // MARK: Reading

    private func byte(_ offset: Int = 0) -> UInt8 {
        bytes.indices.contains(position + offset) ? bytes[position + offset] : 0
    }

    private func starts(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        return text.withUTF8Buffer {
            position + count <= bytes.count && bytes[position..<(position + count)].elementsEqual($0)
        }
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") {
                line += 1
                lineStart = position + 1
            }
            position += 1
        }
    }

    private mutating func step() {
        if starts("//") { return readLineComment() }
        if starts("/*") { return readBlockComment() }
        if byte() == UInt8(ascii: "\"") { return readString(hashes: 0) }
        if byte() == UInt8(ascii: "#") {
            let hashes = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
            if byte(hashes) == UInt8(ascii: "\"") { return readString(hashes: hashes) }
        }
        if Self.isWord(byte()) { return readWord() }
        switch byte() {
        case UInt8(ascii: "{"): open()
        case UInt8(ascii: "}"): close()
        case UInt8(ascii: "("), UInt8(ascii: "["): nesting[nesting.count - 1] += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"): nesting[nesting.count - 1] -= 1
        default: break
        }
        advance()
    }

    private mutating func open() {
        if let name = typeToOpen {
            scopes.append(.declarations(name: name, member: nil))
        } else {
            scopes.append(.code)
        }
        nesting.append(0)
        typeToOpen = nil
    }

    private mutating func close() {
        guard scopes.count > 1 else { return }
        scopes.removeLast()
        nesting.removeLast()
    }

    // MARK: Declarations

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "`"), 0x80...: true
        default: false
        }
    }

    private mutating func takeWord() -> String {
        let word = bytes[position...].prefix(while: Self.isWord)
        advance(word.count)
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func skipBlanks() {
        while byte() == UInt8(ascii: " ") || byte() == UInt8(ascii: "\n") { advance() }
    }

    private mutating func readWord() {
        let isAfterPoint = position > 0 && bytes[position - 1] == UInt8(ascii: ".")
        let start = line
        let word = takeWord()
        if isAfterPoint || byte() == UInt8(ascii: ":") { return }
        if word == "case" { readBranch(start) }
        guard case .declarations(let name, _) = scopes[scopes.count - 1], nesting[nesting.count - 1] == 0 else {
            return
        }
        switch word {
        case "struct", "enum", "class", "actor", "protocol", "extension":
            readTypeName(start)
        case "let", "var", "func", "case":
            skipBlanks()
            let isOperator = !Self.isWord(byte())
            declare(isOperator ? "operator" : takeWord(), in: name)
        case "init", "subscript", "deinit":
            declare(word, in: name)
        default:
            break
        }
    }

    private mutating func readTypeName(_ start: Int) {
        skipBlanks()
        let words = bytes[position...].prefix {
            $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "\n")
        }
        let text = String(decoding: words, as: UTF8.self).split(separator: " where ", maxSplits: 1).first ?? ""
        let name = text.split(separator: " ").joined(separator: " ")
        // `class func` and `class var` are members.
        guard !name.isEmpty, !name.hasPrefix("func "), !name.hasPrefix("var ") else { return }
        advance(words.count)
        typeToOpen = name
        types.append((name, start))
        flushDocumentation(symbol + (symbol.isEmpty ? "" : ".") + name)
    }

    private mutating func declare(_ member: String, in name: String?) {
        scopes[scopes.count - 1] = .declarations(name: name, member: member)
        flushDocumentation(symbol)
    }

    private mutating func flushDocumentation(_ symbol: String) {
        for (text, line) in documentation {
            mentions.append(Mention(text: text, line: line, symbol: symbol, before: "", isComment: true))
        }
        documentation = []
    }

    private mutating func readBranch(_ start: Int) {
        let rest = bytes[position...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "{") }
        for part in String(decoding: rest, as: UTF8.self).split(separator: ",") {
            let trimmed = part.drop { $0 == " " }
            guard trimmed.first == "." else { continue }
            let name = trimmed.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            branches.append(Branch(name: String(name), line: start, symbol: symbol))
        }
    }

    /// Of where the reader is.
    private var symbol: String {
        var parts: [String] = []
        for (index, scope) in scopes.enumerated() {
            guard case .declarations(let name, let member) = scope else { break }
            if let name { parts.append(name) }
            var isInnermost = index == scopes.count - 1
            if !isInnermost, case .code = scopes[index + 1] { isInnermost = true }
            if isInnermost, let member { parts.append(member) }
        }
        return parts.joined(separator: ".")
    }

    // MARK: Comments and strings

    private mutating func readLineComment() {
        let text = bytes[position...].prefix { $0 != UInt8(ascii: "\n") }
        add(comment: String(decoding: text, as: UTF8.self), line: line)
        advance(text.count)
    }

    private mutating func readBlockComment() {
        let (start, begin) = (line, position)
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                advance(2)
            } else if starts("*/") {
                depth -= 1
                advance(2)
            } else {
                advance()
            }
        } while depth > 0 && position < bytes.count
        add(comment: String(decoding: bytes[begin..<position], as: UTF8.self), line: start)
    }

    /// Documentation belongs to the declaration after it, any other comment to where it stands.
    private mutating func add(comment: String, line: Int) {
        if comment.hasPrefix("///") {
            documentation.append((comment, line))
        } else {
            mentions.append(Mention(text: comment, line: line, symbol: symbol, before: "", isComment: true))
        }
    }

    private mutating func readString(hashes: Int) {
        let start = line
        let before = String(decoding: bytes[lineStart..<position], as: UTF8.self)
        advance(hashes)
        let quotes = starts("\"\"\"") ? 3 : 1
        advance(quotes)
        var content: [UInt8] = []
        while position < bytes.count {
            if isEnd(quotes: quotes, hashes: hashes) { break }
            if byte() == UInt8(ascii: "\\"), isHashes(after: 1, hashes) {
                advance(1 + hashes)
                if byte() == UInt8(ascii: "(") {
                    readInterpolation()
                } else {
                    advance()
                }
            } else {
                content.append(byte())
                advance()
            }
        }
        advance(quotes + hashes)
        let text = String(decoding: content, as: UTF8.self)
        mentions.append(Mention(text: text, line: start, symbol: symbol, before: before, isComment: false))
    }

    private func isEnd(quotes: Int, hashes: Int) -> Bool {
        (0..<quotes).allSatisfy { byte($0) == UInt8(ascii: "\"") } && isHashes(after: quotes, hashes)
    }

    private func isHashes(after offset: Int, _ hashes: Int) -> Bool {
        (0..<hashes).allSatisfy { byte(offset + $0) == UInt8(ascii: "#") }
    }

    private mutating func readInterpolation() {
        let (outer, scope) = (nesting[nesting.count - 1], scopes.count)
        repeat { step() } while position < bytes.count && (nesting[nesting.count - 1] > outer || scopes.count > scope)
    }
}
