internal import StrictJSON

/// A scenario with `each` stands for several: one for each row of its table.
///
/// Where `"$fault"` stands in it, a row's member `fault` takes its place; where the row has none, the member or element is left out.
/// A row's `as` goes behind the id, and its `requirements`, `comment`, `kills`, `profiles` and `chain` are those of its scenario.
enum ScenarioTable {
    static let ofScenario: Set<String> = ["requirements", "comment", "kills", "profiles", "chain"]

    /// The scenarios without tables.
    static func rows(_ reader: JSONReader) throws(JSONShapeError) -> [JSONReader] {
        guard let table = try reader.optional("each") else { return [reader] }
        var template = try reader.object()
        template["each"] = nil
        let id = try reader.member("id").string()
        let used = parameters(in: .object(template))
        let rows = try table.elements()
        var scenarios: [JSONReader] = []
        for row in rows {
            let members = try row.object()
            var scenario = template
            scenario["id"] = .string("\(id)-\(try row.member("as").string())")
            for member in members.members where ofScenario.contains(member.key) { scenario[member.key] = member.value }
            if let idle = members.keys.first(where: { $0 != "as" && !ofScenario.contains($0) && !used.contains($0) }) {
                throw row.fail("nothing stands for $\(idle) in the scenario")
            }
            scenarios.append(JSONReader(replaced(.object(scenario), by: members) ?? .null, path: row.path))
        }
        let given = Set(rows.flatMap { $0.value.object?.keys ?? [] })
        if let missing = used.sorted().first(where: { !given.contains($0) }) {
            throw table.fail("no row has a member \(missing)")
        }
        return scenarios
    }

    /// The names behind `$` in a scenario.
    private static func parameters(in json: JSON) -> Set<String> {
        switch json {
        case .string(let text): Set([name(text)].compactMap(\.self))
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(parameters(in: $1)) }
        case .object(let object): object.members.reduce(into: []) { $0.formUnion(parameters(in: $1.value)) }
        default: []
        }
    }

    private static func name(_ text: String) -> String? {
        text.hasPrefix("$") && text.utf8.count > 1 ? String(text.dropFirst()) : nil
    }

    /// - Returns: `nil` for a name that the row does not have.
    private static func replaced(_ json: JSON, by row: JSONObject) -> JSON? {
        switch json {
        case .string(let text): name(text).map { row[$0] } ?? json
        case .array(let elements): .array(elements.compactMap { replaced($0, by: row) })
        case .object(let object):
            .object(
                JSONObject(
                    object.members.compactMap { member in
                        replaced(member.value, by: row).map { (member.key, $0) }
                    }
                )
            )
        default: json
        }
    }
}
