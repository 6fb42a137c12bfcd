internal import Rules
package import StrictJSON

/// The JSON form of the readings (`Spec/README.md`).
extension Readings {
    /// Reads the readings and checks that they fit together.
    /// - Throws: the JSON path of the first fault.
    package init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers(["sections"])
        var sections: [Section] = []
        for section in try reader.member("sections").elements() {
            try section.onlyMembers(["title", "readings"])
            var readings: [Reading] = []
            for entry in try section.member("readings").elements() { readings.append(try Reading(entry)) }
            sections.append(Section(title: try section.member("title").string(), readings: readings))
        }
        self.init(sections: sections)
        try checkNames(reader)
    }

    /// No name stands twice, and a reading that was split from another names one that is there.
    private func checkNames(_ reader: JSONReader) throws(JSONShapeError) {
        let names = Set(entries.map(\.id))
        var seen: Set<String> = []
        for section in try reader.member("sections").elements() {
            for entry in try section.member("readings").elements() {
                let id = try entry.member("id")
                guard seen.insert(try id.string()).inserted else { throw id.fail("the name stands twice") }
                guard let origin = try entry.optional("split_from") else { continue }
                guard try origin.string() != id.string(), names.contains(try origin.string()) else {
                    throw origin.fail("there is no other reading of that name")
                }
            }
        }
    }
}

extension Reading {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers([
            "id", "title", "question", "kind", "alternatives", "taken", "why", "dialect_reason", "settled_by",
            "requirements", "split_from",
        ])
        let alternatives = try readAlternatives(reader.member("alternatives"))
        self.init(
            id: try readName(reader.member("id")),
            title: try reader.member("title").string(),
            question: try readQuestion(reader.member("question")),
            ground: try Ground(reader),
            alternatives: alternatives,
            taken: try readTaken(reader.member("taken"), alternatives),
            why: try sentence(reader.member("why")),
            requirements: try readRequirements(reader.member("requirements")),
            splitFrom: try reader.optional("split_from")?.string()
        )
    }
}

extension Reading.Ground {
    /// Reads the kind with the member that it needs, and rejects the one that it must not have.
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        let member = try reader.member("kind")
        let kind: Reading.Kind = try choice(member)
        let settledBy = try only(.parameter, "settled_by", reader, kind)
        let reason = try only(.dialect, "dialect_reason", reader, kind)
        switch kind {
        case .parameter: self = .settledBy(settledBy ?? "")
        case .freedom: self = .free
        case .dialect: self = .dialect(because: reason ?? "")
        }
    }
}

/// A sentence that readings of one kind have, and others have not.
private func only(
    _ needed: Reading.Kind,
    _ name: String,
    _ reader: JSONReader,
    _ kind: Reading.Kind
) throws(JSONShapeError) -> String? {
    guard kind == needed else {
        if let member = try reader.optional(name) {
            throw member.fail("only a \(needed.rawValue) has this, and this is a \(kind.rawValue)")
        }
        return nil
    }
    return try sentence(reader.member(name))
}

private func readName(_ reader: JSONReader) throws(JSONShapeError) -> String {
    let name = try reader.string()
    guard name.wholeMatch(of: /C-[1-9][0-9]*/) != nil else { throw reader.fail("C- and a number are needed") }
    return name
}

private func readQuestion(_ reader: JSONReader) throws(JSONShapeError) -> String {
    let question = try reader.string()
    guard question.hasSuffix("?") else { throw reader.fail("a question is needed, with a question mark at its end") }
    return question
}

/// Two or more, lettered in order from a.
private func readAlternatives(_ reader: JSONReader) throws(JSONShapeError) -> [Reading.Alternative] {
    var alternatives: [Reading.Alternative] = []
    let elements = try reader.elements()
    guard elements.count >= 2, elements.count <= 26 else { throw reader.fail("2 to 26 alternatives are needed") }
    for (element, letter) in zip(elements, "abcdefghijklmnopqrstuvwxyz") {
        try element.onlyMembers(["id", "says"])
        let id = try element.member("id")
        guard try id.string() == String(letter) else {
            throw id.fail("alternatives are lettered in order; this one is \(letter)")
        }
        alternatives.append(Reading.Alternative(id: String(letter), says: try sentence(element.member("says"))))
    }
    return alternatives
}

private func readTaken(
    _ reader: JSONReader,
    _ alternatives: [Reading.Alternative]
) throws(JSONShapeError) -> String {
    let taken = try reader.string()
    guard alternatives.contains(where: { $0.id == taken }) else {
        let letters = alternatives.map(\.id).joined(separator: ", ")
        throw reader.fail("one of the alternatives \(letters) is needed, this is \"\(taken)\"")
    }
    return taken
}

private func readRequirements(_ reader: JSONReader) throws(JSONShapeError) -> [RequirementID] {
    var ids: [RequirementID] = []
    for element in try reader.elements() {
        let id = RequirementID(try element.string())
        guard !ids.contains(id) else { throw element.fail("the id stands twice") }
        ids.append(id)
    }
    guard !ids.isEmpty else { throw reader.fail("a reading bears on one requirement at least") }
    return ids
}
