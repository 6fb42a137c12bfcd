import Catalogue
import Foundation
import HTMLReport
import Primitives
import StrictJSON
import TestSupport
import Testing
import VectorFormat

@Suite struct RunPageTests {
    private func page(_ results: RunResult...) throws -> PageOfRuns {
        try PageOfRuns(NamedRun.named(results.enumerated().map { ("runs/\($0).json", $1) }))
    }

    private func count(_ part: String, in text: String) -> Int {
        text.lowercased().components(separatedBy: part).count - 1
    }

    @Test func nothingThatAnAdapterSaysCanEndTheScriptOrRun() throws {
        let hostile = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>]]>&amp;\u{2028}"
        let page = try page(PageOfRuns.run(adapter: hostile, wrong: hostile, stderr: hostile))
        #expect(count("<script", in: page.html) == 2)
        #expect(count("</script", in: page.html) == 2)
        #expect(!page.html.contains("<img"))
        #expect(!page.html.contains("<!--"))
        let detail = page.data["runs"]?.array?.first?["details"]?["0"]
        #expect(detail?["failure"]?["detail"]?.string == hostile)
        #expect(detail?["attempts"]?.array?.first?["stderr"]?.string == hostile)
    }

    @Test func theBrowserTakesThisStyleAndThisScriptAlone() throws {
        let html = try page(PageOfRuns.run()).html
        let policy = PageOfRuns.part(of: html, from: "Content-Security-Policy\" content=\"", to: "\">")
            .replacing("&#39;", with: "'")
        let style = PageOfRuns.part(of: html, from: "<style>", to: "</style>")
        let script = PageOfRuns.part(of: html, from: "<script>", to: "</script>")
        for text in [style, script] {
            let digest = Data(Hash.sha256(Array(text.utf8)).bytes).base64EncodedString()
            #expect(policy.contains("'sha256-\(digest)'"), "\(policy)")
        }
        #expect(policy.hasPrefix("default-src 'none';"))
        #expect(!policy.contains("unsafe"))
    }

    @Test func theSameRunsGiveTheSameBytes() throws {
        let runs = try [PageOfRuns.run(wrong: "oh"), PageOfRuns.run()]
        #expect(try page(runs[0], runs[1]).html == page(runs[0], runs[1]).html)
    }

    @Test func requestsComeBackAsTheVectorsHaveThem() throws {
        let page = try page(PageOfRuns.run())
        let family = try #require(try ProjectData.families().first { $0.name == PageOfRuns.family })
        for (index, testCase) in family.cases.enumerated() {
            let request = try #require(page.row(index)["request"]?.integer)
            #expect(page.text(request) == testCase.request(id: 1, profile: family.profile).line)
        }
    }

    @Test func aFailureShowsInItsRequirementsRow() throws {
        let html = try page(PageOfRuns.run(wrong: "no idea"), PageOfRuns.run()).html
        let subject = try #require(
            try ProjectData.families().first { $0.name == PageOfRuns.family }?.cases.first?.subject
        )
        let row = PageOfRuns.part(of: html, from: "data-id=\"\(subject)\"", to: "</tr>")
        #expect(row.contains("data-differs=\"yes\""))
        #expect(row.contains("<button type=\"button\" class=\"m-failed\"><b>failed</b>"))
        #expect(row.contains("<button type=\"button\" class=\"m-met\"><b>met</b>"))
        #expect(row.contains("href=\"https://github.com/lightning/bolts/"))
    }

    @Test func twoRunsOfOneAdapterAreToldApartByTheirFiles() throws {
        let runs = try NamedRun.named([("a/old.json", PageOfRuns.run()), ("b/new.json", PageOfRuns.run())])
        #expect(runs.map(\.name) == ["adapter 1 (old)", "adapter 1 (new)"])
        let same = try NamedRun.named([("a/run.json", PageOfRuns.run()), ("b/run.json", PageOfRuns.run())])
        #expect(same.map(\.name) == ["adapter 1 (1)", "adapter 1 (2)"])
    }

    @Test func theCommandThatRepeatsACaseIsReadyForAShell() throws {
        let rerun = try page(PageOfRuns.run()).data["runs"]?.array?.first?["rerun"]?.array?.compactMap(\.string)
        #expect(rerun == ["blip66 check --filter ", " -- './a dapter'"])
    }
}
