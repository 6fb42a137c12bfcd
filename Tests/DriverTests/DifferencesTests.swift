internal import Catalogue
internal import StrictJSON
internal import Testing

internal import Driver

@Suite struct DifferencesTests {
    @Test func onlyTheMembersThatAreExpectedAreCompared() {
        #expect(Differences.of(expected: ["a": 1], got: ["b": 2, "a": 1], path: "out").isEmpty)
    }

    @Test func aMemberThatIsExpectedIsComparedWholly() {
        let found = Differences.of(expected: ["a": ["x": 1]], got: ["a": ["x": 1, "y": 2]], path: "out")
        #expect(found == [Difference(path: "out.a.y", expected: nil, got: 2)])
    }

    @Test func theOrderOfMembersDoesNotMatter() {
        let found = Differences.of(
            expected: ["a": ["x": 1, "y": 2]],
            got: ["a": ["y": 2, "x": 1]],
            path: "out"
        )
        #expect(found.isEmpty)
    }

    @Test func theInnermostMembersThatDifferAreNamed() {
        let found = Differences.of(
            expected: ["list": [["v": "a"], ["v": "b"], "c"]],
            got: ["list": [["v": "a"], ["v": "x"]]],
            path: "out"
        )
        #expect(
            found == [
                Difference(path: "out.list[1].v", expected: "b", got: "x"),
                Difference(path: "out.list[2]", expected: "c", got: nil),
            ]
        )
    }

    @Test func aMissingMemberAndNullAreNotTheSame() {
        #expect(Differences.of(expected: ["a": 1], got: [:], path: "out").count == 1)
        #expect(Differences.of(expected: ["a": .null], got: [:], path: "out").count == 1)
        #expect(Differences.of(expected: ["a": "1"], got: ["a": 1], path: "out").count == 1)
    }

    @Test func theFirstDivergingStepIsFoundAmongThoseThatTheAnswerGives() {
        let expected: JSON = ["first": "1", "second": ["x": "2", "y": "3"], "third": "4"]
        let got: JSON = ["second": ["x": "2", "y": "0"], "third": "0"]
        let found = Differences.firstDivergence(expected: expected, got: got)
        #expect(found == Difference(path: "steps.second.y", expected: "3", got: "0"))
        #expect(Differences.firstDivergence(expected: expected, got: nil) == nil)
        #expect(Differences.firstDivergence(expected: expected, got: expected) == nil)
    }
}
