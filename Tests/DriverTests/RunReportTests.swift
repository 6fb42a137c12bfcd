internal import Catalogue
internal import Driver
internal import Foundation
internal import Report
internal import StrictJSON
internal import TestSupport
internal import Testing
internal import VectorFormat

#if canImport(FoundationXML)
    internal import FoundationXML
#endif

/// The result of a run as JSON, and the forms that are made of it.
@Suite struct RunReportTests {
    static let modes = ["good", "log", "crash_with_last_words", "accept", "forge", "error", "skip", "twice", "reject"]

    @Test(arguments: modes)
    func whatIsReadBackGivesTheSameReports(mode: String) async throws {
        let live = try await run(mode)
        let read = try RunResult(JSONReader(try JSON.parse(live.json.pretty), path: "run"))
        #expect(read.json == live.json)
        for amount in [ReportStyle.Amount.quiet, .normal, .verbose] {
            var style = ReportStyle()
            style.amount = amount
            #expect(RunWriter.text(read, style) == RunWriter.text(live, style))
        }
        #expect(JUnitReport.text(read) == JUnitReport.text(live))
        #expect(TAPReport.text(read) == TAPReport.text(live))
        #expect(GitHubReport.annotations(read) == GitHubReport.annotations(live))
        #expect(GitHubReport.summary(read) == GitHubReport.summary(live))
    }

    @Test(arguments: modes)
    func theJSONFollowsItsSchema(mode: String) async throws {
        let schema = try JSONSchema(try Files.readJSON("\(Project.root)/Spec/run-report.schema.json"))
        let json = try await run(mode).json
        #expect(schema.problems(of: json, path: "run") == [])
        var broken = try #require(json.object)
        broken["families"] = nil
        #expect(!schema.problems(of: .object(broken), path: "run").isEmpty)
    }

    @Test func ofWhatPassedNoRequestIsKept() async throws {
        let cases = try await run("log").json["families"]?.array?.first?["cases"]?.array ?? []
        let failed = cases.filter { $0["verdict"]?.string == "failed" }
        #expect(failed.count == 1)
        #expect(failed.allSatisfy { $0["attempts"]?.array?.first?["request"] != nil })
        #expect(cases.filter { $0["verdict"]?.string == "passed" }.allSatisfy { $0["attempts"] == nil })
    }

    @Test(arguments: ["{}", "[]", #"{"format":"blip66-run","version":9}"#, #"{"format":"blip66-known","version":1}"#])
    func whatIsNoReportIsRefused(text: String) throws {
        let reader = JSONReader(try JSON.parse(text), path: "run")
        #expect(throws: JSONShapeError.self) { try RunResult(reader) }
    }

    @Test func aReportWithAnyMemberOfAnotherTypeIsRefusedWithoutATrap() async throws {
        let json = try await run("log").json
        for key in json.object?.keys ?? [] {
            for other in [JSON.null, .integer(-1), .string("x"), .array([.object([:])]), .object([:])] {
                var changed = try #require(json.object)
                changed[key] = other
                _ = try? RunResult(JSONReader(.object(changed), path: "run"))
            }
        }
        #expect(json["families"] != nil)
    }

    // MARK: A stranger's report

    /// Every control character and every mark of direction, in every text of a report that its reader leaves free.
    @Test func noTextOfAReportDrivesATerminal() async throws {
        for mode in ["log", "crash", "skip"] {
            let json = try await run(mode).json
            let hostile = json.mapped { text, key in RunReportTests.fixed.contains(key) ? text : text + Self.hostile }
            let read = try RunResult(JSONReader(hostile, path: "run"))
            for (form, text) in try forms(read) {
                let marks = text.unicodeScalars.filter { $0 != "\n" && PrintableText.line(String($0)) != String($0) }
                #expect(marks.isEmpty, "\(form) of \(mode): \(Set(marks).map(\.value).sorted())")
                #expect(!text.contains("\nforged line"), "\(form) of \(mode)")
            }
        }
    }

    /// Members whose words are those of a list, or that lead to others.
    private static let fixed: Set<String> = [
        "format", "verdict", "kind", "severity", "outcome", "conclusion", "level", "enforcement", "layer", "role",
        "fault",
        "declared_readings", "readings", "reading", "alternative", "what", "lines",
    ]

    private static let hostile: String = {
        let values =
            Array(0...0x1f) + Array(0x7f...0x9f) + [0x61c, 0x200b, 0x2060, 0xfeff, 0xe0001] + Array(0x200e...0x200f)
            + Array(0x2028...0x202e) + Array(0x2066...0x2069)
        return String(String.UnicodeScalarView(values.compactMap { Unicode.Scalar(UInt32($0)) })) + "\r\nforged line"
    }()

    private func forms(_ run: RunResult) throws -> [(String, String)] {
        var verbose = ReportStyle()
        verbose.amount = .verbose
        return [
            ("text", RunWriter.text(run, ReportStyle())), ("verbose text", RunWriter.text(run, verbose)),
            ("JUnit", JUnitReport.text(run)), ("TAP", TAPReport.text(run)), ("JSON", run.json.pretty),
            ("annotations", GitHubReport.annotations(run)), ("summary", GitHubReport.summary(run)),
            ("baseline", Baseline(of: run).json.pretty),
        ]
    }

    // MARK: Forms

    @Test func theXMLHasACaseForEachVectorAndSaysWhatFailed() async throws {
        let xml = JUnitReport.text(try await run("log"))
        let document = try XMLDocument(xmlString: xml)
        #expect(try document.nodes(forXPath: "//testcase[@classname='bolt01/small']").count == 7)
        let failures = try document.nodes(forXPath: "//testcase[@name='bolt01/small/two-hundred']/failure/@message")
        #expect(failures.compactMap(\.stringValue).first?.hasPrefix("B1-BS-1: ") == true)
        #expect(try document.nodes(forXPath: "//testsuite[@name='run']/testcase/error").isEmpty)
    }

    @Test func aRunThatCannotBeTrustedIsRedInTheXMLToo() async throws {
        let folder = try TemporaryFolder()
        let result = try await TestRun.faulty("crash", "--on", "c8", "--once", folder.file("once"))
        #expect(result.exitStatus == 2)
        let document = try XMLDocument(xmlString: JUnitReport.text(result))
        #expect(try document.nodes(forXPath: "//testsuite[@name='run']/testcase/error").count == 1)
        #expect(TAPReport.text(result).contains("\nnot ok 8 - run\n"))
    }

    @Test func markupOfAnAdapterIsTextInTheXML() async throws {
        let document = try XMLDocument(xmlString: JUnitReport.text(try await run("forge")))
        #expect(try document.nodes(forXPath: "//forged").isEmpty)
    }

    @Test func theTAPCountsItsTests() async throws {
        let lines = TAPReport.text(try await run("log")).split(separator: "\n")
        #expect(lines.prefix(2) == ["TAP version 13", "1..8"])
        #expect(lines.count { $0.hasPrefix("ok ") } == 7)
        #expect(lines.count { $0.hasPrefix("not ok ") } == 1)
    }

    @Test func annotationsAreOneLineEach() async throws {
        let lines = GitHubReport.annotations(try await run("forge")).split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.hasPrefix("::error title=bolt01/small/two-hundred::wrong answer") })
    }

    // MARK: The same cause once

    @Test func failuresWithTheSameCauseAreToldOnce() async throws {
        let result = try await TestRun.faulty("reject")
        let text = RunWriter.text(result, ReportStyle())
        #expect(text.split(separator: "\n").count { $0.contains("request   {") } < result.cases.count(where: \.fails))
        for one in result.cases where one.fails { #expect(text.contains(one.id)) }
        var style = ReportStyle()
        style.amount = .verbose
        let all = RunWriter.text(result, style)
        #expect(all.split(separator: "\n").count { $0.contains("request   {") } == result.cases.count(where: \.fails))
    }

    @Test func quietTellsOfFailuresAndTheEndAlone() async throws {
        var style = ReportStyle()
        style.amount = .quiet
        let good = RunWriter.text(try await run("good"), style)
        #expect(good.split(separator: "\n").count == 2)
        let bad = RunWriter.text(try await run("log"), style)
        #expect(bad.contains("FAIL bolt01/small/two-hundred"))
        #expect(bad.contains("failed (exit status 1)"))
    }

    @Test func theLastLinesSayWhatToDo() async throws {
        let text = RunWriter.text(try await run("log"), ReportStyle())
        let last = text.split(separator: "\n").suffix(3)
        #expect(last.contains { $0.hasPrefix("next: look at one failure alone: blip66 check --filter") })
        #expect(last.contains { $0.hasPrefix("next: ") && $0.contains("--write-expect") })
    }

    @Test func coloursAreMarksAloneAndOffByDefault() async throws {
        let result = try await run("log")
        let plain = RunWriter.text(result, ReportStyle())
        #expect(!plain.contains("\u{1B}"))
        var style = ReportStyle()
        style.isColoured = true
        let coloured = RunWriter.text(result, style)
        #expect(coloured.contains("\u{1B}[31;1mFAIL\u{1B}[0m"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test func aFamilysLineFitsTheTerminal() async throws {
        let result = try await TestRun.faulty("good", families: [SmallVectors.bigSize, SmallVectors.tlv])
        var style = ReportStyle()
        style.width = 40
        let line = RunWriter.text(result, style).split(separator: "\n").first { $0.hasPrefix("--") }
        #expect(line?.count == 40)
    }

    private func run(_ mode: String) async throws -> RunResult {
        if mode == "reject" { return try await TestRun.faulty(mode) }
        return try await TestRun.faulty(mode, "--on", mode == "accept" ? "fd00fc" : "c8")
    }
}

extension JSON {
    /// The value with each text in it changed, which is told the name of the member that it stands in.
    fileprivate func mapped(in key: String = "", _ change: (String, String) -> String) -> JSON {
        switch self {
        case .string(let text): .string(change(text, key))
        case .array(let elements): .array(elements.map { $0.mapped(in: key, change) })
        case .object(let object):
            .object(JSONObject(object.members.map { ($0.key, $0.value.mapped(in: $0.key, change)) }))
        default: self
        }
    }
}
