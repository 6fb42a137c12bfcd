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
        let stored = data["texts"]?.array?[Int(index)].string ?? ""
        guard stored.utf8.allSatisfy({ $0 < 0x80 }) else { return stored }
        var reader = PackedReader(rest: Array(stored.utf8)[...])
        return String(decoding: reader.text { Array(text(index - Int64($0)).utf8) }, as: UTF8.self)
    }

    /// By the names of the columns.
    func row(_ index: Int) -> [String: JSON] {
        let columns = data["columns"]?.array?.compactMap(\.string) ?? []
        let row = data["cases"]?.array?[index].array ?? []
        return Dictionary(zip(columns, row)) { first, _ in first }
    }
}

/// Reads one packed text, as `PackedTexts` describes it.
private struct PackedReader {
    var rest: ArraySlice<UInt8>

    private static let digits = (0x20...0x7E as ClosedRange<UInt8>).filter { !Array("\"\\&<>~".utf8).contains($0) }
    private static let shortestMatch = 16

    /// - Parameter earlier: the text so many texts back.
    mutating func text(_ earlier: (Int) -> [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var passage = (back: 0, end: 0)
        while let character = rest.popFirst() {
            guard character == UInt8(ascii: "~") else {
                result.append(character)
                continue
            }
            switch number() {
            case 0: result.append(character)
            case 1:
                for _ in 0..<number() { result += group() }
            case let what:
                let back = what - 1
                let given = number()
                let step = given.isMultiple(of: 2) ? given / 2 : -(given + 1) / 2
                let start = back == passage.back ? passage.end + step : given
                passage = (back, start + number() + Self.shortestMatch)
                result += earlier(back)[start..<passage.end]
            }
        }
        return result
    }

    private mutating func digit() -> Int { rest.popFirst().flatMap { Self.digits.firstIndex(of: $0) } ?? 0 }

    private mutating func number() -> Int {
        let digit = digit()
        return digit < 44 ? digit : digit - 44 + 44 * number()
    }

    /// Eight hexadecimal digits.
    private mutating func group() -> [UInt8] {
        let value = (0..<5).map { _ in digit() }.reversed().reduce(0) { $0 * 85 + $1 }
        let text = String(value, radix: 16)
        return Array((String(repeating: "0", count: 8 - text.count) + text).utf8)
    }
}
