import Catalogue
import Testing
import TestSupport

@Suite struct LineExtractionTests {
    private func lines(_ text: String, prose: [String] = [], only: [String] = []) -> [SourceLine] {
        LineExtraction.lines(of: text, in: SourceScope(sections: ["*"], prose: prose, only: only))
    }

    @Test func wrappedItemsAreOneLineAndCarryWhatTheyHangFrom() {
        let text = """
            ## Rules:
            The writer
            of a `thing`:
              - if it is _red_:
                - MUST paint it
                  *twice*.
                - otherwise:
                  - SHOULD NOT
            paint it.
            """
        let lines = lines(text)
        #expect(lines.map(\.section) == ["Rules", "Rules"])
        #expect(lines.map(\.keyWord) == ["MUST", "SHOULD NOT"])
        #expect(lines.first?.normalised == "The writer of a thing:\nif it is red:\nMUST paint it twice.")
        #expect(lines.last?.normalised == "The writer of a thing:\nif it is red:\notherwise:\nSHOULD NOT paint it.")
    }

    @Test func aLineHasTheNumbersThatItTakesInTheText() {
        let text = """
            # Rules
            It MAY be,
            or not.

            - if so:
              - MUST paint
                it.
            - MUST go.

            1. type: 7 (`seven`)
            2. data:
                - [`u16`:`number`]

            | Bit | Name |
            |-----|------|
            | 52  | held |
            """
        #expect(lines(text).map(\.span.description) == ["2-3", "6-7", "8", "10-12", "16"])
    }

    @Test(arguments: ["0", "", "a", "3-2", "3-3", "1-2-3", "-1", "1-", "+1"])
    func noOtherWordIsALineNumber(_ text: String) {
        #expect(LineSpan(text[...]) == nil)
        #expect(LineSpan("7-12")?.fragment == "L7-L12")
    }

    @Test func itemsBelowANormativeOneAreLinesOfTheirOwn() {
        let lines = lines("* MUST fail if:\n  * it is late.\n  * it is early.")
        #expect(lines.map(\.text) == ["MUST fail if:", "it is late.", "it is early."])
        #expect(lines.map(\.kind) == [.normative, .plain, .plain])
    }

    @Test func definitionsTakeInTheirDataAndKeepTheirStream() {
        let text = """
            1. type: 7 (`seven`)
            2. `tlv_stream`: `sevens`
            3. types:
                1. type: 0 (`zero`)
                2. data:
                    - [`32*byte`: `hash`]
                    - [`u16`:`number`]
                3. type: 2 (`two`)
                4. data:
            """
        let lines = lines(text)
        #expect(lines.allSatisfy { $0.kind == .definition })
        #expect(
            lines.map(\.normalised) == [
                "type: 7 (seven)", "tlv_stream: sevens",
                "tlv_stream: sevens\ntype: 0 (zero) data: [32*byte: hash] [u16:number]",
                "tlv_stream: sevens\ntype: 2 (two) data:",
            ]
        )
    }

    @Test func paragraphsCountWithAKeyWordOrInSectionsOfProse() {
        let text = "# One\nIt MAY be.\n\nIt is.\n\n# Two\nIt was."
        #expect(lines(text).map(\.text) == ["It MAY be."])
        #expect(lines(text, prose: ["Two"]).map(\.text) == ["It MAY be.", "It was."])
    }

    @Test func rowsCountBelowTheHeadOfATable() {
        let lines = lines("| Bit | Name |\n|-----|:----:|\n| 52 | `hold` |\n\n| no | table |")
        #expect(lines.map(\.text) == ["52 | hold"])
    }

    @Test func codeAndDrawingsAreLeftOut() {
        #expect(lines("```\n* MUST not count\n```\n+---+\n| MUST |\n+---+\nA | | |").isEmpty)
    }

    @Test func sectionsAreChosenByTheirLastHeadings() {
        let text = "# A\n## B: c\n- MUST one.\n### D\n- MUST two.\n## D\n- MUST three."
        func chosen(_ section: String) -> [String] {
            LineExtraction.lines(of: text, in: SourceScope(sections: [section])).map(\.text)
        }
        #expect(chosen("c") == ["MUST one."])
        #expect(chosen("c > D") == ["MUST two."])
        #expect(chosen("A > D") == ["MUST three."])
        #expect(chosen("D") == ["MUST two.", "MUST three."])
        #expect(chosen("(text)").isEmpty)
    }

    @Test func linesCanBeLimitedToThoseWithAWord() {
        let text = "- if held:\n  - MUST wait.\n- MUST go."
        #expect(lines(text, only: ["held"]).map(\.text) == ["MUST wait."])
    }

    @Test func layoutDoesNotChangeALine() {
        let one = lines("Nodes:\n* MUST set `a_b` as in\n  [BOLT](x.md#y) _now_")
        let other = lines("Nodes:\n\n- MUST  set a_b\n  as in BOLT *now*  ")
        #expect(one.map(\.normalised) == other.map(\.normalised))
        #expect(one.count == 1)
    }

    @Test func noTextIsTooOddToRead() {
        let pieces = [
            "#", "# ", "* ", "1. ", "|", "|-|", "```", "\n", "\t", " ", "type: ", "data:", "MUST", "│", "a", ":", "[",
            "](",
        ]
        for noise in RandomInputs.noise("spec-lines", count: 300) {
            let text = noise.map { pieces[Int($0) % pieces.count] }.joined()
            let lines = lines(text, prose: ["(text)"])
            #expect(lines.allSatisfy { !$0.section.isEmpty })
        }
    }
}
