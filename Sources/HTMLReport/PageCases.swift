internal import Catalogue
internal import Inspection
internal import Report
internal import Rules
internal import Scenarios
internal import StrictJSON
internal import VectorFormat

/// The cases of all runs, each once, with what does not depend on who answered.
struct PageCases {
    /// In the order of the runs.
    let ids: [String]
    let indices: [String: Int]
    /// One for each case, as arrays of what `columns` names: -1 stands for what is missing, and is left out at the end.
    private(set) var rows: [JSON] = []
    private(set) var names = NameTable()
    private(set) var texts = PackedTexts()

    /// - `family` and `name` make the id; a case whose id does not begin with its family's name has none.
    /// - `requirements`, `violates`, `flags`, `kills`: lists of indices of names; `comment`: such an index.
    /// - `neighbour`: a case's index, or an id.
    /// - `request`, `words` (the object as `inspect` shows it), `expected`, `script` (a scenario's steps): indices of texts.
    static let columns = [
        "family", "name", "comment", "requirements", "violates", "neighbour", "request", "words", "expected", "flags",
        "script", "kills",
    ]

    private let material: PageMaterial
    /// Cases that some run did not pass: what they expect is told whole.
    private let notable: Set<String>

    init(_ runs: [NamedRun], _ material: PageMaterial) {
        self.material = material
        notable = Set(runs.flatMap(\.result.cases).filter { $0.verdict.severity != nil }.map(\.id))
        var known: Set<String> = []
        var found: [(CaseResult, FamilyResult)] = []
        for family in runs.flatMap(\.result.families) {
            for result in family.cases where known.insert(result.id).inserted { found.append((result, family)) }
        }
        ids = found.map(\.0.id)
        indices = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
        for (result, family) in found { rows.append(row(result, family)) }
    }

    // MARK: One case

    private mutating func row(_ result: CaseResult, _ family: FamilyResult) -> JSON {
        var row: JSONObject = [:]
        let prefix = "\(family.name)/"
        let isInFamily = result.id.hasPrefix(prefix)
        row["family"] = isInFamily ? names.index(family.name) : nil
        row["name"] = .string(isInFamily ? String(result.id.dropFirst(prefix.count)) : result.id)
        row["comment"] = names.index(result.comment)
        row["requirements"] = names.indices(result.requirements.map(\.rawValue))
        row["violates"] = names.indices(result.violates.map(\.rawValue))
        row["neighbour"] = result.neighbour.map { id in indices[id].map { .integer(Int64($0)) } ?? .string(id) }
        if let vector = material.vector(result.id) {
            add(vector, to: &row)
        } else if let run = material.scenario(result.id) {
            row["script"] = text(ScenarioText.steps(run.scenario))
            row["kills"] = names.indices(run.scenario.kills)
        }
        return Self.array(row)
    }

    private mutating func add(_ vector: PageMaterial.Vector, to row: inout JSONObject) {
        let testCase = vector.testCase
        row["request"] = text(testCase.request(id: 1, profile: vector.profile).line)
        row["words"] = words(vector).map { text($0) }
        row["expected"] = text(expected(testCase))
        row["flags"] = names.indices(testCase.flags)
    }

    private mutating func text(_ text: String) -> JSON { .integer(Int64(texts.add(text))) }

    private static func array(_ row: JSONObject) -> JSON {
        let last = columns.lastIndex { row[$0] != nil } ?? 0
        return .array(columns[...last].map { row[$0] ?? -1 })
    }

    private func expected(_ testCase: VectorCase) -> String {
        switch testCase.expectation {
        case .accept(let out) where notable.contains(testCase.id): "accept \(JSON.object(out).line)"
        case .accept(let out):
            out.isEmpty ? "accept" : "accept, with \(out.keys.joined(separator: ", ")) as in the vector"
        case .reject(let reasons, _, _): "reject (\(reasons.map(\.rawValue).joined(separator: " or ")))"
        }
    }

    /// The object of the request, as `blip66 inspect` shows it.
    private func words(_ vector: PageMaterial.Vector) -> String? {
        let name = vector.profile == VectorFamily.anyProfile ? ProfileStore.defaultName : vector.profile
        guard let profile = material.profiles.profiles[name] else { return nil }
        let (operation, input) = (vector.testCase.operation, vector.testCase.input)
        return Inspection(operation: operation, input: input, profile, material.catalogue)?.text
    }
}

/// Short texts that stand in many places, each once.
struct NameTable {
    private(set) var all: [String] = []
    private var known: [String: Int] = [:]

    mutating func index(_ name: String) -> JSON {
        if let index = known[name] { return .integer(Int64(index)) }
        known[name] = all.count
        all.append(name)
        return .integer(Int64(all.count - 1))
    }

    /// - Returns: `nil` for an empty list.
    mutating func indices(_ names: [String]) -> JSON? {
        names.isEmpty ? nil : .array(names.map { index($0) })
    }
}
