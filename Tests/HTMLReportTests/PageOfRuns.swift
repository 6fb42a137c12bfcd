import Catalogue
import HTMLReport
import Rules
import StrictJSON
import TestSupport
import VectorFormat

/// A small run over the project's own vectors, and what its page holds.
struct PageOfRuns {
    static let family = "bolt01/bigsize"
    let html: String
    let data: JSON

    init(_ runs: [NamedRun]) throws {
        html = try RunPage.html(
            runs,
            PageMaterial(
                ProjectData.requirements(),
                ProjectData.profiles(),
                ProjectData.families().filter { $0.name == Self.family },
                ProjectData.scenarios()
            )
        )
        data = try JSON.parse(Self.part(of: html, from: "id=\"data\">", to: "</script>"))
    }

    /// What stands between two marks, the first time.
    static func part(of text: String, from start: String, to end: String) -> String {
        let after = text.components(separatedBy: start).dropFirst().joined(separator: start)
        return after.components(separatedBy: end).first ?? ""
    }

    /// A run of all cases of the family: right answers, but for one of these words about the first.
    static func run(adapter: String = "adapter", wrong detail: String? = nil, stderr: String = "") throws -> RunResult {
        let vectors = try ProjectData.families().filter { $0.name == family }
        var result = RunResult(
            command: ["adapter"],
            rerun: RunResult.Rerun(program: ["blip66", "check"], adapter: ["./a dapter"]),
            profile: ProfileStore.defaultName
        )
        result.adapter = AdapterIdentity(
            name: adapter,
            version: "1",
            language: nil,
            url: nil,
            operations: ["bigsize.decode"],
            roles: [],
            profiles: [],
            capabilities: [:]
        )
        result.families = vectors.map { family in
            var cases = family.cases.map { Self.result($0, .passed) }
            if let detail, let first = family.cases.first { cases[0] = Self.wrong(first, detail, stderr) }
            return FamilyResult(
                name: family.name,
                title: family.title,
                subject: .layer("bolt01"),
                profile: family.profile,
                cases: cases
            )
        }
        return result
    }

    private static func wrong(_ testCase: VectorCase, _ detail: String, _ stderr: String) -> CaseResult {
        var attempt = Attempt(
            ticket: 1,
            request: testCase.request(id: 1, profile: "any").line,
            answerLine: detail,
            outcome: .success(.error(detail)),
            isAlone: false,
            elapsed: .zero
        )
        attempt.standardError = stderr
        return result(
            testCase,
            .failed(.init(kind: .adapterError, severity: .failure, detail: detail)),
            attempts: [attempt],
            accused: [testCase.subject]
        )
    }

    private static func result(
        _ testCase: VectorCase,
        _ verdict: CaseVerdict,
        attempts: [Attempt] = [],
        accused: [RequirementID] = []
    ) -> CaseResult {
        var evidence = CaseEvidence()
        evidence.accused = accused
        if verdict == .passed { evidence.shown = testCase.requirements }
        return CaseResult(
            id: testCase.id,
            operation: testCase.operation,
            requirements: testCase.requirements,
            violates: [],
            neighbour: testCase.neighbour,
            comment: testCase.comment,
            flags: [],
            readings: [],
            expected: .accept([:]),
            verdict: verdict,
            evidence: evidence,
            notes: [],
            attempts: attempts,
            stepsDivergence: nil
        )
    }

    /// A text of the page, put together as its script does it.
    func text(_ index: Int64) -> String {
        let stored = data["texts"]?.array?[Int(index)] ?? .null
        guard let parts = stored.array else { return stored.string ?? "" }
        var result = ""
        var rest = parts[...]
        while let part = rest.popFirst() {
            guard let back = part.integer, let start = rest.popFirst()?.integer, let count = rest.popFirst()?.integer
            else {
                result += part.string ?? ""
                continue
            }
            result += text(index - back).dropFirst(Int(start)).prefix(Int(count))
        }
        return result
    }

    /// By the names of the columns.
    func row(_ index: Int) -> [String: JSON] {
        let columns = data["columns"]?.array?.compactMap(\.string) ?? []
        let row = data["cases"]?.array?[index].array ?? []
        return Dictionary(zip(columns, row)) { first, _ in first }
    }
}
