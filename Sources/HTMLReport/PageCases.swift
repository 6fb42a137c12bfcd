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

    /// - `folder` and `name`: the id up to and from its last slash.
    /// - `requirements`, `violates`, `flags`, `kills`: lists of indices of names; `comment`: such an index.
    /// - `neighbour`: a case's index, or an id.
    /// - `request`, `words` (the object as `inspect` shows it), `expected`, `script` (a scenario's steps): indices of texts.
    static let columns = [
        "folder", "name", "comment", "requirements", "violates", "neighbour", "request", "words", "expected", "flags",
        "script", "kills",
    ]

    private let material: PageMaterial
    /// Cases that some run did not pass: what they expect is told whole.
    private let notable: Set<String>

    init(_ runs: [NamedRun], _ material: PageMaterial) {
        self.material = material
        notable = Set(runs.flatMap(\.result.cases).filter { $0.verdict.severity != nil }.map(\.id))
        var known: Set<String> = []
        let found = runs.flatMap(\.result.cases).filter { known.insert($0.id).inserted }
        ids = found.map(\.id)
        indices = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
        for result in found { rows.append(row(result)) }
    }

    // MARK: One case

    private mutating func row(_ result: CaseResult) -> JSON {
        var row: JSONObject = [:]
        let slash = result.id.lastIndex(of: "/")
        row["folder"] = slash.map { names.index(String(result.id[..<$0])) }
        row["name"] = .string(String(slash.map { result.id[result.id.index(after: $0)...] } ?? result.id[...]))
        row["comment"] = names.index(result.comment)
        row["requirements"] = names.indices(result.requirements.map(\.rawValue))
        row["violates"] = names.indices(result.violates.map(\.rawValue))
        row["neighbour"] = result.neighbour.map { id in indices[id].map { .integer(Int64($0)) } ?? .string(id) }
        if let vector = material.vector(result.id) {
            add(vector, to: &row)
        } else if let run = material.scenario(result.id) {
            row["script"] = text(ScenarioText.steps(run.scenario))
        }
        row["kills"] = names.indices(material.kills(result.id))
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

    /// The object of the request, as `blip66 inspect` shows it, without the rules that it keeps.
    private func words(_ vector: PageMaterial.Vector) -> String? {
        let name = vector.profile == VectorFamily.anyProfile ? ProfileStore.defaultName : vector.profile
        guard let profile = material.profiles.profiles[name] else { return nil }
        let (operation, input) = (vector.testCase.operation, vector.testCase.input)
        let text = Inspection(operation: operation, input: input, profile, material.catalogue)?.text
        let lines = text?.split(separator: "\n", omittingEmptySubsequences: false)
        return lines?.filter { !$0.hasPrefix("  ok  ") && !$0.hasPrefix("  --  ") }.joined(separator: "\n")
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
