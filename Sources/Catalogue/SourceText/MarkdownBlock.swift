/// The blocks of a markdown text, as far as they matter for reading requirements.
enum MarkdownBlock: Hashable, Sendable {
    case heading(level: Int, title: String)
    /// A list item with its wrapped lines joined.
    case item(indent: Int, text: String)
    case paragraph(indent: Int, text: String)
    /// A row of a table, below the table's head.
    case row(cells: [String])
    /// A line of a box made of characters, with words in it.
    case drawing(text: String)
}

/// A block, and the lines of the text that it takes.
struct PlacedBlock: Hashable, Sendable {
    var block: MarkdownBlock
    var span: LineSpan
}

/// Splits a text into blocks. Fenced code, drawings and rules are left out.
struct MarkdownBlockReader {
    private var blocks: [PlacedBlock] = []
    private var open: PlacedBlock?
    /// The line that is being read, from 1.
    private var number = 0
    private var isInFence = false
    /// The row of dashes below a table's head has been passed.
    private var isInTable = false

    static func blocks(of text: String) -> [PlacedBlock] {
        var reader = MarkdownBlockReader()
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { reader.read(line) }
        reader.close()
        return reader.blocks
    }

    private mutating func read(_ line: Substring) {
        number += 1
        let content = trimmed(line)
        let indent = line.prefix { $0.isWhitespace }.reduce(0) { $0 + ($1 == "\t" ? 4 : 1) }
        if content.first != "|" { isInTable = false }
        if content.hasPrefix("```") || content.hasPrefix("~~~") {
            close()
            isInFence.toggle()
        } else if isInFence {
            return
        } else if content.isEmpty || isRule(content) {
            close()
        } else if isBox(content) {
            close()
            if content.contains(where: \.isLetter) { add(.drawing(text: boxText(content))) }
        } else if let heading = heading(content) {
            emit(heading)
        } else if content.first == "|" {
            row(content)
        } else if let text = itemText(content) {
            close()
            open = placed(.item(indent: indent, text: text))
        } else {
            append(content, indent)
        }
    }

    private mutating func emit(_ block: MarkdownBlock) {
        close()
        add(block)
    }

    private mutating func add(_ block: MarkdownBlock) { blocks.append(placed(block)) }

    private func placed(_ block: MarkdownBlock) -> PlacedBlock {
        PlacedBlock(block: block, span: LineSpan(number))
    }

    private mutating func close() {
        if let open { blocks.append(open) }
        open = nil
    }

    private mutating func append(_ content: Substring, _ indent: Int) {
        switch open?.block {
        case .item(let indent, let text): open?.block = .item(indent: indent, text: "\(text) \(content)")
        case .paragraph(let indent, let text): open?.block = .paragraph(indent: indent, text: "\(text) \(content)")
        default: open = placed(.paragraph(indent: indent, text: String(content)))
        }
        open?.span.extend(to: number)
    }

    private func trimmed(_ line: Substring) -> Substring {
        var content = line.drop(while: \.isWhitespace)
        while content.last?.isWhitespace ?? false { content.removeLast() }
        return content
    }

    /// Rules, and the lines of sequence diagrams that do not begin with a bar.
    private func isRule(_ content: Substring) -> Bool {
        content.hasPrefix("---") || content.hasPrefix("+-") || content.first != "|" && content.contains("| |")
    }

    private func isBox(_ content: Substring) -> Bool { content.first.map(isBoxCharacter) ?? false }

    private func boxText(_ content: Substring) -> String {
        content.split(whereSeparator: isBoxCharacter).map { PlainText.of(String($0)) }.filter { !$0.isEmpty }
            .joined(separator: " | ")
    }

    private func isBoxCharacter(_ character: Character) -> Bool {
        character.unicodeScalars.contains { (0x2500...0x257f).contains($0.value) }
    }

    /// A heading without the colon that some end with.
    private func heading(_ content: Substring) -> MarkdownBlock? {
        let level = content.prefix { $0 == "#" }.count
        guard (1...6).contains(level), content.dropFirst(level).first?.isWhitespace ?? false else { return nil }
        var title = PlainText.of(String(content.dropFirst(level)))
        if title.last == ":" { title.removeLast() }
        return .heading(level: level, title: title.isEmpty ? "(untitled)" : title)
    }

    private mutating func row(_ content: Substring) {
        close()
        let cells = content.split(separator: "|").map { PlainText.of(String($0)) }.filter { !$0.isEmpty }
        if !cells.isEmpty, cells.allSatisfy({ $0.allSatisfy("-:".contains) }) {
            isInTable = true
        } else if isInTable {
            add(.row(cells: cells))
        }
    }

    /// What follows the mark of a list item: `-`, `*`, `+` or a number, and a blank.
    private func itemText(_ content: Substring) -> String? {
        let digits = content.prefix { $0.isASCII && $0.isNumber }
        let afterMark: Substring
        if digits.isEmpty {
            guard let mark = content.first, "-*+".contains(mark) else { return nil }
            afterMark = content.dropFirst()
        } else {
            afterMark = content.dropFirst(digits.count + 1)
            guard content.dropFirst(digits.count).first == "." else { return nil }
        }
        guard let blank = afterMark.first, blank.isWhitespace else { return nil }
        return String(afterMark.drop(while: \.isWhitespace))
    }
}
