package import Catalogue
internal import Rules
package import StrictJSON

/// The JSON form of a family (`Vectors/schema/family.schema.json`, `Vectors/README.md`).
extension VectorFamily {
    package var json: JSON {
        [
            "format": .integer(Self.format),
            "family": .string(name),
            "title": .string(title),
            "profile": .string(profile),
            "flags": .object(JSONObject(flags.map { ($0.name, .string($0.note)) })),
            "cases": .array(cases.map(\.json)),
        ]
    }

    /// Reads a family's file.
    package init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers(["format", "family", "title", "profile", "flags", "cases"])
        let format = try reader.member("format").number(atMost: 1000)
        guard format == UInt64(Self.format) else {
            throw reader.fail("format \(format) is not known; this program reads format \(Self.format)")
        }
        var flags: [Flag] = []
        for (name, note) in try reader.member("flags").members() { flags.append(Flag(name, try note.string())) }
        var cases: [VectorCase] = []
        for element in try reader.member("cases").elements() { cases.append(try VectorCase(element)) }
        self.init(
            name: try reader.member("family").string(),
            title: try reader.member("title").string(),
            profile: try reader.member("profile").string(),
            flags: flags,
            cases: cases
        )
    }

    package static func read(_ path: String) throws(FileError) -> VectorFamily {
        do {
            return try VectorFamily(JSONReader(try Files.readJSON(path), path: "family"))
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError(path: path, "\(error)")
        }
    }
}

extension VectorCase {
    package var json: JSON {
        var json: JSONObject = [
            "id": .string(id),
            "op": .string(operation),
            "requirements": .array(requirements.map { .string($0.rawValue) }),
            "subject": .string(subject.rawValue),
            "comment": .string(comment),
            "flags": .array(flags.map { .string($0) }),
        ]
        json["in"] = input
        if let sample { json["sample"] = .object(sample) }
        switch expectation {
        case .accept(let out):
            json["outcome"] = "accept"
            json["out"] = .object(out)
        case .reject(let reasons, let violates, let neighbour):
            json["outcome"] = "reject"
            json["reasons"] = .array(reasons.map { .string($0.rawValue) })
            json["violates"] = .array(violates.map { .string($0.rawValue) })
            json["neighbour"] = .string(neighbour)
        }
        if let fault { json["fault"] = fault.json }
        if !under.isEmpty { json["under"] = .array(under.map(\.json)) }
        if let steps { json["steps"] = steps }
        return .object(json)
    }

    init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers([
            "id", "op", "requirements", "subject", "comment", "flags", "in", "sample", "outcome", "out", "reasons",
            "violates", "neighbour", "fault", "under", "steps",
        ])
        self.init(
            id: try reader.member("id").string(),
            operation: try reader.member("op").string(),
            requirements: try strings(reader.member("requirements")).map { RequirementID($0) },
            subject: RequirementID(try reader.member("subject").string()),
            comment: try reader.member("comment").string(),
            flags: try strings(reader.member("flags")),
            input: .object(try reader.member("in").object()),
            expectation: try Expectation(reader),
            under: try alternatives(reader),
            fault: try reader.optional("fault").map { fault throws(JSONShapeError) in try Fault(fault) },
            sample: try reader.optional("sample")?.object(),
            steps: try reader.optional("steps")?.value
        )
    }
}

extension VectorCase.Expectation {
    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        let outcome = try reader.member("outcome")
        switch try outcome.string() {
        case "accept":
            self = .accept(out: try reader.member("out").object())
        case "reject":
            self = .reject(
                reasons: try strings(reader.member("reasons")).map { ReasonClass(rawValue: $0) },
                violates: try strings(reader.member("violates")).map { RequirementID($0) },
                neighbour: try reader.member("neighbour").string()
            )
        case let other:
            throw outcome.fail("accept or reject is needed, this is \"\(other)\"")
        }
    }
}

extension VectorCase.Fault {
    fileprivate var json: JSON {
        var json: JSONObject = ["object": .string(object)]
        json["field"] = field.map { .string($0) }
        json["rule"] = .string(rule)
        json["bytes"] = [.integer(Int64(from)), .integer(Int64(to))]
        return .object(json)
    }

    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers(["object", "field", "rule", "bytes"])
        let range = try reader.member("bytes").elements()
        guard range.count == 2 else { throw reader.fail("bytes is the first byte and the one behind the last") }
        self.init(
            object: try reader.member("object").string(),
            field: try reader.optional("field")?.string(),
            rule: try reader.member("rule").string(),
            from: Int(try range[0].number(atMost: 1 << 24)),
            to: Int(try range[1].number(atMost: 1 << 24))
        )
    }
}

extension VectorCase.Alternative {
    fileprivate var json: JSON {
        switch answer {
        case .accept(let out):
            ["when": .string(when.description), "outcome": "accept", "out": .object(out)]
        case .reject(let reasons):
            [
                "when": .string(when.description), "outcome": "reject",
                "reasons": .array(reasons.map { .string($0.rawValue) }),
            ]
        }
    }

    fileprivate init(_ reader: JSONReader) throws(JSONShapeError) {
        try reader.onlyMembers(["when", "outcome", "out", "reasons"])
        let member = try reader.member("when")
        guard let when = ReadingAlternative(try member.string()) else {
            throw member.fail("a reading and one of its alternatives are needed, such as C-30 b")
        }
        let outcome = try reader.member("outcome")
        switch try outcome.string() {
        case "accept":
            self.init(when: when, answer: .accept(out: try reader.member("out").object()))
        case "reject":
            let reasons = try strings(reader.member("reasons")).map { ReasonClass(rawValue: $0) }
            self.init(when: when, answer: .reject(reasons: reasons))
        case let other:
            throw outcome.fail("accept or reject is needed, this is \"\(other)\"")
        }
    }
}

private func alternatives(_ reader: JSONReader) throws(JSONShapeError) -> [VectorCase.Alternative] {
    guard let under = try reader.optional("under") else { return [] }
    var alternatives: [VectorCase.Alternative] = []
    for element in try under.elements() { alternatives.append(try VectorCase.Alternative(element)) }
    return alternatives
}

private func strings(_ reader: JSONReader) throws(JSONShapeError) -> [String] {
    var strings: [String] = []
    for element in try reader.elements() { strings.append(try element.string()) }
    return strings
}
