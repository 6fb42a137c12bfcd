import Catalogue
import Rules
import TestSupport
import Testing
import VectorValidation

@Suite struct AnnotatedTextTests {
    /// A document that knows one line of the text, leaves one without a requirement, and has not seen the others.
    private func annotated(_ text: String) -> AnnotatedText {
        let scope = SourceScope(sections: ["Rules"])
        let lines = LineExtraction.lines(of: text, in: scope)
        let source = SpecSource(
            key: "s",
            title: "A text",
            revision: "1",
            file: "text.md",
            scope: scope,
            basedOn: nil,
            outline: [
                .init(
                    name: "Rules",
                    lines: lines.prefix(2).map { .init(digest: String($0.digest.prefix(16)), span: $0.span) }
                )
            ]
        )
        let requirement = Requirement(
            id: "T-1",
            level: .must,
            enforcement: .fail,
            role: "any",
            statement: "It is so.",
            bases: [.init(source: "s", section: "Rules", lines: [lines[0].digest])],
            document: "test"
        )
        let document = SpecDocument(
            name: "test",
            title: "A test",
            sources: [source],
            requirements: [requirement],
            unclaimed: [.init(source: "s", reason: "it says nothing", lines: [lines[1].digest])]
        )
        return AnnotatedText(text, of: [(document, source)])
    }

    private let text = """
        # Text

        ## Rules

        - MUST be so.
        - MAY be otherwise,
          over two lines.
        - MUST NOT be new.

        ## Elsewhere

        It SHOULD be left alone.
        """

    @Test func eachLineWithAKeyWordIsToldWhatStandsBehindIt() {
        let annotations = annotated(text).annotations
        #expect(annotations.map(\.span.description) == ["5", "6-7", "8", "12"])
        #expect(annotations.map(\.keyWord) == ["MUST", "MAY", "MUST NOT", "SHOULD"])
        #expect(
            annotations.map(\.standing) == [
                .claimed(["T-1"]), .unclaimed("it says nothing"), .unknown, .outOfScope,
            ]
        )
    }

    @Test func theTextItselfIsKeptLineByLine() {
        #expect(annotated(text).lines == text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }

    @Test func aFileIsACopyOfTheSourcesWithItsName() throws {
        let catalogue = try ProjectData.requirements()
        #expect(catalogue.sources(of: "some/folder/blip-0066.md", key: nil).map(\.source.key) == ["blip66"])
        #expect(catalogue.sources(of: "my-copy.md", key: "pr1149").map(\.source.key) == ["pr1149"])
        #expect(catalogue.sources(of: "my-copy.md", key: nil).isEmpty)
    }
}
