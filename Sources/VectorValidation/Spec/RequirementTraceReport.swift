internal import Catalogue
internal import Rules
package import StrictJSON

/// A trace as text and as JSON.
extension RequirementTrace {
    /// How many cases, steps and remarks are listed of each kind where there are more.
    package static let listed = 8

    /// Document, section, lines and link, each line with its sentence where texts are at hand.
    /// - Parameter hasTexts: whether texts were looked at; then a line that none has is told.
    package func placeText(hasTexts: Bool) -> [String] {
        var out: [String] = []
        for line in lines {
            out.append("source       \(line.source.title), at \(line.source.revision)")
            out.append("             \(line.section), \(Self.words(line.span)) (\(line.address))")
            if let link = line.link { out.append("             \(link)") }
            if let sentence = line.sentence {
                out += sentence.text.map { "             \($0)" }
            } else if hasTexts {
                out.append(
                    "             no text in the folder has this line: it drifted, or the text is of another revision"
                )
            }
        }
        for basis in withoutLines { out.append("source       \(basis.place)") }
        if let reason = requirement.withoutLine { out.append("             no line: \(reason)") }
        return out
    }

    package func checkText(all: Bool) -> [String] {
        var out = ["\nchecks"]
        out += shortened(checks, all: all) { "  \($0)" }
        out += shortened(steps, all: all) { "  \($0.file):\($0.line)  \($0.scenario), step \($0.number): \($0.kind)" }
        for evaluate in Set(steps.map(\.evaluate)).sorted(by: { "\($0)" < "\($1)" }) {
            out.append("  judged by \(evaluate)")
        }
        if isCompared { out.append("  none of its own: an answer is compared with what the vector records") }
        if checks.isEmpty, steps.isEmpty, vectors.isEmpty { out.append("  none") }
        if !remarks.isEmpty { out += ["\nnamed in comments at"] + shortened(remarks, all: all) { "  \($0)" } }
        return out
    }

    package func caseText(all: Bool) -> [String] {
        group("vectors", vectors, all) + group("scenarios", scenarios, all)
    }

    package func mutantText(all: Bool) -> [String] {
        var out = ["\nmutants"]
        out += shortened(mutants, all: all) { mutant in
            let place = mutant.place.map { "  \($0)" } ?? ""
            return
                (["  \(mutant.name)  \(mutant.kind)\(place)"]
                + (mutant.scenarios.isEmpty ? mutant.cases : mutant.scenarios).map { "      found out by \($0)" })
                .joined(separator: "\n")
        }
        if mutants.isEmpty {
            let without = rejections.map { "; an implementation without the rule accepts \($0.id)" } ?? ""
            out.append("  none among the parties\(without)")
        }
        if let proof { out.append("  \(proof.text)") }
        return out
    }

    private func group(_ title: String, _ cases: [Case], _ all: Bool) -> [String] {
        let positive = cases.filter { !$0.isNegative }
        let negative = cases.filter(\.isNegative)
        var out = ["\n\(title): \(positive.count) positive, \(negative.count) negative"]
        for group in [positive, negative] {
            out += shortened(group, all: all) { entry in
                let place = entry.place.map { "  (\($0.file):\($0.line))" } ?? ""
                return "  \(entry.isNegative ? "-" : "+")  \(entry.id)\(place)  \(entry.comment)"
            }
        }
        return out
    }

    private func shortened<Element>(_ list: [Element], all: Bool, _ text: (Element) -> String) -> [String] {
        let shown = all ? list[...] : list.prefix(Self.listed)
        let rest = list.count - shown.count
        return shown.map(text) + (rest > 0 ? ["     and \(rest) more: --all lists them"] : [])
    }

    private static func words(_ span: LineSpan) -> String { span.first == span.last ? "line \(span)" : "lines \(span)" }

    // MARK: JSON

    package var json: JSON {
        var json: JSONObject = [
            "id": .string(requirement.id.rawValue),
            "document": .string(requirement.document),
            "level": .string(requirement.level.rawValue),
            "enforcement": .string(requirement.enforcement.rawValue),
            "role": .string(requirement.role),
            "observed": .string(requirement.observed.rawValue),
            "statement": .string(requirement.statement),
            "lines": .array(lines.map(\.json)),
            "checks": .array(checks.map(\.json)),
            "steps": .array(steps.map(\.json)),
            "compared": .bool(isCompared),
            "remarks": .array(remarks.map(\.json)),
            "cases": .array((vectors + scenarios).map(\.json)),
            "mutants": .array(mutants.map(\.json)),
            "standing": .string(status.name),
        ]
        if let detail = status.detail { json["detail"] = .string(detail) }
        if let reason = requirement.withoutLine { json["without_line"] = .string(reason) }
        if let waiver = requirement.waiver { json["waiver"] = .string(waiver.reason) }
        if let proxy = requirement.waiver?.proxy { json["proxy"] = .string(proxy) }
        json["proof"] = proof?.json
        return .object(json)
    }
}

extension SpecTexts.Sentence {
    /// Conditions from the outside in, and the line; before them, where it stands now if that is not where it stood.
    package var text: [String] {
        let moved = isInPlace ? [] : ["(of another revision: there it is \(path):\(line.span))"]
        let parts = line.context + [line.text]
        return moved + parts.enumerated().map { "\(String(repeating: "  ", count: $0))| \(PlainText.of($1))" }
    }
}

extension RequirementTrace.Line {
    package var json: JSON {
        var json: JSONObject = [
            "title": .string(source.title),
            "revision": .string(source.revision),
            "file": .string(source.file ?? ""),
            "section": .string(section),
            "lines": .string(span.description),
            "address": .string(address),
            "digest": .string(digest),
        ]
        if let link { json["link"] = .string(link) }
        if let sentence { json["sentence"] = sentence.json }
        return .object(json)
    }
}

extension SpecTexts.Sentence {
    package var json: JSON {
        [
            "path": .string(path),
            "lines": .string(line.span.description),
            "in_place": .bool(isInPlace),
            "context": .array(line.context.map { .string(PlainText.of($0)) }),
            "text": .string(PlainText.of(line.text)),
        ]
    }
}

extension RequirementTrace.Case {
    package var json: JSON {
        var json: JSONObject = [
            "id": .string(id),
            "sign": isNegative ? "-" : "+",
            "shows": .string(comment),
        ]
        if let place { json["source"] = .string("\(place.file):\(place.line)") }
        return .object(json)
    }
}

extension RequirementTrace.MutantEntry {
    package var json: JSON {
        var json: JSONObject = ["name": .string(name), "kind": .string(kind)]
        if let place { json["source"] = .string("\(place.file):\(place.line)") }
        json["scenarios"] = .array(scenarios.map { .string($0) })
        if !cases.isEmpty { json["cases"] = .array(cases.map { .string($0) }) }
        return .object(json)
    }
}

extension CheckIndex.Place: CustomStringConvertible {
    package var description: String { symbol.isEmpty ? "\(file):\(line)" : "\(file):\(line)  \(symbol)" }

    package var json: JSON { ["source": .string("\(file):\(line)"), "symbol": .string(symbol)] }
}

extension CheckIndex.StepPlace {
    package var json: JSON {
        [
            "source": .string("\(file):\(line)"),
            "scenario": .string(scenario),
            "step": .integer(Int64(number)),
            "kind": .string(kind),
            "judge": evaluate.json,
        ]
    }
}

extension RequirementTracer.Found {
    package func text(_ tracer: RequirementTracer) -> [String] {
        var out: [String] = []
        switch thing {
        case .line(let source, let section, let line, let sentence):
            out.append("\(source.key):\(line.span.first)  \(source.title), at \(source.revision)")
            out.append("  \(section), \(line.span)")
            if let link = source.link(to: line.span) { out.append("  \(link)") }
            out += (sentence?.text ?? []).map { "  \($0)" }
        case .unknownLine(let source, let line):
            out.append(
                "\(source.title): \(line.section), line \(line.span) of another revision than \(source.revision)"
            )
            out.append("  | \(PlainText.of(line.text))")
        case .testCase(let words), .cases(let words):
            out.append(words)
        case .statement:
            break
        }
        for id in requirements { out += Self.text(id, tracer, withPlaces: hasPlaces) }
        if requirements.isEmpty { out.append("  no requirement rests on it\(unclaimed.map { ": \($0)" } ?? "")") }
        return out
    }

    /// Of a line it is known where it stands, and of many requirements it would be too much.
    private var hasPlaces: Bool {
        switch thing {
        case .line, .cases: false
        case .unknownLine, .testCase, .statement: true
        }
    }

    private static func text(_ id: RequirementID, _ tracer: RequirementTracer, withPlaces: Bool) -> [String] {
        guard let trace = tracer.trace(id) else { return ["  \(id)  not in the catalogue"] }
        let statement = "  \(id)  \(trace.requirement.level.rawValue)  \(trace.requirement.statement)"
        return [statement] + (withPlaces ? trace.placeText(hasTexts: tracer.texts != nil).map { "      \($0)" } : [])
    }

    package func json(_ tracer: RequirementTracer) -> JSON {
        var json: JSONObject = [:]
        switch thing {
        case .line(let source, let section, let line, let sentence):
            json["address"] = .string("\(source.key):\(line.span.first)")
            json["section"] = .string(section)
            json["lines"] = .string(line.span.description)
            if let link = source.link(to: line.span) { json["link"] = .string(link) }
            if let sentence { json["sentence"] = sentence.json }
        case .unknownLine(let source, let line):
            json["source"] = .string(source.key)
            json["section"] = .string(line.section)
            json["text"] = .string(PlainText.of(line.text))
        case .testCase(let id):
            json["case"] = .string(id)
        case .cases(let words):
            json["cases"] = .string(words)
        case .statement(let id):
            json["statement"] = .string(id.rawValue)
        }
        json["requirements"] = .array(
            requirements.compactMap(tracer.trace).map { trace in
                [
                    "id": .string(trace.requirement.id.rawValue),
                    "statement": .string(trace.requirement.statement),
                    "lines": .array(trace.lines.map(\.json)),
                ]
            }
        )
        if let unclaimed { json["unclaimed"] = .string(unclaimed) }
        return .object(json)
    }
}
