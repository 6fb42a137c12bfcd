internal import Catalogue
internal import Mustache
package import Rules
package import VectorValidation

/// `blip66 spec annotate`: a text as a page, with requirements, cases and verdicts beside its lines.
package enum AnnotationPage {
    /// As many cases as a line lists.
    private static let mostCases = 12

    /// - Parameters:
    ///   - file: the text's name.
    ///   - trace: what exercises a requirement.
    package static func html(
        _ text: AnnotatedText,
        file: String,
        _ runs: [NamedRun],
        _ trace: (RequirementID) -> RequirementTrace?
    ) throws -> String {
        let style = String(decoding: PackageResources.page_css, as: UTF8.self)
        let template = try MustacheTemplate(
            string: String(decoding: PackageResources.annotation_mustache, as: UTF8.self)
        )
        let columns = runs.map { run in
            (run.name, RequirementStatus.of(run.result.cases, canaries: run.result.canaries))
        }
        let context: [String: Any] = [
            "title": file,
            "policy": ContentPolicy.text(style: style),
            "style": style,
            "sources": text.sources.map { ["title": $0.title, "revision": $0.revision] },
            "runs": runs.map { ["name": $0.name, "grade": $0.result.grade.word, "mark": Mark.of($0.result.grade)] },
            "hasRuns": !runs.isEmpty,
            "counts": counts(text),
            "blocks": blocks(text).map { block($0, text, columns, trace) },
        ]
        return template.render(context)
    }

    private static func counts(_ text: AnnotatedText) -> [[String: Any]] {
        let counts: [(String, String, Int)] = [
            ("met", "with a requirement", text.count { if case .claimed = $0 { true } else { false } }),
            (
                "part", "without one, for a reason that is given",
                text.count { if case .unclaimed = $0 { true } else { false } }
            ),
            ("failed", "that the catalogue does not know", text.count { $0 == .unknown }),
            ("none", "outside the sections that the suite covers", text.count { $0 == .outOfScope }),
        ]
        return counts.filter { $0.2 > 0 }.map { ["mark": $0.0, "text": "\($0.2) \($0.1)"] }
    }

    /// Lines that belong together: those of an annotation, or those between two.
    private struct Block {
        let lines: ClosedRange<Int>
        let annotation: AnnotatedText.Annotation?
    }

    private static func blocks(_ text: AnnotatedText) -> [Block] {
        var blocks: [Block] = []
        var next = 1
        for annotation in text.annotations {
            let (first, last) = (annotation.span.first, min(annotation.span.last, text.lines.count))
            guard first <= last else { continue }
            if next < first { blocks.append(Block(lines: next...first - 1, annotation: nil)) }
            blocks.append(Block(lines: first...last, annotation: annotation))
            next = last + 1
        }
        if next <= text.lines.count { blocks.append(Block(lines: next...text.lines.count, annotation: nil)) }
        return blocks
    }

    private static func block(
        _ block: Block,
        _ text: AnnotatedText,
        _ columns: [(String, [RequirementID: RequirementStatus])],
        _ trace: (RequirementID) -> RequirementTrace?
    ) -> [String: Any] {
        var context: [String: Any] = [
            "lines": block.lines.map { ["number": $0, "text": PrintableText.line(text.lines[$0 - 1])] }
        ]
        guard let annotation = block.annotation else { return context }
        switch annotation.standing {
        case .claimed(let ids):
            context["mark"] = "claimed"
            context["requirements"] = ids.compactMap { trace($0) }.map { requirement($0, columns) }
        case .unclaimed(let reason):
            context["mark"] = "unclaimed"
            context["words"] = "no requirement: \(reason)"
        case .unknown:
            context["mark"] = "unknown"
            context["words"] = "no requirement: the catalogue does not know this line; it is new, or it has changed"
        case .outOfScope:
            context["mark"] = "outside"
            context["words"] = "no requirement: this section is outside what the suite covers"
        }
        return context
    }

    private static func requirement(
        _ trace: RequirementTrace,
        _ columns: [(String, [RequirementID: RequirementStatus])]
    ) -> [String: Any] {
        let cases = trace.vectors + trace.scenarios
        let verdicts = columns.map { name, status -> [String: Any] in
            guard let status = status[trace.requirement.id] else {
                return ["name": name, "mark": "absent", "word": "not run"]
            }
            return ["name": name, "mark": Mark.of(status), "word": Mark.word(status)]
        }
        var context: [String: Any] = [
            "id": trace.requirement.id.rawValue, "level": trace.requirement.level.rawValue,
            "statement": trace.requirement.statement, "verdicts": verdicts,
            "count": cases.isEmpty
                ? trace.status.name : "\(cases.count) cases, \(cases.count(where: \.isNegative)) of them negative",
            "hasCases": !cases.isEmpty, "cases": cases.prefix(mostCases).map { ["id": $0.id, "comment": $0.comment] },
        ]
        if cases.count > mostCases { context["more"] = cases.count - mostCases }
        return context
    }
}
