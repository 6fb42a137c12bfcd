internal import Catalogue
internal import Rules

/// The matrix: requirements in the order of the catalogue, with how each run does by them.
enum RequirementTable {
    static func groups(_ runs: [NamedRun], _ catalogue: RequirementCatalogue) -> [[String: Any]] {
        let columns = runs.map { Column($0.result) }
        var groups: [[String: Any]] = catalogue.documents.map { document in
            group(document.name, document.title, document.requirements, columns, document)
        }
        let strange = Set(columns.flatMap(\.status.keys)).filter { catalogue[$0] == nil }.sorted()
        if !strange.isEmpty {
            let known = strange.map { id in runs.lazy.compactMap { $0.result.requirements[id] }.first ?? unknown(id) }
            groups.append(group("elsewhere", "Not in this catalogue", known, columns, nil))
        }
        return groups
    }

    /// How one run does by each requirement.
    private struct Column {
        let status: [RequirementID: RequirementStatus]
        /// How many cases are about each, and how many of them accuse it.
        var cases: [RequirementID: Int] = [:]
        var accusing: [RequirementID: Int] = [:]

        init(_ result: RunResult) {
            status = RequirementStatus.of(result.cases, canaries: result.canaries)
            for result in result.cases {
                for id in Set(result.requirements + result.violates) { cases[id, default: 0] += 1 }
                guard result.verdict.severity != nil else { continue }
                for id in Set(result.accused) { accusing[id, default: 0] += 1 }
            }
        }
    }

    private static func group(
        _ name: String,
        _ title: String,
        _ requirements: [Requirement],
        _ columns: [Column],
        _ document: SpecDocument?
    ) -> [String: Any] {
        ["name": name, "title": title, "rows": requirements.map { row($0, columns, document) }]
    }

    private static func row(_ requirement: Requirement, _ columns: [Column], _ document: SpecDocument?) -> [String: Any]
    {
        let cells = columns.map { cell(requirement.id, $0) }
        let marks = Set(cells.compactMap { $0["mark"] as? String })
        return [
            "id": requirement.id.rawValue, "level": requirement.level.rawValue, "role": requirement.role,
            "statement": requirement.statement, "places": places(requirement, document), "cells": cells,
            "differs": marks.count > 1,
        ]
    }

    private static func cell(_ id: RequirementID, _ column: Column) -> [String: Any] {
        guard let status = column.status[id] else { return ["mark": "absent", "word": "not run"] }
        let (accusing, cases) = (column.accusing[id] ?? 0, column.cases[id] ?? 0)
        let count = "\(accusing > 0 ? "\(accusing) of " : "")\(cases) \(cases == 1 ? "case" : "cases")"
        return ["mark": Mark.of(status), "word": Mark.word(status), "count": count]
    }

    /// Where it stands, with the address of the sentence.
    private static func places(_ requirement: Requirement, _ document: SpecDocument?) -> [[String: Any]] {
        requirement.bases.map { basis in
            let span = basis.spans.first
            let source = document?[source: basis.source]
            let line = span.map { ", line \($0)" } ?? ""
            var place: [String: Any] = ["text": "\(basis.file ?? basis.source)\(line)", "section": basis.section]
            place["link"] = span.flatMap { source?.link(to: $0) }
            return place
        }
    }

    /// A requirement of which a report says no more than its name.
    private static func unknown(_ id: RequirementID) -> Requirement {
        Requirement(
            id: id,
            level: .inEffect,
            enforcement: .fail,
            role: "any",
            statement: "The report names it and does not say what it is.",
            bases: [],
            document: "elsewhere"
        )
    }
}
