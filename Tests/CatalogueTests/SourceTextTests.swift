import Catalogue
import StrictJSON
import Testing
import TestSupport

/// The texts that lie beside the upstream data.
private enum SourceText {
    static let server = "../spec/blip-0066.md"
    static let salt = "../spec/salt-secret-scheme.txt"

    static func read(_ name: String) throws -> String { String(decoding: try Upstream.bytes(name), as: UTF8.self) }
}

@Suite(.enabled(if: Upstream.isAvailable, Comment(rawValue: "source texts skipped: \(Upstream.howToGet)")))
struct SourceTextTests {
    @Test func theServersTextHasItsTwentySevenNormativeLines() throws {
        let lines = LineExtraction.lines(of: try SourceText.read(SourceText.server), in: SourceScope(sections: ["*"]))
        let keyWords = lines.filter { $0.kind == .normative }.compactMap(\.keyWord)
        #expect(keyWords.count == 27)
        #expect(keyWords.filter { $0 == "MUST" }.count == 12)
        #expect(keyWords.filter { $0 == "SHOULD" }.count == 13)
        #expect(keyWords.filter { $0 == "MAY" }.count == 2)
        #expect(lines.filter { $0.kind == .definition }.count == 12)
    }

    @Test func nothingInTheCatalogueSharesEightWordsWithASource() throws {
        var runs: Set<String> = []
        for name in [SourceText.server, SourceText.salt] { runs.formUnion(runsOfEightWords(try SourceText.read(name))) }
        #expect(runs.count > 1000)
        let folder = "\(Project.root)/Spec"
        for name in try Files.list(folder, ending: ".json") {
            for text in strings(in: try Files.readJSON("\(folder)/\(name)")) {
                #expect(runs.isDisjoint(with: runsOfEightWords(text)), "\(name): \(text)")
            }
        }
        for name in try Files.list(folder, ending: ".md") {
            let text = String(decoding: try Files.read("\(folder)/\(name)"), as: UTF8.self)
            #expect(runs.intersection(runsOfEightWords(text)).sorted() == [], "\(name)")
        }
    }

    private func runsOfEightWords(_ text: String) -> Set<String> {
        let words = text.lowercased().filter { $0 != "`" && $0 != "*" }
            .split { !($0.isLetter || $0.isNumber || $0 == "_") }
        guard words.count >= 8 else { return [] }
        return Set((0...(words.count - 8)).map { words[$0..<($0 + 8)].joined(separator: " ") })
    }

    private func strings(in json: JSON) -> [String] {
        switch json {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(strings)
        case .object(let object): object.members.flatMap { strings(in: $0.value) }
        default: []
        }
    }
}
