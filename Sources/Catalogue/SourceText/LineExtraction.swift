/// Which lines of a text a document of the catalogue answers for.
package struct SourceScope: Hashable, Sendable {
    /// The sections whose lines count, each by the last of its headings (`Invoices > Requirements`), the first of which may
    /// be cut at a colon; `*` for all.
    package let sections: [String]
    /// Those of them in which paragraphs without a key word count too, and what stands in boxes.
    package let prose: [String]
    /// Where this is given, only lines count that have one of these words in text or context.
    package let only: [String]

    package init(sections: [String], prose: [String] = [], only: [String] = []) {
        self.sections = sections
        self.prose = prose
        self.only = only
    }

    /// The name under which a section's lines are listed, or `nil` where the section does not count.
    func name(of path: String) -> String? {
        sections.contains("*") ? path : sections.first { matches($0, path) }
    }

    func countsProse(of path: String) -> Bool { prose.contains { matches($0, path) } }

    func admits(_ line: SourceLine) -> Bool {
        only.isEmpty || only.contains { word in (line.context + [line.text]).contains { $0.contains(word) } }
    }

    private func matches(_ name: String, _ path: String) -> Bool {
        path == name || [" > ", ": "].contains { path.hasSuffix($0 + name) }
    }
}

/// Reads the lines that bind somebody out of a specification's text.
package struct LineExtraction {
    /// The name of the part before the first heading.
    package static let beforeHeadings = "(text)"

    private let scope: SourceScope
    private var lines: [SourceLine] = []
    private var headings: [(level: Int, title: String)] = []
    /// The last paragraph, when it leads in to a list: it ends with a colon.
    private var leadIn: String?
    private var list: [ListItem] = []

    private init(_ scope: SourceScope) { self.scope = scope }

    /// The lines of the text that are in scope, in order.
    package static func lines(of text: String, in scope: SourceScope) -> [SourceLine] {
        var extraction = LineExtraction(scope)
        for placed in MarkdownBlockReader.blocks(of: text) { extraction.read(placed.block, placed.span) }
        extraction.closeList()
        return extraction.lines.filter(scope.admits)
    }

    private var path: String {
        headings.isEmpty ? Self.beforeHeadings : headings.map(\.title).joined(separator: " > ")
    }

    private mutating func read(_ block: MarkdownBlock, _ span: LineSpan) {
        switch block {
        case .heading(let level, let title):
            closeList()
            leadIn = nil
            headings.removeAll { $0.level >= level }
            headings.append((level, title))
        case .paragraph(let indent, let text): paragraph(indent, text, span)
        case .item(let indent, let text): ListItem.append(ListItem(indent: indent, text: text, span: span), to: &list)
        case .row(let cells):
            closeList()
            let text = cells.joined(separator: " | ")
            add(KeyWords.first(in: text) == nil ? .plain : .normative, [], text, span)
        case .drawing(let text):
            closeList()
            if scope.countsProse(of: path) { add(.plain, [], text, span) }
        }
    }

    /// A paragraph at the margin ends a list; an indented one belongs to its item and leaves the list open.
    private mutating func paragraph(_ indent: Int, _ text: String, _ span: LineSpan) {
        if indent == 0 { closeList() }
        if KeyWords.first(in: text) != nil {
            add(.normative, [], text, span)
        } else if scope.countsProse(of: path), !text.hasSuffix(":") {
            add(.plain, [], text, span)
        }
        if indent == 0 { leadIn = text.hasSuffix(":") ? text : nil }
    }

    private mutating func closeList() {
        let items = list
        list = []
        addLines(of: items, leadIn.map { [$0] } ?? [])
    }

    private mutating func addLines(of items: [ListItem], _ context: [String]) {
        var rest = items[...]
        while let item = rest.popFirst() {
            if item.isDefinition {
                let parts = rest.prefix { !$0.isDefinition && $0.isPartOfDefinition }
                rest = rest.dropFirst(parts.count)
                addDefinition(item, Array(parts))
            } else if KeyWords.first(in: item.text) != nil {
                add(.normative, context, item.text, item.span)
                addLines(of: item.children, context + [item.text])
            } else if item.children.isEmpty {
                add(.plain, context, item.text, item.span)
            } else {
                addLines(of: item.children, context + [item.text])
            }
        }
    }

    /// A definition takes in its `data`; the records under its `types` are definitions of their own.
    private mutating func addDefinition(_ head: ListItem, _ parts: [ListItem], _ context: [String] = []) {
        let own = parts.filter { !$0.children.contains(where: \.isDefinition) }
        let text = ([head.text] + head.children.map(\.wholeText) + own.map(\.wholeText)).joined(separator: " ")
        let span = own.reduce(head.wholeSpan) { $0.union($1.wholeSpan) }
        add(.definition, context, text, span)
        for part in parts where part.children.contains(where: \.isDefinition) {
            addDefinitions(in: part.children, context + [head.text])
        }
    }

    private mutating func addDefinitions(in items: [ListItem], _ context: [String]) {
        var rest = items[...]
        while let item = rest.popFirst() {
            let parts = rest.prefix { !$0.isDefinition }
            rest = rest.dropFirst(parts.count)
            addDefinition(item, Array(parts), context)
        }
    }

    private mutating func add(_ kind: SourceLine.Kind, _ context: [String], _ text: String, _ span: LineSpan) {
        guard let section = scope.name(of: path) else { return }
        lines.append(SourceLine(kind: kind, section: section, context: context, text: text, span: span))
    }
}

/// A list item with the items below it.
private struct ListItem {
    let indent: Int
    let text: String
    let span: LineSpan
    var children: [ListItem] = []

    private var plain: String { PlainText.of(text) }

    /// `type: 2 (…)`, `subtype: …`, `tlv_stream: …` begin a definition.
    var isDefinition: Bool { ["type: ", "subtype: ", "tlv_stream: "].contains(where: plain.hasPrefix) }

    /// `types:` and `data:` go on with one.
    var isPartOfDefinition: Bool { ["types:", "data:"].contains(where: plain.hasPrefix) }

    /// The item and all below it.
    var wholeText: String { ([text] + children.map(\.wholeText)).joined(separator: " ") }

    /// From its first line to the last of all below it.
    var wholeSpan: LineSpan { children.reduce(span) { $0.union($1.wholeSpan) } }

    /// Puts an item below the last one that is less indented.
    static func append(_ item: ListItem, to list: inout [ListItem]) {
        if let last = list.indices.last, list[last].indent < item.indent {
            append(item, to: &list[last].children)
        } else {
            list.append(item)
        }
    }
}
