internal import Rules
package import StrictJSON

/// The JSON form of a document (`Spec/README.md`).
extension SpecDocument {
    /// Reads a document and checks that its parts fit together.
    /// - Throws: the JSON path of the first fault.
    package init(_ reader: JSONReader, name: String) throws(JSONShapeError) {
        try reader.onlyMembers(["title", "sources", "requirements", "unclaimed"])
        var sources: [SpecSource] = []
        for (key, source) in try reader.member("sources").members() { sources.append(try SpecSource(source, key: key)) }
        let keys = Set(sources.map(\.key))
        for (key, source) in try reader.member("sources").members() {
            guard let base = try source.optional("based_on"), !keys.subtracting([key]).contains(try base.string())
            else { continue }
            throw base.fail("there is no other source of that name in the document")
        }
        var requirements: [Requirement] = []
        for entry in try reader.member("requirements").elements() {
            requirements.append(try Requirement(entry, document: name, sources: sources))
        }
        var unclaimed: [Unclaimed] = []
        for entry in try reader.member("unclaimed").elements() {
            unclaimed.append(try Unclaimed(entry, sources: sources))
        }
        self.init(
            name: name,
            title: try reader.member("title").string(),
            sources: sources,
            requirements: requirements,
            unclaimed: unclaimed
        )
    }
}

extension SpecSource {
    fileprivate init(_ reader: JSONReader, key: String) throws(JSONShapeError) {
        try reader.onlyMembers([
            "title", "revision", "file", "url", "sections", "prose", "only", "based_on", "outline",
        ])
        let file = try reader.optional("file")?.string()
        if file == nil, let member = try ["url", "sections", "prose", "only", "based_on", "outline"].first(in: reader) {
            throw member.fail("a source without \"file\" has no lines, so this has no meaning")
        }
        var outline: [OutlineSection] = []
        let members = file == nil ? [] : try reader.member("outline").members()
        for (section, lines) in members {
            outline.append(OutlineSection(name: section, lines: try outlineLines(lines)))
        }
        self.init(
            key: key,
            title: try reader.member("title").string(),
            revision: try reader.member("revision").string(),
            file: file,
            url: try reader.optional("url")?.string(),
            scope: SourceScope(
                sections: file == nil ? [] : try strings(reader.member("sections")),
                prose: try reader.optional("prose").map(strings) ?? [],
                only: try reader.optional("only").map(strings) ?? []
            ),
            basedOn: try reader.optional("based_on")?.string(),
            outline: outline
        )
    }
}

extension SpecDocument.Unclaimed {
    fileprivate init(_ reader: JSONReader, sources: [SpecSource]) throws(JSONShapeError) {
        try reader.onlyMembers(["source", "reason", "lines"])
        let source = try knownSource(reader.member("source"), sources)
        let lines = try reader.member("lines")
        self.init(
            source: source.key,
            reason: try sentence(reader.member("reason")),
            lines: try knownLines(lines, of: source)
        )
    }
}

extension Requirement {
    fileprivate init(_ reader: JSONReader, document: String, sources: [SpecSource]) throws(JSONShapeError) {
        try reader.onlyMembers([
            "id", "level", "enforcement", "enforcement_reason", "role", "statement", "source", "section", "lines",
            "also", "without_line", "observed", "waiver",
        ])
        let level: Level = try choice(reader.member("level"))
        let role: Role = try choice(reader.member("role"))
        var bases = [try Basis(reader, sources)]
        for entry in try reader.optional("also")?.elements() ?? [] {
            try entry.onlyMembers(["source", "section", "lines"])
            bases.append(try Basis(entry, sources))
        }
        let (enforcement, enforcementReason) = try readEnforcement(reader, level)
        self.init(
            id: RequirementID(try reader.member("id").string()),
            level: level,
            enforcement: enforcement,
            enforcementReason: enforcementReason,
            role: role.rawValue,
            statement: try sentence(reader.member("statement")),
            bases: bases,
            withoutLine: try readWithoutLine(reader, bases),
            observed: try choice(reader.member("observed")),
            waiver: try reader.optional("waiver").map(readWaiver),
            document: document
        )
    }
}

extension Requirement.Basis {
    fileprivate init(_ reader: JSONReader, _ sources: [SpecSource]) throws(JSONShapeError) {
        let source = try knownSource(reader.member("source"), sources)
        let section = try reader.member("section")
        let lines = try knownLines(reader.member("lines"), of: source)
        for line in lines {
            guard let actual = source.section(of: line), actual != (try section.string()) else { continue }
            throw section.fail("the outline of \(source.key) has the line in the section \"\(actual)\"")
        }
        self.init(
            source: source.key,
            section: try section.string(),
            lines: lines,
            file: source.file,
            spans: lines.compactMap(source.span)
        )
    }
}

/// The enforcement, and its reason where it is not the level's normal one.
private func readEnforcement(
    _ reader: JSONReader,
    _ level: Requirement.Level
) throws(JSONShapeError) -> (Requirement.Enforcement, String?) {
    let member = try reader.member("enforcement")
    let enforcement: Requirement.Enforcement = try choice(member)
    let reason = try reader.optional("enforcement_reason")
    if enforcement == level.normalEnforcement, let reason {
        throw reason.fail("\(enforcement.rawValue) is normal for \(level.rawValue) and needs no reason")
    }
    if enforcement != level.normalEnforcement, reason == nil {
        let normal = level.normalEnforcement.rawValue
        throw member.fail("\(level.rawValue) normally means \(normal); say in enforcement_reason why not here")
    }
    return (enforcement, try reason.map(sentence))
}

/// Why no line is named: needed exactly when none is.
private func readWithoutLine(
    _ reader: JSONReader,
    _ bases: [Requirement.Basis]
) throws(JSONShapeError) -> String? {
    let reason = try reader.optional("without_line")
    let hasLines = bases.contains { !$0.lines.isEmpty }
    if hasLines, let reason { throw reason.fail("the requirement rests on lines, so this must not be here") }
    if !hasLines, reason == nil {
        throw try reader.member("lines").fail("no line is named; say in without_line why")
    }
    return try reason.map(sentence)
}

private func readWaiver(_ reader: JSONReader) throws(JSONShapeError) -> Requirement.Waiver {
    try reader.onlyMembers(["reason", "proxy"])
    return Requirement.Waiver(
        reason: try sentence(reader.member("reason")),
        proxy: try reader.optional("proxy").map(sentence)
    )
}

// MARK: Small parts

private func knownSource(_ reader: JSONReader, _ sources: [SpecSource]) throws(JSONShapeError) -> SpecSource {
    let key = try reader.string()
    guard let source = sources.first(where: { $0.key == key }) else {
        throw reader.fail("there is no such source in the document")
    }
    return source
}

/// Whole digests, each of which the source's outline has.
private func knownLines(_ reader: JSONReader, of source: SpecSource) throws(JSONShapeError) -> [String] {
    let lines = try digests(reader, digits: 64)
    for (line, element) in zip(lines, try reader.elements()) where source.section(of: line) == nil {
        throw element.fail("the outline of \(source.key) has no such line")
    }
    return lines
}

private func digests(_ reader: JSONReader, digits: Int) throws(JSONShapeError) -> [String] {
    var digests: [String] = []
    for element in try reader.elements() {
        let digest = try element.string()
        guard isDigest(digest[...], digits) else {
            throw element.fail("\(digits) lower-case hexadecimal digits are needed")
        }
        digests.append(digest)
    }
    return digests
}

/// Each the start of a digest, a blank, and the number of the line, or of the first and the last: `9dd50f5c22438f15 57-59`.
private func outlineLines(_ reader: JSONReader) throws(JSONShapeError) -> [SpecSource.OutlineLine] {
    let digits = SpecSource.outlineDigits
    var lines: [SpecSource.OutlineLine] = []
    for element in try reader.elements() {
        let parts = try element.string().split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, isDigest(parts[0], digits), let span = LineSpan(parts[1]) else {
            let form = "\(digits) lower-case hexadecimal digits, a blank, and the line's number or its first and last"
            throw element.fail("\(form) are needed, such as \"9dd50f5c22438f15 57-59\"")
        }
        lines.append(SpecSource.OutlineLine(digest: String(parts[0]), span: span))
    }
    return lines
}

private func isDigest(_ text: Substring, _ digits: Int) -> Bool {
    text.count == digits && text.allSatisfy { "0123456789abcdef".contains($0) }
}

private func strings(_ reader: JSONReader) throws(JSONShapeError) -> [String] {
    var strings: [String] = []
    for element in try reader.elements() { strings.append(try element.string()) }
    return strings
}

/// A text for people: not empty, and ended like a sentence.
func sentence(_ reader: JSONReader) throws(JSONShapeError) -> String {
    let text = try reader.string()
    guard text.hasSuffix(".") else { throw reader.fail("a sentence is needed, with a full stop at its end") }
    return text
}

extension [String] {
    /// The first of these members that is there.
    fileprivate func first(in reader: JSONReader) throws(JSONShapeError) -> JSONReader? {
        for name in self {
            if let member = try reader.optional(name) { return member }
        }
        return nil
    }
}
